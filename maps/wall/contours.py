"""Surfaces as polygons: where values on a grid reach a limit, by marching squares."""

from __future__ import annotations

import numpy as np
import shapely

from coverage.density import Floats, Grid
from maps.shapes import Geometries

TOP, RIGHT, BOTTOM, LEFT = range(4)
"""The edges of a square of four values, row below row."""

LINES: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((LEFT, TOP),),
    2: ((TOP, RIGHT),),
    3: ((LEFT, RIGHT),),
    4: ((RIGHT, BOTTOM),),
    6: ((TOP, BOTTOM),),
    7: ((LEFT, BOTTOM),),
    8: ((LEFT, BOTTOM),),
    9: ((TOP, BOTTOM),),
    11: ((RIGHT, BOTTOM),),
    12: ((LEFT, RIGHT),),
    13: ((TOP, RIGHT),),
    14: ((LEFT, TOP),),
}
"""Which edges a line joins, by the corners at or above the limit, clockwise from the upper left: 1, 2, 4, 8."""
APART, TOGETHER = ((LEFT, TOP), (RIGHT, BOTTOM)), ((TOP, RIGHT), (LEFT, BOTTOM))
SADDLES = {5: (APART, TOGETHER), 10: (TOGETHER, APART)}
"""Two corners across: their ground is apart where the middle stays below the limit, together where it reaches it."""


def contour(values: Floats, limit: float) -> shapely.Geometry:
    """Give the polygons of where values reach a limit, linear between neighbours.

    Parameters
    ----------
    values
        (rows, columns); along its border all are below the limit, so that every line closes.
    limit
        Above 0.

    Returns
    -------
    In columns (x) and rows (y) of the middles of the cells; empty when no value reaches the limit.
    """
    high = values >= limit
    case = high[:-1, :-1] + 2 * high[:-1, 1:] + 4 * high[1:, 1:] + 8 * high[1:, :-1]
    middle = (values[:-1, :-1] + values[:-1, 1:] + values[1:, 1:] + values[1:, :-1]) / 4 >= limit
    found = [_lines(values, limit, np.argwhere(case == kind), pairs) for kind, pairs in LINES.items()]
    for kind, both in SADDLES.items():
        for filled, pairs in enumerate(both):
            found.append(_lines(values, limit, np.argwhere((case == kind) & (middle == bool(filled))), pairs))
    return shapely.build_area(shapely.multilinestrings(shapely.linestrings(np.concatenate(found))))


def bands(grid: Grid, density: Floats, limits: list[float]) -> list[Geometries]:
    """Give of each limit the polygons (degrees) of where a density reaches it; the grid's border must not."""
    lon, lat = grid.middles()
    places = [np.arange(len(lon)), np.arange(len(lat))]

    def in_degrees(xy: Floats) -> Floats:
        return np.column_stack([np.interp(xy[:, 0], places[0], lon), np.interp(xy[:, 1], places[1], lat)])

    areas = (shapely.transform(contour(density, limit), in_degrees) for limit in limits)
    return [np.asarray(shapely.get_parts(area), dtype=object) for area in areas]


def _lines(values: Floats, limit: float, cells: np.ndarray, pairs: tuple[tuple[int, int], ...]) -> Floats:
    """Give the (n, 2, 2) ends of the lines through cells of one case."""
    ends = [np.stack([_crossing(values, limit, cells, edge) for edge in pair], axis=1) for pair in pairs]
    return np.concatenate(ends) if ends else np.empty((0, 2, 2))


def _crossing(values: Floats, limit: float, cells: np.ndarray, edge: int) -> Floats:
    """Give x and y of where the limit is on an edge of cells: the same numbers for both that share it."""
    row, column = cells.T
    if edge in (TOP, BOTTOM):
        row = row + (edge == BOTTOM)
        first, second = values[row, column], values[row, column + 1]
        return np.column_stack([column + _share(first, second, limit), row.astype(float)])
    column = column + (edge == RIGHT)
    first, second = values[row, column], values[row + 1, column]
    return np.column_stack([column.astype(float), row + _share(first, second, limit)])


def _share(first: Floats, second: Floats, limit: float) -> Floats:
    """Give how far from the first value to the second the limit lies; never at either, where lines would touch."""
    share: Floats = np.clip((limit - first) / (second - first), 1e-6, 1 - 1e-6)
    return share
