"""One layer of a file through GDAL, which runs in a child process: see `geodata.gdal_child` and `geodata.confined`."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from geodata import walled
from geodata.errors import FileProblem
from geodata.readers.raw import shown
from geodata.untrusted import MAX_COLUMNS, MAX_FEATURE_VERTICES, MAX_ROWS, MAX_SHEET_CELLS

MEMORY = 1150 * 2**20
"""Address space of the child: about 200 MiB of it are libraries, so its memory stays under 1 GiB."""
SECONDS = 6
"""CPU seconds that every file may take …"""
SECONDS_PER_MIB = 1.0
"""… and for each MiB of it besides."""

OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE",
        "GDAL_NUM_THREADS": "1",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
        "GDAL_HTTP_MAX_RETRY": "0",
        "GDAL_HTTP_CONNECTTIMEOUT": "1",
        "GDAL_HTTP_PROXY": "127.0.0.1:9",  # the port that discards
        "PROJ_NETWORK": "OFF",
        "SHAPE_RESTORE_SHX": "YES",
        "OGR_SQLITE_LOAD_EXTENSIONS": "",
        "OGR_SQLITE_LIST_VIRTUAL_OGR": "NO",
    }
)


@dataclass(frozen=True)
class Layer:
    """One layer as GDAL reads it.

    Attributes
    ----------
    name, layers
        Its name, and those of all layers of the file.
    columns
        Header → values, texts byte for byte as Latin-1.
    wkb
        One geometry a row, None for none.
    huge
        Positions of rows whose geometry had more than `MAX_FEATURE_VERTICES` vertices; it was left out.
    crs
        `EPSG:N` or WKT, None when the file names none.
    walls
        What `confine` could put up.
    """

    name: str | None
    layers: tuple[str, ...]
    columns: dict[str, list[Any]]
    wkb: list[bytes | None]
    huge: frozenset[int]
    crs: str | None
    walls: tuple[str, ...]


def ask(
    path: Path,
    shown_as: str,
    driver: str,
    *,
    suits: Sequence[str] = (),
    layer: str | None = None,
    sql: str | None = None,
    options: Mapping[str, str] | None = None,
    seconds: int | None = None,
) -> Layer:
    """Read one layer of a file that stands alone with its siblings in a private folder.

    Parameters
    ----------
    path
        As `geodata.readers.unpack` gives it.
    shown_as
        The file's name for messages.
    driver
        The one GDAL driver that may open it.
    suits, layer
        As `geodata.gdal_child.chosen` takes them.
    sql
        OGR SQL instead of a layer.
    options
        GDAL's configuration besides `OPTIONS`.
    seconds
        CPU seconds allowed; by the file's size when left out.

    Raises
    ------
    FileProblem
        The child could not answer for the file, ran out of memory or time, or broke down.
    """
    size = sum(each.stat().st_size for each in path.parent.iterdir())
    allowed = seconds or int(SECONDS + SECONDS_PER_MIB * size / 2**20)
    request = {
        "path": str(path),
        "folder": str(path.parent),
        "driver": driver,
        "suits": list(suits),
        "layer": layer,
        "sql": sql,
        "options": {**OPTIONS, "CPL_TMPDIR": str(path.parent), **(options or {})},
        "seconds": allowed,
        "memory": MEMORY,
        "rows": MAX_ROWS,
        "columns": MAX_COLUMNS,
        "cells": MAX_SHEET_CELLS,
        "vertices": MAX_FEATURE_VERTICES,
    }
    document, wkb = _unpacked(_answer(request, shown_as, allowed), shown_as)
    if "problem" in document:
        raise _problem(document, shown_as, path, driver)
    return Layer(
        name=document["layer"],
        layers=tuple(document["layers"]),
        columns=_columns(document),
        wkb=wkb,
        huge=frozenset(document["huge"]),
        crs=document["crs"],
        walls=tuple(document["walls"]),
    )


def _answer(request: Mapping[str, Any], name: str, seconds: int) -> bytes:
    """Run the child until it has answered; FileProblem when it does not."""
    try:
        return walled.ask(
            "geodata.gdal_child",
            json.dumps(request).encode(),
            Path(request["folder"]),
            seconds=seconds,
            environment=_drivers_off(request["driver"]),
        )
    except walled.TooSlow as error:
        raise FileProblem(
            f"{name} 读了 {seconds} 秒还没有读完，已停止。"
            "请用制图软件打开检查，按区域分成几个文件，另存为 GeoPackage（.gpkg）后再导入。"
        ) from error
    except walled.BrokeDown as error:
        raise FileProblem(
            f"{name} 读到一半中断了：文件已损坏、嵌套过深，或读它要用的内存超过 {MEMORY / 2**20:.0f} MB。"
            "请用制图软件打开检查，按区域分成几个文件，另存为 GeoPackage（.gpkg）后再导入。"
        ) from error


def _drivers_off(driver: str) -> dict[str, str]:
    """Give the variables that switch off every other driver before GDAL is loaded."""
    import pyogrio  # noqa: PLC0415 - slow import

    others = sorted(set(pyogrio.list_drivers()) - {driver})
    return {"GDAL_SKIP": ",".join([*others, ""]), "GDAL_DRIVER_PATH": "disable"}


def _unpacked(data: bytes, name: str) -> tuple[dict[str, Any], list[bytes | None]]:
    """Take the answer apart; FileProblem when it is none."""
    try:
        (length,) = struct.unpack_from("<q", data)
        document = json.loads(data[8 : 8 + length])
        rows = 0 if "problem" in document else _rows(document, len(data))
        lengths = np.frombuffer(data, dtype="<i8", count=rows, offset=8 + length)
        ends = 8 + length + 8 * rows + np.cumsum(np.maximum(lengths, 0))
        if rows and ends[-1] != len(data):
            raise ValueError("the geometries are not as long as announced")
        starts = ends - np.maximum(lengths, 0)
        pieces = zip(starts.tolist(), ends.tolist(), (lengths < 0).tolist(), strict=True)
        return document, [None if none else data[start:end] for start, end, none in pieces]
    except (struct.error, ValueError, KeyError, TypeError) as error:
        raise FileProblem(f"{name} 读出的内容不完整，文件可能已损坏。请从制图软件重新导出。") from error


def _rows(document: Mapping[str, Any], most: int) -> int:
    rows = int(document["rows"])
    if not 0 <= rows <= most or any(len(values) != rows for values in document["values"]):
        raise ValueError("columns of unlike length")
    return rows


def _columns(document: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Give header → values; a header that stands twice gets a number."""
    columns: dict[str, list[Any]] = {}
    for name, values in zip(document["names"], document["values"], strict=True):
        header, count = name, 1
        while header in columns:
            count += 1
            header = f"{name}_{count}"
        columns[header] = values
    return columns


def _problem(document: Mapping[str, Any], name: str, path: Path, driver: str) -> FileProblem:
    """Say what the child found, as a sentence with a remedy."""
    code = document["problem"]
    if code in ("layers", "no-layer"):
        listed = "、".join(f"“{_text(layer)}”（{kind or '没有几何'}）" for layer, kind in document["layers"][:40])
        said = (
            f"有 {len(document['layers'])} 个图层，不知道该读哪一个" if code == "layers" else "没有 --layer 指明的图层"
        )
        return FileProblem(f"{name} {said}：{listed}。请用 --layer 图层名 指明一个。")
    if code == "size":
        return FileProblem(
            f"{name} 有 {document['rows']} 个要素、{document['columns']} 列，超过上限（{MAX_ROWS} 个要素，"
            f"{MAX_COLUMNS} 列，共 {MAX_SHEET_CELLS} 格）。请按区域分成几个文件，删去不用的列。"
        )
    if code == "virtual":
        return FileProblem(
            f"{name} 里有虚拟表（{'、'.join(shown(each) for each in document['names'])}），它会去读别的文件，已拒绝。"
            "请用 QGIS 打开，只把需要的图层另存为新的 GeoPackage。"
        )
    if code == "empty":
        return FileProblem(f"{name} 里没有图层。请检查是否选对了文件。")
    if code == "memory":
        return FileProblem(
            f"{name} 读起来要用的内存超过 {MEMORY / 2**20:.0f} MB，已停止。请按区域分成几个文件后再导入。"
        )
    if code == "drivers":
        raise RuntimeError(f"GDAL holds drivers that can't be switched off: {document['found']}")
    said = shown(str(document.get("said", "")).replace(str(path), name))
    return FileProblem(f"{name} 不是正常的 {driver} 文件，或已损坏（{said}）。请从制图软件重新导出。")


def _text(name: Any) -> str:
    return shown(str(name).encode("utf-8", "replace").decode())
