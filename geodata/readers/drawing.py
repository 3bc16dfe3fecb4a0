"""CAD drawings (DXF): closed lines are areas, and the texts that stand inside them their names and codes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata.errors import FileProblem
from geodata.readers.raw import RawTable
from geodata.tables import Table

NAME, CODE, PLAN_LAYER = "名称", "编码", "图层"

_BINARY = re.compile(rb"AutoCAD Binary DXF")
_HEADER = re.compile(rb"\bSECTION\s+2\s+HEADER\b")
_BEGINNING = 2**16
_CODE = re.compile(r"(?=.*\d)[0-9A-Za-z][0-9A-Za-z_-]*")
_BREAK = re.compile(r"\\P|\r?\n")
_MARK = re.compile(r"\\[ACFfHQTWp][^;\\{}]{0,200};|\\[LlOoKk~]|[{}]|%%[uUoO]")
_KINDS = {
    "POINT": (shapely.GeometryType.POINT,),
    "MULTILINESTRING": (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING),
    "MULTIPOLYGON": (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON),
}


def give_header(path: Path) -> None:
    """Put an empty header before a drawing that has none: without one GDAL doesn't mind which encoding it is told."""
    data = path.read_bytes()
    if not _BINARY.match(data) and not _HEADER.search(data[:_BEGINNING]):
        path.write_bytes(b"0\nSECTION\n2\nHEADER\n0\nENDSEC\n" + data)


def read_drawing(name: str, raw: RawTable, table: Table) -> RawTable:
    """Keep the elements of a drawing that a table is made of.

    Areas and water are closed lines. A text is inside the smallest of them that holds it: one of digits and Latin
    letters is its code, any other its name (several: joined, from the top down). Places are points and texts, named by
    their text. Rows keep the number of their element.

    Parameters
    ----------
    name
        The file's, for messages.
    raw
        As GDAL reads it: Layer, Text.

    Raises
    ------
    FileProblem
        The drawing has no element of that kind, or the table has no geometry.
    """
    if table.geometry is None or table.name == "tracks":
        raise FileProblem(f"{name} 是 CAD 图，不能导入 {table.name}。")
    shapes = np.array([each if isinstance(each, shapely.Geometry) else None for each in raw.shapes or []], dtype=object)
    if table.geometry == "MULTIPOLYGON":
        shapes = _closed(shapes)
    kept = np.flatnonzero(np.isin(shapely.get_type_id(shapes), _KINDS[table.geometry]))
    if not len(kept):
        wanted = {"POINT": "点", "MULTILINESTRING": "线", "MULTIPOLYGON": "闭合的多段线"}[table.geometry]
        raise FileProblem(f"{name} 里没有{wanted}。请在 CAD 里检查（边界要用闭合的多段线画）。")
    texts = raw.columns.get("Text", [None] * len(shapes))
    codes, names = (
        _inside(shapes, kept, texts)
        if table.geometry == "MULTIPOLYGON"
        else ([], ["".join(lines_of(texts[at])) or None for at in kept])
    )
    columns: dict[str, list[Any]] = {CODE: codes, NAME: names}
    columns[PLAN_LAYER] = [raw.columns["Layer"][at] for at in kept] if "Layer" in raw.columns else []
    left = len(shapes) - len(kept) - (sum(text is not None for text in texts) if codes else 0)
    rows = raw.rows[kept]
    return RawTable(
        {header: values for header, values in columns.items() if any(value is not None for value in values)},
        rows,
        shapes=shapes[kept].tolist(),
        crs=raw.crs,
        encoding=raw.encoding,
        notes=[*raw.notes, *([f"{left} 个别的图元没有读。"] if left > 0 else [])],
        faults=[fault for fault in raw.faults if fault.row in set(rows.tolist())],
    )


def lines_of(text: Any) -> list[str]:
    r"""Give the lines of a TEXT or MTEXT without its marks (`{\fSimSun|b0;甲村}\P乙村` is 甲村 and 乙村)."""
    if text is None:
        return []
    broken = _BREAK.sub("\n", str(text))
    return [line for line in (_MARK.sub("", each).strip() for each in broken.split("\n")) if line]


def _closed(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Turn lines that end where they start into polygons."""
    rings = shapely.is_closed(shapes) & (shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING)
    rings &= shapely.get_num_coordinates(shapes) >= 4
    if not rings.any():
        return shapes
    corners, at = shapely.get_coordinates(shapes[rings], return_index=True)
    closed = shapes.copy()
    closed[rings] = shapely.polygons(shapely.linearrings(corners, indices=at))
    return closed


def _inside(
    shapes: npt.NDArray[np.object_], kept: npt.NDArray[np.int64], texts: list[Any]
) -> tuple[list[str | None], list[str | None]]:
    """Give code and name of each polygon from the texts inside it."""
    at = np.array([n for n, text in enumerate(texts) if text and str(text).strip()], dtype=np.int64)
    at = at[shapely.get_type_id(shapes[at]) == shapely.GeometryType.POINT]
    polygons, points = shapes[kept], shapes[at]
    point, polygon = shapely.STRtree(polygons).query(points, predicate="within")
    order = np.lexsort((shapely.area(polygons)[polygon], point))
    _, first = np.unique(point[order], return_index=True)
    held: list[list[int]] = [[] for _ in kept]
    for one, owner in zip(point[order][first].tolist(), polygon[order][first].tolist(), strict=True):
        held[owner].append(one)
    height, along = shapely.get_y(points), shapely.get_x(points)
    codes: list[str | None] = []
    names: list[str | None] = []
    for mine in held:
        said = [line for n in sorted(mine, key=lambda n: (-height[n], along[n])) for line in lines_of(texts[at[n]])]
        coded = [text for text in said if _CODE.fullmatch(text)]
        codes.append(coded[0] if coded else None)
        names.append("".join(text for text in said if text not in coded) or None)
    return codes, names
