"""Where the rows of a file are: which system, and the geometry in WGS 84."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata.datum import Datum, choices, find, operation_of, to_wgs84
from geodata.errors import Fault, FileProblem
from geodata.readers.raw import RawTable, Repair, shown
from geodata.readers.values import numbers
from geodata.tables import Shape, Table
from geodata.topology import BadShape, make_valid, shape_of

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_NULL_ISLAND = 1e-9
_HUGE = 1e12
_EXACT = 5.0  # metres, as good as a phone; nothing to say below
_OFF_EARTH = "坐标不在地球上：经度应在 ±180、纬度在 ±90 之间"


def settle_datum(path: Path, raw: RawTable, headers: Mapping[str, str], asked: str) -> Datum:
    """Say which system the positions are in: as declared, as the file's metadata says, else WGS 84 assumed.

    FileProblem for an unknown system, and for plane coordinates that nobody declared.
    """
    if asked != "auto":
        key = _known(asked)
        if key is None:
            raise FileProblem(f"--datum {shown(asked)}：不认识的坐标系。可用 {choices()}。")
        return Datum(key, "declared", f"--datum {asked}{_left(key, *_extent(raw, headers))}")
    if raw.crs:
        key = _known(raw.crs)
        if key is None:
            raise FileProblem(
                f"{path.name} 自带的坐标系说明“{shown(raw.crs)}”不认识。请用 --datum 指明坐标系，可用 {choices()}。"
            )
        return Datum(key, "metadata", f"文件自带的坐标系说明：{raw.crs}{_left(key, *_extent(raw, headers))}")
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


def _known(word: str) -> str | None:
    """Give the registry's key for a word, None for a word that is no system."""
    try:
        return find(word).key
    except ValueError:
        return None


def _left(key: str, x: Floats, y: Floats) -> str:
    """Say how far positions may be off after the way to WGS 84, where that is more than a few metres."""
    operation = operation_of(x, y, key)
    if operation.accuracy is None or operation.accuracy <= _EXACT:
        return ""
    if operation.shifts:
        return f"；按 {operation.name} 转换，误差约 {operation.accuracy:.0f} 米"
    return f"；{find(key).way}"


def _extent(raw: RawTable, headers: Mapping[str, str]) -> tuple[Floats, Floats]:
    """Give all coordinates as they stand in the file."""
    if raw.shapes is None and "lon" in headers and "lat" in headers:
        x, y = (numbers(raw.columns[headers[name]])[0] for name in ("lon", "lat"))
        held = ~np.isnan(x) & ~np.isnan(y)
        return x[held], y[held]
    drawn = [shape for shape in raw.shapes or [] if isinstance(shape, shapely.Geometry)]
    pairs = np.array([pair for shape in raw.shapes or [] for pair in _pairs(shape)], dtype=float).reshape(-1, 2)
    pairs = np.vstack([pairs, shapely.get_coordinates(drawn)])
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    return pairs[:, 0], pairs[:, 1]


def _pairs(shape: Any) -> Iterator[tuple[float, float]]:
    """Give the positions of a GeoJSON geometry, whatever else may stand in it."""
    waiting = [shape.get("coordinates")] if isinstance(shape, dict) else []
    while waiting:
        inner = waiting.pop()
        if not isinstance(inner, list) or not inner:
            continue
        if isinstance(inner[0], list):
            waiting += inner
        elif len(inner) >= 2 and all(isinstance(value, (int, float)) and abs(value) < _HUGE for value in inner[:2]):
            yield float(inner[0]), float(inner[1])


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
    moved = _moved(built, datum.system)
    for at in np.flatnonzero(_off_earth(moved)):
        row, (x, y) = int(raw.rows[at]), shapely.get_coordinates(built[at])[0]
        problem = f"{_OFF_EARTH}；经纬度可能写反了，或坐标系不对（--datum）"
        faults.setdefault(row, Fault(row, header, f"{x:g}, {y:g}", problem))
        moved[at] = None
    if wanted == "MULTIPOLYGON":
        _mend(raw, moved, header, faults)
    return moved


def _mend(raw: RawTable, shapes: npt.NDArray[np.object_], header: str, faults: dict[int, Fault]) -> None:
    """Mend the polygons that cross themselves, in place."""
    for at in np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)):
        row = int(raw.rows[at])
        try:
            shapes[at], repairs = make_valid(shapes[at])
        except BadShape as problem:
            faults.setdefault(row, Fault(row, header, "", str(problem)))
            shapes[at] = None
            continue
        raw.repaired += [Repair(row, what) for what in repairs]


def _moved(shapes: npt.NDArray[np.object_], system: str) -> npt.NDArray[np.object_]:
    if system in ("wgs84", "cgcs2000"):  # spares copying all vertices
        return shapes
    moved: npt.NDArray[np.object_] = shapely.transform(
        shapes, lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], system))
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
        x, y = to_wgs84(lon, lat, datum.system)
        lost = given & ~((np.abs(x) <= 180) & (np.abs(y) <= 90))
        null = (np.abs(lon) < _NULL_ISLAND) & (np.abs(lat) < _NULL_ISLAND)
        swapped = lost & (np.abs(lon) <= 90) & (np.abs(lat) <= 180)
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
