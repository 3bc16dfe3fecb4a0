"""Lines across areas on paper, so that classes are told apart on a print without colours."""

from __future__ import annotations

import math

import numpy as np
import shapely

from maps.shapes import Geometries
from maps.wall import svg

COLOUR, WIDTH = "#3a3f43", 0.1
"""Of the lines: colour, millimetres on A3. The legend's own stand in `marks.typ`."""


def hatch_drawn(shapes: Geometries, size: tuple[float, float], apart: float, k: float) -> str:
    """Draw the lines of one class: so many millimetres apart on A3, on a map of this width and height; 0 draws none."""
    return "" if not apart else svg.lines(hatched(shapes, size, apart * k), COLOUR, WIDTH * k)


def hatched(shapes: Geometries, size: tuple[float, float], apart: float) -> Geometries:
    """Give lines at 45° across polygons, the same lines in all of them.

    Parameters
    ----------
    shapes
        In millimetres; one that is None has no lines.
    size
        Width and height of the map, in millimetres.
    apart
        Millimetres from one to the next: rising lines; a negative distance gives falling ones.
    """
    wide, high = size
    step = abs(apart) * math.sqrt(2)
    top = np.arange(step / 2, wide + high, step)
    upper, lower = ((each, np.full(len(top), y)) for each, y in ((top, 0.0), (top - high, high)))
    ends = np.stack([np.column_stack(upper), np.column_stack(lower)], axis=1)
    across = shapely.linestrings(ends if apart > 0 else ends * (-1, 1) + (wide, 0))
    # areas that overlap may cross themselves once they are simplified
    ground = shapely.union_all(shapely.make_valid(shapes[~shapely.is_missing(shapes)]))
    kept: Geometries = shapely.intersection(across, ground)
    there: Geometries = kept[~shapely.is_empty(kept)]
    return there
