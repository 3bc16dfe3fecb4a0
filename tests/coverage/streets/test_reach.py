"""Shortest ways along the streets, against plain Python."""

from __future__ import annotations

import heapq

import numpy as np
import pytest

from coverage.streets.network import Network
from coverage.streets.reach import FAR, room_of, spread, ways, web_of
from tests.coverage.streets.towns import lattice, network


def slow(net: Network, source: int, turn: float) -> dict[int, float]:
    """Give what it costs from the end of a directed edge to the beginning of each, by the book."""
    ends, length = net.ends.tolist(), net.length.tolist()
    head = [ends[d >> 1][1 - (d & 1)] for d in range(2 * len(ends))]
    tail = [ends[d >> 1][d & 1] for d in range(2 * len(ends))]
    best: dict[int, float] = {}
    queue = [(0.0, source, True)]
    while queue:
        cost, at, first = heapq.heappop(queue)
        if not first:
            if at in best:
                continue
            best[at] = cost
            cost += length[at >> 1]
        after = [d for d in range(len(tail)) if tail[d] == head[at]]
        for d in after:
            heapq.heappush(queue, (cost + (turn if d == at ^ 1 and len(after) > 1 else 0.0), d, False))
    return best


@pytest.mark.parametrize("limit", [90.0, 250.0, 1000.0])
def test_ways_are_the_shortest_within_the_limit(limit: float) -> None:
    """From every directed edge of a town with dead ends, as Dijkstra finds them; from memory the same."""
    net = network([*lattice(), [(100.0, 100.0), (130.0, 140.0)], [(300.0, 0.0), (370.0, 10.0)]])
    web = web_of(net)
    room, kept = room_of(web), room_of(web)
    for again in range(2):
        for source in range(2 * len(net.lines)):
            spread(source, limit, 60.0, web, room)
            ways(source, limit, 60.0, web, kept)
            for d, cost in slow(net, source, 60.0).items():
                for found in (room, kept):
                    if cost <= limit:
                        assert found.metres[d] + 60.0 * found.turned[d] == pytest.approx(cost), (again, source, d)
                assert cost <= limit or room.metres[d] == FAR


def test_the_way_back_leads_to_the_source() -> None:
    """Following `before` from any edge reached ends at the first, and the metres add up."""
    net = network(lattice())
    web = web_of(net)
    room = room_of(web)
    found = spread(0, 600.0, 60.0, web, room)
    assert found > 10
    for d in room.reached[:found].tolist():
        total, at = 0.0, room.before[d]
        while at >= 0:
            total, at = total + net.length[at >> 1], room.before[at]
        assert total == pytest.approx(room.metres[d])
    assert np.isfinite(room.metres).sum() == found
