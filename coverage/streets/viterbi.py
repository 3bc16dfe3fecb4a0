"""The likeliest way through a street network, compiled.

A hidden Markov model of map matching after Newson & Krumm (2009) with two changes. A state is a piece of street and a
direction, so that it has a place of its own along the street and turning round costs. The error of fixes is that of
receivers: one part drifts (a first-order Gauss-Markov process), one is new each time. Each way through the states
carries its own estimate of the drift, by a Kalman filter whose gain is the same for all ways; so a run of fixes that
lie off to one side is one event, not many, and the step between two fixes tells more than where each of them is.

Costs are negative logarithms of likelihoods. Beside the streets there is one state more: off every street.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coverage.streets.network import Floats, Ints
from coverage.streets.reach import FAR, Room, Web, spread, ways
from grids.compiled import compiled

WALKING_M_S = 1.25
"""How fast somebody is taken to walk where a track does not say when its fixes were."""


class Steps(NamedTuple):
    """Fixes in order: metres, seconds, number of the run, metres of noise, and candidates `near[i]:near[i + 1]`."""

    x: Floats
    y: Floats
    seconds: Floats
    run: Ints
    sigma: Floats
    near: Ints


class Candidates(NamedTuple):
    """Pieces that a fix may lie on: the piece, its edge, how far along the edge its middle is, and its middle."""

    piece: Ints
    edge: Ints
    along: Floats
    x: Floats
    y: Floats


class Model(NamedTuple):
    """What things cost.

    Attributes
    ----------
    drift_s
        Errors of fixes drift away within so many seconds (1/e).
    drifting
        Share of the error's variance that drifts; the rest is new at each fix.
    blur
        m²: variance of where on its piece somebody is.
    metre, turn
        Cost of a metre of way, and of turning round.
    off, leave
        Cost of a fix off the streets, and of leaving them and of coming back.
    beam
        States that cost so much more than the best are given up.
    """

    drift_s: float
    drifting: float
    blur: float
    metre: float
    turn: float
    off: float
    leave: float
    beam: float


class Cells(NamedTuple):
    """Pieces by square: those of square k, row by row from x0, y0, are `piece[first[k]:first[k + 1]]`."""

    x0: float
    y0: float
    side: float
    columns: int
    rows: int
    first: Ints
    piece: Ints


@compiled
def pieces_near(
    x: Floats, y: Floats, radius: Floats, cells: Cells, px: Floats, py: Floats, near: Ints, out: Ints
) -> int:
    """Write the pieces whose middle lies within the radius of each fix, ascending, and where those of each begin.

    Give how many there are; those for which `out` has no room are counted and not written.
    """
    found = 0
    for i in range(len(x)):
        near[i] = found
        reach = radius[i]
        left = max(int((x[i] - reach - cells.x0) // cells.side), 0)
        right = min(int((x[i] + reach - cells.x0) // cells.side), cells.columns - 1)
        low = max(int((y[i] - reach - cells.y0) // cells.side), 0)
        high = min(int((y[i] + reach - cells.y0) // cells.side), cells.rows - 1)
        for row in range(low, high + 1):
            for column in range(left, right + 1):
                k = row * cells.columns + column
                for at in range(cells.first[k], cells.first[k + 1]):
                    p = cells.piece[at]
                    if (px[p] - x[i]) ** 2 + (py[p] - y[i]) ** 2 <= reach * reach:
                        if found < len(out):
                            out[found] = p
                        found += 1
        if found <= len(out):
            out[near[i] : found].sort()
    near[len(x)] = found
    return found


@compiled
def limit_of(straight: float, sigma: float) -> float:
    """Give how long a way is looked for, metres."""
    return 2.0 * straight + 3.0 * sigma + 30.0


@compiled
def likeliest(steps: Steps, near: Candidates, model: Model, web: Web, room: Room, chosen: Ints, turned: Ints) -> Floats:
    """Choose a state for each fix: `chosen` = 2 × candidate + direction, -1 for off the streets.

    `turned` is 1 where the state was reached in the other direction and turned round; 2 where it was not reached
    along the streets. Give for each fix the square of the error that its state leaves over the expected one, before the
    fix was used (2 on the average, when the noise is what it was taken for); -1 off the streets.
    """
    states, fixes = 2 * len(near.piece), len(steps.x)
    best, back, how = np.full(states, FAR), np.full(states, -1), np.zeros(states, dtype=np.int64)
    driftx, drifty, error = np.zeros(states), np.zeros(states), np.full(states, -1.0)
    off, off_back = 0.0, np.full(fixes, -1)
    surprise = np.full(fixes, -1.0)
    known, first = 0.0, 0
    for i in range(fixes):
        lo, hi = steps.near[i], steps.near[i + 1]
        sigma2 = steps.sigma[i] ** 2
        drift2, new2 = model.drifting * sigma2, (1.0 - model.drifting) * sigma2 + model.blur
        begins = i == 0 or steps.run[i] != steps.run[i - 1]
        if begins and i > 0:
            _trace(first, i - 1, off, steps.near, best, back, how, off_back, error, chosen, turned, surprise)
        first = i if begins else first
        straight = 0.0 if begins else np.hypot(steps.x[i] - steps.x[i - 1], steps.y[i] - steps.y[i - 1])
        waited = 0.0 if begins else steps.seconds[i] - steps.seconds[i - 1]
        waited = waited if waited > 0 else straight / WALKING_M_S
        keep = np.exp(-waited / model.drift_s)
        known = drift2 if begins else keep * keep * known + drift2 * (1.0 - keep * keep)
        spare, gain = known + new2, known / (known + new2)
        known *= 1.0 - gain
        least, which = off, -1
        if begins:
            off = least = 0.0
        else:
            for s in range(2 * steps.near[i - 1], 2 * lo):
                if best[s] < least:
                    least, which = best[s], s
            bound = min(least, off) + model.beam
            limit = limit_of(straight, steps.sigma[i])
            s = 2 * steps.near[i - 1]
            while s < 2 * lo:  # all states of one edge ask for the ways from its ends once
                e, stop = near.edge[s >> 1], s
                while stop < 2 * lo and near.edge[stop >> 1] == e:
                    stop += 2
                for way in range(2):
                    asked = False
                    for a in range(s + way, stop, 2):
                        if best[a] > bound:
                            continue
                        if not asked:
                            ways(2 * e + way, limit, model.turn / model.metre, web, room)
                            asked = True
                        o1 = near.along[a >> 1]
                        ahead = web.length[e] - o1 if way == 0 else o1
                        bx, by = keep * driftx[a], keep * drifty[a]
                        for c in range(lo, hi):
                            ex, ey = steps.x[i] - near.x[c] - bx, steps.y[i] - near.y[c] - by
                            square = (ex * ex + ey * ey) / spare
                            if best[a] + 0.5 * square >= max(best[2 * c], best[2 * c + 1]):
                                continue
                            e2, o2 = near.edge[c], near.along[c]
                            for to in range(2):
                                d = 2 * e2 + to
                                cost = FAR
                                if room.metres[d] < FAR:
                                    r = ahead + room.metres[d] + (o2 if to == 0 else web.length[e2] - o2)
                                    if r <= limit:
                                        cost = r * model.metre + room.turned[d] * model.turn
                                if e2 == e and to == way:
                                    r = o2 - o1 if way == 0 else o1 - o2
                                    if r >= -1e-6:
                                        cost = min(cost, r * model.metre)
                                cost += best[a] + 0.5 * square
                                if cost < best[2 * c + to]:
                                    t = 2 * c + to
                                    best[t], back[t], error[t] = cost, a, square
                                    driftx[t], drifty[t] = bx + gain * ex, by + gain * ey
                s = stop
        # out of the blue: from off the streets, at the first fix, or where no way leads from before
        blue = 0.0 if begins else min(off, least + model.leave) + model.leave
        for c in range(lo, hi):
            ex, ey = steps.x[i] - near.x[c], steps.y[i] - near.y[c]
            square = (ex * ex + ey * ey) / (drift2 + new2)
            for t in range(2 * c, 2 * c + 2):
                if blue + 0.5 * square < best[t]:
                    best[t], how[t], error[t] = blue + 0.5 * square, 2, square
                    back[t] = which if not begins and least + model.leave < off else -1
                    driftx[t], drifty[t] = gain * ex, gain * ey
            for t in range(2 * c, 2 * c + 2):
                if best[t ^ 1] + model.turn < best[t]:
                    best[t], how[t], back[t] = best[t ^ 1] + model.turn, 1 if how[t ^ 1] == 0 else 2, back[t ^ 1]
                    driftx[t], drifty[t], error[t] = driftx[t ^ 1], drifty[t ^ 1], error[t ^ 1]
        if not begins and least + model.leave < off:
            off, off_back[i] = least + model.leave, which
        off += model.off + straight * model.metre
    if fixes:
        _trace(first, fixes - 1, off, steps.near, best, back, how, off_back, error, chosen, turned, surprise)
    return surprise


@compiled
def _trace(
    first: int,
    last: int,
    off: float,
    steps_near: Ints,
    best: Floats,
    back: Ints,
    how: Ints,
    off_back: Ints,
    error: Floats,
    chosen: Ints,
    turned: Ints,
    surprise: Floats,
) -> None:
    """Walk back from the best state of the last fix of a run to its first fix."""
    state, least = -1, off
    for s in range(2 * steps_near[last], 2 * steps_near[last + 1]):
        if best[s] < least:
            least, state = best[s], s
    for i in range(last, first - 1, -1):
        chosen[i] = state
        if state >= 0:
            turned[i], surprise[i] = how[state], error[state]
            state = back[state]
        else:
            state = off_back[i]


@compiled
def passed(
    steps: Steps,
    near: Candidates,
    model: Model,
    web: Web,
    room: Room,
    chosen: Ints,
    turned: Ints,
    out: Ints,
    when: Ints,
) -> int:
    """Write the pieces on the way between chosen states, and with each the fix by which it was passed.

    Give how many there are; those for which `out` has no room are counted and not written.
    """
    written = 0
    for i in range(len(chosen)):
        t = chosen[i]
        if t < 0:
            continue
        c = t >> 1
        if turned[i] == 2:
            written = _write(near.piece[c], near.piece[c], i, out, when, written)
            continue
        a = chosen[i - 1]
        way, to = a & 1, (t & 1) ^ turned[i]
        e1, e2 = near.edge[a >> 1], near.edge[c]
        o1, o2 = near.along[a >> 1], near.along[c]
        straight = np.hypot(steps.x[i] - steps.x[i - 1], steps.y[i] - steps.y[i - 1])
        spread(2 * e1 + way, limit_of(straight, steps.sigma[i]), model.turn / model.metre, web, room)
        d = 2 * e2 + to
        ahead = o2 - o1 if way == 0 else o1 - o2
        inside = ahead * model.metre if e1 == e2 and to == way and ahead >= -1e-6 else FAR
        around = FAR
        if room.metres[d] < FAR:
            r = (web.length[e1] - o1 if way == 0 else o1) + (o2 if to == 0 else web.length[e2] - o2)
            around = (r + room.metres[d]) * model.metre + room.turned[d] * model.turn
        if inside <= around:
            written = _write(near.piece[a >> 1], near.piece[c], i, out, when, written)
            continue
        written = _write(near.piece[c], web.piece[e2] if to == 0 else web.piece[e2 + 1] - 1, i, out, when, written)
        d = room.before[d]
        while d >= 0:
            written = _write(web.piece[d >> 1], web.piece[(d >> 1) + 1] - 1, i, out, when, written)
            d = room.before[d]
        written = _write(
            near.piece[a >> 1], web.piece[e1 + 1] - 1 if way == 0 else web.piece[e1], i, out, when, written
        )
    return written


@compiled
def _write(one: int, other: int, fix: int, out: Ints, when: Ints, written: int) -> int:
    """Write the pieces from one to the other of an edge."""
    for p in range(min(one, other), max(one, other) + 1):
        if written < len(out):
            out[written], when[written] = p, fix
        written += 1
    return written


@compiled
def thin(x: Floats, y: Floats, run: Ints, apart: Floats, keep: Ints) -> None:
    """Mark with 1 the first fix of each run and every fix at least its `apart` metres from the marked one before it."""
    last = -1
    for i in range(len(x)):
        if last < 0 or run[i] != run[last] or np.hypot(x[i] - x[last], y[i] - y[last]) >= apart[i]:
            keep[i] = 1
            last = i
