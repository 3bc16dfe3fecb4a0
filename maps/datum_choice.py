"""Where a file's positions lie on the town under each coordinate system that they may be in, for a person to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from maps.shapes import SCREEN_STEPS, Frame, Geometries, bounds_of, simplify_areas
from maps.wall.plane import Plane

Floats = npt.NDArray[np.float64]

WIDE, HIGH = 80.0, 60.0
"""Millimetres of each drawing; ten units of a page each."""
STEPS = 10
CLOSE = 20_000
"""Scale of the close view: 1,600 m across, so that the few hundred metres between the systems can't be missed."""
DETAIL = 500
CROWD = 8
"""The close view lies where a position has so many others nearest around it."""


@dataclass(frozen=True)
class Choice:
    """A way to read a file, as it looks.

    Attributes
    ----------
    points, inside
        How many positions are drawn, and how many of them lie in the town.
    whole, close
        Positions on the drawing of the whole town and on the close one, in units, those beside it left out.
    """

    points: int
    inside: int
    whole: Sequence[tuple[int, int]]
    close: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Choices:
    """The ways beside each other, on the same ground.

    Attributes
    ----------
    width, height
        Units of a drawing (`STEPS` a millimetre).
    areas, near_areas, near_roads
        Path data of the town's areas, and of the borders and roads of the close view.
    near_places
        Known places in the close view.
    across
        Metres across the close view.
    ways
        One a way.
    """

    width: int
    height: int
    areas: str
    near_areas: str
    near_roads: str
    near_places: Sequence[tuple[int, int]]
    across: int
    ways: Sequence[Choice]


def choices(areas: Geometries, roads: Geometries, places: Geometries, ways: Sequence[Floats]) -> Choices | None:
    """Draw a file's positions under each way of reading them; None where the town has no areas or there is nothing.

    Parameters
    ----------
    areas, roads, places
        What is known of the town (EPSG:4326); None: not known.
    ways
        For each way the same n positions, (n, 2), longitude and latitude in WGS 84; the likeliest first.
    """
    bounds = bounds_of(areas)
    if bounds is None or not ways or not len(ways[0]):
        return None
    known: Geometries = areas[~(shapely.is_missing(areas) | shapely.is_empty(areas))]
    town = shapely.union_all(shapely.make_valid(known))  # another program may have drawn a bow tie
    shapely.prepare(town)
    simple = simplify_areas(known, Frame(bounds).tolerance * SCREEN_STEPS / DETAIL)
    whole = Plane(bounds, WIDE, HIGH, 3.0)
    lon, lat = _crowded(ways[0], town)
    close = Plane((lon, lat, lon, lat), WIDE, HIGH, 0.0, CLOSE)
    return Choices(
        width=round(WIDE * STEPS),
        height=round(HIGH * STEPS),
        areas=_path(whole.shapes(simple)),
        near_areas=_path(_near(known, close)),
        near_roads=_path(_near(roads, close)),
        near_places=_spots(close, shapely.get_coordinates(_beside_left_out(places, close))),
        across=round(WIDE * CLOSE / 1000),
        ways=[_choice(each, town, whole, close) for each in ways],
    )


def _choice(points: Floats, town: shapely.Geometry, whole: Plane, close: Plane) -> Choice:
    inside = int(shapely.contains_xy(town, points[:, 0], points[:, 1]).sum())
    return Choice(len(points), inside, _spots(whole, points), _spots(close, points))


def _crowded(points: Floats, town: shapely.Geometry) -> tuple[float, float]:
    """Give the position with others nearest around it, one in the town where any is."""
    inside = points[shapely.contains_xy(town, points[:, 0], points[:, 1])]
    some = inside if len(inside) else points
    apart = np.hypot(*(some[:, None, axis] - some[None, :, axis] for axis in (0, 1)))
    nth = np.sort(apart, axis=1)[:, min(CROWD, len(some) - 1)]
    lon, lat = some[int(np.argmin(nth))].tolist()
    return lon, lat


def _beside_left_out(geometries: Geometries, plane: Plane) -> Geometries:
    seen = plane.sees(geometries) if len(geometries) else geometries
    left: Geometries = seen[~shapely.is_missing(seen)]
    return left


def _near(geometries: Geometries, plane: Plane) -> Geometries:
    """Give the borders and lines in the view of a plane, on it."""
    lines = shapely.clip_by_rect(_lines(_beside_left_out(geometries, plane)), *plane.shown)
    return plane.shapes(np.asarray(lines, dtype=object))


def _lines(geometries: Geometries) -> Geometries:
    flat = np.isin(shapely.get_type_id(geometries), (3, 6))
    lines = np.array(geometries, dtype=object)
    lines[flat] = shapely.boundary(lines[flat])
    return lines


def _spots(plane: Plane, points: Floats) -> list[tuple[int, int]]:
    if not len(points):
        return []
    spots = np.rint(plane.on_paper(points) * STEPS)
    there = ((spots >= 0) & (spots <= (WIDE * STEPS, HIGH * STEPS))).all(axis=1)
    return [(x, y) for x, y in spots[there].astype(int).tolist()]


def _path(shapes: Geometries) -> str:
    """Give the lines of shapes in millimetres as path data in whole units."""
    parts = shapely.get_parts(_lines(shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]))
    corners = (np.rint(shapely.get_coordinates(part) * STEPS).astype(int).tolist() for part in parts)
    return "".join("M" + " ".join(f"{x} {y}" for x, y in line) for line in corners)
