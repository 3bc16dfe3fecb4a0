"""Map files that GDAL reads: Shapefile, GeoPackage, KML/KMZ, MapInfo, DXF, FlatGeobuf, OSM extracts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely

from geodata.errors import Fault, FileProblem
from geodata.readers.drawing import give_header, read_drawing
from geodata.readers.fieldtext import decode_columns
from geodata.readers.gdal import Layer, ask
from geodata.readers.osm import read_osm
from geodata.readers.raw import RawTable
from geodata.readers.text import decode
from geodata.readers.unpack import Copied, private_copy
from geodata.readers.wkb import shapes_of_wkb
from geodata.tables import Table
from geodata.untrusted import MAX_FEATURE_VERTICES, MAX_XML_BYTES

DRIVERS: Mapping[str, str] = MappingProxyType(
    {
        ".shp": "ESRI Shapefile",
        ".gpkg": "GPKG",
        ".kml": "LIBKML",
        ".tab": "MapInfo File",
        ".mif": "MapInfo File",
        ".dxf": "DXF",
        ".fgb": "FlatGeobuf",
        ".pbf": "OSM",
    }
)
"""Ending → the one GDAL driver that may open it."""
VECTOR_ENDINGS = (*DRIVERS, ".zip", ".kmz")

_LAYERED = (".gpkg", ".kml")
_SUITS: Mapping[str | None, tuple[str, ...]] = MappingProxyType(
    {"POINT": ("Point",), "MULTILINESTRING": ("LineString",), "MULTIPOLYGON": ("Polygon",), None: ()}
)
_LOOKS_ONLY = frozenset({"altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon"})
"""Fields that GDAL gives every KML, about looks only."""
_OTHER_TABLES = re.compile(rb"create\s+view|open\s+table|\"\\?IsSeamless\"\s*=\s*\"TRUE\"", re.IGNORECASE)
_CHINESE_DBF = 0x4D  # language driver of code page 936
_SAME: Mapping[int, str] = MappingProxyType({4326: "wgs84", 4490: "cgcs2000"})


def read_vector(path: Path, table: Table, encoding: str = "auto", layer: str | None = None) -> RawTable:
    """Read one layer of a map file; rows count its features from 1.

    Parameters
    ----------
    encoding
        Of texts; `auto` decides as `decode_columns` does.
    layer
        Name of the layer, or of the file in a .zip with several; None for the only one that suits the table.

    Raises
    ------
    FileProblem
        The file can't be read or trusted, or it can't be told which layer is meant.
    """
    with private_copy(path, tuple(DRIVERS), layer) as copied:
        ending = copied.path.suffix
        if ending == ".pbf":
            return read_osm(copied, table)
        _check(copied, ending)
        asked = _layer(copied, ending)
        suits = (*_SUITS[table.geometry], *(("Point",) if table.name == "tracks" else ()))
        options = _drawing_options(copied.path, table, encoding) if ending == ".dxf" else {}
        found = ask(copied.path, copied.shown_as, DRIVERS[ending], suits=suits, layer=asked, options=options)
        told = "auto" if ending == ".dxf" else encoding  # GDAL has decoded a drawing as its options say
        decoded = decode_columns(path, found.columns, asked=told, declared=_declared(copied.path))
    rows = np.arange(1, len(found.wkb) + 1, dtype=np.int64)
    if not len(rows):
        raise FileProblem(f"{copied.shown_as} 里没有要素。请检查是否选对了文件。")
    raw = RawTable(
        decoded.columns,
        rows,
        shapes=_shapes(found),
        crs=system_of(found.crs) if ending != ".dxf" else None,
        encoding=options.get("DXF_ENCODING", decoded.encoding).lower().replace("cp936", "gbk"),
        notes=[*_told(copied, found), *decoded.notes],
    )
    _reject(raw, found)
    if ending == ".kml":
        raw.columns = {name: values for name, values in raw.columns.items() if not _idle(name, values)}
    return read_drawing(copied.shown_as, raw, table) if ending == ".dxf" else raw


def _layer(copied: Copied, ending: str) -> str | None:
    """Give the layer to ask for; a file of one layer goes by the name of the file."""
    if ending in _LAYERED:
        return copied.layer
    if copied.layer not in (None, copied.stem):
        raise FileProblem(f"{copied.shown_as} 只有一个图层，没有“{copied.layer}”。请去掉 --layer。")
    return None


def _check(copied: Copied, ending: str) -> None:
    """Refuse by its bytes what no driver need be asked about."""
    if ending == ".kml":
        data = copied.path.read_bytes() if copied.path.stat().st_size <= MAX_XML_BYTES else None
        if data is None:
            raise FileProblem(f"{copied.shown_as} 超过 {MAX_XML_BYTES / 2**20:.0f} MB。请按区域分成几个文件。")
        bare = data.replace(b"\0", b"")  # UTF-16 hides nothing
        if b"<!DOCTYPE" in bare or b"<!ENTITY" in bare:
            raise FileProblem(f"{copied.shown_as} 里有实体声明（DOCTYPE），正常的 KML 没有，已拒绝。请重新导出。")
    if ending == ".tab" and _OTHER_TABLES.search(copied.path.read_bytes()):
        raise FileProblem(
            f"{copied.shown_as} 是引用别的表的视图或无缝表，已拒绝。请在 MapInfo 里另存为一个独立的表再导入。"
        )


def _declared(path: Path) -> str | None:
    """Give the encoding that a file names: a .cpg, the language byte of a .dbf; UTF-8 where the format has no other."""
    if path.suffix != ".shp":
        return "utf-8" if path.suffix in (".gpkg", ".kml", ".fgb") else None
    page, table = path.with_suffix(".cpg"), path.with_suffix(".dbf")
    if page.exists():
        with page.open("rb") as file:
            return file.read(40).decode("ascii", "replace").strip()
    with table.open("rb") as file:
        return "gbk" if file.read(30)[29:] == bytes([_CHINESE_DBF]) else None


def _drawing_options(path: Path, table: Table, encoding: str) -> dict[str, str]:
    """Give GDAL's options for a drawing; its texts are in the encoding that fits the whole file."""
    named = decode(path, encoding)[1] if encoding == "auto" else encoding
    give_header(path)
    closed = "TRUE" if table.geometry == "MULTIPOLYGON" else "FALSE"
    return {"DXF_CLOSED_LINE_AS_POLYGON": closed, "DXF_ENCODING": "CP936" if named == "gbk" else named}


def _shapes(found: Layer) -> list[Any] | None:
    return shapes_of_wkb(found.wkb) if any(blob is not None for blob in found.wkb) or found.huge else None


def _reject(raw: RawTable, found: Layer) -> None:
    """Reject rows with more vertices than any border has, and rows with coordinates that are no numbers."""
    for at in sorted(found.huge):
        problem = f"顶点超过 {MAX_FEATURE_VERTICES} 个，请先简化或拆开"
        raw.faults.append(Fault(int(raw.rows[at]), "geometry", "", problem))
    if raw.shapes is None:
        return
    drawn = np.array([each if isinstance(each, shapely.Geometry) else None for each in raw.shapes], dtype=object)
    positions, at = shapely.get_coordinates(drawn, return_index=True)
    for bad in np.unique(at[~np.isfinite(positions).all(axis=1)]).tolist():
        raw.faults.append(Fault(int(raw.rows[bad]), "geometry", "", "坐标不是有限的数"))
        raw.shapes[bad] = None


def _idle(name: str, values: list[Any]) -> bool:
    return name in _LOOKS_ONLY or all(value is None for value in values)


def _told(copied: Copied, found: Layer) -> list[str]:
    notes = [f"读取 {copied.shown_as}。"] if "里的" in copied.shown_as else []
    if len(found.layers) > 1:
        notes.append(f"读取图层“{found.name}”，其余 {len(found.layers) - 1} 个图层没有读。")
    return notes


def system_of(crs: str | None) -> str | None:
    """Give the coordinate system as `RawTable.crs` has it, from `EPSG:N` or WKT; None when it says nothing."""
    from pyproj import CRS  # noqa: PLC0415 - slow import
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    if not crs:
        return None
    try:
        found = CRS.from_user_input(crs)
    except CRSError:
        return crs
    if not (found.is_geographic or found.is_projected) or found.name.lower().startswith(("undefined", "unnamed")):
        return None
    number = found.to_2d().to_epsg()
    return _SAME.get(number, f"epsg:{number}") if number is not None else found.name
