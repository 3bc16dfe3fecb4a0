"""One geometry as its table wants it: rings closed, dropped, untangled, with the least change, each repair told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import shapely

from geodata.datum import metric_crs
from geodata.tables import Shape

_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "Self-intersection": "自相交的多边形",
        "Ring Self-intersection": "自己碰到自己的环",
        "Hole lies outside shell": "在外环以外的洞",
        "Holes are nested": "套在洞里的洞",
        "Nested shells": "套在一起的外环",
        "Interior is disconnected": "被洞隔断的多边形",
        "Duplicate Rings": "重复的环",
    }
)

_GRID = 1e-9
"""Degrees, a tenth of a millimetre: the grid on which GEOS always knows what crosses what."""


class BadShape(ValueError):
    """A geometry that can't be mended; the text says why."""


def shape_of(geometry: Any, wanted: Shape) -> tuple[Any, list[str]]:
    """Turn a GeoJSON geometry into a shapely one of the table's type, closing and dropping rings where needed.

    Heights are left out.

    Parameters
    ----------
    geometry
        The `geometry` member as JSON has it, or a shapely one; None is no geometry.
    wanted
        Type of the table; single parts become multi ones.

    Returns
    -------
    The geometry (None for none) and a sentence for each repair. BadShape when nothing is left or the type is another.
    """
    if geometry is None:
        return None, []
    repairs: list[str] = []
    if isinstance(geometry, shapely.Geometry):
        return _typed(shapely.force_2d(geometry), wanted, repairs), repairs
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind == "GeometryCollection":
        return _collected(geometry, wanted, repairs), repairs
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    try:
        if wanted == "POINT" and kind == "Point":
            return shapely.Point(_position(coordinates)), []
        parts: Any = [coordinates] if kind == _single(wanted) else coordinates
        if kind not in _accepted(wanted):
            raise BadShape(_other(kind, wanted))
        build = _polygon if wanted == "MULTIPOLYGON" else _line
        shapes = [shape for shape in (build(part, repairs) for part in parts) if shape is not None]
    except BadShape:
        raise
    except (TypeError, KeyError, IndexError, AttributeError, ValueError, OverflowError) as error:
        raise BadShape("坐标写法不对，应为 [经度, 纬度] 的列表") from error
    if not shapes:
        raise BadShape("没有剩下可用的环或线段" if repairs else "几何是空的")
    return (shapely.multipolygons if wanted == "MULTIPOLYGON" else shapely.multilinestrings)(shapes), repairs


def _single(wanted: Shape) -> str:
    """Give the GeoJSON name of one part of a table's geometry."""
    return {"POINT": "Point", "MULTILINESTRING": "LineString", "MULTIPOLYGON": "Polygon"}[wanted]


def _accepted(wanted: Shape) -> tuple[str, ...]:
    return ("Point",) if wanted == "POINT" else (_single(wanted), f"Multi{_single(wanted)}")


def _other(kind: Any, wanted: Shape) -> str:
    return f"几何类型是 {kind}，这张表要的是 {_single(wanted)}"


def _typed(shape: Any, wanted: Shape, repairs: list[str]) -> Any:
    """Give a shapely geometry as the table's type; BadShape when it is another."""
    if shape.geom_type == "GeometryCollection":
        return _united(shapely.get_parts(shape).tolist(), wanted, repairs)
    if shape.geom_type not in _accepted(wanted):
        raise BadShape(_other(shape.geom_type, wanted))
    if wanted == "POINT" or shape.geom_type.startswith("Multi"):
        return shape
    return (shapely.multipolygons if wanted == "MULTIPOLYGON" else shapely.multilinestrings)([shape])


def _collected(collection: Mapping[str, Any], wanted: Shape, repairs: list[str]) -> Any:
    """Give what the table wants of a collection; its rings are mended as any."""
    inner = collection.get("geometries")
    if not isinstance(inner, list) or not all(isinstance(each, dict) for each in inner):
        raise BadShape("几何集合（GeometryCollection）里没有几何")
    kept = [each for each in inner if each.get("type") in _accepted(wanted)]
    built = [shape_of(each, wanted) for each in kept]
    repairs += [repair for _, mended in built for repair in mended]
    return _united([shape for shape, _ in built] + [None] * (len(inner) - len(kept)), wanted, repairs)


def _united(parts: Sequence[Any], wanted: Shape, repairs: list[str]) -> Any:
    """Put the parts of a collection that the table wants together; the others are left out, and told."""
    kept = [each for each in parts if each is not None and each.geom_type in _accepted(wanted)]
    if not kept:
        raise BadShape(_other("几何集合，里面没有合用的", wanted))
    if wanted == "POINT" and len(kept) > 1:
        raise BadShape(f"有 {len(kept)} 个点，这张表一行要一个点")
    if len(kept) < len(parts):
        repairs.append(f"几何集合里留下{_single(wanted)}，去掉 {len(parts) - len(kept)} 个别的")
    if wanted == "POINT":
        return kept[0]
    build = shapely.multipolygons if wanted == "MULTIPOLYGON" else shapely.multilinestrings
    return build(np.concatenate([shapely.get_parts(each) for each in kept]))


def _position(values: Any) -> tuple[float, float]:
    x, y = float(values[0]), float(values[1])
    if not (np.isfinite(x) and np.isfinite(y)):
        raise BadShape("坐标不是有限的数")
    return x, y


def _line(coordinates: Any, repairs: list[str]) -> Any:
    points = [_position(point) for point in coordinates]
    if len(set(points)) < 2:
        repairs.append("丢弃一条不足两点的线")
        return None
    return shapely.LineString(points)


def _polygon(rings: Any, repairs: list[str]) -> Any:
    """Build one polygon; a shell that is no ring drops the polygon, a hole that is none drops the hole."""
    closed = [_ring([_position(point) for point in ring], repairs) for ring in rings]
    if not closed or closed[0] is None:
        return None
    return shapely.Polygon(closed[0], [hole for hole in closed[1:] if hole is not None])


def _ring(points: list[tuple[float, float]], repairs: list[str]) -> list[tuple[float, float]] | None:
    if len(set(points)) < 3:
        repairs.append(f"丢弃一个只有 {len(set(points))} 个点的环")
        return None
    if points[0] != points[-1]:
        repairs.append("闭合一个首尾不相接的环")
        return [*points, points[0]]
    return points


def make_valid(shape: Any) -> tuple[Any, list[str]]:
    """Mend a polygon with the least change: nothing of its ground goes but what no reading could keep.

    Points that stand twice in a row go. A polygon that crosses itself is taken apart into the pieces that its rings
    enclose (shapely's `structure` method): the two wings of a bow tie both stay, ground that a ring goes round twice
    stays once, a hole drawn outside its shell is ground of its own.

    Returns
    -------
    The polygon (with shells anticlockwise, RFC 7946) and a sentence for each repair; the m² told are those that differ
    from the rings read as drawing programs fill them (even-odd rule). BadShape where no ground is left.
    """
    if shape is None:
        return shape, []
    repairs = []
    once = shapely.remove_repeated_points(shape)
    doubled = int(shapely.get_num_coordinates(shape) - shapely.get_num_coordinates(once))
    if doubled > 0:
        repairs.append(f"去掉 {doubled} 个重复的点")
    if not shapely.is_valid(once):
        said = said_of(shapely.is_valid_reason(once).split("[")[0])
        mended = _untangled(once, "structure")
        changed = _differing_m2(_untangled(once, "linework"), mended)
        once = mended
        repairs.append(f"修正{said}，面积变化 {changed:,.1f} m²")
    return shapely.orient_polygons(once), repairs


def said_of(reason: str) -> str:
    """Say in Chinese what GEOS calls a polygon that is none."""
    return _REASONS.get(reason, f"不合法的多边形（{reason}）")


def _untangled(shape: Any, method: Literal["structure", "linework"]) -> Any:
    """Make a polygon valid; where edges nearly lie on each other GEOS gives up or errs: noded on a grid."""
    try:
        made = shapely.make_valid(shape, method=method)
    except shapely.errors.GEOSException:
        return _filled(shape)
    return _polygons(made) if shapely.is_valid(made) else _filled(shape)


def _filled(shape: Any) -> Any:
    """Give the ground that a drawing program fills (even-odd rule), noded on a grid."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    lines = shapely.union_all(rings, grid_size=_GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    _, face = shapely.STRtree(shapely.point_on_surface(faces)).query(shapely.polygons(rings), predicate="contains")
    odd = np.bincount(face, minlength=len(faces)) % 2 == 1
    return _polygons(shapely.union_all(faces[odd], grid_size=_GRID))


def _polygons(shape: Any) -> Any:
    """Give the polygons of a collection as one multipolygon; BadShape where there is none."""
    parts = shapely.get_parts(shapely.get_parts(shape))  # a collection may hold multipolygons: its parts have parts
    kept = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 0)]
    if len(kept) == 0:
        raise BadShape("多边形面积为零")
    return shapely.multipolygons(kept)


def _differing_m2(one: Any, other: Any) -> float:
    """Measure the ground that lies in one of two shapes only."""
    centre = shapely.centroid(other)
    apart = shapely.symmetric_difference(one, other, grid_size=_GRID)
    return float(gpd.GeoSeries([apart], crs=4326).to_crs(metric_crs(centre.x, centre.y)).area.iloc[0])
