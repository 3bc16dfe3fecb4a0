"""Geometry as a page carries it: simplified to what a screen shows, as whole numbers from an origin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from coverage.density import Bounds

DECIMALS = 5
"""Of a degree: 1e-5° is 1.1 m on the ground, less than a pixel up to zoom 17 (1.19 m a pixel at the equator)."""

SCREEN_STEPS = 6000
"""Outlines are simplified to this part of the town's extent: half a pixel on a screen of 3,000 pixels."""

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Frame:
    """What the map shows when it opens, and the origin of its whole numbers.

    Attributes
    ----------
    bounds
        West, south, east, north (degrees); None when nothing has a position.
    """

    bounds: Bounds | None

    @property
    def origin(self) -> tuple[float, float]:
        """Longitude and latitude that coordinates are counted from."""
        return (round(self.bounds[0], DECIMALS), round(self.bounds[1], DECIMALS)) if self.bounds else (0.0, 0.0)

    @property
    def tolerance(self) -> float:
        """Degrees below which a bend of an outline can't be seen."""
        if self.bounds is None:
            return 0.0
        west, south, east, north = self.bounds
        return max(east - west, north - south) / SCREEN_STEPS

    def whole(self, coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Turn (n, 2) degrees into whole 1e-5 degrees from the origin."""
        whole: npt.NDArray[np.int64] = np.rint((coordinates - self.origin) * 10**DECIMALS).astype(np.int64)
        return whole


def bounds_of(*geometries: Iterable[object]) -> Bounds | None:
    """Give the bounds of the first collection that has any geometry: areas, else places, else what there is."""
    for collection in geometries:
        corners = shapely.bounds(np.asarray(list(collection), dtype=object))
        corners = corners[~np.isnan(corners).any(axis=1)] if len(corners) else corners
        if len(corners):
            west, south = corners[:, :2].min(axis=0).tolist()
            east, north = corners[:, 2:].max(axis=0).tolist()
            return west, south, east, north
    return None


def simplify_areas(areas: Geometries, tolerance: float) -> Geometries:
    """Simplify polygons that share borders so that they still share them: no slivers, no overlaps come up.

    Visvalingam-Whyatt on the edges of the coverage (`shapely.coverage_simplify`). None stays None.
    """
    simple = np.array(areas, dtype=object)
    there = ~(shapely.is_missing(simple) | shapely.is_empty(simple))
    if there.any():
        simple[there] = shapely.coverage_simplify(simple[there], tolerance)
    simple[~there] = None
    return simple


def polygons_as_numbers(polygons: Geometries, frame: Frame) -> list[list[list[list[int]]]]:
    """Give for each geometry its polygons, each a list of rings `[x, y, x, y, …]`; [] for None."""
    parts = [shapely.get_parts(polygon) if polygon is not None else () for polygon in polygons]
    return [[[_flat(ring, frame) for ring in shapely.get_rings(part)] for part in each] for each in parts]


def lines_as_numbers(lines: Geometries, frame: Frame) -> list[list[int]]:
    """Give every line of the geometries as `[x, y, x, y, …]`; a line shorter than a step stays out."""
    parts = shapely.get_parts(shapely.simplify(lines[~shapely.is_missing(lines)], frame.tolerance))
    flat = (_flat(part, frame) for part in parts)
    return [numbers for numbers in flat if len(numbers) > 2]


def each_line_as_numbers(lines: Geometries, frame: Frame) -> list[list[int]]:
    """Give each LineString as `[x, y, x, y, …]`, row by row; one shorter than a step is a point."""
    return [_flat(line, frame) for line in shapely.simplify(lines, frame.tolerance)]


def steps_as_numbers(lines: Geometries, frame: Frame) -> list[list[int]]:
    """Give each LineString as `[x, y, dx, dy, …]`: where it starts, then step by step: half as long when compressed."""
    flat: list[list[int]] = []
    for line in lines:
        whole = np.array(_flat(line, frame), dtype=np.int64).reshape(-1, 2)
        flat.append(np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel().tolist())
    return flat


def points_as_numbers(lon: npt.ArrayLike, lat: npt.ArrayLike, frame: Frame) -> list[int]:
    """Give points as `[x, y, x, y, …]`."""
    pairs = np.column_stack([np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)])
    return [int(number) for number in frame.whole(pairs).ravel()]


def label_points(polygons: Geometries, frame: Frame) -> list[list[int] | None]:
    """Give where the name of each area stands: the middle of the largest circle inside its largest part."""
    return [None if polygon is None else _middle(polygon, frame) for polygon in polygons]


def _middle(polygon: shapely.Geometry, frame: Frame) -> list[int]:
    parts = shapely.get_parts(polygon)
    largest = parts[np.argmax(shapely.area(parts))]
    west, south, east, north = largest.bounds
    circle = shapely.maximum_inscribed_circle(largest, tolerance=max(east - west, north - south) / 50)
    return _flat(circle, frame)[:2]


def _flat(geometry: shapely.Geometry, frame: Frame) -> list[int]:
    """Give the coordinates as whole numbers, without points that fall on the one before."""
    whole = frame.whole(shapely.get_coordinates(geometry))
    moved = np.ones(len(whole), dtype=bool)
    moved[1:] = (whole[1:] != whole[:-1]).any(axis=1)
    return [int(number) for number in whole[moved].ravel()]
