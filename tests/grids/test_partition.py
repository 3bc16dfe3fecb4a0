"""A connected graph in k parts."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import DivideProblem
from grids.annealing import stays_whole
from grids.graph import Graph, Ints
from grids.partition import KEEPING, ON_THE_MAP, SEARCHING, Task, answers, deviation_of, partition
from grids.seeding import bisected
from tests.grids.graphs import disc, lattice, triangulated


def whole(graph: Graph, labels: Ints, k: int) -> bool:
    """Say whether there are k parts, each in one piece."""
    return len(np.unique(labels)) == k == len(np.unique(graph.pieces(labels)))


@settings(max_examples=40, deadline=None)
@given(st.integers(4, 60), st.integers(0, 10_000), st.integers(1, 6), st.sampled_from([ON_THE_MAP, SEARCHING]))
def test_every_part_is_one_piece(n: int, seed: int, k: int, schedule: object) -> None:
    """Whatever the graph and the loads: k parts, none empty, each in one piece, and the figures are theirs."""
    graph, k = triangulated(n, seed), min(k, n)
    found = partition(Task(graph, np.ones(k), schedule=schedule), seed, tries=2)  # type: ignore[arg-type]
    assert whole(graph, found.labels, k)
    pairs = graph.pairs
    start = np.repeat(np.arange(n), np.diff(graph.indptr))
    once = start < graph.indices
    cut = found.labels[pairs[:, 0]] != found.labels[pairs[:, 1]]
    assert found.cost == pytest.approx(graph.cost[once][cut].sum())
    assert found.deviation == pytest.approx(deviation_of(graph.load, found.labels, np.ones(k)))


@pytest.mark.parametrize(("wide", "high", "seed"), [(3, 4, 0), (4, 3, 1), (3, 3, 2)])
def test_oracle(wide: int, high: int, seed: int) -> None:
    """On a small map the search finds the cheapest of all divisions that are balanced and whole."""
    n = wide * high
    load = np.random.default_rng(seed).integers(1, 5, n).astype(float)
    graph, tolerance = lattice(wide, high, load), 0.15
    pairs = graph.pairs
    best = min(
        int((labels[pairs[:, 0]] != labels[pairs[:, 1]]).sum())
        for labels in (np.array((0, *rest)) for rest in product((0, 1), repeat=n - 1))
        if labels.any() and deviation_of(load, labels, np.ones(2)) <= tolerance and whole(graph, labels, 2)
    )
    found = partition(Task(graph, np.ones(2), tolerance=tolerance, schedule=SEARCHING), tries=20)
    assert found.deviation <= tolerance
    assert found.cost == best


@settings(max_examples=60, deadline=None)
@given(st.integers(4, 30), st.integers(0, 1_000), st.integers(2, 4), st.data())
def test_leaving_is_judged_right(n: int, seed: int, k: int, data: st.DataObject) -> None:
    """An atom may leave exactly when its part hangs together without it, and does not end with it."""
    graph = triangulated(n, seed)
    labels = np.random.default_rng(seed).integers(0, k, n)
    v = data.draw(st.integers(0, n - 1))
    piece = graph.pieces(labels)
    mine = piece == piece[v]
    others = labels.copy()
    others[v] = k
    left = np.unique(graph.pieces(others)[mine & (np.arange(n) != v)])
    found = stays_whole(v, graph.indptr, graph.indices, labels, np.zeros(n, np.int64), 1, np.empty(n + 1, np.int64))
    assert found == (len(left) == 1)


def test_same_seed_same_result() -> None:
    """The same seed gives the same parts, another one others; the best so far only gets better."""
    graph = disc(600)
    one, two = (partition(Task(graph, np.ones(7)), 3, tries=4) for _ in range(2))
    assert (one.labels == two.labels).all()
    assert (one.labels != partition(Task(graph, np.ones(7)), 4, tries=4).labels).any()
    ranks = [answer.rank for answer in answers(Task(graph, np.ones(7)), 3, tries=4)]
    assert ranks == sorted(ranks, reverse=True)


def test_town_sized() -> None:
    """2,000 atoms in 20 parts: within the tolerance, whole, and rounder than the cuts that it began with."""
    graph = disc(2_000)
    found = partition(Task(graph, np.ones(20)), tries=2)
    assert whole(graph, found.labels, 20)
    assert found.deviation <= 0.03
    start = bisected(graph, np.ones(20))
    pairs = graph.pairs
    cut = start[pairs[:, 0]] != start[pairs[:, 1]]
    assert found.cost < 0.9 * cut.sum() * graph.cost[0]


def test_shares() -> None:
    """Somebody who works half the time gets half as much."""
    graph = disc(900)
    found = partition(Task(graph, np.array([1.0, 1.0, 0.5])), tries=4)
    loads = np.bincount(found.labels, graph.load)
    assert loads / loads.sum() == pytest.approx([0.4, 0.4, 0.2], rel=0.031)


def test_fixed() -> None:
    """Atoms that must stay with a part do, also when they lie apart: a path joins them."""
    graph = disc(400)
    fixed = np.full(400, -1)
    far = np.argsort(graph.x)
    fixed[[far[0], far[150], far[-1]]] = 2, 2, 0
    found = partition(Task(graph, np.ones(4), fixed=fixed), tries=4)
    assert whole(graph, found.labels, 4)
    assert found.labels[[far[0], far[150], far[-1]]].tolist() == [2, 2, 0]


def test_fixed_atoms_in_the_way() -> None:
    """Fixed atoms that others cut off from each other can't be one part: told."""
    graph = lattice(5, 1)
    fixed = np.array([0, -1, 1, -1, 0])
    with pytest.raises(DivideProblem, match="连不成一片"):
        partition(Task(graph, np.ones(2), fixed=fixed))


def test_staying_at_home() -> None:
    """Where leaving costs much only what must changes hands: a new inspector takes about what is due, no more."""
    graph = disc(900, spread=0.5)
    before = partition(Task(graph, np.ones(8)), tries=2)
    leaving = np.full(900, graph.cost.mean())
    after = partition(Task(graph, np.ones(9), home=before.labels, leaving=leaving, schedule=KEEPING), tries=4)
    assert whole(graph, after.labels, 9)
    assert after.deviation <= 0.03
    assert 0.09 < (after.labels != before.labels).mean() < 0.25


def test_new_blocks_join_their_neighbours() -> None:
    """Atoms of nobody are given to a neighbour when nothing else must change."""
    graph = lattice(6, 2)
    home = np.array([0, 0, 0, 1, 1, 1, 0, 0, -1, -1, 1, 1])
    found = partition(Task(graph, np.ones(2), home=home, leaving=np.full(12, 100.0), tolerance=0.2), tries=1)
    assert (found.labels[home >= 0] == home[home >= 0]).all()
    assert whole(graph, found.labels, 2)


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (Task(lattice(2, 2), np.ones(5)), "只有 4 个地块"),
        (Task(lattice(2, 2), np.zeros(1)), "份额都要大于 0"),
        (Task(lattice(2, 2), np.ones(0)), "至少划成 1 个"),
        (Task(Graph.of(np.array([[0, 1]]), np.ones(1), np.ones(3), np.zeros(3), np.zeros(3)), np.ones(2)), "不相连"),
        (Task(lattice(2, 2), np.ones(2), fixed=np.array([2, -1, -1, -1])), "可是只划 2 个"),
    ],
)
def test_what_can_not_be(task: Task, words: str) -> None:
    """More parts than atoms, no share, an island, a part that is none: told in words."""
    with pytest.raises(DivideProblem, match=words):
        partition(task)


def test_nothing_to_carry() -> None:
    """A map without any load is divided all the same."""
    graph = lattice(4, 4, np.zeros(16))
    found = partition(Task(graph, np.ones(3)), tries=1)
    assert whole(graph, found.labels, 3)
    assert found.deviation == 0
