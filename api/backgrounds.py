"""Backgrounds of maps as an office names them: one file of tiles, or a table of services and files in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import quote

from coverage.toml_values import nearest, refuse_unknown, text, whole
from geodata.errors import RulesProblem
from geodata.tiles import SUFFIXES, TileFile, TileInfo, open_tiles
from maps.backgrounds import Background, Datum, TilesProblem
from maps.canvas import Tiles

KEYS = (
    *("name", "url", "labels", "wmts", "layer", "labels_layer", "style", "format", "matrix_set", "tianditu", "file"),
    *("datum", "attribution", "approval", "max_zoom", "subdomains", "key"),
)
SOURCES = ("url", "wmts", "tianditu", "file")
DATUMS: Mapping[str, Datum] = MappingProxyType(
    {"wgs84": "wgs84", "cgcs2000": "wgs84", "gcj02": "gcj02", "bd09": "bd09"}
)
DRAWN = "roads"
"""The layer by which vector tiles of Protomaps' basemaps (docs.protomaps.com), which alone are drawn, are known."""
MAX_BYTES = 256 * 1024

TIANDITU: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"vec": ("天地图矢量", "cva"), "img": ("天地图影像", "cia"), "ter": ("天地图地形", "cta")}
)
"""Layers of Tianditu's web Mercator services, and the names of each (lbs.tianditu.gov.cn, 地图API, 地图服务)."""
TIANDITU_URL = (
    "https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={{key}}"
)
RESTFUL = MappingProxyType({"{TileMatrix}": "{z}", "{TileRow}": "{y}", "{TileCol}": "{x}"})
"""Holes of a WMTS resource template (OGC 07-057r7, 10.2.1), and what is ours."""


@dataclass(frozen=True)
class Backgrounds:
    """Backgrounds in the order of the switch, and the file that each position is served from."""

    tiles: Tiles = ()
    files: Mapping[int, tuple[Path, TileFile]] = field(default_factory=dict)

    def close(self) -> None:
        """Close the files."""
        for _, file in self.files.values():
            file.close()


def open_backgrounds(path: Path | None, url: str | None = None, attribution: str = "") -> Backgrounds:
    """Open what the settings name: a file of tiles or a table in TOML, and a single address.

    Raises RulesProblem, TilesProblem or TileFileProblem, which name the file and what to write instead.
    """
    entries: list[Background | Path] = []
    given: list[Mapping[str, Any]] = []
    if path is not None:
        given = [{"file": str(path.resolve())}] if path.suffix.lower() in SUFFIXES else _table(path)
    for number, entry in enumerate(given, 1):
        where = f"底图设置 {path} 第 {number} 项"
        entries.append(_file(where, entry, cast(Path, path)) if "file" in entry else _service(where, entry))
    tiles: list[Background] = []
    files: dict[int, tuple[Path, TileFile]] = {}
    for at, (named, entry) in enumerate(zip(entries, given, strict=True)):
        if isinstance(named, Path):
            file = open_tiles(named)
            files[at] = (named, file)
            named = _of_file(at, named, file.info, entry)  # noqa: PLW2901
        tiles.append(named)
    if url:
        tiles.append(Background(url, attribution))
    return Backgrounds(tuple(tiles), files)


def _table(path: Path) -> list[Mapping[str, Any]]:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise TilesProblem(f"底图设置 {path} 打不开（{error.strerror}）。请检查路径。") from error
    if len(content) > MAX_BYTES:
        raise TilesProblem(
            f"底图设置 {path} 太大。底图文件要以 {'、'.join(SUFFIXES)} 结尾；设置是几行文字的 .toml 文件。"
        )
    try:
        said = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise TilesProblem(f"底图设置 {path} 不是有效的 TOML（UTF-8）。写法见 docs/backgrounds.md。") from error
    refuse_unknown(f"底图设置 {path}", said, ("background",))
    rows = said.get("background")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise TilesProblem(f"底图设置 {path} 里没有 [[background]]。写法见 docs/backgrounds.md。")
    return rows


def _file(where: str, entry: Mapping[str, Any], settings: Path) -> Path:
    """Give the file of an entry: beside the settings where its path is not a whole one."""
    _refuse(where, entry, "file", ("name", "datum", "attribution", "approval"))
    return settings.resolve().parent / text(where, entry, "file")


def _of_file(at: int, path: Path, info: TileInfo, entry: Mapping[str, Any]) -> Background:
    where = f"底图文件 {path}"
    if _datum(where, entry) == "bd09":
        raise RulesProblem(f"{where}：百度的瓦片编号和这种文件不同，datum 可写 wgs84、gcj02。")
    if info.kind == "mvt" and DRAWN not in info.layers:
        raise TilesProblem(f"{where} 的矢量图层不是 Protomaps 的（没有 {DRAWN}），画不出来。请用图片瓦片的文件。")
    return Background(
        f"/backgrounds/{at}/{{z}}/{{x}}/{{y}}",
        _credit(where, entry, info.attribution),
        text(where, entry, "name", "") or info.name or path.stem,
        _datum(where, entry),
        max_zoom=info.zooms[1],
        min_zoom=info.zooms[0],
        bounds=info.bounds,
        vector=info.kind == "mvt",
    )


def _service(where: str, entry: Mapping[str, Any]) -> Background:
    sources = [source for source in SOURCES if source in entry]
    if len(sources) != 1:
        raise RulesProblem(f"{where}：{'、'.join(SOURCES)} 要写一个，只写一个。")
    if not isinstance(entry.get("key", ""), str):
        raise RulesProblem(f"{where}：key 应为文字，要加引号。")
    common = ("name", "attribution", "approval", "max_zoom", "key")
    if "tianditu" in entry:
        _refuse(where, entry, "tianditu", common)
        return _tianditu(where, entry)
    if "wmts" in entry:
        _refuse(where, entry, "wmts", (*common, "layer", "labels_layer", "style", "format", "matrix_set", "datum"))
        url, labels = _wmts(where, entry, text(where, entry, "layer")), ""
        if "labels_layer" in entry:
            labels = _wmts(where, entry, text(where, entry, "labels_layer"))
    else:
        _refuse(where, entry, "url", (*common, "labels", "subdomains", "datum"))
        url, labels = (_holes(text(where, entry, name, "")) for name in ("url", "labels"))
    return Background(
        url,
        _credit(where, entry),
        text(where, entry, "name"),
        _datum(where, entry),
        labels,
        whole(where, entry, "max_zoom", 1) or 18,
        text(where, entry, "subdomains", ""),
        entry.get("key", "").strip(),
    )


def _tianditu(where: str, entry: Mapping[str, Any]) -> Background:
    layer, key = text(where, entry, "tianditu"), entry.get("key", "").strip()
    if layer not in TIANDITU:
        raise RulesProblem(f"{where}：没有天地图图层“{layer}”{nearest(layer, TIANDITU)}，可写：{'、'.join(TIANDITU)}。")
    if not key:
        raise RulesProblem(f"{where}：天地图要有密钥 key，在天地图网站（console.tianditu.gov.cn）申请“浏览器端”的。")
    name, labels = TIANDITU[layer]
    return Background(
        TIANDITU_URL.format(layer=layer),
        _credit(where, entry, "天地图"),
        text(where, entry, "name", name),
        labels=TIANDITU_URL.format(layer=labels),
        max_zoom=whole(where, entry, "max_zoom", 1) or 18,
        subdomains="01234567",
        key=key,
    )


def _wmts(where: str, entry: Mapping[str, Any], layer: str) -> str:
    """Write the address of a WMTS by key and value (OGC 07-057r7, 7.2); a resource template is used as it is."""
    base = text(where, entry, "wmts")
    style, matrix_set = text(where, entry, "style", "default"), text(where, entry, "matrix_set", "GoogleMapsCompatible")
    if any(hole in base for hole in RESTFUL):
        named = {"{Layer}": layer, "{Style}": style, "{TileMatrixSet}": matrix_set}
        for hole, value in named.items():
            base = base.replace(hole, quote(value, safe=":"))
        return _holes(base)
    asked = {
        **{"SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": layer, "STYLE": style},
        **{"TILEMATRIXSET": matrix_set, "FORMAT": text(where, entry, "format", "image/png")},
    }
    query = "&".join(f"{name}={quote(value, safe=':/')}" for name, value in asked.items())
    joint = "" if base.endswith(("?", "&")) else "&" if "?" in base else "?"
    # a server that counts its matrices by name (EPSG:3857:12) is written as a template instead
    return f"{base}{joint}{query}&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}"


def _holes(url: str) -> str:
    for theirs, ours in RESTFUL.items():
        url = url.replace(theirs, ours)
    return url


def _credit(where: str, entry: Mapping[str, Any], otherwise: str = "") -> str:
    """Give what stands in the corner: the source, and the number of the map's approval (审图号)."""
    approval = text(where, entry, "approval", "")
    return " ".join(filter(None, (text(where, entry, "attribution", otherwise), approval)))


def _datum(where: str, entry: Mapping[str, Any]) -> Datum:
    datum = text(where, entry, "datum", "wgs84").lower()
    if datum not in DATUMS:
        raise RulesProblem(f"{where}：datum 不认识“{datum}”{nearest(datum, DATUMS)}，可写：{'、'.join(DATUMS)}。")
    return DATUMS[datum]


def _refuse(where: str, entry: Mapping[str, Any], source: str, known: tuple[str, ...]) -> None:
    refuse_unknown(where, entry, KEYS)
    out = [key for key in entry if key not in (*known, source)]
    if out:
        raise RulesProblem(f"{where}：{out[0]} 不能和 {source} 一起用，可写：{'、'.join(known)}。")
