"""How long it takes from place to place along the streets, on foot or by car, and which way it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from shapely.ops import substring

from coverage.streets.feet import OFF_M, Feet, feet_of, part_of, sparse, usable
from coverage.streets.network import Floats, Ints, Network, Shapes
from grids.workload import DETOUR, SPEED_M_PER_MIN

LIMIT_MINUTES = 120.0
"""Nobody travels longer from one place to the next."""
LIMIT_SHARE = 0.6
"""A car in a town goes at that share of the limit on average: crossings, lights, turning (an assumption of ours)."""
LEAST_KMH = 5.0
"""A limit below is taken for this."""
NEXT_DOOR_M = 15.0
"""Between doors this close nobody goes by the street."""
CELLS = 20_000_000
"""So many distances are looked at in one go."""
FAR, ISLAND = "far", "island"
_METRES = float(2**24)


@dataclass(frozen=True)
class Streets:
    """The streets of a mode that lead to each other, there and back.

    Attributes
    ----------
    network
        Those streets, in a plane whose unit is the metre.
    pace
        (n, 2) minutes a metre along each edge and against it; inf where it may not be gone.
    mode
        `walk` or `car`.
    islands
        Streets that do not hang together with them.
    """

    network: Network
    pace: Floats
    mode: str
    islands: Network

    @cached_property
    def nothing(self) -> bool:
        """Whether there are no streets: ways are straight lines then."""
        return not len(self.network.lines)


@dataclass(frozen=True)
class Travel:
    """The ways between n places.

    Attributes
    ----------
    minutes, metres
        (n, n) from place to place, inf where there is no way; metres are those of the quickest way.
    lost
        (n,) "" for a place that is reached, else `FAR` (no street within `coverage.streets.feet.OFF_M`) or `ISLAND`
        (only streets that lead nowhere).
    straight
        Without streets: `DETOUR` times what the crow flies.
    """

    minutes: Floats
    metres: Floats
    lost: tuple[str, ...]
    straight: bool

    def among(self, nodes: Ints) -> Travel:
        """Give the ways between some of the places."""
        grid = np.ix_(nodes, nodes)
        return Travel(self.minutes[grid], self.metres[grid], tuple(self.lost[at] for at in nodes), self.straight)


def streets_of(roads: gpd.GeoDataFrame, crs: CRS, mode: str) -> Streets:
    """Give the streets of a mode.

    On foot everybody goes at one pace, one-way streets in either direction. A car goes at `LIMIT_SHARE` of the limit
    of its street, at `SPEED_M_PER_MIN` where none is known, and along one-way streets only as they are drawn.

    Parameters
    ----------
    roads
        class, oneway, speed (km/h), geometry, any CRS.
    crs
        A plane in metres.
    mode
        `walk` or `car`.
    """
    network = usable(roads, crs, mode)
    pace = np.full((len(network.lines), 2), 1 / SPEED_M_PER_MIN[mode])
    if mode == "car" and len(network.lines):
        limit = np.maximum(roads["speed"].to_numpy(dtype=float)[network.road], LEAST_KMH) * LIMIT_SHARE * 1000 / 60
        pace = np.where(np.isnan(limit), SPEED_M_PER_MIN[mode], limit)[:, None] ** -1 * np.ones(2)
        oneway = np.flatnonzero(roads["oneway"].to_numpy(dtype=bool)[network.road])
        shapes = np.asarray(roads.geometry.to_crs(crs).array, dtype=object)[network.road[oneway]]
        pace[oneway, _drawn_along(network.lines[oneway], shapes).astype(np.int64)] = np.inf
    main = _main(network, pace)
    return Streets(part_of(network, main), pace[main], mode, part_of(network, ~main))


def _drawn_along(edges: Shapes, roads: Shapes) -> npt.NDArray[np.bool_]:
    """Say of each edge whether it runs as its road was drawn: two points of its first segment tell."""
    first = np.array([shapely.get_coordinates(edge)[:2] for edge in edges]).reshape(-1, 2, 2)
    step = (first[:, 1] - first[:, 0]) / 3
    marks = [shapely.points(first[:, 0] + step * share) for share in (1, 2)]
    parts, road = shapely.get_parts(roads, return_index=True)
    own = np.lexsort((shapely.distance(parts, marks[0][road]), road))
    own = parts[own[np.searchsorted(road[own], np.arange(len(roads)))]]
    along = [shapely.line_locate_point(own, mark) for mark in marks]
    return np.asarray(along[0] < along[1])


def _main(network: Network, pace: Floats) -> npt.NDArray[np.bool_]:
    """Say which edges are of the part that most streets are of: each of its crossings is reached from each other."""
    if not len(network.lines):
        return np.zeros(0, dtype=bool)
    web = _web(network.ends, network.length, pace, len(network.nodes))
    piece = connected_components(web, directed=True, connection="strong")[1]
    inside = piece[network.ends[:, 0]] == piece[network.ends[:, 1]]
    metres = np.bincount(piece[network.ends[:, 0]], np.where(inside, network.length, 0.0))
    return np.asarray(inside & (piece[network.ends[:, 0]] == metres.argmax()))


def _web(pairs: Ints, metres: Floats, pace: Floats, n: int) -> csr_array:
    """Give the links that may be gone, each with one number that holds its time and its length.

    It is milliseconds × 2^24 + centimetres: sums of these are exact in a double (up to 149 hours and 167 km), the least
    is the quickest way, and of equally quick ones the shortest. So one search finds both.
    """
    both = np.concatenate([pairs, pairs[:, ::-1]])
    cost = np.concatenate([metres, metres]) * np.concatenate([pace[:, 0], pace[:, 1]]) * 60_000
    open_ = np.isfinite(cost)
    weight = np.rint(cost[open_]) * _METRES + np.rint(np.concatenate([metres, metres])[open_] * 100)
    return sparse(both[open_], weight, n, least=1 / 16)  # of a centimetre, cut off in the end


def travel_between(streets: Streets, points: Shapes, limit: float = LIMIT_MINUTES) -> Travel:
    """Give the ways between places, from each to each.

    A place is reached from the point of the streets that is nearest to it, on foot over the straight line to it. Doors
    within `NEXT_DOOR_M` of each other are reached straight.

    Parameters
    ----------
    points
        (n,) Points in the streets' plane.
    limit
        Minutes; ways that take longer are none.
    """
    crow = _crow(points)
    if streets.nothing:
        metres = DETOUR * crow
        return Travel(metres / SPEED_M_PER_MIN[streets.mode], metres, ("",) * len(points), straight=True)
    # most ways are not much longer than the crow flies: a search that stops there is short
    near = _usual(float(crow.max(initial=0.0)), streets.mode)
    found = _travel(_around(streets, points, near), points, crow, min(near, limit))
    there = np.array([not lost for lost in found.lost], dtype=bool)
    if near < limit and np.isinf(found.minutes[np.ix_(there, there)]).any():
        found = _travel(streets, points, crow, limit)
    return found


def _usual(metres: float, mode: str) -> float:
    """Give the minutes that a way takes at most in most streets, where it is so far as the crow flies."""
    return 2 * DETOUR * metres / SPEED_M_PER_MIN[mode] + 5


def _around(streets: Streets, points: Shapes, minutes: float) -> Streets:
    """Give the streets on which ways between places can be that take so long at most, and those near the places.

    Every point of such a way is within half of it from its beginning or its end.
    """
    margin = max(minutes / 2 / float(streets.pace.min()), OFF_M)
    box = shapely.box(*(shapely.total_bounds(points) + margin * np.array([-1, -1, 1, 1])))
    kept = np.zeros(len(streets.network.lines), dtype=bool)
    kept[streets.network.tree.query(box)] = True
    return replace(streets, network=part_of(streets.network, kept), pace=streets.pace[kept])


def _travel(streets: Streets, points: Shapes, crow: Floats, limit: float) -> Travel:
    feet = feet_of(streets.network, points)
    minutes, metres = np.full((2, len(points), len(points)), np.inf)
    if len(feet.place):
        web = _web(feet.pairs, feet.metres, streets.pace[feet.edge], len(feet.xy))
        along = _along(web, feet.node, limit)
        aside = feet.off[:, None] + feet.off
        minutes[np.ix_(feet.place, feet.place)] = along[0] + aside / SPEED_M_PER_MIN["walk"]
        metres[np.ix_(feet.place, feet.place)] = along[1] + aside
    door = (crow <= NEXT_DOOR_M) & np.isfinite(minutes)
    minutes[door], metres[door] = crow[door] / SPEED_M_PER_MIN["walk"], crow[door]
    too_long = minutes > limit
    minutes[too_long] = metres[too_long] = np.inf
    return Travel(minutes, metres, _lost(streets, points, feet.place), straight=False)


def _crow(points: Shapes) -> Floats:
    xy = shapely.get_coordinates(points)
    return np.asarray(np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1)))


def _along(web: csr_array, nodes: Ints, limit: float) -> tuple[Floats, Floats]:
    """Give minutes and metres from each node to each."""
    few = max(CELLS // web.shape[0], 1)
    most = limit * 60_000 * _METRES
    parts = [dijkstra(web, indices=nodes[at : at + few], limit=most)[:, nodes] for at in range(0, len(nodes), few)]
    weight = np.concatenate(parts)
    reached = np.isfinite(weight)
    time = np.floor(np.where(reached, weight, 0.0) / _METRES)
    length = np.floor(np.where(reached, weight, 0.0) - time * _METRES)
    return np.where(reached, time / 60_000, np.inf), np.where(reached, length / 100, np.inf)


def _lost(streets: Streets, points: Shapes, reached: Ints) -> tuple[str, ...]:
    lost = np.full(len(points), FAR, dtype=object)
    if len(streets.islands.lines):
        lost[streets.islands.tree.query(points, predicate="dwithin", distance=OFF_M)[0]] = ISLAND
    lost[reached] = ""
    return tuple(lost.tolist())


def ways_through(streets: Streets, points: Shapes) -> list[shapely.LineString]:
    """Give the way from each of some places to the next as a line; straight where there are no streets.

    Parameters
    ----------
    points
        (n,) Points in the streets' plane, in the order of the walk; each is reached from the one before.

    Returns
    -------
    n - 1 lines.
    """
    steps = range(len(points) - 1)
    straight = [shapely.LineString(shapely.get_coordinates(points[[at, at + 1]])) for at in steps]
    if streets.nothing or len(points) < 2:
        return straight
    crow = shapely.distance(points[:-1], points[1:])
    near = _usual(float(crow.max()), streets.mode)
    lines = _lines(_around(streets, points, near), points, near)
    if any(line is None for line in lines):
        lines = _lines(streets, points, np.inf)
    pairs = zip(lines, straight, crow <= NEXT_DOOR_M, strict=True)
    return [crow_line if door or line is None else line for line, crow_line, door in pairs]


def _lines(streets: Streets, points: Shapes, limit: float) -> list[shapely.LineString | None]:
    """Give the way from each place to the next, None where it takes longer than the limit."""
    feet = feet_of(streets.network, points)
    node = np.full(len(points), -1, dtype=np.int64)
    node[feet.place] = feet.node
    web = _web(feet.pairs, feet.metres, streets.pace[feet.edge], len(feet.xy))
    links, most = _Links(streets, feet), limit * 60_000 * _METRES
    lines: list[shapely.LineString | None] = []
    for start, end, one, two in zip(node[:-1], node[1:], points[:-1], points[1:], strict=True):
        if start < 0 or end < 0:
            lines.append(None)
            continue
        before = dijkstra(web, indices=start, limit=most, return_predecessors=True)[1]
        path = [int(end)]
        while path[-1] != start and before[path[-1]] >= 0:
            path.append(int(before[path[-1]]))
        lines.append(_way(links, path[::-1], one, two) if path[-1] == start else None)
    return lines


class _Links:
    """The stretch of street between two neighbouring nodes, the quickest where there are several."""

    def __init__(self, streets: Streets, feet: Feet) -> None:
        self._lines, self._lengths, self._feet = streets.network.lines, streets.network.length, feet
        n = len(feet.pairs)
        minutes = (feet.metres[:, None] * streets.pace[feet.edge]).T.ravel()
        both = np.concatenate([feet.pairs, feet.pairs[:, ::-1]])
        self._key = both[:, 0] * len(feet.xy) + both[:, 1]
        self._order = np.lexsort((minutes, self._key))
        self._key, self._count = self._key[self._order], n

    def stretch(self, one: int, two: int) -> Floats:
        """Give (k, 2) coordinates from one node to its neighbour."""
        found = self._order[np.searchsorted(self._key, one * len(self._feet.xy) + two)]
        link, against = found % self._count, found >= self._count
        edge, start = self._feet.edge[link], self._feet.start[link]
        end = start + self._feet.metres[link]
        whole = start == 0 and end >= self._lengths[edge]
        line = self._lines[edge] if whole else substring(self._lines[edge], start, end)
        xy = np.asarray(shapely.get_coordinates(line))
        return xy[::-1] if against else xy


def _way(links: _Links, path: Sequence[int], start: shapely.Point, end: shapely.Point) -> shapely.LineString:
    parts = [links.stretch(one, two) for one, two in pairwise(path)]
    xy = np.concatenate([shapely.get_coordinates(start), *parts, shapely.get_coordinates(end)])
    moved = np.concatenate([[True], (np.diff(xy, axis=0) != 0).any(axis=1)])
    return shapely.LineString(xy[moved] if moved.sum() > 1 else xy[[0, -1]])
