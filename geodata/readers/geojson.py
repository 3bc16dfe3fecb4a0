"""GeoJSON, read as JSON: never through a driver that may open other files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from geodata.errors import FileProblem
from geodata.readers.raw import RawTable
from geodata.readers.text import decode
from geodata.untrusted import MAX_COLUMNS, MAX_JSON_BYTES, MAX_ROWS, check_json

_EPSG = re.compile(r"EPSG:+(?:[\d.]*:)?(\d+)$", re.IGNORECASE)

_SAME = MappingProxyType({"4326": "wgs84", "4490": "cgcs2000"})


def read_geojson(path: Path, encoding: str = "auto") -> RawTable:
    """Read a FeatureCollection (or one Feature); rows count the features from 1."""
    if path.stat().st_size > MAX_JSON_BYTES:
        raise FileProblem(
            f"{path.name} 超过 {MAX_JSON_BYTES / 2**20:.0f} MB。请按区域分成几个文件，或另存为 GeoPackage（.gpkg）。"
        )
    text, named = decode(path, encoding)
    check_json(path, text)
    try:
        document = json.loads(text.lstrip("\ufeff"))
    except ValueError as error:
        where = f"（第 {error.lineno} 行）" if isinstance(error, json.JSONDecodeError) else ""
        raise FileProblem(f"{path.name} 不是正常的 GeoJSON{where}。请从制图软件重新导出。") from error
    features = _features(path, document)
    properties = [_properties(feature) for feature in features]
    headers = list(dict.fromkeys(key for each in properties for key in each))
    if len(headers) > MAX_COLUMNS:
        raise FileProblem(f"{path.name} 有 {len(headers)} 个属性，超过上限 {MAX_COLUMNS}。")
    columns = {key: [_plain(each.get(key)) for each in properties] for key in headers}
    return RawTable(
        columns,
        np.arange(1, len(features) + 1, dtype=np.int64),
        shapes=[feature.get("geometry") for feature in features],
        crs=_crs(document),
        encoding=named,
    )


def _features(path: Path, document: Any) -> list[dict[str, Any]]:
    if isinstance(document, dict) and document.get("type") == "Feature":
        document = {"type": "FeatureCollection", "features": [document]}
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise FileProblem(f"{path.name} 不是 GeoJSON 要素集合（FeatureCollection）。请从制图软件重新导出。")
    features: list[dict[str, Any]] = document["features"]
    if not features:
        raise FileProblem(f"{path.name} 里没有要素。请检查是否选对了文件。")
    if len(features) > MAX_ROWS:
        raise FileProblem(f"{path.name} 有 {len(features)} 个要素，超过上限 {MAX_ROWS}。")
    if not all(isinstance(feature, dict) for feature in features):
        raise FileProblem(f"{path.name} 里有不是要素的内容。请从制图软件重新导出。")
    return features


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    return {_name(key): value for key, value in properties.items()} if isinstance(properties, dict) else {}


def _name(key: str) -> str:
    """Give a key that can be printed: JSON may hold halves of characters."""
    return key.encode("utf-8", "replace").decode()


def _plain(value: Any) -> Any:
    """Keep single values and lists of them; anything deeper becomes its JSON text."""
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(v, (list, dict)) for v in value)):
        return json.dumps(value, ensure_ascii=False)
    return value


def _crs(document: dict[str, Any]) -> str | None:
    """Give the system that the old `crs` member names, its own words where they are not understood, None for none."""
    crs = document.get("crs")
    if crs is None:
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if name.upper().endswith("CRS84"):
        return "wgs84"
    found = _EPSG.search(name)
    return _SAME.get(found.group(1), f"epsg:{found.group(1)}") if found else name or "crs"
