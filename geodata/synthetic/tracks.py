"""What a phone records on a day: the way along the streets from place to place, a fix every some seconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.synthetic.chance import Floats, Ints
from geodata.synthetic.clock import Stops
from geodata.synthetic.geotags import Geotags
from geodata.synthetic.people import People
from geodata.synthetic.register import Register
from geodata.synthetic.streets import Lattice
from geodata.synthetic.visits import NOBODY

FIX_S, NOISE_M = 20, 5.0
WALK_M_S = 1.25


@dataclass(frozen=True)
class Track:
    """One recorded day: officer by position, (k, 2) metres, k seconds of the day."""

    officer: int
    day: np.datetime64
    xy: Floats
    seconds: Floats


@dataclass(frozen=True)
class _Web:
    """The paved crossings as a graph."""

    xy: Floats
    ways: csr_array
    ends: Ints
    pieces: shapely.STRtree


def _web(lattice: Lattice) -> _Web:
    used, ends = np.unique(lattice.ends[lattice.road], return_inverse=True)
    xy = lattice.nodes[used]
    ends = ends.reshape(-1, 2)
    length = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    ways = csr_array((length, (ends[:, 0], ends[:, 1])), shape=(len(used), len(used)))
    return _Web(xy, ways, ends, shapely.STRtree(shapely.linestrings(xy[ends])))


def _doors(places: Floats, web: _Web) -> tuple[Floats, Ints]:
    """Give for each place the point of the nearest street in front of it, and the nearer crossing of that street."""
    points = shapely.points(places)
    piece = web.pieces.query_nearest(points, all_matches=False)[1]
    line = web.pieces.geometries[piece]
    along = shapely.line_locate_point(line, points, normalized=True)
    door = shapely.get_coordinates(shapely.line_interpolate_point(line, along, normalized=True))
    return door, web.ends[piece, (along > 0.5).astype(int)]


def _choose(stops: Stops, tags: Geotags, people: People, count: int, rng: np.random.Generator) -> Ints:
    """Choose honest days of inspectors on foot with at least three stops."""
    usable = (stops.tour != NOBODY) & (stops.visits.by == "inspector") & np.array([f is None for f in tags.fake])
    usable &= ~people.car[stops.visits.officer]
    tours, size = np.unique(stops.tour[usable], return_counts=True)
    return np.sort(rng.permutation(tours[size >= 3])[:count])


def make_tracks(
    stops: Stops,
    tags: Geotags,
    register: Register,
    people: People,
    lattice: Lattice,
    *,
    count: int,
    rng: np.random.Generator,
) -> list[Track]:
    """Record `count` days of single inspectors, as far as there are as many to record."""
    web = _web(lattice)
    out = []
    for tour in _choose(stops, tags, people, count, rng):
        mine = np.flatnonzero(stops.tour == tour)
        places = register.xy[stops.visits.place[mine]]
        arrive = np.floor(tags.minute[mine] * 60)
        xy, seconds = _walk(places, arrive, web)
        officer = int(stops.visits.officer[mine[0]])
        noise = _drift(len(xy), rng)
        out.append(Track(officer, stops.visits.day[mine[0]], xy + noise, seconds))
    return out


def _walk(places: Floats, arrive: Floats, web: _Web) -> tuple[Floats, Floats]:
    """Give fixes from the first arrival to some minutes after the last."""
    door, node = _doors(places, web)
    _, before = dijkstra(web.ways, directed=False, indices=node, limit=6000, return_predecessors=True)
    knots, times = [places[0]], [arrive[0]]
    for n in range(len(places) - 1):
        way = _way(before[n], int(node[n]), int(node[n + 1]))
        line = np.vstack((places[n], door[n], web.xy[way], door[n + 1], places[n + 1]))
        step = np.hypot(*np.diff(line, axis=0).T)
        leave = max(arrive[n + 1] - step.sum() / WALK_M_S, arrive[n] + 60)
        share = np.cumsum(step) / max(step.sum(), 1e-9)
        knots += [places[n], *line[1:]]
        times += [leave, *(leave + share * (arrive[n + 1] - leave))]
    knots.append(places[-1])
    times.append(arrive[-1] + 240)
    seconds = np.arange(times[0], times[-1], FIX_S)
    at = np.asarray(knots)
    return np.column_stack([np.interp(seconds, times, at[:, axis]) for axis in (0, 1)]), seconds


def _way(before: Ints, start: int, end: int) -> list[int]:
    """Give the crossings from start to end; only the end where no way is known."""
    way = [end]
    while way[-1] != start and before[way[-1]] >= 0:
        way.append(int(before[way[-1]]))
    return way[::-1]


def _drift(count: int, rng: np.random.Generator) -> Floats:
    """Give noise of GPS fixes: it wanders slowly."""
    noise = rng.normal(0, NOISE_M, (count, 2))
    for n in range(1, count):
        noise[n] = 0.8 * noise[n - 1] + 0.6 * noise[n]
    return noise
