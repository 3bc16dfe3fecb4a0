"""How far it is along the streets from one visit to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from coverage.streets.network import NO_STREETS, Floats, Ints, Network, Shapes, network_of
from grids.workload import MOST_METRES, NEAREST, step

NOT_FOR = {
    "walk": frozenset({"motorway", "motorway_link", "高速公路"}),
    "car": frozenset({"footway", "path", "steps", "pedestrian", "cycleway", "bridleway", "人行道", "步行街"}),
}
"""Classes that nobody walks, or drives, along."""
OFF_M = 300.0
"""Who is further from every street is not reached by those of the file."""
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
    (p,) metres; NaN for None, for places more than `OFF_M` from every street, and where no two places are nearer.
    """
    metres = np.full(len(points), np.nan)
    feet = _feet(_streets(roads, crs, mode), points)
    if len(feet.place) >= 2:
        nearest = min(NEAREST, len(feet.place) - 1)
        metres[feet.place] = step(_reach(feet, nearest), nearest)
    return metres


def _reach(feet: _Feet, nearest: int) -> Floats:
    """Give how far the `nearest`-th other place is, inf where it is further than matters."""
    most = MOST_METRES / float(step(np.ones(1), nearest)[0])
    found = np.full(len(feet.place), np.inf)
    limit = np.minimum(1.5 * cKDTree(feet.at).query(feet.at, k=nearest + 1)[0][:, -1] + 50, most)
    rest = np.arange(len(found))
    while len(rest):
        for mine in _groups(feet.at, rest):
            # those that would hold up all others wait for the next round
            limit[mine] = np.quantile(limit[mine], 0.9)
            found[mine] = _within(feet, mine, nearest, float(limit[mine[0]]))
        rest = rest[np.isinf(found[rest]) & (limit[rest] < most)]
        limit = np.minimum(2 * limit, most)
    return found


@dataclass(frozen=True)
class _Feet:
    """Streets with a node wherever a place is nearest to them.

    Attributes
    ----------
    metres, xy
        (n, n) sparse, between neighbouring nodes; (n, 2) where they are.
    place, at, node
        (q,) places that are near streets, (q, 2) where they are, (q,) the node of each.
    """

    metres: csr_array
    xy: Floats
    place: Ints
    at: Floats
    node: Ints


def _streets(roads: gpd.GeoDataFrame, crs: CRS, mode: str) -> Network:
    used = roads.geometry.notna() & ~roads["class"].isin(NO_STREETS | NOT_FOR[mode])
    network = network_of(roads[used.to_numpy(dtype=bool)], crs)
    if not len(network.lines):
        return network
    m = len(network.nodes)
    piece = connected_components(_sparse(network.ends, network.length, m), directed=False)[1]
    kept = piece[network.ends[:, 0]] == np.bincount(piece[network.ends[:, 0]], network.length).argmax()
    return Network(network.lines[kept], network.ends[kept], network.road[kept], network.nodes, crs)


def _feet(network: Network, points: Shapes) -> _Feet:
    """Cut the edges at the points nearest to places."""
    held = np.flatnonzero(~(shapely.is_missing(points) | shapely.is_empty(points)))
    which, edge = network.tree.query_nearest(points[held], max_distance=OFF_M, all_matches=False)
    place, m = held[which], len(network.nodes)
    along = np.round(shapely.line_locate_point(network.lines[edge], points[place]), 3)
    cuts, node = np.unique(np.column_stack([edge, along]), axis=0, return_inverse=True)
    of_edge = cuts[:, 0].astype(np.int64)
    # along each edge: its first node, the cuts in order, its last node
    n = np.arange(len(network.lines))
    owner = np.concatenate([n, of_edge, n])
    nodes = np.concatenate([network.ends[:, 0], m + np.arange(len(cuts)), network.ends[:, 1]])
    metres = np.concatenate([np.zeros(len(n)), cuts[:, 1], network.length])
    order = np.lexsort((np.repeat([0, 1, 2], [len(n), len(cuts), len(n)]), owner))
    owner, nodes, metres = owner[order], nodes[order], metres[order]
    inner = np.flatnonzero(owner[1:] == owner[:-1])
    pairs = np.column_stack([nodes[inner], nodes[inner + 1]])
    links = _sparse(pairs, metres[inner + 1] - metres[inner], m + len(cuts))
    foot = shapely.get_coordinates(shapely.line_interpolate_point(network.lines[of_edge], cuts[:, 1]))
    xy = np.concatenate([network.nodes, foot])
    return _Feet(links, xy, place, shapely.get_coordinates(points[place]), m + node.ravel())


def _sparse(pairs: Ints, metres: Floats, n: int) -> csr_array:
    """Give the shortest link of each pair; none has no length at all, which a sparse matrix would not know."""
    pairs, metres = np.sort(pairs, axis=1), np.maximum(metres, 1e-6)
    order = np.lexsort((metres, pairs[:, 1], pairs[:, 0]))
    pairs, metres = pairs[order], metres[order]
    first = np.flatnonzero((np.diff(pairs, axis=0, prepend=-1) != 0).any(axis=1))
    return csr_array((metres[first], (pairs[first, 0], pairs[first, 1])), shape=(n, n))


def _groups(at: Floats, some: Ints) -> Iterator[Ints]:
    """Give some places in groups that lie together."""
    strips = max(round(np.sqrt(len(some) / TOGETHER)), 1)
    for strip in np.array_split(some[np.argsort(at[some, 0], kind="stable")], strips):
        groups = -(-len(strip) // TOGETHER)
        yield from np.array_split(strip[np.argsort(at[strip, 1], kind="stable")], groups)


def _within(feet: _Feet, mine: Ints, nearest: int, limit: float) -> Floats:
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
    part = feet.metres[near][:, near]
    along = dijkstra(part, directed=False, indices=new[start], limit=limit)
    metres = along[of_start.ravel()][:, new[feet.node[others]]]
    crow = np.hypot(*(feet.at[mine][:, np.newaxis] - feet.at[others]).transpose(2, 0, 1))
    far = np.partition(np.maximum(metres, crow), nearest, axis=1)[:, nearest]  # the first is the place itself
    return np.asarray(np.where(far <= limit, far, np.inf))
