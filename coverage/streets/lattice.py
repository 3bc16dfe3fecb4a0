"""The likeliest way of somebody who goes at a pace, fix by fix, on a lattice of small stretches; compiled.

A hidden Markov model whose state is a piece of street and a direction. From beat to beat somebody stands, or goes on by
so many metres, normally distributed about the pace. At a crossing every way on is as likely. Of all ways that lead to
the same state only the likeliest survives (Viterbi 1967), and each survivor carries what it found out on its way: where
exactly on the piece it is, so that the pace holds over many fixes, and how far off the receiver is just then
(per-survivor processing, Raheli, Polydoros & Tzou 1995). Of the receiver's error one part drifts slowly, a first-order
Gauss-Markov process; its estimate is the mean of a Kalman filter whose gain is the same for all. So a fix is judged by
what is new in its error, not by the whole of it.

Costs are negative logarithms of likelihoods. Beside the streets there is one state more: off every street.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coverage.streets.candidates import Cells
from coverage.streets.network import Floats, Ints
from coverage.streets.reach import FAR, Web
from grids.compiled import compiled, inlined

PARTS = 3
"""Ways of a beat are as long as expected, or a multiple of so small a part of that."""
WALKING_M_S = 1.25
WIDER, WIDEST = 2.0, 16.0
"""Between two fixes the beam is so much wider for each beat that no fix has judged, and at most."""
GAP_S = 60.0
"""After a longer time without a fix the pace says nothing: somebody may have been inside a house."""
LANDING, CROSSING, TURN, START = 0, 1, 2, 3


class Walk(NamedTuple):
    """Fixes in order: metres, seconds, number of the run; and what is known of each track, for every fix.

    `drift2` and `new2` are the variances on each axis, m², of the part of the error that drifts and of the rest;
    `drift_s` the seconds within which the drift is forgotten (1/e); `pace` m/s.
    """

    x: Floats
    y: Floats
    seconds: Floats
    run: Ints
    drift2: Floats
    new2: Floats
    drift_s: Floats
    pace: Floats


class Gait(NamedTuple):
    """How people go, and what is unlikely.

    Attributes
    ----------
    beat
        Metres that are expected of a beat, about: the steps between two fixes.
    spread
        m² by which the variance of the metres gone grows with each metre expected.
    stand, turn
        Cost of standing still for a beat, and of turning round.
    off, leave
        Cost of a fix off the streets, and of leaving them and of coming back.
    beam
        States that cost so much more than the best are given up.
    """

    beat: float
    spread: float
    stand: float
    turn: float
    off: float
    leave: float
    beam: float


class Shape(NamedTuple):
    """Points along edges, both ends of every half piece: those of edge e are `x[first[e]:first[e + 1]]`."""

    first: Ints
    x: Floats
    y: Floats


class Near(NamedTuple):
    """The pieces by square, the edge of each, and its middle."""

    cells: Cells
    edge: Ints
    x: Floats
    y: Floats


class Trail(NamedTuple):
    """The way found, node after node.

    Directed edge, metres along it, kind, fix. A `LANDING` is where somebody is at a fix; at a `CROSSING` an edge is
    begun; a `TURN` goes back along the same edge; a `START` has no way from what was before.
    """

    edge: Ints
    along: Floats
    kind: Ints
    fix: Ints


@compiled
def _more_ints(array: Ints) -> Ints:
    return np.concatenate((array, np.zeros_like(array)))


@compiled
def _more(array: Floats) -> Floats:
    return np.concatenate((array, np.zeros_like(array)))


@compiled
def kernel(expected: float, gait: Gait) -> tuple[Floats, Floats]:
    """Give what going on by 0, 1, 2 … steps of a beat costs, and the least that so many steps or more cost."""
    sd = np.sqrt(gait.spread * expected)
    step = expected / PARTS
    cost = 0.5 * ((np.arange(int((expected + 3.5 * sd) / step) + 1) - PARTS) * step / sd) ** 2
    least = cost.copy()
    for j in range(len(cost) - 2, -1, -1):
        least[j] = min(least[j], least[j + 1])
    return cost, least


@inlined
def halves(d: int, along: float, web: Web) -> tuple[int, float]:
    """Give the half piece, counted from the beginning of its edge, that a place lies in, and the share of it before."""
    e = d >> 1
    at = 2.0 * (along if d & 1 == 0 else web.length[e] - along) / web.step[e]
    k = min(max(int(at), 0), 2 * (web.piece[e + 1] - web.piece[e]) - 1)
    return k, at - k


class _Survivors(NamedTuple):
    """Ways so far: state, directed edge, metres along it, cost, drift, last node."""

    state: Ints
    edge: Ints
    along: Floats
    cost: Floats
    driftx: Floats
    drifty: Floats
    node: Ints


class _Nodes(NamedTuple):
    """Nodes of all ways: directed edge, metres along it, kind, fix, the node before (-1 none)."""

    edge: Ints
    along: Floats
    kind: Ints
    fix: Ints
    before: Ints


class _Fix(NamedTuple):
    """A fix as it is judged: whether a beat ends at it, its place, share of the drift kept, gain, variance."""

    there: bool
    x: float
    y: float
    keep: float
    gain: float
    spare: float


@compiled
def _survivors(size: int) -> _Survivors:
    ints, floats = np.zeros((3, size), dtype=np.int64), np.zeros((4, size))
    return _Survivors(ints[0], ints[1], floats[0], floats[1], floats[2], floats[3], ints[2])


@compiled
def _nodes(size: int) -> _Nodes:
    ints = np.zeros((4, size), dtype=np.int64)
    return _Nodes(ints[0], np.zeros(size), ints[1], ints[2], ints[3])


@compiled
def _added(nodes: _Nodes, count: int, edge: int, along: float, kind: int, fix: int, before: int) -> _Nodes:
    """Write node number `count`; give the nodes, longer where there was no room."""
    if count == len(nodes.edge):
        nodes = _Nodes(
            _more_ints(nodes.edge),
            _more(nodes.along),
            _more_ints(nodes.kind),
            _more_ints(nodes.fix),
            _more_ints(nodes.before),
        )
    nodes.edge[count], nodes.along[count], nodes.kind[count] = edge, along, kind
    nodes.fix[count], nodes.before[count] = fix, before
    return nodes


@inlined
def _offer(
    d: int,
    along: float,
    cost: float,
    bx: float,
    by: float,
    node: int,
    bound: float,
    fix: _Fix,
    new: _Survivors,
    slot: Ints,
    count: int,
    web: Web,
    shape: Shape,
) -> tuple[int, float]:
    """Let a way into its state if it is the likeliest there; give how many there are, its cost (`FAR`: not in)."""
    if cost > bound:
        return count, FAR
    half, rest = halves(d, along, web)
    if fix.there:
        g = shape.first[d >> 1] + half
        x, y = shape.x[g] + rest * (shape.x[g + 1] - shape.x[g]), shape.y[g] + rest * (shape.y[g + 1] - shape.y[g])
        bx, by = fix.keep * bx, fix.keep * by
        ex, ey = fix.x - x - bx, fix.y - y - by
        cost += 0.5 * (ex * ex + ey * ey) / fix.spare
        bx, by = bx + fix.gain * ex, by + fix.gain * ey
        if cost > bound:
            return count, FAR
    state = 2 * (web.piece[d >> 1] + (half >> 1)) + (d & 1)
    q = slot[state]
    if q < 0:
        q = slot[state] = count
        count += 1
    elif new.cost[q] <= cost:
        return count, FAR
    new.state[q], new.edge[q], new.along[q], new.cost[q] = state, d, along, cost
    new.driftx[q], new.drifty[q], new.node[q] = bx, by, node
    return count, cost


@compiled
def _beat(
    i: int,
    expected: float,
    fix: _Fix,
    gait: Gait,
    beam: float,
    old: _Survivors,
    m: int,
    new: _Survivors,
    slot: Ints,
    nodes: _Nodes,
    made: int,
    web: Web,
    shape: Shape,
) -> tuple[int, float, _Nodes, int]:
    """Let everybody stand or go for a beat; give how many survive, the least cost, the nodes, how many there are."""
    go, least = kernel(expected, gait)
    step = expected / PARTS
    most = (len(go) - 1) * step
    size = 64
    todo, at, price, last = np.zeros(size, np.int64), np.zeros(size), np.zeros(size), np.zeros(size, np.int64)
    count, low = 0, FAR
    for a in range(m):
        bx, by = old.driftx[a], old.drifty[a]
        cost = old.cost[a] + gait.stand
        count, cost = _offer(
            old.edge[a], old.along[a], cost, bx, by, old.node[a], low + beam, fix, new, slot, count, web, shape
        )
        low = min(low, cost)
        todo[0], at[0], last[0] = old.edge[a], -old.along[a], old.node[a]
        price[0] = old.cost[a]
        top = 1
        while top > 0:
            top -= 1
            d, begin, cost, node = todo[top], at[top], price[top], last[top]
            end = begin + web.length[d >> 1]
            j = max(int(np.ceil(begin / step)), 0)
            while j < len(go) and j * step < end and cost + least[j] <= low + beam:
                count, found = _offer(
                    d,
                    j * step - begin,
                    cost + go[j],
                    bx,
                    by,
                    node,
                    low + beam,
                    fix,
                    new,
                    slot,
                    count,
                    web,
                    shape,
                )
                low = min(low, found)
                j += 1
            if j == len(go) or end > most or cost + least[j] > low + beam:
                continue
            v = web.ends[d >> 1, 1 - (d & 1)]
            lo, hi = web.first[v], web.first[v + 1]
            cost += np.log(max(hi - lo - 1, 1))
            for k in range(lo, hi):
                to = web.leaving[k]
                if to == d ^ 1 and hi - lo > 1:
                    continue
                if top == size:
                    todo, at, price, last, size = _more_ints(todo), _more(at), _more(price), _more_ints(last), 2 * size
                nodes = _added(nodes, made, to, 0.0, CROSSING, i, node)
                todo[top], at[top], price[top], last[top] = to, end, cost, made
                top, made = top + 1, made + 1
    return count, low, nodes, made


@compiled
def _turned(
    i: int, bound: float, gait: Gait, new: _Survivors, count: int, slot: Ints, nodes: _Nodes, made: int, web: Web
) -> tuple[int, _Nodes, int]:
    """Let those turn round for whom that is not too unlikely."""
    for a in range(count):
        cost = new.cost[a] + gait.turn
        if cost > bound:
            continue
        d, along = new.edge[a] ^ 1, web.length[new.edge[a] >> 1] - new.along[a]
        state = 2 * (web.piece[d >> 1] + (halves(d, along, web)[0] >> 1)) + (d & 1)
        q = slot[state]
        if q < 0:
            q = slot[state] = count
            count += 1
        elif new.cost[q] <= cost:
            continue
        nodes = _added(nodes, made, d, along, TURN, i, new.node[a])
        new.state[q], new.edge[q], new.along[q], new.cost[q] = state, d, along, cost
        new.driftx[q], new.drifty[q], new.node[q] = new.driftx[a], new.drifty[a], made
        made += 1
    return count, nodes, made


@compiled
def _begun(
    i: int,
    cost: float,
    before: int,
    fix: _Fix,
    bound: float,
    new: _Survivors,
    count: int,
    slot: Ints,
    nodes: _Nodes,
    made: int,
    near: Near,
    web: Web,
    shape: Shape,
) -> tuple[int, float, _Nodes, int]:
    """Let ways begin on every street near a fix."""
    low, cells, radius = FAR, near.cells, max(35.0, 3.5 * np.sqrt(fix.spare))
    left = max(int((fix.x - radius - cells.x0) // cells.side), 0)
    right = min(int((fix.x + radius - cells.x0) // cells.side), cells.columns - 1)
    bottom = max(int((fix.y - radius - cells.y0) // cells.side), 0)
    upper = min(int((fix.y + radius - cells.y0) // cells.side), cells.rows - 1)
    for row in range(bottom, upper + 1):
        for k in range(cells.first[row * cells.columns + left], cells.first[row * cells.columns + right + 1]):
            p = cells.piece[k]
            if (near.x[p] - fix.x) ** 2 + (near.y[p] - fix.y) ** 2 > radius * radius:
                continue
            e = near.edge[p]
            for half in range(2):
                along = (p - web.piece[e] + 0.25 + 0.5 * half) * web.step[e]
                for way in range(2):
                    where = along if way == 0 else web.length[e] - along
                    count, found = _offer(
                        2 * e + way, where, cost, 0.0, 0.0, made, bound, fix, new, slot, count, web, shape
                    )
                    if found < FAR:
                        nodes = _added(nodes, made, 2 * e + way, where, START, i, before)
                        made += 1
                        low = min(low, found)
    return count, low, nodes, made


@compiled
def expected_metres(i: int, walk: Walk) -> tuple[float, float]:
    """Give the seconds from the fix before to fix i, and the metres of way expected.

    By the pace; but as far as from fix to fix where there is none, after a gap, and where the fixes lie further apart
    than their noise and the pace explain: somebody drove.
    """
    straight = np.hypot(walk.x[i] - walk.x[i - 1], walk.y[i] - walk.y[i - 1])
    waited = walk.seconds[i] - walk.seconds[i - 1]
    waited = waited if waited > 0 else straight / WALKING_M_S
    metres = walk.pace[i] * waited
    if walk.pace[i] == 0 or waited > GAP_S or straight - 5.0 * np.sqrt(walk.drift2[i] + walk.new2[i]) > metres:
        metres = straight
    return waited, max(metres, 0.1)


@compiled
def likeliest(walk: Walk, near: Near, gait: Gait, web: Web, shape: Shape) -> Trail:
    """Give the likeliest way of each run."""
    states = 2 * len(near.x)
    old, new, slot = _survivors(states), _survivors(states), np.full(states, -1)
    nodes, trail = _nodes(4096), _nodes(4096)
    length, m, made, off, off_node, known = 0, 0, 0, 0.0, -1, 0.0
    for i in range(len(walk.x)):
        drift2, new2 = walk.drift2[i], walk.new2[i]
        keep, beats, count, low, waited, expected = 0.0, 1, 0, FAR, 0.0, 0.0
        begins = i == 0 or walk.run[i] != walk.run[i - 1]
        if begins:
            if i > 0:
                trail, length = _traced(old, m, off, off_node, nodes, trail, length)
            m, made, off, off_node, blue, known = 0, 0, 0.0, -1, 0.0, drift2
        else:
            waited, expected = expected_metres(i, walk)
            beats = max(int(np.round(expected / gait.beat)), 1)
            keep = np.exp(-waited / walk.drift_s[i])
            known = keep * keep * known + drift2 * (1.0 - keep * keep)
            for a in range(m):
                if old.cost[a] + gait.leave < off:
                    off, off_node = old.cost[a] + gait.leave, old.node[a]
            blue = off + gait.leave
        beam = gait.beam + min(WIDER * (beats - 1), WIDEST)
        spare = known + new2
        gain = known / spare
        known *= 1.0 - gain
        for beat in range(0 if begins else beats):
            fix = _Fix(beat == beats - 1, walk.x[i], walk.y[i], keep, gain, spare)
            count, low, nodes, made = _beat(
                i, expected / beats, fix, gait, beam, old, m, new, slot, nodes, made, web, shape
            )
            if beat < beats - 1:
                m = _kept(new, count, low + beam, slot, old)
        off += gait.off
        if blue <= min(low, off) + beam:
            fix = _Fix(True, walk.x[i], walk.y[i], 0.0, gain, drift2 + new2)
            count, found, nodes, made = _begun(
                i, blue, off_node, fix, min(low, off) + beam, new, count, slot, nodes, made, near, web, shape
            )
            low = min(low, found)
        low = min(low, off)
        count, nodes, made = _turned(i, low + beam, gait, new, count, slot, nodes, made, web)
        m = _kept(new, count, low + beam, slot, old)
        off -= low
        for a in range(m):
            nodes = _added(nodes, made, old.edge[a], old.along[a], LANDING, i, old.node[a])
            old.cost[a] -= low
            old.node[a] = made
            made += 1
    if len(walk.x):
        trail, length = _traced(old, m, off, off_node, nodes, trail, length)
    return Trail(trail.edge[:length], trail.along[:length], trail.kind[:length], trail.fix[:length])


@compiled
def _kept(new: _Survivors, count: int, bound: float, slot: Ints, old: _Survivors) -> int:
    """Put those within the bound where the old ones were, empty the slots; give how many there are."""
    m = 0
    for q in range(count):
        slot[new.state[q]] = -1
        if new.cost[q] <= bound:
            old.state[m], old.edge[m], old.along[m], old.cost[m] = new.state[q], new.edge[q], new.along[q], new.cost[q]
            old.driftx[m], old.drifty[m], old.node[m] = new.driftx[q], new.drifty[q], new.node[q]
            m += 1
    return m


@compiled
def _traced(
    last: _Survivors, m: int, off: float, off_node: int, nodes: _Nodes, trail: _Nodes, length: int
) -> tuple[_Nodes, int]:
    """Write the nodes of the likeliest way behind the trail, in order."""
    least, node = off, off_node
    for a in range(m):
        if last.cost[a] < least:
            least, node = last.cost[a], last.node[a]
    begin = length
    while node >= 0:
        trail = _added(trail, length, nodes.edge[node], nodes.along[node], nodes.kind[node], nodes.fix[node], 0)
        length += 1
        node = nodes.before[node]
    for array in (trail.edge, trail.kind, trail.fix):
        array[begin:length] = array[begin:length][::-1].copy()
    trail.along[begin:length] = trail.along[begin:length][::-1].copy()
    return trail, length


@compiled
def places(edge: Ints, along: Floats, web: Web, shape: Shape) -> tuple[Floats, Floats]:
    """Give where those are who went so many metres along directed edges."""
    x, y = np.zeros(len(edge)), np.zeros(len(edge))
    for i in range(len(edge)):
        half, rest = halves(edge[i], along[i], web)
        g = shape.first[edge[i] >> 1] + half
        x[i], y[i] = (
            shape.x[g] + rest * (shape.x[g + 1] - shape.x[g]),
            shape.y[g] + rest * (shape.y[g + 1] - shape.y[g]),
        )
    return x, y
