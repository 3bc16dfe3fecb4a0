"""Where the rows of a file are: which system, and the geometry in WGS 84."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata.datum import SYSTEMS, Datum, crs_of, to_wgs84
from geodata.errors import Fault, FileProblem
from geodata.readers.raw import RawTable, Repair
from geodata.readers.values import Unreadable, number_of
from geodata.tables import Shape, Table
from geodata.topology import BadShape, make_valid, shape_of

_NULL_ISLAND = 1e-9


def settle_datum(path: Path, raw: RawTable, headers: Mapping[str, str], asked: str) -> Datum:
    """Say which system the positions are in: as declared, as the file's metadata says, else WGS 84 assumed.

    FileProblem for an unknown system, and for plane coordinates that nobody declared.
    """
    if asked != "auto":
        system = asked.lower()
        if system not in SYSTEMS:
            try:
                crs_of(system)
            except ValueError as error:
                raise FileProblem(
                    f"--datum {asked}：不认识的坐标系。可用 {'、'.join(SYSTEMS)} 或 epsg:编号（如 epsg:4547）。"
                ) from error
        return Datum(system, "declared", f"--datum {asked}")
    if raw.crs:
        return Datum(raw.crs, "metadata", "文件自带的坐标系说明")
    x, y = _extent(raw, headers)
    if x.size == 0:
        return Datum("wgs84", "assumed", "没有坐标")
    span = f"坐标范围 {x.min():.4f}–{x.max():.4f}，{y.min():.4f}–{y.max():.4f}"
    if np.median(np.abs(x)) > 180 or np.median(np.abs(y)) > 180:
        raise FileProblem(
            f"{path.name} 的坐标像是平面坐标（米）：{span}。"
            "请用 --datum epsg:编号 指明，如 CGCS2000 三度带 114° 是 epsg:4547。"
        )
    return Datum("wgs84", "assumed", f"文件没有说明坐标系，按 WGS 84 经纬度处理；{span}")


def _extent(raw: RawTable, headers: Mapping[str, str]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give some coordinates as they stand in the file: all of the columns, or the first of each geometry."""
    if "lon" in headers and "lat" in headers:
        pairs = [_pair(a, b) for a, b in zip(raw.columns[headers["lon"]], raw.columns[headers["lat"]], strict=True)]
    else:
        pairs = [pair for shape in raw.shapes or [] for pair in _pairs(shape)]
    held = np.array([pair for pair in pairs if pair is not None], dtype=float).reshape(-1, 2)
    return held[:, 0], held[:, 1]


def _pair(lon: Any, lat: Any) -> tuple[float, float] | None:
    try:
        return number_of(lon), number_of(lat)
    except Unreadable:
        return None


def _pairs(shape: Any) -> Iterator[tuple[float, float]]:
    """Give the positions of a geometry as the format holds it."""
    if isinstance(shape, shapely.Geometry):
        yield from map(tuple, shapely.get_coordinates(shape))
        return
    waiting = [shape.get("coordinates")] if isinstance(shape, dict) else []
    while waiting:
        inner = waiting.pop()
        if not isinstance(inner, list) or not inner:
            continue
        if isinstance(inner[0], list):
            waiting += inner
        elif len(inner) >= 2 and all(isinstance(value, (int, float)) for value in inner[:2]):
            yield float(inner[0]), float(inner[1])


def shapes_of(
    raw: RawTable, table: Table, headers: Mapping[str, str], datum: Datum, faults: dict[int, Fault]
) -> npt.NDArray[np.object_]:
    """Give one geometry a row in WGS 84, None where there is none; rows with a bad one get a fault."""
    if raw.shapes is not None and any(shape is not None for shape in raw.shapes):
        return _drawn(raw, table, raw.shapes, "geometry", datum, faults)
    if "geometry" in headers and raw.shapes is None:
        header = headers["geometry"]
        shapes = [_from_wkt(raw, at, value, header, faults) for at, value in enumerate(raw.columns[header])]
        return _drawn(raw, table, shapes, header, datum, faults)
    if "lon" in headers and "lat" in headers:
        return _points(raw, headers, datum, faults)
    return np.full(len(raw.rows), None, dtype=object)


def _drawn(
    raw: RawTable, table: Table, shapes: list[Any], header: str, datum: Datum, faults: dict[int, Fault]
) -> npt.NDArray[np.object_]:
    """Build, move to WGS 84 and mend drawn geometries, one repair entry for each thing mended."""
    points = table.name == "tracks" and raw.shapes is None
    wanted: Shape = "POINT" if points or table.geometry is None else table.geometry
    drawn = np.full(len(shapes), None, dtype=object)
    for at, geometry in enumerate(shapes):
        row = int(raw.rows[at])
        if row in faults:
            continue
        try:
            built, repairs = (geometry, []) if isinstance(geometry, shapely.Geometry) else shape_of(geometry, wanted)
            moved = _moved(built, datum.system)
            drawn[at], mended = make_valid(moved) if wanted == "MULTIPOLYGON" else (moved, [])
        except BadShape as problem:
            faults[row] = Fault(row, header, "", str(problem))
            continue
        raw.repaired += [Repair(row, what) for what in (*repairs, *mended)]
    return drawn


def _moved(shape: Any, system: str) -> Any:
    """Move a geometry to WGS 84; BadShape when it does not lie on the earth."""
    if shape is None:
        return None
    moved = (
        shape
        if system in ("wgs84", "cgcs2000")
        else shapely.transform(shape, lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], system)))
    )
    west, south, east, north = shapely.bounds(moved)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadShape("坐标不在地球上：经度应在 ±180、纬度在 ±90 之间；经纬度可能写反了，或坐标系不对（--datum）")
    return moved


def _from_wkt(raw: RawTable, at: int, value: Any, header: str, faults: dict[int, Fault]) -> Any:
    if value is None or str(value).strip() == "":
        return None
    shape = shapely.from_wkt(str(value), on_invalid="ignore")
    if shape is None or shape.is_empty:
        row = int(raw.rows[at])
        faults.setdefault(row, Fault(row, header, str(value)[:60], "不是正常的 WKT 几何"))
        return None
    return shapely.geometry.mapping(shape) | {"coordinates": _lists(shapely.geometry.mapping(shape)["coordinates"])}


def _lists(value: Any) -> Any:
    return [_lists(each) for each in value] if isinstance(value, (tuple, list)) else value


def _points(
    raw: RawTable, headers: Mapping[str, str], datum: Datum, faults: dict[int, Fault]
) -> npt.NDArray[np.object_]:
    """Build points from longitude and latitude; both or none, on the earth, not at 0/0."""
    lon, lat = (_numbers(raw, headers[name], faults) for name in ("lon", "lat"))
    for at in np.flatnonzero(np.isnan(lon) != np.isnan(lat)):
        row, empty = int(raw.rows[at]), headers["lon" if np.isnan(lon[at]) else "lat"]
        faults.setdefault(row, Fault(row, empty, "", "经度和纬度要么都填，要么都空"))
    x, y = to_wgs84(lon, lat, datum.system)
    with np.errstate(invalid="ignore"):
        lost = ~np.isnan(lon) & ~((np.abs(x) <= 180) & (np.abs(y) <= 90))
        null = (np.abs(lon) < _NULL_ISLAND) & (np.abs(lat) < _NULL_ISLAND)
        swapped = lost & (np.abs(lon) <= 90) & (np.abs(lat) <= 180)
    for at in np.flatnonzero(lost | null):
        row = int(raw.rows[at])
        problem = (
            "经度和纬度写反了，请对调这两列（或用 --column lon=… --column lat=… 指明）"
            if swapped[at]
            else "坐标是 0,0，说明没有定位；请留空或改正"
            if null[at]
            else "坐标不在地球上：经度应在 ±180、纬度在 ±90 之间，或坐标系不对（--datum）"
        )
        faults.setdefault(row, Fault(row, headers["lon"], f"{lon[at]:g}, {lat[at]:g}", problem))
    held = ~np.isnan(x) & ~np.isnan(y)
    points = np.full(len(raw.rows), None, dtype=object)
    points[held] = shapely.points(x[held], y[held])
    return points


def _numbers(raw: RawTable, header: str, faults: dict[int, Fault]) -> npt.NDArray[np.float64]:
    numbers = np.full(len(raw.rows), np.nan)
    for at, value in enumerate(raw.columns[header]):
        if value is None or value == "" or (isinstance(value, str) and not value.strip()):
            continue
        try:
            numbers[at] = number_of(value)
        except Unreadable as problem:
            row = int(raw.rows[at])
            faults.setdefault(row, Fault(row, header, str(value)[:60], str(problem)))
    return numbers
