"""How far it is along the streets, compiled: shortest ways from the end of one edge, not further than a limit.

Directed edges are numbers: 2e runs along edge e, 2e + 1 against it; d ^ 1 is the other direction of d.

What the other compiled files keep on disk holds these functions too and knows of changes to its own file only: after a
change here, throw their `__pycache__` away.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coverage.streets.network import Floats, Ints, Network
from grids.compiled import compiled

FAR = np.inf
KEPT = 2_000_000
"""So many distances are kept."""
KEPT_M = 1_200.0
"""Longer ways are looked for each time anew."""


class Web(NamedTuple):
    """The streets as arrays.

    `ends` (n, 2) nodes and `length` of edges; directed edges that leave node v: `leaving[first[v]:first[v + 1]]`;
    `piece` (n + 1,) first piece of each edge, `step` (n,) length of its pieces.
    """

    ends: Ints
    length: Floats
    first: Ints
    leaving: Ints
    piece: Ints
    step: Floats


class Room(NamedTuple):
    """Where `spread` works and answers.

    Of directed edges: metres to its beginning (`FAR` where not reached), times turned round, the directed edge before
    it on the way (-1 for the one it began on). Then the edges reached, heap, its keys, [number reached, kept].
    What was found is kept for `ways`: up to which limit from each directed edge (0 none), where (from, to), and what.
    """

    metres: Floats
    turned: Ints
    before: Ints
    reached: Ints
    heap: Ints
    keys: Floats
    tally: Ints
    kept: Floats
    at: Ints
    kept_edge: Ints
    kept_metres: Floats
    kept_turned: Ints


def web_of(network: Network) -> Web:
    """Give a network as arrays."""
    tail = network.ends.ravel()  # directed edge 2e leaves the first end of e, 2e + 1 the second
    leaving = np.argsort(tail, kind="stable")
    first = np.searchsorted(tail[leaving], np.arange(len(network.nodes) + 1)).astype(np.int64)
    pieces = network.pieces
    return Web(network.ends, network.length, first, leaving, pieces.first, pieces.length[pieces.first[:-1]])


def room_of(web: Web) -> Room:
    """Give room for the ways through a web."""
    directed = 2 * len(web.ends)
    most = int((np.diff(web.first) ** 2).sum()) + 1  # each directed edge is put on the heap from every one before it
    sizes = (directed, directed, directed, most, 2, 2 * directed)
    turned, before, reached, heap, count, at = (np.zeros(size, dtype=np.int64) for size in sizes)
    kept = (np.zeros(directed), at, np.zeros(KEPT, dtype=np.int64), np.zeros(KEPT), np.zeros(KEPT, dtype=np.int64))
    return Room(np.full(directed, FAR), turned, before, reached, heap, np.zeros(most), count, *kept)


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
def spread(source: int, limit: float, turn: float, web: Web, room: Room) -> int:
    """Find how far the beginning of every directed edge is from the end of `source`; give the number reached.

    Turning round at a crossing counts as `turn` metres, at a dead end as none. What stands in the room of before is
    swept first.
    """
    for k in range(room.tally[0]):
        room.metres[room.reached[k]] = FAR
    found, size = 0, 0
    at, start, turned, before = source, 0.0, 0, -1
    while True:
        node = web.ends[at >> 1, 1 - (at & 1)]
        lo, hi = web.first[node], web.first[node + 1]
        for k in range(lo, hi):
            to = web.leaving[k]
            back = turned + (1 if to == at ^ 1 and hi - lo > 1 else 0)
            cost = start + back * turn
            if cost <= limit and cost < room.metres[to] + room.turned[to] * turn:
                if room.metres[to] == FAR:
                    room.reached[found] = to
                    found += 1
                room.metres[to], room.turned[to], room.before[to] = start, back, before
                size = _push(room.heap, room.keys, size, to, cost)
        stale = True
        while stale and size > 0:
            size = _pop(room.heap, room.keys, size)
            at = room.heap[size]
            stale = room.keys[size] > room.metres[at] + room.turned[at] * turn
        if stale:
            break
        start, turned, before = room.metres[at] + web.length[at >> 1], room.turned[at], at
    room.tally[0] = found
    return found


@compiled
def ways(source: int, limit: float, turn: float, web: Web, room: Room) -> None:
    """Do what `spread` does, `before` left out, from memory where it can: what it finds may lie beyond the limit."""
    if limit > KEPT_M:
        spread(source, limit, turn, web, room)
        return
    if room.kept[source] < limit:
        reach = 150.0
        while reach < limit:
            reach *= 2
        found = spread(source, reach, turn, web, room)
        if room.tally[1] + found > KEPT:
            room.kept[:] = 0.0
            room.tally[1] = 0
        if found <= KEPT:
            lo = room.tally[1]
            for k in range(found):
                d = room.reached[k]
                room.kept_edge[lo + k], room.kept_metres[lo + k] = d, room.metres[d]
                room.kept_turned[lo + k] = room.turned[d]
            room.tally[1] = room.at[2 * source + 1] = lo + found
            room.at[2 * source], room.kept[source] = lo, reach
        return
    for k in range(room.tally[0]):
        room.metres[room.reached[k]] = FAR
    lo, hi = room.at[2 * source], room.at[2 * source + 1]
    for k in range(lo, hi):
        d = room.kept_edge[k]
        room.reached[k - lo] = d
        room.metres[d], room.turned[d] = room.kept_metres[k], room.kept_turned[k]
    room.tally[0] = hi - lo
