"""Where the rows of a file are: which system, and the geometry in WGS 84."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from geodata.datum import Datum, Way
from geodata.errors import Fault, FileProblem
from geodata.readers.raw import RawTable, Repair, shown
from geodata.readers.values import numbers
from geodata.shapes import BadShape, make_valid, shape_of
from geodata.tables import Shape, Table

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_NULL_ISLAND = 1e-9
_OFF_EARTH = "坐标不在地球上：经度应在 ±180、纬度在 ±90 之间"


def read_wkt(raw: RawTable, header: str, faults: dict[int, Fault]) -> None:
    """Put the geometries of a WKT column into `raw.shapes`; rows whose text is none get a fault."""
    texts = ["" if value is None else str(value).strip() for value in raw.columns[header]]
    shapes = shapely.from_wkt(np.array([text or None for text in texts], dtype=object), on_invalid="ignore")
    lost = (shapely.is_missing(shapes) & np.array([text != "" for text in texts])) | shapely.is_empty(shapes)
    for at in np.flatnonzero(lost):
        row = int(raw.rows[at])
        faults.setdefault(row, Fault(row, header, shown(texts[at]), "不是正常的 WKT 几何"))
    shapes[lost] = None
    raw.shapes = shapely.force_2d(shapes).tolist()


def shapes_of(
    path: Path, raw: RawTable, wanted: Shape, headers: Mapping[str, str], datum: Datum, faults: dict[int, Fault]
) -> npt.NDArray[np.object_]:
    """Give one geometry a row in WGS 84, None where there is none; rows with a bad one get a fault.

    FileProblem when longitude and latitude are swapped in every row.
    """
    drawn = raw.shapes is not None and any(shape is not None for shape in raw.shapes)
    if not drawn and "lon" in headers and "lat" in headers:
        lon, lat = (_numbers(raw, headers[name], faults) for name in ("lon", "lat"))
        for at in np.flatnonzero(np.isnan(lon) != np.isnan(lat)):
            row, empty = int(raw.rows[at]), headers["lon" if np.isnan(lon[at]) else "lat"]
            faults.setdefault(row, Fault(row, empty, "", "经度和纬度要么都填，要么都空"))
        return _points(path, raw, lon, lat, headers["lon"], datum, faults)
    header = headers.get("geometry", "geometry")
    built = _built(raw, wanted, header, faults)
    if wanted == "POINT":
        return _points(path, raw, shapely.get_x(built), shapely.get_y(built), header, datum, faults)
    return _drawn(raw, built, wanted, header, datum, faults)


def wanted_shape(table: Table, raw: RawTable) -> Shape:
    """Give the type of geometry that a file of the table holds: a table of tracks may come as timed points."""
    if table.geometry is None:
        raise ValueError(f"table {table.name} has no geometry")
    if table.name != "tracks" or raw.made:
        return table.geometry
    first = next((shape for shape in raw.shapes or [] if shape is not None), None)
    kind = first.get("type") if isinstance(first, dict) else getattr(first, "geom_type", "Point")
    return "POINT" if kind == "Point" else table.geometry


def _built(raw: RawTable, wanted: Shape, header: str, faults: dict[int, Fault]) -> npt.NDArray[np.object_]:
    """Build the drawn geometries as they stand in the file, one repair entry for each thing mended."""
    built = np.full(len(raw.rows), None, dtype=object)
    for at, geometry in enumerate(raw.shapes or []):
        row = int(raw.rows[at])
        try:
            built[at], repairs = shape_of(geometry, wanted)
        except BadShape as problem:
            faults.setdefault(row, Fault(row, header, "", str(problem)))
            continue
        raw.repaired += [Repair(row, what) for what in repairs]
    return built


def _drawn(
    raw: RawTable,
    built: npt.NDArray[np.object_],
    wanted: Shape,
    header: str,
    datum: Datum,
    faults: dict[int, Fault],
) -> npt.NDArray[np.object_]:
    """Move lines and polygons to WGS 84 and mend them."""
    moved = _moved(built, datum.way)
    for at in np.flatnonzero(_off_earth(moved)):
        row, (x, y) = int(raw.rows[at]), shapely.get_coordinates(built[at])[0]
        problem = f"{_OFF_EARTH}；经纬度可能写反了，或坐标系不对（--datum）"
        faults.setdefault(row, Fault(row, header, f"{x:g}, {y:g}", problem))
        moved[at] = None
    if wanted == "MULTIPOLYGON":
        _mend(raw, moved, header, faults)
    return moved


def _mend(raw: RawTable, shapes: npt.NDArray[np.object_], header: str, faults: dict[int, Fault]) -> None:
    """Mend polygons in place; what needs no mending is not looked at one by one."""
    fine = shapely.is_missing(shapes) | (shapely.is_valid(shapes) & ~_has_doubled_points(shapes))
    shapes[fine] = shapely.orient_polygons(shapes[fine])
    for at in np.flatnonzero(~fine):
        row = int(raw.rows[at])
        try:
            shapes[at], repairs = make_valid(shapes[at])
        except BadShape as problem:
            faults.setdefault(row, Fault(row, header, "", str(problem)))
            shapes[at] = None
            continue
        raw.repaired += [Repair(row, what) for what in repairs]


def _has_doubled_points(shapes: npt.NDArray[np.object_]) -> Bools:
    return np.asarray(
        shapely.get_num_coordinates(shapely.remove_repeated_points(shapes)) < shapely.get_num_coordinates(shapes)
    )


def _moved(shapes: npt.NDArray[np.object_], way: Way) -> npt.NDArray[np.object_]:
    if way.same:  # spares copying all vertices
        return shapes
    moved: npt.NDArray[np.object_] = shapely.transform(
        shapes, lambda xy: np.column_stack(way.to_wgs84(xy[:, 0], xy[:, 1]))
    )
    return moved


def _off_earth(shapes: npt.NDArray[np.object_]) -> Bools:
    west, south, east, north = shapely.bounds(shapes).T
    with np.errstate(invalid="ignore"):
        held = (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)
    return np.asarray(~held & ~shapely.is_missing(shapes))


def _points(
    path: Path, raw: RawTable, lon: Floats, lat: Floats, header: str, datum: Datum, faults: dict[int, Fault]
) -> npt.NDArray[np.object_]:
    """Build points from longitude and latitude; on the earth, not at 0/0."""
    given = ~np.isnan(lon) & ~np.isnan(lat)
    with np.errstate(invalid="ignore", over="ignore"):
        x, y = datum.way.to_wgs84(lon, lat)
        lost = given & ~((np.abs(x) <= 180) & (np.abs(y) <= 90))
        null = (np.abs(lon) < _NULL_ISLAND) & (np.abs(lat) < _NULL_ISLAND)
        swapped = lost & (np.abs(lon) <= 90) & (np.abs(lat) <= 180) & (not datum.swapped)
    if swapped.any() and swapped[given].all():
        raise all_swapped(path.name, raw.rows[swapped], lon[swapped], lat[swapped])
    for at in np.flatnonzero(lost | null):
        row = int(raw.rows[at])
        problem = (
            "经度和纬度写反了，请对调"
            if swapped[at]
            else "坐标是 0,0，说明没有定位；请留空或改正"
            if null[at]
            else f"{_OFF_EARTH}，或坐标系不对（--datum）"
        )
        faults.setdefault(row, Fault(row, header, f"{lon[at]:g}, {lat[at]:g}", problem))
    held = given & ~lost
    points = np.full(len(raw.rows), None, dtype=object)
    points[held] = shapely.points(x[held], y[held])
    return points


def all_swapped(file: str, rows: npt.NDArray[np.int64], lon: Floats, lat: Floats) -> FileProblem:
    """Say that every position of a file has longitude and latitude swapped, and what to do."""
    return FileProblem(
        f"{file}：所有 {len(rows)} 行的经度和纬度都写反了（第 {rows[0]} 行：{lon[0]:g}, {lat[0]:g}）。"
        "表格请用 --column lon=纬度所在列 --column lat=经度所在列 指明，地图文件请对调后重新导出；什么都没有写入。"
    )


def _numbers(raw: RawTable, header: str, faults: dict[int, Fault]) -> Floats:
    values, problems = numbers(raw.columns[header])
    for at, problem in problems.items():
        row = int(raw.rows[at])
        faults.setdefault(row, Fault(row, header, shown(raw.columns[header][at]), problem))
    return values
