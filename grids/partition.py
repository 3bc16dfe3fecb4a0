"""A connected graph in k parts: balanced, each in one piece, with borders as cheap as can be found.

Several tries, each from a division of its own, improved by annealing, first warm, then cold with balance in front; the
best is kept. Same seed, same tries, same result.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from geodata.errors import DivideProblem
from grids.graph import Floats, Graph, Ints
from grids.seeding import NOT_CONNECTED, bisected, grown, made_whole, settled, with_fixed


@dataclass(frozen=True)
class Schedule:
    """How a try goes about it; the figures are measured (`benchmarks/divide.py`).

    Attributes
    ----------
    phases
        Each: moves per atom, temperature from and to (in mean costs of an edge), weight of balance.
    band
        Share of the tolerance within which balance costs nothing.
    by_place
        Begin with cuts across the map; else with parts grown from random atoms.
    """

    phases: tuple[tuple[float, float, float, float], ...]
    band: float
    by_place: bool


ON_THE_MAP = Schedule(((1_000, 0.7, 0.05, 20.0), (100, 0.05, 0.02, 200.0)), 2 / 3, by_place=True)
PATIENT = Schedule(((3_000, 1.0, 0.03, 10.0), (200, 0.03, 0.02, 100.0)), 2 / 3, by_place=True)
"""Three times the time for rounder parts: 20,000 atoms in 100 parts 0.616 in 9.9 s, ON_THE_MAP 0.590 in 3.1 s."""
SEARCHING = Schedule(((3_000, 4.0, 0.3, 200.0), (200, 0.3, 0.05, 2_000.0)), 1.0, by_place=False)
"""For a small graph whose cheapest division is sought for its own sake."""
KEEPING = Schedule(((1_000, 2.0, 0.05, 200.0), (300, 0.05, 0.02, 2_000.0)), 2 / 3, by_place=True)
"""For a division that must stay as much as it can: with leaving at the mean cost of an edge, 7 % of the atoms change
hands for a 21st part of 20 (5 % at the least), where a new division moves nearly all."""

TOLERANCE = 0.03
"""A part's load may be off by this share of what it should be; no answer is better for being nearer."""
MOVES_AT_MOST = 45_000_000
"""Of all tries together: ten seconds on two cores."""
MOST_TRIES = 64


@dataclass(frozen=True)
class Task:
    """What is asked: a connected graph, and parts.

    Attributes
    ----------
    shares
        (k,) what each part should carry, in any unit: half for somebody who works half the time.
    fixed
        (n,) the part that an atom must stay in, -1 for none.
    home, leaving
        (n,) the part that an atom has now, -1 for none, and what it costs to give it to another.
    """

    graph: Graph
    shares: Floats
    tolerance: float = TOLERANCE
    fixed: Ints | None = None
    home: Ints | None = None
    leaving: Floats | None = None
    schedule: Schedule = ON_THE_MAP


@dataclass(frozen=True)
class Partition:
    """One answer.

    Attributes
    ----------
    labels
        (n,) part of each atom.
    cost
        Of all borders between parts, and of atoms that left home.
    deviation
        Largest |load − share| / share of a part.
    """

    labels: Ints
    cost: float
    deviation: float
    tolerance: float = field(repr=False)

    @property
    def rank(self) -> tuple[float, float]:
        """What makes an answer better: nearer to balance as far as that is asked for, then cheaper."""
        return max(self.deviation, self.tolerance), self.cost


def answers(task: Task, seed: int = 0, tries: int | None = None) -> Generator[Partition, None, None]:
    """Give the best answer so far after every try, the last of them the best of all.

    Parameters
    ----------
    tries
        How many; by the size of the graph when left out.

    Raises
    ------
    DivideProblem
        More parts than atoms; fixed atoms that can't hang together.
    """
    _check(task)
    count = tries or tries_for(len(task.graph), task.schedule)
    best: Partition | None = None
    workers = min(os.cpu_count() or 1, count)
    pool = ThreadPoolExecutor(workers)
    try:
        for found in pool.map(lambda number: attempt(task, seed, number), range(count)):
            best = found if best is None or found.rank < best.rank else best
            yield best
    finally:
        pool.shutdown(cancel_futures=True)


def tries_for(atoms: int, schedule: Schedule) -> int:
    """Say how many tries a graph of that size is worth."""
    moves = atoms * sum(phase[0] for phase in schedule.phases)
    return int(np.clip(MOVES_AT_MOST // max(moves, 1), 2, MOST_TRIES))


def partition(task: Task, seed: int = 0, tries: int | None = None) -> Partition:
    """Give the best answer of all tries."""
    *_, best = answers(task, seed, tries)
    return best


def attempt(task: Task, seed: int, number: int) -> Partition:
    """Make one try, by its own number alone."""
    from grids.annealing import anneal  # noqa: PLC0415 - slow import: numba

    graph, k = task.graph, len(task.shares)
    n = len(graph)
    labels = _start(task, seed, number)
    wanted = task.shares / task.shares.sum() * graph.load.sum()
    off = task.tolerance * task.schedule.band
    bands = np.column_stack([wanted * (1 - off), wanted * (1 + off), np.maximum(wanted, 1e-9)])
    loads = np.bincount(labels, graph.load, k).astype(float)
    sizes = np.bincount(labels, minlength=k)
    free = np.ones(n, dtype=np.int64) if task.fixed is None else (task.fixed < 0).astype(np.int64)
    home = np.full(n, -1, dtype=np.int64) if task.home is None else task.home
    mean = float(graph.cost.mean()) if graph.cost.any() else 1.0  # bridges cost nothing
    leaving = np.zeros(n) if task.leaving is None else task.leaving / mean
    start, cost = graph.indptr, graph.cost / mean
    for phase, (moves, hot, cold, weight) in enumerate(task.schedule.phases):
        dice = int(np.random.default_rng([seed, number, phase]).integers(2**31))
        parts = (labels, loads, sizes, bands, free, home, leaving)
        anneal(start, graph.indices, cost, graph.load, *parts, weight, int(moves * n), hot, cold, dice)
    return _answer(task, labels)


def _answer(task: Task, labels: Ints) -> Partition:
    graph = task.graph
    start = np.repeat(np.arange(len(graph)), np.diff(graph.indptr))
    cost = graph.cost[labels[start] != labels[graph.indices]].sum() / 2
    if task.home is not None and task.leaving is not None:
        cost += task.leaving[(task.home >= 0) & (task.home != labels)].sum()
    return Partition(labels, float(cost), deviation_of(graph.load, labels, task.shares), task.tolerance)


def deviation_of(load: Floats, labels: Ints, shares: Floats) -> float:
    """Give the largest |load − share| / share of a part; 0 where there is no load at all."""
    wanted = shares / shares.sum() * load.sum()
    loads = np.bincount(labels, load, len(shares))
    return float(np.max(np.abs(loads - wanted) / np.where(wanted > 0, wanted, 1)))


def _start(task: Task, seed: int, number: int) -> Ints:
    """Give the division that a try begins with."""
    graph = task.graph
    if task.home is not None:
        labels = settled(graph, task.home, task.shares)
    elif task.schedule.by_place:
        labels = bisected(graph, task.shares, turn=number * np.pi * (3 - np.sqrt(5)))
    else:
        labels = grown(graph, len(task.shares), np.random.default_rng([seed, number]))
    if task.fixed is None:
        return made_whole(graph, labels)
    return with_fixed(graph, labels, task.fixed, rename=task.home is None)


def _check(task: Task) -> None:
    n, k = len(task.graph), len(task.shares)
    if k > n:
        raise DivideProblem(f"要划成 {k} 个，可是只有 {n} 个地块。请少划几个。")
    if k < 1 or (task.shares <= 0).any():
        raise DivideProblem("至少划成 1 个，每个的份额都要大于 0。")
    whole = task.graph.pieces(np.zeros(n, dtype=np.int64))
    if whole.max(initial=0) > 0:
        raise DivideProblem(NOT_CONNECTED)
    if task.fixed is not None and task.fixed.max(initial=-1) >= k:
        raise DivideProblem(f"固定地块要归第 {int(task.fixed.max()) + 1} 个，可是只划 {k} 个。")
