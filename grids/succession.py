"""Which old area became which new one, by the ground and the places that they have in common."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grids.graph import Floats, Ints

Shapes = npt.NDArray[np.object_]

SAME_M2 = 1.0
"""Shapes that differ by less are the same."""


def succession(old: Shapes, new: Shapes, places: Shapes) -> pd.DataFrame:
    """Give the pairs of areas that share ground or places.

    Parameters
    ----------
    old, new
        Polygons in metres, in one plane.
    places
        Points in that plane, None where a place has no position.

    Returns
    -------
    old, new (positions), m2, places (how many in both), by old and new.
    """
    one, two = shapely.STRtree(new).query(old, predicate="intersects")
    m2 = shapely.area(shapely.intersection(old[one], new[two]))
    was, now = _holding(places, old), _holding(places, new)
    held = (was >= 0) & (now >= 0)
    count = np.zeros((len(old), len(new)), dtype=np.int64) if len(old) and len(new) else np.zeros((0, 0), np.int64)
    np.add.at(count, (was[held], now[held]), 1)
    frame = pd.DataFrame({"old": one, "new": two, "m2": m2, "places": count[one, two]})
    kept = (frame["m2"] > SAME_M2) | (frame["places"] > 0)
    return frame[kept].sort_values(["old", "new"], ignore_index=True)


def _holding(points: Shapes, polygons: Shapes) -> Ints:
    """Give the polygon of each point, the first of several; -1 for none."""
    found = np.full(len(points), -1, dtype=np.int64)
    which, point = shapely.STRtree(points).query(polygons, predicate="intersects")
    found[point[::-1]] = which[::-1]
    return found


def holding_most(shapes: Shapes, ground: Shapes) -> Ints:
    """Give the polygon of `ground` that holds most of each shape, the first where none does."""
    one, two = shapely.STRtree(ground).query(shapes, predicate="intersects")
    m2 = shapely.area(shapely.intersection(shapes[one], ground[two]))
    order = np.lexsort((two, -m2, one))
    found = np.zeros(len(shapes), dtype=np.int64)
    which, first = np.unique(one[order], return_index=True)
    found[which] = two[order][first]
    return found


def continued(pairs: pd.DataFrame, old_m2: Floats, new_m2: Floats) -> Ints:
    """Give for each new area the old one that it goes on as, -1 for none.

    It goes on when the two share more than half of the ground of each: so one has at most one other. An area that was
    split in halves, or put together of two, is new.
    """
    one, two, m2 = (pairs[name].to_numpy() for name in ("old", "new", "m2"))
    goes_on = (m2 > old_m2[one] / 2) & (m2 > new_m2[two] / 2)
    found = np.full(len(new_m2), -1, dtype=np.int64)
    found[two[goes_on]] = one[goes_on]
    return found


def unchanged(pairs: pd.DataFrame, old_m2: Floats, new_m2: Floats) -> Ints:
    """Give for each new area the old one that has the same ground (within 1 m²), -1 for none."""
    one, two, m2 = (pairs[name].to_numpy() for name in ("old", "new", "m2"))
    same = (old_m2[one] + new_m2[two] - 2 * m2) < SAME_M2
    found = np.full(len(new_m2), -1, dtype=np.int64)
    found[two[same]] = one[same]
    return found
