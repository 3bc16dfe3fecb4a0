"""How likely somebody went along each piece of street, given fixes; compiled.

A hidden Markov model of map matching after Newson & Krumm (2009) with three changes. A state is a piece of street and
a direction, so that it has a place of its own along the street and turning round costs. The error of fixes is that of
receivers: one part drifts (a first-order Gauss-Markov process), one is new each time. Each state carries the estimate
of the drift by the likeliest step to it, by a Kalman filter whose gain is the same for all; so a run of fixes that lie
off to one side is one event, not many. And somebody has a pace: a way much longer or shorter than it is unlikely.

Sums over all ways, forward and backward (Rabiner 1989), give how likely each step between two states is. Beside the
streets there is one state more: off every street. It is reached, and left, through a hub before each fix.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np

from coverage.streets.candidates import Candidates, Steps
from coverage.streets.network import Floats, Ints
from coverage.streets.reach import Room, Web, ways
from coverage.streets.stepping import Chances, Model, State, best_way, stride_of
from grids.compiled import compiled

_Numbers = TypeVar("_Numbers", Floats, Ints)


class Arcs(NamedTuple):
    """Steps from a state of one fix to one of the next, those to fix i: `first[i]:first[i + 1]`.

    The two states, the weight (likelihood of way and fix), metres of way, square of the error over the expected one.
    """

    first: Ints
    source: Ints
    target: Ints
    weight: Floats
    metres: Floats
    square: Floats


class Forward(NamedTuple):
    """Sums over all ways up to a fix, as shares of the sum of the fix.

    Of each state; of being off the streets after each fix; of its hub, before it; weight and square of an error of
    each state out of the hub; weight from the hub to off; the sum itself over that of the fix before.
    """

    alpha: Floats
    off: Floats
    hub: Floats
    blue: Floats
    square: Floats
    away: Floats
    total: Floats


@compiled
def _more(array: _Numbers) -> _Numbers:
    """Give an array with twice the room."""
    longer: _Numbers = np.concatenate((array, array))
    return longer


def expected(steps: Steps, near: Candidates, model: Model, web: Web, room: Room) -> tuple[Chances, Floats, Floats]:
    """Give how likely each step is, and of each fix what `backward` gives."""
    sums, arcs = forward(steps, near, model, web, room)
    chance, came = np.zeros(len(arcs.source)), np.zeros(2 * len(near.piece))
    error, metres = backward(steps, near, model, sums, arcs, chance, came)
    return Chances(arcs.first, arcs.source, arcs.target, chance, came), error, metres


@compiled
def forward(steps: Steps, near: Candidates, model: Model, web: Web, room: Room) -> tuple[Forward, Arcs]:
    """Sum over all ways up to each fix."""
    states, fixes = 2 * len(near.piece), len(steps.x)
    alpha, blue, squares = np.zeros(states), np.zeros(states), np.zeros(states)
    driftx, drifty, top = np.zeros(states), np.zeros(states), np.zeros(states)
    off, hub, away, total = np.zeros(fixes), np.ones(fixes), np.zeros(fixes), np.zeros(fixes)
    first, size = np.zeros(fixes + 1, dtype=np.int64), 0
    source, target = np.zeros(1024, dtype=np.int64), np.zeros(1024, dtype=np.int64)
    weight, gone, square = np.zeros(1024), np.zeros(1024), np.zeros(1024)
    known = 0.0
    for i in range(fixes):
        first[i] = size
        lo, hi = steps.near[i], steps.near[i + 1]
        sigma2 = steps.sigma[i] ** 2
        drift2, new2 = model.drifting * sigma2, (1.0 - model.drifting) * sigma2 + model.blur
        begins = i == 0 or steps.run[i] != steps.run[i - 1]
        straight = 0.0 if begins else np.hypot(steps.x[i] - steps.x[i - 1], steps.y[i] - steps.y[i - 1])
        waited = 0.0 if begins else steps.seconds[i] - steps.seconds[i - 1]
        stride = stride_of(straight, waited, steps.sigma[i], steps.pace[i], steps.slack[i])
        keep = np.exp(-stride.seconds / model.drift_s)
        if begins:
            known = drift2
            away[i] = np.exp(-model.off)
        else:
            known = keep * keep * known + drift2 * (1.0 - keep * keep)
            away[i] = np.exp(-model.off - straight * model.metre)
            hub[i] = off[i - 1] + (1.0 - off[i - 1]) * np.exp(-model.leave)
        spare, gain = known + new2, known / (known + new2)
        known *= 1.0 - gain
        if not begins:
            before = alpha[2 * steps.near[i - 1] : 2 * lo]
            bound = np.exp(-model.beam) * max(before.max() if len(before) else 0.0, off[i - 1])
            least = -np.log(hub[i] * away[i])
            s = 2 * steps.near[i - 1]
            while s < 2 * lo:  # all states of one edge ask for the ways from its ends once
                e, stop = near.edge[s >> 1], s
                while stop < 2 * lo and near.edge[stop >> 1] == e:
                    stop += 2
                for way in range(2):
                    asked = False
                    for a in range(s + way, stop, 2):
                        if alpha[a] <= bound:
                            continue
                        if not asked:
                            ways(2 * e + way, stride.limit, model.turn / model.metre, web, room)
                            asked = True
                        so_far = -np.log(alpha[a])
                        one = State(e, way, near.along[a >> 1], web.length[e])
                        bx, by = keep * driftx[a], keep * drifty[a]
                        for c in range(lo, hi):
                            ex, ey = steps.x[i] - near.x[c] - bx, steps.y[i] - near.y[c] - by
                            error = (ex * ex + ey * ey) / spare
                            if so_far + 0.5 * error > least + model.beam:
                                continue
                            e2 = near.edge[c]
                            for to in range(2):
                                d, t = 2 * e2 + to, 2 * c + to
                                other = State(e2, to, near.along[c], web.length[e2])
                                cost, metres, _ = best_way(one, other, room.metres[d], room.turned[d], stride, model)
                                cost += 0.5 * error
                                if so_far + cost > least + model.beam:
                                    continue
                                least = min(least, so_far + cost)
                                if size == len(source):
                                    source, target = _more(source), _more(target)
                                    weight, gone, square = _more(weight), _more(gone), _more(square)
                                w = np.exp(-cost)
                                source[size], target[size], weight[size] = a, t, w
                                gone[size], square[size] = metres, error
                                size += 1
                                p = alpha[a] * w
                                alpha[t] += p
                                if p > top[t]:
                                    top[t], driftx[t], drifty[t] = p, bx + gain * ex, by + gain * ey
                s = stop
        sum_ = hub[i] * away[i]
        for c in range(lo, hi):  # out of the blue: from off the streets, at the first fix, or where no way leads
            ex, ey = steps.x[i] - near.x[c], steps.y[i] - near.y[c]
            error = (ex * ex + ey * ey) / (drift2 + new2)
            w = np.exp(-0.5 * error - (0.0 if begins else model.leave))
            for t in range(2 * c, 2 * c + 2):
                blue[t], squares[t] = w, error
                p = hub[i] * w
                alpha[t] += p
                if p > top[t]:
                    top[t], driftx[t], drifty[t] = p, gain * ex, gain * ey
            one, two, turn = alpha[2 * c], alpha[2 * c + 1], np.exp(-model.turn)
            alpha[2 * c], alpha[2 * c + 1] = one + turn * two, two + turn * one
            t = 2 * c if one < two else 2 * c + 1
            if alpha[t ^ 1] * turn > 0.5 * alpha[t]:
                driftx[t], drifty[t] = driftx[t ^ 1], drifty[t ^ 1]
            sum_ += alpha[2 * c] + alpha[2 * c + 1]
        alpha[2 * lo : 2 * hi] /= sum_
        off[i], total[i] = hub[i] * away[i] / sum_, sum_
    first[fixes] = size
    return Forward(alpha, off, hub, blue, squares, away, total), Arcs(first, source, target, weight, gone, square)


@compiled
def backward(
    steps: Steps, near: Candidates, model: Model, sums: Forward, arcs: Arcs, chance: Floats, came: Floats
) -> tuple[Floats, Floats]:
    """Write how likely each step between states is (`chance`), and each state out of the hub (`came`).

    Give for each fix the expected square of its error over the expected one, before the fix was used (2 on the
    average, when the noise is what it was taken for), and the expected metres from the fix before; -1 where it is
    likelier off the streets.
    """
    fixes = len(steps.x)
    surprise, walked = np.full(fixes, -1.0), np.full(fixes, -1.0)
    beta, beta_off = np.ones(2 * len(near.piece)), 1.0
    turn = np.exp(-model.turn)
    for i in range(fixes - 1, -1, -1):
        lo, hi = steps.near[i], steps.near[i + 1]
        if i == fixes - 1 or steps.run[i] != steps.run[i + 1]:
            beta[2 * lo : 2 * hi], beta_off = 1.0, 1.0
        hub = sums.away[i] * beta_off
        on = error = 0.0
        for c in range(lo, hi):
            one, two = beta[2 * c], beta[2 * c + 1]
            beta[2 * c], beta[2 * c + 1] = one + turn * two, two + turn * one
            for t in range(2 * c, 2 * c + 2):
                hub += sums.blue[t] * beta[t]
                came[t] = sums.hub[i] * sums.blue[t] * beta[t] / sums.total[i]
                on += came[t]
                error += came[t] * sums.square[t]
        hub /= sums.total[i]
        if i > 0 and steps.run[i] == steps.run[i - 1]:
            beta[2 * steps.near[i - 1] : 2 * lo] = np.exp(-model.leave) * hub
        beta_off = hub
        along = metres = 0.0
        for k in range(arcs.first[i], arcs.first[i + 1]):
            a, t = arcs.source[k], arcs.target[k]
            back = arcs.weight[k] * beta[t] / sums.total[i]
            beta[a] += back
            chance[k] = sums.alpha[a] * back
            along += chance[k]
            metres += chance[k] * arcs.metres[k]
            error += chance[k] * arcs.square[k]
        if along + on >= 0.5:
            surprise[i] = error / (along + on)
        if along >= 0.5:
            walked[i] = metres / along
    return surprise, walked
