"""The likeliest way through a street network, compiled.

A hidden Markov model of map matching after Newson & Krumm (2009) with three changes. A state is a piece of street and a
direction, so that it has a place of its own along the street and turning round costs. The error of fixes is that of
receivers: one part drifts (a first-order Gauss-Markov process), one is new each time. Each way through the states
carries its own estimate of the drift, by a Kalman filter whose gain is the same for all ways; so a run of fixes that
lie off to one side is one event, not many, and the step between two fixes tells more than where each of them is. And
somebody has a pace: a way much longer or shorter than it is unlikely.

Costs are negative logarithms of likelihoods. Beside the streets there is one state more: off every street.
"""

from __future__ import annotations

import numpy as np

from coverage.streets.candidates import Candidates, Steps
from coverage.streets.network import Floats, Ints
from coverage.streets.reach import FAR, Room, Web, ways
from coverage.streets.stepping import Chances, Model, State, best_way, stride_of
from grids.compiled import compiled


@compiled
def likeliest(steps: Steps, near: Candidates, model: Model, web: Web, room: Room) -> tuple[Chances, Floats, Floats]:
    """Give the steps of the likeliest way, each with chance 1, and for each fix two numbers, -1 off the streets.

    The square of the error that its state leaves over the expected one, before the fix was used (2 on the average,
    when the noise is what it was taken for); and the metres of way from the fix before, -1 where there is none.
    """
    states, fixes = 2 * len(near.piece), len(steps.x)
    best, back, how = np.full(states, FAR), np.full(states, -1), np.zeros(states, dtype=np.int64)
    driftx, drifty, error, gone = np.zeros(states), np.zeros(states), np.full(states, -1.0), np.full(states, -1.0)
    off, off_back = 0.0, np.full(fixes, -1)
    chosen, turned = np.full(fixes, -1), np.zeros(fixes, dtype=np.int64)
    surprise, walked = np.full(fixes, -1.0), np.full(fixes, -1.0)
    known, first = 0.0, 0
    for i in range(fixes):
        lo, hi = steps.near[i], steps.near[i + 1]
        sigma2 = steps.sigma[i] ** 2
        drift2, new2 = model.drifting * sigma2, (1.0 - model.drifting) * sigma2 + model.blur
        begins = i == 0 or steps.run[i] != steps.run[i - 1]
        if begins and i > 0:
            _trace(first, i - 1, off, steps.near, best, back, how, off_back, chosen, turned)
        first = i if begins else first
        straight = 0.0 if begins else np.hypot(steps.x[i] - steps.x[i - 1], steps.y[i] - steps.y[i - 1])
        waited = 0.0 if begins else steps.seconds[i] - steps.seconds[i - 1]
        stride = stride_of(straight, waited, steps.sigma[i], steps.pace[i], steps.slack[i])
        keep = np.exp(-stride.seconds / model.drift_s)
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
                            ways(2 * e + way, stride.limit, model.turn / model.metre, web, room)
                            asked = True
                        one = State(e, way, near.along[a >> 1], web.length[e])
                        bx, by = keep * driftx[a], keep * drifty[a]
                        for c in range(lo, hi):
                            ex, ey = steps.x[i] - near.x[c] - bx, steps.y[i] - near.y[c] - by
                            square = (ex * ex + ey * ey) / spare
                            if best[a] + 0.5 * square >= max(best[2 * c], best[2 * c + 1]):
                                continue
                            e2 = near.edge[c]
                            for to in range(2):
                                d, t = 2 * e2 + to, 2 * c + to
                                other = State(e2, to, near.along[c], web.length[e2])
                                cost, metres, _ = best_way(one, other, room.metres[d], room.turned[d], stride, model)
                                cost += best[a] + 0.5 * square
                                if cost < best[t]:
                                    best[t], back[t], error[t], gone[t] = cost, a, square, metres
                                    driftx[t], drifty[t] = bx + gain * ex, by + gain * ey
                s = stop
        # out of the blue: from off the streets, at the first fix, or where no way leads from before
        blue = 0.0 if begins else min(off, least + model.leave) + model.leave
        for c in range(lo, hi):
            ex, ey = steps.x[i] - near.x[c], steps.y[i] - near.y[c]
            square = (ex * ex + ey * ey) / (drift2 + new2)
            for t in range(2 * c, 2 * c + 2):
                if blue + 0.5 * square < best[t]:
                    best[t], how[t], error[t], gone[t] = blue + 0.5 * square, 2, square, -1.0
                    back[t] = which if not begins and least + model.leave < off else -1
                    driftx[t], drifty[t] = gain * ex, gain * ey
            for t in range(2 * c, 2 * c + 2):
                if best[t ^ 1] + model.turn < best[t]:
                    best[t], how[t], back[t] = best[t ^ 1] + model.turn, 1 if how[t ^ 1] == 0 else 2, back[t ^ 1]
                    driftx[t], drifty[t], error[t], gone[t] = driftx[t ^ 1], drifty[t ^ 1], error[t ^ 1], gone[t ^ 1]
        if not begins and least + model.leave < off:
            off, off_back[i] = least + model.leave, which
        off += model.off + straight * model.metre
    if fixes:
        _trace(first, fixes - 1, off, steps.near, best, back, how, off_back, chosen, turned)
    for i in range(fixes):
        if chosen[i] >= 0:
            surprise[i], walked[i] = error[chosen[i]], gone[chosen[i]]
    return _chances(chosen, turned, states), surprise, walked


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
    chosen: Ints,
    turned: Ints,
) -> None:
    """Walk back from the best state of the last fix of a run to its first fix.

    Write the state of each, -1 off the streets, and whether it was reached in the other direction and turned round (1)
    or not reached along the streets (2).
    """
    state, least = -1, off
    for s in range(2 * steps_near[last], 2 * steps_near[last + 1]):
        if best[s] < least:
            least, state = best[s], s
    for i in range(last, first - 1, -1):
        chosen[i] = state
        if state >= 0:
            turned[i] = how[state]
            state = back[state]
        else:
            state = off_back[i]


@compiled
def _chances(chosen: Ints, turned: Ints, states: int) -> Chances:
    """Give the steps between chosen states."""
    fixes, size = len(chosen), 0
    first, came = np.zeros(fixes + 1, dtype=np.int64), np.zeros(states)
    source, target = np.zeros(fixes, dtype=np.int64), np.zeros(fixes, dtype=np.int64)
    for i in range(fixes):
        first[i] = size
        if chosen[i] < 0:
            continue
        if turned[i] == 2:
            came[chosen[i]] = 1.0
        else:
            source[size], target[size] = chosen[i - 1], chosen[i] ^ turned[i]
            size += 1
    first[fixes] = size
    return Chances(first, source, target, np.ones(fixes), came)
