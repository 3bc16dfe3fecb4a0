"""Better borders by simulated annealing: one atom after another goes over to a neighbour part, never breaking its own.

A move that lowers the cost is taken, one that raises it by d with the chance exp(-d / T), while T falls (Kirkpatrick,
Gelatt, Vecchi 1983). The cost is that of the borders plus a penalty for every part outside its band of load. A part
stays in one piece: an atom leaves only when its own part's atoms around it still hang together without it.
"""

from __future__ import annotations

import math

import numpy as np

from grids.compiled import compiled
from grids.graph import Floats, Ints


@compiled
def stays_whole(v: int, indptr: Ints, indices: Ints, labels: Ints, mark: Ints, stamp: int, queue: Ints) -> bool:
    """Say whether the part of atom v hangs together without it: a search from one of its atoms meets the others.

    `mark` holds numbers below `stamp` only; `stamp` and `stamp + 1` are used up.
    """
    own, first, around = labels[v], -1, 0
    for e in range(indptr[v], indptr[v + 1]):
        u = indices[e]
        if labels[u] == own:
            around += 1
            first = u
            mark[u] = stamp + 1
    if around <= 1:
        return around == 1
    mark[v] = stamp
    mark[first] = stamp
    queue[0] = first
    head, tail, met = 0, 1, 1
    while head < tail:
        at = queue[head]
        head += 1
        for e in range(indptr[at], indptr[at + 1]):
            u = indices[e]
            if labels[u] != own or mark[u] == stamp:
                continue
            if mark[u] == stamp + 1:
                met += 1
                if met == around:
                    return True
            mark[u] = stamp
            queue[tail] = u
            tail += 1
    return False


@compiled
def outside(load: float, band: Floats) -> float:
    """Give the penalty of a part: how far its load is outside its band as a share of what it should be, and squared."""
    over: float = max(band[0] - load, load - band[1], 0.0) / band[2]
    return over + 20.0 * over * over


@compiled
def _cost_of(
    v: int, new: int, indptr: Ints, indices: Ints, cost: Floats, labels: Ints, home: Ints, leaving: Floats
) -> float:
    """Give by how much borders and leaving home cost more when an atom goes over to another part."""
    own, change = labels[v], 0.0
    for e in range(indptr[v], indptr[v + 1]):
        label = labels[indices[e]]
        if label == own:
            change += cost[e]
        elif label == new:
            change -= cost[e]
    if home[v] == own:
        change += leaving[v]
    elif home[v] == new:
        change -= leaving[v]
    return change


@compiled
def _list_border(v: int, indptr: Ints, indices: Ints, labels: Ints, border: Ints, where: Ints, held: int) -> int:
    """Put an atom on the list of those at a border, or take it off; give the length of the list."""
    at_border = False
    for e in range(indptr[v], indptr[v + 1]):
        if labels[indices[e]] != labels[v]:
            at_border = True
            break
    if at_border and where[v] < 0:
        border[held] = v
        where[v] = held
        return held + 1
    if not at_border and where[v] >= 0:
        last = border[held - 1]
        border[where[v]] = last
        where[last] = where[v]
        where[v] = -1
        return held - 1
    return held


@compiled
def anneal(
    indptr: Ints,
    indices: Ints,
    cost: Floats,
    load: Floats,
    labels: Ints,
    loads: Floats,
    sizes: Ints,
    bands: Floats,
    free: Ints,
    home: Ints,
    leaving: Floats,
    weight: float,
    moves: int,
    hot: float,
    cold: float,
    seed: int,
) -> int:
    """Improve `labels` in place by so many proposed moves, with `loads` and `sizes` of the parts; give those accepted.

    Parameters
    ----------
    loads, sizes
        (k,) load and atoms of each part.
    bands
        (k, 3) least, most and wanted load.
    free
        (n,) 1 for an atom that may change its part.
    home, leaving
        (n,) the part that an atom should stay in (-1: none), and what it costs elsewhere.
    weight
        Of a part that is outside its band by all of its load, in units of cost.
    hot, cold
        Temperature at the start and at the end, in units of cost.
    """
    np.random.seed(seed)
    n = len(load)
    mark, queue = np.zeros(n, np.int64), np.empty(n + 1, np.int64)
    border, where, held, stamp, accepted = np.empty(n, np.int64), np.full(n, -1, np.int64), 0, 1, 0
    for v in range(n):
        held = _list_border(v, indptr, indices, labels, border, where, held)
    cooling = (cold / hot) ** (1.0 / max(moves, 1))
    heat = hot
    for _ in range(moves):
        heat *= cooling
        if held == 0:
            break
        v = border[np.random.randint(held)]
        own = labels[v]
        new = labels[indices[indptr[v] + np.random.randint(indptr[v + 1] - indptr[v])]]
        if new == own or free[v] == 0 or sizes[own] == 1:
            continue
        w = load[v]
        change = _cost_of(v, new, indptr, indices, cost, labels, home, leaving) + weight * (
            outside(loads[own] - w, bands[own]) + outside(loads[new] + w, bands[new])
        )
        change -= weight * (outside(loads[own], bands[own]) + outside(loads[new], bands[new]))
        if change > 0 and np.random.random() >= math.exp(-change / heat):
            continue
        stamp += 2
        if not stays_whole(v, indptr, indices, labels, mark, stamp, queue):
            continue
        labels[v] = new
        loads[own] -= w
        loads[new] += w
        sizes[own] -= 1
        sizes[new] += 1
        accepted += 1
        held = _list_border(v, indptr, indices, labels, border, where, held)
        for e in range(indptr[v], indptr[v + 1]):
            held = _list_border(indices[e], indptr, indices, labels, border, where, held)
    return accepted
