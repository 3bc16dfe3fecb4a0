"""Which one area holds a point: the only answer to that question in the house."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

NOWHERE = -1


def locate(
    points: npt.NDArray[np.object_], polygons: npt.NDArray[np.object_], codes: Sequence[str]
) -> npt.NDArray[np.int64]:
    """Give for each point the position of the one polygon that holds it.

    A point on a shared border, or where polygons overlap, belongs to the polygon with the smallest code: always the
    same one, and exactly one.

    Parameters
    ----------
    points
        n shapely points, None where a place has no position.
    polygons
        m polygons in the same CRS, None allowed.
    codes
        m codes, compared as text.

    Returns
    -------
    n positions into `polygons`, `NOWHERE` (-1) for no point and for a point in none.
    """
    found = np.full(len(points), NOWHERE, dtype=np.int64)
    if len(points) == 0 or len(polygons) == 0:
        return found
    order = np.argsort(np.asarray(codes, dtype=str), kind="stable")
    ranked = polygons[order]
    shapely.prepare(ranked)  # GEOS answers a prepared polygon many times faster, and only the query side is prepared
    rank, which = shapely.STRtree(points).query(ranked, predicate="intersects")
    # descending rank, the last assignment stays: the smallest code wins
    by_rank = np.argsort(-rank, kind="stable")
    found[which[by_rank]] = order[rank[by_rank]]
    return found
