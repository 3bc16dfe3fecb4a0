"""A small map in a corner: where in the town the large one lies."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely

from coverage.density import Bounds
from maps.backdrop import Backdrop
from maps.shapes import bounds_of, simplify_areas
from maps.wall import svg
from maps.wall.drawing import LAND, OUTLINE
from maps.wall.plane import Plane

SMALL = 0.5
"""There is one when the map shows less than this share of the town's width and height."""
HERE = "#c8102e"
LEAST = 1.6
"""Millimetres: a smaller frame would not be seen."""


def inset(backdrop: Backdrop, bounds: Bounds, width: float, height: float) -> str | None:
    """Give the town's outline and a frame around the bounds (degrees) as SVG; None where the map shows most of it."""
    town = bounds_of(backdrop.outline)
    if town is None or not _small(bounds, town):
        return None
    plane = _plane(town, width, height)
    outline = simplify_areas(plane.shapes(backdrop.outline), svg.FINEST)
    corners = plane.on_paper(np.array([bounds[:2], bounds[2:]]))
    middle, half = corners.mean(axis=0), np.maximum(np.abs(corners[1] - corners[0]), LEAST) / 2
    frame = np.array([shapely.box(*(middle - half), *(middle + half))], dtype=object)
    parts = [svg.filled(outline, LAND), svg.outlined(outline, OUTLINE[0], 0.2), svg.outlined(frame, HERE, 0.5)]
    return svg.document(width, height, parts).decode()


@lru_cache(maxsize=4)
def _plane(town: Bounds, width: float, height: float) -> Plane:
    """Give the small plane: a projection takes as long to make as a sheet's drawing."""
    return Plane(town, width, height, 1.0)


def _small(bounds: Bounds, town: Bounds) -> bool:
    west, south, east, north = bounds
    return east - west < SMALL * (town[2] - town[0]) and north - south < SMALL * (town[3] - town[1])
