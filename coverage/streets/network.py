"""The streets of a town as a graph: crossings, and edges between them that meet nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Shapes = npt.NDArray[np.object_]

NO_STREETS = frozenset({"rail", "subway", "tram", "construction", "proposed", "platform", "铁路"})
"""Classes that nobody goes along."""
SAME_M = 0.02
"""Vertices this close are one: what a file loses in its seventh decimal."""
REACH_M = 2.0
"""A dead end this close to another street was meant to touch it."""
PIECE_M = 10.0
"""Streets are counted in pieces of at most so many metres."""


@dataclass(frozen=True)
class Network:
    """n edges between m nodes, in a plane whose unit is the metre.

    Attributes
    ----------
    lines
        n LineStrings; no street is there twice.
    ends
        (n, 2) nodes of their first and last point.
    road
        n rows of the roads frame, each that of the road which the edge is part of (the first where roads lie on each
        other).
    nodes
        (m, 2) coordinates.
    crs
        The plane.
    """

    lines: Shapes
    ends: Ints
    road: Ints
    nodes: Floats
    crs: CRS

    @cached_property
    def length(self) -> Floats:
        """Length of each edge, metres."""
        return np.asarray(shapely.length(self.lines), dtype=float)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the lines."""
        return shapely.STRtree(self.lines)

    @cached_property
    def pieces(self) -> Pieces:
        """The edges cut into equal pieces of at most `PIECE_M`."""
        count = np.maximum(np.ceil(self.length / PIECE_M).astype(np.int64), 1)
        first = np.concatenate([[0], np.cumsum(count)])
        edge = np.repeat(np.arange(len(count)), count)
        step = (self.length / count)[edge]
        start = (np.arange(len(edge)) - first[edge]) * step
        return Pieces(edge, start, step, first)

    def middles(self) -> Shapes:
        """Give the point in the middle of each piece."""
        pieces = self.pieces
        return np.asarray(
            shapely.line_interpolate_point(self.lines[pieces.edge], pieces.start + pieces.length / 2), dtype=object
        )


@dataclass(frozen=True)
class Pieces:
    """The smallest stretches that are counted: a piece was walked, or not.

    Attributes
    ----------
    edge, start, length
        Edge of each piece, and from where on it and how long, metres.
    first
        Number of the first piece of each edge, and behind them how many pieces there are.
    """

    edge: Ints
    start: Floats
    length: Floats
    first: Ints


def network_of(roads: gpd.GeoDataFrame, crs: CRS) -> Network:
    """Make roads into a network.

    Streets meet where they have a vertex in common, as OpenStreetMap has it: a bridge does not meet what it crosses.
    Files drawn by hand have no such vertices; where more streets cross without than with one, crossings are made. A
    dead end within `REACH_M` of another street is taken on to it. Stretches that lie on each other are one.

    Parameters
    ----------
    roads
        geometry MULTILINESTRING or None, any CRS.
    crs
        A plane in metres.
    """
    shapes = np.asarray(roads.geometry.to_crs(crs).array, dtype=object)
    there = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    web = _segments(shapes[there], there)
    web = _crossed(web)
    web = _reached(web)
    return _edges(web, crs)


@dataclass(frozen=True)
class _Web:
    """Segments between vertices: (k, 2) vertices of each, its road, (v, 2) coordinates of the vertices."""

    ends: Ints
    road: Ints
    xy: Floats

    @property
    def degree(self) -> Ints:
        return np.bincount(self.ends.ravel(), minlength=len(self.xy))

    def lines(self) -> Shapes:
        return np.asarray(shapely.linestrings(self.xy[self.ends]), dtype=object)


def _segments(shapes: Shapes, road: Ints) -> _Web:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    inner = np.flatnonzero(part[1:] == part[:-1])
    return _woven(np.stack([xy[inner], xy[inner + 1]], axis=1), road[owner[part[inner]]])


def _woven(ends: Floats, road: Ints) -> _Web:
    """Make (k, 2, 2) coordinates of segments into a web: near vertices are one, each segment is there once."""
    keys = np.round(ends.reshape(-1, 2) / SAME_M).astype(np.int64)
    _, first, number = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    pairs = np.sort(number.reshape(-1, 2), axis=1)
    _, kept = np.unique(pairs, axis=0, return_index=True)
    kept = np.sort(kept[pairs[kept, 0] != pairs[kept, 1]])
    return _Web(pairs[kept], road[kept], ends.reshape(-1, 2)[first])


def _crossed(web: _Web) -> _Web:
    """Cut segments where they cross, unless the file shows its crossings by common vertices."""
    lines = web.lines()
    one, two = shapely.STRtree(lines).query(lines, predicate="crosses")
    one, two = one[one < two], two[one < two]
    if len(one) <= (web.degree >= 3).sum():
        return web
    points = shapely.get_coordinates(shapely.intersection(lines[one], lines[two]))
    return _cut(web, np.concatenate([one, two]), np.concatenate([points, points]))


def _reached(web: _Web) -> _Web:
    """Take dead ends on to the street that they nearly touch."""
    loose = np.flatnonzero(web.degree == 1)
    lines = web.lines()
    points = shapely.points(web.xy[loose])
    which, segment = shapely.STRtree(lines).query(points, predicate="dwithin", distance=REACH_M)
    own = (web.ends[segment] == loose[which][:, None]).any(axis=1)
    which, segment = which[~own], segment[~own]
    if not len(which):
        return web
    far = shapely.distance(points[which], lines[segment])
    order = np.lexsort((segment, far, which))
    nearest = order[np.flatnonzero(np.diff(which[order], prepend=-1))]
    which, segment = which[nearest], segment[nearest]
    along = shapely.line_locate_point(lines[segment], points[which])
    foot = shapely.get_coordinates(shapely.line_interpolate_point(lines[segment], along))
    cut = _cut(web, segment, foot)
    added = np.stack([web.xy[loose[which]], foot], axis=1)
    own_road = np.zeros(len(web.xy), dtype=np.int64)
    own_road[web.ends] = web.road[:, None]
    return _woven(np.concatenate([cut.xy[cut.ends], added]), np.concatenate([cut.road, own_road[loose[which]]]))


def _cut(web: _Web, segment: Ints, points: Floats) -> _Web:
    """Cut segments at points on them."""
    start = web.xy[web.ends[:, 0]]
    along = np.hypot(*(points - start[segment]).T)
    order = np.lexsort((along, segment))
    segment, points = segment[order], points[order]
    hit = np.unique(segment)
    whole = np.setdiff1d(np.arange(len(web.ends)), hit)
    # of a cut segment: start, its points in order, end
    owner = np.concatenate([hit, segment, hit])
    place = np.concatenate([np.zeros(len(hit)), np.ones(len(segment)), np.full(len(hit), 2.0)])
    xy = np.concatenate([start[hit], points, web.xy[web.ends[hit, 1]]])
    order = np.lexsort((place, owner))  # stable: points of one segment stay in their order
    owner, xy = owner[order], xy[order]
    inner = np.flatnonzero(owner[1:] == owner[:-1])
    ends = np.concatenate([web.xy[web.ends[whole]], np.stack([xy[inner], xy[inner + 1]], axis=1)])
    return _woven(ends, np.concatenate([web.road[whole], web.road[owner[inner]]]))


def _edges(web: _Web, crs: CRS) -> Network:
    """Join segments of one road that meet in a vertex where nothing else does."""
    if not len(web.ends):
        nobody = np.zeros((0, 2))
        return Network(web.lines(), nobody.astype(np.int64), np.zeros(0, dtype=np.int64), nobody, crs)
    segment = np.argsort(web.ends.ravel(), kind="stable") // 2  # by vertex
    begin = np.concatenate([[0], np.cumsum(web.degree)])[np.flatnonzero(web.degree == 2)]
    one, two = segment[begin], segment[begin + 1]
    same = web.road[one] == web.road[two]
    count = len(web.ends)
    joined = coo_array((np.ones(same.sum()), (one[same], two[same])), shape=(count, count))
    chain = connected_components(joined, directed=False)[1]
    order = np.argsort(chain, kind="stable")
    lines = shapely.line_merge(shapely.multilinestrings(web.lines()[order], indices=chain[order]))
    road = web.road[order[np.searchsorted(chain[order], np.arange(len(lines)))]]
    both = np.stack([shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1)], axis=1)
    keys = np.round(both.reshape(-1, 2) / SAME_M).astype(np.int64)
    _, first, number = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    nodes = both.reshape(-1, 2)[first]
    return Network(np.asarray(lines, dtype=object), number.reshape(-1, 2).astype(np.int64), road, nodes, crs)
