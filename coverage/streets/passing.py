"""Which pieces were passed, from how likely the steps between them are; compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coverage.streets.candidates import Candidates, Steps
from coverage.streets.network import Floats, Ints
from coverage.streets.reach import Room, Web, spread
from coverage.streets.stepping import Chances, Model, State, best_way, stride_of
from grids.compiled import compiled

LIKELY = 0.5
"""A piece counts when it was passed as likely as not: more expected F1 of metres than the likeliest way has."""
LEAST = 0.002
"""Steps less likely than that pass nothing."""
APART = 3
"""Chances of a piece that lie more than so many fixes apart are of two passings."""


class Tally(NamedTuple):
    """Chances of each piece's latest passing, and the fix of the last of them (-1 none); what was found, and how much.

    `out`, `when`: pieces passed, and the fix from which on each was passed as likely as not; `found` one number.
    """

    chance: Floats
    seen: Ints
    out: Ints
    when: Ints
    found: Ints


@compiled
def tally_of(pieces: int, size: int) -> Tally:
    """Give an empty tally with room for so many finds."""
    nothing = np.full(pieces, -1)
    room, when, found = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64), np.zeros(1, dtype=np.int64)
    return Tally(np.zeros(pieces), nothing, room, when, found)


@compiled
def passed(steps: Steps, near: Candidates, model: Model, web: Web, room: Room, chances: Chances, tally: Tally) -> None:
    """Count the pieces that the steps pass.

    The chances of the steps of one passing add up, since each step leaves out the piece that it begins on. Finds for
    which the tally has no room are counted and not written.
    """
    for i in range(len(steps.x) - 1, -1, -1):
        for t in range(2 * steps.near[i], 2 * steps.near[i + 1]):
            if chances.came[t] >= LEAST:
                p = near.piece[t >> 1]
                _pass(p, p, -1, chances.came[t], i, steps.run, tally)
        if chances.first[i] == chances.first[i + 1]:
            continue
        straight = np.hypot(steps.x[i] - steps.x[i - 1], steps.y[i] - steps.y[i - 1])
        waited = steps.seconds[i] - steps.seconds[i - 1]
        stride = stride_of(straight, waited, steps.sigma[i], steps.pace[i], steps.slack[i])
        last = -1
        for k in range(chances.first[i], chances.first[i + 1]):
            p = chances.chance[k]
            if p < LEAST:
                continue
            a, t = chances.source[k], chances.target[k]
            e, way, e2, to = near.edge[a >> 1], a & 1, near.edge[t >> 1], t & 1
            here, there = near.piece[a >> 1], near.piece[t >> 1]
            if last != 2 * e + way:
                last = 2 * e + way
                spread(last, stride.limit, model.turn / model.metre, web, room)
            one = State(e, way, near.along[a >> 1], web.length[e])
            other, d = State(e2, to, near.along[t >> 1], web.length[e2]), 2 * e2 + to
            if not best_way(one, other, room.metres[d], room.turned[d], stride, model)[2]:
                _pass(here, there, here, p, i, steps.run, tally)
                continue
            _pass(there, web.piece[e2] if to == 0 else web.piece[e2 + 1] - 1, -1, p, i, steps.run, tally)
            d = room.before[d]
            while d >= 0:
                _pass(web.piece[d >> 1], web.piece[(d >> 1) + 1] - 1, -1, p, i, steps.run, tally)
                d = room.before[d]
            _pass(here, web.piece[e + 1] - 1 if way == 0 else web.piece[e], here, p, i, steps.run, tally)


@compiled
def _pass(one: int, other: int, but: int, chance: float, fix: int, run: Ints, tally: Tally) -> None:
    """Add a chance to the pieces from one to the other of an edge, but for one of them."""
    for p in range(min(one, other), max(one, other) + 1):
        if p == but:
            continue
        last = tally.seen[p]
        before = tally.chance[p] if last >= 0 and last <= fix + APART and run[last] == run[fix] else 0.0
        tally.seen[p], tally.chance[p] = fix, before + chance
        if before < LIKELY <= before + chance:
            if tally.found[0] < len(tally.out):
                tally.out[tally.found[0]], tally.when[tally.found[0]] = p, fix
            tally.found[0] += 1
