"""The likeliest way through a street network, compiled.

A hidden Markov model of map matching (Newson & Krumm, 2009): a fix is likely near its street, a step is likely when
the way along the streets is as long as the straight line. Here a state also has a direction and turning round costs,
so that a noisy fix at a crossing does not send the walker into a side street and back.

Directed edges are numbers: 2e runs along edge e, 2e + 1 against it; d ^ 1 is the other direction of d.
"""

from __future__ import annotations

import numpy as np

from coverage.streets.network import Floats, Ints
from grids.compiled import compiled

FAR = np.inf


@compiled
def _push(heap: Ints, keys: Floats, size: int, item: int, key: float) -> int:
    """Put an item on a binary heap."""
    at = size
    while at > 0 and keys[(at - 1) // 2] > key:
        up = (at - 1) // 2
        heap[at], keys[at] = heap[up], keys[up]
        at = up
    heap[at], keys[at] = item, key
    return size + 1


@compiled
def _pop(heap: Ints, keys: Floats, size: int) -> int:
    """Take the first item off; it stands behind the others then."""
    first, least = heap[0], keys[0]
    size -= 1
    item, key = heap[size], keys[size]
    at = 0
    while 2 * at + 1 < size:
        down = 2 * at + 1
        if down + 1 < size and keys[down + 1] < keys[down]:
            down += 1
        if keys[down] >= key:
            break
        heap[at], keys[at] = heap[down], keys[down]
        at = down
    heap[at], keys[at] = item, key
    heap[size], keys[size] = first, least
    return size


@compiled
def spread(
    source: int, offset: float, limit: float, turn: float, web: tuple, room: tuple  # type: ignore[type-arg]
) -> int:
    """Find how far the beginning of every directed edge is from a state, within a limit; give the number reached.

    `room` holds for directed edges: metres, turns made, the directed edge before (-1 the source, -2 the source turned
    round), the edges reached, heap, keys. Edges of before are swept first.
    """
    ends, length, first, leaving, degree = web
    metres, turns, before, reached, heap, keys, count = room
    for k in range(count[0]):
        metres[reached[k]] = FAR
    found, size = 0, 0
    edge = source >> 1
    ahead = length[edge] - offset if source & 1 == 0 else offset
    for side in range(2):
        way = source ^ side
        start = ahead if side == 0 else length[edge] - ahead
        node = ends[edge, 1 - (way & 1)]
        for k in range(first[node], first[node + 1]):
            d = leaving[k]
            back = side + (1 if d == way ^ 1 and degree[node] > 1 else 0)
            if d == way ^ 1 and side == 1:
                continue
            cost = start + back * turn
            if cost <= limit and cost < metres[d] + turns[d] * turn:
                if metres[d] == FAR:
                    reached[found] = d
                    found += 1
                metres[d], turns[d], before[d] = start, back, -1 - side
                size = _push(heap, keys, size, d, cost)
    while size > 0:
        size = _pop(heap, keys, size)
        d, cost = heap[size], keys[size]
        if cost > metres[d] + turns[d] * turn:
            continue
        start = metres[d] + length[d >> 1]
        node = ends[d >> 1, 1 - (d & 1)]
        for k in range(first[node], first[node + 1]):
            n = leaving[k]
            back = turns[d] + (1 if n == d ^ 1 and degree[node] > 1 else 0)
            cost = start + back * turn
            if cost <= limit and cost < metres[n] + turns[n] * turn:
                if metres[n] == FAR:
                    reached[found] = n
                    found += 1
                metres[n], turns[n], before[n] = start, back, d
                size = _push(heap, keys, size, n, cost)
    count[0] = found
    return found


@compiled
def likeliest(
    x: Floats, y: Floats, run: Ints, near: Ints, edge: Ints, offset: Floats, emission: Floats,
    web: tuple, room: tuple, sigma: Floats, beta: float, turn: float, chosen: Ints, broken: Ints,  # type: ignore[type-arg]
) -> None:
    """Choose for each step one of its candidates and a direction: `chosen` = 2 × candidate + direction, -1 for none.

    Parameters
    ----------
    x, y, run
        Steps in order, metres, and the number of the run that each belongs to.
    near
        (steps + 1,): candidates of step i are `near[i]:near[i + 1]`.
    edge, offset, emission
        Of each candidate: its edge, how far along it, the cost of the fix being off it.
    sigma, beta, turn
        Metres of noise of each step; metres that a way may be longer for a cost of 1; metres that turning round counts as.
    broken
        1 where no way leads from the step before: a new chain begins.
    """
    metres, turns = room[0], room[1]
    length = web[1]
    steps = len(x)
    best = np.full(2 * len(edge), FAR)
    back = np.full(2 * len(edge), -1)
    last = -1
    for i in range(steps):
        lo, hi = 2 * near[i], 2 * near[i + 1]
        if hi == lo:
            continue
        linked = False
        if last >= 0 and run[last] == run[i]:
            straight = np.hypot(x[i] - x[last], y[i] - y[last])
            limit = 2.0 * straight + 4.0 * sigma[i] + 30.0 + turn
            least = FAR
            for s in range(2 * near[last], 2 * near[last + 1]):
                least = min(least, best[s])
            for s in range(2 * near[last], 2 * near[last + 1]):
                if best[s] > least + 30.0:
                    continue
                e1, o1, way = edge[s >> 1], offset[s >> 1], s & 1
                spread(2 * e1 + way, o1, limit, turn, web, room)
                for t in range(lo, hi):
                    e2, o2, to = edge[t >> 1], offset[t >> 1], t & 1
                    d = 2 * e2 + to
                    cost = FAR
                    if metres[d] < FAR:
                        r = metres[d] + (o2 if to == 0 else length[e2] - o2)
                        cost = (abs(r - straight) + turns[d] * turn) / beta
                    if e1 == e2:
                        ahead = o2 - o1 if way == 0 else o1 - o2
                        r = ahead if to == way else abs(ahead)
                        cost = min(cost, (abs(r - straight) + (turn if to != way else 0.0)) / beta)
                    cost += best[s] + emission[t >> 1]
                    if cost < best[t]:
                        best[t], back[t] = cost, s
                        linked = True
        if not linked:
            for t in range(lo, hi):
                best[t], back[t] = emission[t >> 1], -1
            broken[i] = 1
            if last >= 0:
                _trace(last, near, best, back, chosen)
        last = i
    if last >= 0:
        _trace(last, near, best, back, chosen)


@compiled
def _trace(last: int, near: Ints, best: Floats, back: Ints, chosen: Ints) -> None:
    """Walk back from the best state of a chain's last step."""
    state, least = -1, FAR
    for s in range(2 * near[last], 2 * near[last + 1]):
        if best[s] < least:
            least, state = best[s], s
    step = last
    while state >= 0:
        while not near[step] <= state >> 1 < near[step + 1]:
            step -= 1
        chosen[step] = state
        state = back[state]


@compiled
def stretches(
    chosen: Ints, broken: Ints, edge: Ints, offset: Floats, straight: Floats,
    web: tuple, room: tuple, sigma: Floats, turn: float, out: tuple,  # type: ignore[type-arg]
) -> int:
    """Write the stretches walked between chosen states: edge, from, to (metres on it), and the step that ends each.

    Give how many there are; when that is more than `out` has room for, the rest is counted and not written.
    """
    metres, before = room[0], room[2]
    length = web[1]
    of_edge, start, end, step = out
    written, last = 0, -1
    for i in range(len(chosen)):
        if chosen[i] < 0:
            continue
        if last < 0 or broken[i] == 1:
            last = i
            continue
        s, t = chosen[last], chosen[i]
        e1, o1, way = edge[s >> 1], offset[s >> 1], s & 1
        e2, o2, to = edge[t >> 1], offset[t >> 1], t & 1
        limit = 2.0 * straight[i] + 4.0 * sigma[i] + 30.0 + turn
        spread(2 * e1 + way, o1, limit, turn, web, room)
        d = 2 * e2 + to
        inside = FAR
        if e1 == e2:
            ahead = o2 - o1 if way == 0 else o1 - o2
            r = ahead if to == way else abs(ahead)
            inside = abs(r - straight[i]) + (turn if to != way else 0.0)
        around = FAR
        if metres[d] < FAR:
            r = metres[d] + (o2 if to == 0 else length[e2] - o2)
            around = abs(r - straight[i]) + room[1][d] * turn
        if inside <= around:
            if written < len(of_edge):
                of_edge[written], start[written], end[written], step[written] = e1, min(o1, o2), max(o1, o2), i
            written += 1
        elif around < FAR:
            # backwards: the last edge to its offset, whole edges between, the first from its offset
            if written < len(of_edge):
                of_edge[written], step[written] = e2, i
                start[written], end[written] = (0.0, o2) if to == 0 else (o2, length[e2])
            written += 1
            while before[d] >= 0:
                d = before[d]
                if written < len(of_edge):
                    of_edge[written], start[written], end[written], step[written] = d >> 1, 0.0, length[d >> 1], i
                written += 1
            leave = way if before[d] == -1 else 1 - way
            if written < len(of_edge):
                of_edge[written], step[written] = e1, i
                start[written], end[written] = (o1, length[e1]) if leave == 0 else (0.0, o1)
            written += 1
        last = i
    return written


@compiled
def thin(x: Floats, y: Floats, run: Ints, apart: Floats, keep: Ints) -> None:
    """Mark with 1 the first fix of each run and every fix at least its `apart` metres from the marked one before it."""
    last = -1
    for i in range(len(x)):
        if last < 0 or run[i] != run[last] or np.hypot(x[i] - x[last], y[i] - y[last]) >= apart[i]:
            keep[i] = 1
            last = i
