"""The likeliest way between pieces of street, against every way there is."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from coverage.streets.reach import room_of, web_of
from coverage.streets.viterbi import likeliest
from tests.coverage.streets.test_posterior import MODEL, NET, OFF, ready, weights


def cheapest(xy: np.ndarray) -> list[tuple[int, int, int]]:
    """Give the steps (fix, state before, state reached) along the streets of the likeliest of all ways."""
    way, fit = weights(NET, xy)
    places = [OFF, *((t, u) for t in range(len(way)) for u in (t, t ^ 1))]
    best, steps = math.inf, []
    with np.errstate(divide="ignore"):
        way, fit = -np.log(way), -np.log(fit)
    for path in product(places, repeat=len(xy)):
        cost, taken = 0.0, []
        for i, (t, u) in enumerate(path):
            before = path[i - 1][1] if i else -1
            out = 0.0 if before < 0 else MODEL.leave
            if t < 0:
                cost += out + MODEL.off + (np.hypot(*(xy[i] - xy[i - 1])) * MODEL.metre if i else 0.0)
                continue
            blue, along = out + (MODEL.leave if i else 0.0), way[before, t] if before >= 0 else math.inf
            cost += min(along, blue) + fit[i, t] + (MODEL.turn if t != u else 0.0)
            if along < blue:
                taken.append((i, before, t))
        if cost < best:
            best, steps = cost, taken
    return steps


@pytest.mark.parametrize("seed", range(6))
def test_the_way_is_the_likeliest_of_all(seed: int) -> None:
    """Where errors do not drift, the steps are those of the cheapest way."""
    rng = np.random.default_rng(seed)
    steps, near = ready(rng, 6.0)
    web = web_of(NET)
    chances, _, _ = likeliest(steps, near, MODEL, web, room_of(web))
    states = 2 * len(NET.pieces.edge)
    fix = np.searchsorted(chances.first, np.arange(chances.first[-1]), side="right") - 1
    found = [
        (int(i), int(a) % states, int(t) % states) for i, a, t in zip(fix, chances.source, chances.target, strict=False)
    ]
    assert found == cheapest(np.column_stack([steps.x, steps.y]))
