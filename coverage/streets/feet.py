"""The streets that a mode of travel can use, with a node wherever a place is nearest to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS
from scipy.sparse import csr_array

from coverage.streets.network import NO_STREETS, Floats, Ints, Network, Shapes, network_of

NOT_FOR: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "walk": frozenset({"motorway", "motorway_link", "高速公路"}),
        "car": frozenset({"footway", "path", "steps", "pedestrian", "cycleway", "bridleway", "人行道", "步行街"}),
    }
)
"""Classes that nobody walks, or drives, along."""
OFF_M = 300.0
"""Who is further from every street is not reached by those of the file."""


@dataclass(frozen=True)
class Feet:
    """Streets with a node wherever a place is nearest to them.

    Attributes
    ----------
    pairs, metres
        (k, 2) neighbouring nodes, in the direction in which their edge is drawn, and how far it is between them.
    edge, start
        (k,) edge of the network that each link is part of, and metres along it where the link begins.
    xy
        (n, 2) where the nodes are: first those of the network, then the feet.
    place, at, node, off
        (q,) places that are near streets, (q, 2) where they are, (q,) the node of each, (q,) metres from it.
    """

    pairs: Ints
    metres: Floats
    edge: Ints
    start: Floats
    xy: Floats
    place: Ints
    at: Floats
    node: Ints
    off: Floats


def usable(roads: gpd.GeoDataFrame, crs: CRS, mode: str) -> Network:
    """Give the streets that a mode can use.

    Parameters
    ----------
    roads
        class, geometry.
    mode
        `walk` or `car`.
    """
    used = (roads.geometry.notna() & ~roads["class"].isin(NO_STREETS | NOT_FOR[mode])).to_numpy(dtype=bool)
    network = network_of(roads[used], crs)
    return replace(network, road=np.flatnonzero(used)[network.road])


def part_of(network: Network, kept: npt.NDArray[np.bool_]) -> Network:
    """Give a network with some of its edges; the nodes stay as they are."""
    return replace(network, lines=network.lines[kept], ends=network.ends[kept], road=network.road[kept])


def feet_of(network: Network, points: Shapes) -> Feet:
    """Cut the edges at the points nearest to places.

    Parameters
    ----------
    points
        (p,) Points in the network's plane; None for places that nobody asks for. Those more than `OFF_M` from every
        street get no foot.
    """
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
    foot = shapely.get_coordinates(shapely.line_interpolate_point(network.lines[of_edge], cuts[:, 1]))
    xy, node = np.concatenate([network.nodes, foot]), m + node.ravel()
    at = shapely.get_coordinates(points[place])
    return Feet(
        np.column_stack([nodes[inner], nodes[inner + 1]]),
        metres[inner + 1] - metres[inner],
        owner[inner],
        metres[inner],
        xy,
        place,
        at,
        node,
        np.hypot(*(at - xy[node]).T),
    )


def sparse(pairs: Ints, weights: Floats, n: int, least: float = 1e-6) -> csr_array:
    """Give the lightest link of each pair (i, j), from i to j.

    None weighs less than `least`: a sparse matrix would not know of a link without any weight.
    """
    weights = np.maximum(weights, least)
    order = np.lexsort((weights, pairs[:, 1], pairs[:, 0]))
    pairs, weights = pairs[order], weights[order]
    first = np.flatnonzero((np.diff(pairs, axis=0, prepend=-1) != 0).any(axis=1))
    return csr_array((weights[first], (pairs[first, 0], pairs[first, 1])), shape=(n, n))
