"""The likeliest way on the lattice, against every way there is."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest
import shapely

from coverage.streets.dense import GAIT, shape_of
from coverage.streets.lattice import (
    CROSSING,
    LANDING,
    START,
    Near,
    Trail,
    Walk,
    expected_metres,
    kernel,
    likeliest,
    places,
)
from coverage.streets.matching import cells_of
from coverage.streets.network import Network
from coverage.streets.reach import web_of
from tests.coverage.streets.towns import CORNER, network

NET = network([[(0, 0), (40, 0)], [(40, 0), (40, 30)], [(40, 0), (80, -10)], [(40, 0), (25, -30)]])
FREE = GAIT._replace(beam=80.0)
DRIFT2, NEW2, DRIFT_S, PACE = 60.0, 40.0, 40.0, 1.25


def walk_of(xy: np.ndarray, every: float = 10.0, pace: float = PACE) -> Walk:
    """Give fixes in metres of the town, so many seconds apart."""
    x, y = (xy + CORNER).T.copy()
    n = len(xy)
    same = (np.full(n, value) for value in (DRIFT2, NEW2, DRIFT_S, pace))
    return Walk(x, y, every * np.arange(n), np.zeros(n, dtype=np.int64), *same)


def way_of(net: Network, walk: Walk) -> Trail:
    """Give the way found."""
    middles = shapely.get_coordinates(net.middles())
    x, y = middles.T.copy()
    return likeliest(walk, Near(cells_of(x, y), net.pieces.edge, x, y), FREE, web_of(net), shape_of(net))


def ways(net: Network, d: int, along: float, metres: float) -> Iterator[tuple[list[int], float, float]]:
    """Give every way of so many metres from a place: its directed edges, where on the last, the cost of crossings."""
    length = float(net.length[d >> 1])
    if along + metres < length:
        yield [d], along + metres, 0.0
        return
    node = net.ends[d >> 1, 1 - (d & 1)]
    out = [2 * e + w for e, ends in enumerate(net.ends.tolist()) for w in (0, 1) if ends[w] == node]
    on = [to for to in out if to != d ^ 1] or [d ^ 1]
    for to in on:
        for path, at, cost in ways(net, to, 0.0, metres - (length - along)):
            yield [d, *path], at, cost + math.log(len(on))


def point(net: Network, d: int, along: float) -> np.ndarray:
    """Give where somebody is."""
    line = net.lines[d >> 1]
    point = shapely.line_interpolate_point(line, along if d & 1 == 0 else line.length - along)
    return shapely.get_coordinates(point)[0]


def cheapest(net: Network, walk: Walk) -> tuple[float, list[int], float]:
    """Give cost, edges and end of the cheapest of all ways between two fixes, none of which turns round."""
    first, second = np.column_stack([walk.x, walk.y])
    gain = DRIFT2 / (DRIFT2 + NEW2)
    keep = math.exp(-10.0 / DRIFT_S)
    spare = keep**2 * DRIFT2 * (1 - gain) + DRIFT2 * (1 - keep**2) + NEW2
    go, _ = kernel(PACE * 10.0, FREE)
    step = PACE * 10.0 / 3
    best: tuple[float, list[int], float] = (math.inf, [], 0.0)
    for piece, back in itertools.product(range(len(net.pieces.edge)), (0, 1)):
        e, begins = int(net.pieces.edge[piece]), []
        for share in (0.25, 0.75):
            at = float(net.pieces.start[piece] + share * net.pieces.length[piece])
            d, along = 2 * e + back, at if back == 0 else float(net.length[e]) - at
            error = first - point(net, d, along)
            begins.append((float(error @ error) / (2 * (DRIFT2 + NEW2)), along, error))
        begin, along, error = min(begins, key=lambda some: some[0])  # of a piece the likelier half survives
        some = [(FREE.stand, [d], along)]
        some += [
            (float(go[j]) + crossed, path, end)
            for j in range(len(go))
            for path, end, crossed in ways(net, d, along, j * step)
        ]
        for cost, path, end in some:
            new = second - point(net, path[-1], end) - keep * gain * error
            total = begin + cost + float(new @ new) / (2 * spare)
            if total < best[0]:
                best = total, path, end
    return best


@pytest.mark.parametrize("seed", range(8))
def test_the_way_is_the_likeliest_of_all(seed: int) -> None:
    """Two fixes near a crossing: drift, pace and crossings cost what the book says, and nothing cheaper is missed."""
    rng = np.random.default_rng(seed)
    walk = walk_of(np.array([[32.0, 3.0], [42.0, -4.0]]) + rng.normal(size=(2, 2)) * 6.0)
    trail = way_of(NET, walk)
    _, path, end = cheapest(NET, walk)
    assert trail.kind.tolist() == [START, LANDING, *[CROSSING] * (len(path) - 1), LANDING]
    assert trail.edge[1:].tolist() == [path[0], *path[1:], path[-1]]
    assert trail.along[-1] == pytest.approx(end)


def test_places_are_those_on_the_lines() -> None:
    """Along and against every edge, as shapely finds them."""
    edge = np.repeat(np.arange(2 * len(NET.lines)), 5)
    along = np.tile([0.0, 0.2, 0.5, 0.9, 1.0], 2 * len(NET.lines)) * NET.length[edge >> 1]
    found = np.column_stack(places(edge, along, web_of(NET), shape_of(NET)))
    truth = np.array([point(NET, d, a) for d, a in zip(edge.tolist(), along.tolist(), strict=True)])
    assert np.abs(found - truth).max() < 1e-6


def test_what_is_expected_costs_nothing() -> None:
    """The cost of a beat is least at the metres expected, and as much for so many fewer as for more."""
    go, least = kernel(12.0, FREE)
    assert go[3] == 0.0
    assert go[2] == pytest.approx(go[4])
    assert go[0] == pytest.approx(12.0**2 / (2 * FREE.spread * 12.0))
    assert least.tolist() == [go[j:].min() for j in range(len(go))]


@pytest.mark.parametrize(
    ("metres", "every", "pace", "expected"),
    [
        (14.0, 10.0, 1.25, 12.5),
        (0.0, 10.0, 1.25, 12.5),
        (300.0, 10.0, 1.25, 300.0),
        (40.0, 10.0, 0.0, 40.0),
        (40.0, 0.0, 1.25, 40.0),
        (40.0, 3600.0, 1.25, 40.0),
    ],
)
def test_the_pace_says_how_far_unless_somebody_drove(metres: float, every: float, pace: float, expected: float) -> None:
    """Walking, standing; a step that no walker makes; no pace; no times; an hour without fixes."""
    walk = walk_of(np.array([[0.0, 0.0], [metres, 0.0]]), every, pace)
    assert expected_metres(1, walk)[1] == pytest.approx(expected)
