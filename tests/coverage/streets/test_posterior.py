"""Chances of steps between pieces of street, against every way there is."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import product

import numpy as np
import pytest
import shapely

from coverage.streets.candidates import Candidates, Steps
from coverage.streets.network import Network
from coverage.streets.posterior import expected
from coverage.streets.reach import room_of, web_of
from coverage.streets.stepping import Model
from tests.coverage.streets.test_reach import slow
from tests.coverage.streets.towns import CORNER, network

MODEL = Model(60.0, 0.0, 4.0, 0.045, 2.0, 3.0, 2.0, 60.0)
SIGMA = 12.0
OFF = (-1, -1)
NET = network([[(0, 0), (18, 0)], [(18, 0), (18, 9)], [(18, 0), (27, -4)]])


def weights(net: Network, xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give likelihoods by the book: of a way between states, of a fix at a state; a state is 2 × piece + direction."""
    pieces, states = net.pieces, 2 * len(net.pieces.edge)
    along = pieces.start + pieces.length / 2
    way = np.zeros((states, states))
    for a, t in product(range(states), repeat=2):
        e, e2 = int(pieces.edge[a // 2]), int(pieces.edge[t // 2])
        done, more = along[a // 2], along[t // 2]
        far = slow(net, 2 * e + a % 2, MODEL.turn / MODEL.metre).get(2 * e2 + t % 2, math.inf)
        metres = (done if a % 2 else net.length[e] - done) + far + (net.length[e2] - more if t % 2 else more)
        ahead = done - more if a % 2 else more - done
        if e == e2 and a % 2 == t % 2 and ahead >= 0:
            metres = min(metres, ahead)
        way[a, t] = math.exp(-metres * MODEL.metre)
    middles = shapely.get_coordinates(net.middles())
    square = ((xy[:, None] - middles[None]) ** 2).sum(axis=2) / (SIGMA**2 + MODEL.blur)
    return way, np.repeat(np.exp(-square / 2), 2, axis=1)


def every_way(net: Network, xy: np.ndarray) -> dict[tuple[int, int, int], float]:
    """Give how likely each step (fix, state before, state reached) along the streets is, from all ways one by one."""
    way, fit = weights(net, xy)
    leave, turn = math.exp(-MODEL.leave), math.exp(-MODEL.turn)
    states = range(way.shape[0])
    places = [OFF, *((t, u) for t in states for u in (t, t ^ 1))]  # reached, and after turning round
    chance: dict[tuple[int, int, int], float] = defaultdict(float)
    total = 0.0
    for path in product(places, repeat=len(xy)):
        weight, shares = 1.0, []
        for i, (t, u) in enumerate(path):
            before = path[i - 1][1] if i else -1
            out = 1.0 if before < 0 else leave
            if t < 0:
                straight = np.hypot(*(xy[i] - xy[i - 1])) if i else 0.0
                weight *= out * math.exp(-MODEL.off - straight * MODEL.metre)
                continue
            blue = out * (leave if i else 1.0)
            along = way[before, t] if before >= 0 else 0.0
            weight *= (along + blue) * fit[i, t] * (turn if t != u else 1.0)
            if before >= 0:
                shares.append(((i, before, t), along / (along + blue)))
        total += weight
        for key, share in shares:
            chance[key] += weight * share
    return {key: value / total for key, value in chance.items()}


def ready(rng: np.random.Generator, noise: float) -> tuple[Steps, Candidates]:
    """Give three fixes, each of which may lie on every piece."""
    xy = CORNER + np.array([[2.0, 1.0], [12.0, 2.0], [19.0, 6.0]]) + rng.normal(size=(3, 2)) * noise
    count, pieces = len(NET.pieces.edge), NET.pieces
    piece = np.tile(np.arange(count), len(xy))
    x, y = shapely.get_coordinates(NET.middles())[piece].T.copy()
    near = Candidates(piece, pieces.edge[piece], (pieces.start + pieces.length / 2)[piece], x, y)
    same = np.zeros(len(xy), dtype=np.int64)
    sigma, pace, slack = np.full(len(xy), SIGMA), np.full(len(xy), 1.25), np.full(len(xy), 1e12)
    first = np.arange(len(xy) + 1) * count
    return Steps(xy[:, 0].copy(), xy[:, 1].copy(), 8.0 * np.arange(3), same, sigma, first, pace, slack), near


@pytest.mark.parametrize("seed", range(3))
def test_chances_are_those_of_every_way(seed: int) -> None:
    """Where errors do not drift, each step has the share of all ways that take it."""
    steps, near = ready(np.random.default_rng(seed), 6.0)
    web = web_of(NET)
    chances, _, _ = expected(steps, near, MODEL, web, room_of(web))
    count = len(NET.pieces.edge)
    fix = np.searchsorted(chances.first, np.arange(chances.first[-1]), side="right") - 1
    found = {
        (int(i), int(a) % (2 * count), int(t) % (2 * count)): float(p)
        for i, a, t, p in zip(fix, chances.source, chances.target, chances.chance, strict=False)
    }
    truth = every_way(NET, np.column_stack([steps.x, steps.y]))
    assert max(truth.values()) > 0.05
    for key in truth.keys() | found.keys():
        assert found.get(key, 0.0) == pytest.approx(truth.get(key, 0.0), abs=1e-9)
