"""How far it is along the streets from one visit to the next."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
from pyproj import CRS
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from coverage.streets.feet import Feet, feet_of, part_of, sparse, usable
from coverage.streets.network import Floats, Ints, Network, Shapes
from grids.workload import MOST_METRES, NEAREST, step

TOGETHER = 128
"""So many places that lie together are looked at in one go: their part of the network is small."""


def metres_on_streets(roads: gpd.GeoDataFrame, points: Shapes, crs: CRS, mode: str) -> Floats:
    """Give how far it is along the streets from one visit to the next around each place.

    As `grids.workload.metres_between`, with streets instead of the crow: two places are as far from each other as the
    points of streets nearest to them are along the streets, one-way streets in either direction, and never nearer than
    the crow flies. Streets are those that hang together with most others: a stretch by itself leads nowhere.

    Parameters
    ----------
    roads
        class, geometry.
    points
        (p,) Points in `crs`, a plane in metres; None for a place that nobody visits.
    mode
        `walk` or `car`: which streets there are.

    Returns
    -------
    (p,) metres; NaN for None, for places more than `feet.OFF_M` from every street, and where no two places are nearer.
    """
    metres = np.full(len(points), np.nan)
    feet = feet_of(_connected(roads, crs, mode), points)
    if len(feet.place) >= 2:
        nearest = min(NEAREST, len(feet.place) - 1)
        metres[feet.place] = step(_reach(feet, nearest), nearest)
    return metres


def _reach(feet: Feet, nearest: int) -> Floats:
    """Give how far the `nearest`-th other place is, inf where it is further than matters."""
    most = MOST_METRES / float(step(np.ones(1), nearest)[0])
    web = _both_ways(feet.pairs, feet.metres, len(feet.xy))
    found = np.full(len(feet.place), np.inf)
    limit = np.minimum(1.5 * cKDTree(feet.at).query(feet.at, k=nearest + 1)[0][:, -1] + 50, most)
    rest = np.arange(len(found))
    while len(rest):
        for mine in _groups(feet.at, rest):
            # those that would hold up all others wait for the next round
            limit[mine] = np.quantile(limit[mine], 0.9)
            found[mine] = _within(feet, web, mine, nearest, float(limit[mine[0]]))
        rest = rest[np.isinf(found[rest]) & (limit[rest] < most)]
        limit = np.minimum(2 * limit, most)
    return found


def _connected(roads: gpd.GeoDataFrame, crs: CRS, mode: str) -> Network:
    """Give the streets that hang together with most others."""
    network = usable(roads, crs, mode)
    if not len(network.lines):
        return network
    piece = connected_components(_both_ways(network.ends, network.length, len(network.nodes)), directed=False)[1]
    return part_of(
        network, piece[network.ends[:, 0]] == np.bincount(piece[network.ends[:, 0]], network.length).argmax()
    )


def _both_ways(pairs: Ints, metres: Floats, n: int) -> csr_array:
    return sparse(np.sort(pairs, axis=1), metres, n)


def _groups(at: Floats, some: Ints) -> Iterator[Ints]:
    """Give some places in groups that lie together."""
    strips = max(round(np.sqrt(len(some) / TOGETHER)), 1)
    for strip in np.array_split(some[np.argsort(at[some, 0], kind="stable")], strips):
        groups = -(-len(strip) // TOGETHER)
        yield from np.array_split(strip[np.argsort(at[strip, 1], kind="stable")], groups)


def _within(feet: Feet, web: csr_array, mine: Ints, nearest: int, limit: float) -> Floats:
    """Give how far the `nearest`-th other is from each of some places, inf where it is beyond the limit."""
    start, of_start = np.unique(feet.node[mine], return_inverse=True)
    # nothing within the limit along streets is further than the limit as the crow flies
    low, high = feet.xy[start].min(axis=0) - limit, feet.xy[start].max(axis=0) + limit
    near = np.flatnonzero(((feet.xy >= low) & (feet.xy <= high)).all(axis=1))
    new = np.full(len(feet.xy), -1, dtype=np.int64)
    new[near] = np.arange(len(near))
    others = np.flatnonzero(new[feet.node] >= 0)
    if len(others) <= nearest:
        return np.full(len(mine), np.inf)
    part = web[near][:, near]
    along = dijkstra(part, directed=False, indices=new[start], limit=limit)
    metres = along[of_start.ravel()][:, new[feet.node[others]]]
    crow = np.hypot(*(feet.at[mine][:, np.newaxis] - feet.at[others]).transpose(2, 0, 1))
    far = np.partition(np.maximum(metres, crow), nearest, axis=1)[:, nearest]  # the first is the place itself
    return np.asarray(np.where(far <= limit, far, np.inf))
