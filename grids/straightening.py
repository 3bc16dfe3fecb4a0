"""Straight borders out of the zigzag of hexagons; no place changes hands by it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from grids.blocks import GRID
from grids.graph import Ints

Shapes = npt.NDArray[np.object_]

TOOTH = 0.8
"""Of a hexagon's side: what a border may be off its zigzag, as the root of the m² that a vertex is worth
(Visvalingam and Whyatt 1993). One tooth is worth 0.66; more flattens what is no zigzag."""


def straightened(shapes: Shapes, area: Ints, points: Shapes, side: float) -> Shapes:
    """Take the teeth off the borders between parts of one area; borders of areas stay.

    A tooth that holds a place stays with the part that it was of.

    Parameters
    ----------
    shapes
        (k,) MultiPolygons in metres, edge to edge, of hexagons.
    area
        (k,) the area of each.
    points
        Places in the same plane, None allowed.
    side
        Of a hexagon, metres.
    """
    straight = shapes.copy()
    for each in np.unique(area):
        mine = np.flatnonzero(area == each)
        if len(mine) > 1:
            straight[mine] = shapely.coverage_simplify(shapes[mine], TOOTH * side, simplify_boundary=False)
    now, was, teeth = _teeth(straight, shapes, area, points)
    for part in np.unique(np.concatenate([now, was])):
        gone, back = teeth[now == part], teeth[was == part]
        ground = (
            shapely.difference(straight[part], shapely.union_all(gone), grid_size=GRID) if len(gone) else straight[part]
        )
        straight[part] = shapely.union_all([ground, *back], grid_size=GRID)
    return np.array([shapely.multipolygons(shapely.get_parts(each)) for each in straight], dtype=object)


def _teeth(straight: Shapes, shapes: Shapes, area: Ints, points: Shapes) -> tuple[Ints, Ints, Shapes]:
    """Give the teeth that hold places: the part that has each now, the part that it was of, its ground."""
    held = points[~shapely.is_missing(points)]
    part, place = shapely.STRtree(held).query(straight, predicate="intersects")
    before = np.full(len(held), -1, dtype=np.int64)
    old, point = shapely.STRtree(held).query(shapes, predicate="intersects")
    before[point[::-1]] = old[::-1]
    astray = (before[place] >= 0) & (before[place] != part) & (area[before[place]] == area[part])
    pairs = np.unique(np.column_stack([part[astray], before[place[astray]]]), axis=0).reshape(-1, 2)
    common = shapely.intersection(straight[pairs[:, 0]], shapes[pairs[:, 1]], grid_size=GRID)
    pieces, at = shapely.get_parts(common, return_index=True)
    solid = shapely.get_dimensions(pieces) == 2
    pieces, at = pieces[solid], at[solid]
    tree = shapely.STRtree(held[np.unique(place[astray])]) if astray.any() else shapely.STRtree([])
    holding = np.unique(tree.query(pieces, predicate="intersects")[0])
    return pairs[at[holding], 0], pairs[at[holding], 1], pieces[holding]
