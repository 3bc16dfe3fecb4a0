"""Officers to grids, and who stands in for whom."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grids.assign import KEEP, SKILL, WAY, Crew, Grids, assign_officers, stand_ins
from grids.graph import Graph


def row_of_grids(k: int, load: list[float] | None = None, work: list[list[float]] | None = None) -> Grids:
    """Give k grids in a row, a kilometre each."""
    pairs = np.array([(n, n + 1) for n in range(k - 1)], dtype=np.int64).reshape(-1, 2)
    graph = Graph.of(pairs, np.ones(k - 1), np.array(load or [100.0] * k), np.arange(k) * 1000.0, np.zeros(k))
    kinds = np.array(work if work is not None else [[] for _ in range(k)], dtype=float).reshape(k, -1)
    return Grids([f"g{n}" for n in range(k)], graph, kinds, [f"s{n}" for n in range(kinds.shape[1])])


def crew_of(held: list[int | None], k: int, skills: list[list[bool]] | None = None) -> Crew:
    """Give officers who have one grid each, or none."""
    have = np.zeros((len(held), k))
    for officer, grid in enumerate(held):
        if grid is not None:
            have[officer, grid] = 1.0
    has = np.array(skills if skills is not None else [[] for _ in held], dtype=bool).reshape(len(held), -1)
    return Crew([f"o{n}" for n in range(len(held))], have, has)


def of(found: object, officers: int) -> list[list[int]]:
    """Give the grids of each officer."""
    mine: list[list[int]] = [[] for _ in range(officers)]
    for officer, grids in zip(found.officer, found.grids, strict=True):  # type: ignore[attr-defined]
        mine[officer] = grids
    return mine


def test_everybody_stays() -> None:
    """Who has a grid keeps it."""
    found = assign_officers(row_of_grids(4), crew_of([2, 0, 3, 1], 4))
    assert of(found, 4) == [[2], [0], [3], [1]]
    assert found.kept.tolist() == [1, 1, 1, 1]


def test_who_lost_the_grid_gets_the_nearest_free_one() -> None:
    """Of two free grids the nearer one, unless somebody else pays more for it."""
    found = assign_officers(row_of_grids(5), crew_of([0, 1, 2, None, 2], 5))
    assert of(found, 5)[:2] == [[0], [1]]
    assert sorted(of(found, 5)[n][0] for n in (2, 3, 4)) == [2, 3, 4]


def test_skills_decide_where_nobody_is_at_home() -> None:
    """A grid of chemicals gets the one who knows them."""
    grids = row_of_grids(3, work=[[0.0], [90.0], [0.0]])
    found = assign_officers(grids, crew_of([None, None, None], 3, [[False], [False], [True]]))
    assert of(found, 3)[2] == [1]


def test_fewer_officers_have_neighbouring_grids() -> None:
    """Each has grids side by side, with like work."""
    found = assign_officers(row_of_grids(9, load=[100.0] * 9), crew_of([0, 4, 8], 9))
    mine = of(found, 3)
    assert sorted(grid for each in mine for grid in each) == list(range(9))
    assert [len(each) for each in mine] == [3, 3, 3]
    assert all(max(each) - min(each) == 2 for each in mine)
    assert 0 in mine[0] and 4 in mine[1] and 8 in mine[2]


def test_more_officers_share_the_heaviest() -> None:
    """The grid with most work an officer gets a second one."""
    found = assign_officers(row_of_grids(3, load=[100.0, 500.0, 120.0]), crew_of([0, 1, 2, None, None], 3))
    assert sorted(grid for each in of(found, 5) for grid in each) == [0, 1, 1, 1, 2]


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 5), st.randoms(use_true_random=False))
def test_no_other_way_costs_less(k: int, random: object) -> None:
    """Of all ways to seat the officers none costs less (oracle: all permutations)."""
    dice = np.random.default_rng(random.randrange(2**31))  # type: ignore[attr-defined]
    grids = row_of_grids(k, work=dice.uniform(1, 9, (k, 2)).tolist())
    crew = Crew([str(n) for n in range(k)], dice.random((k, k)).round(), dice.random((k, 2)) > 0.5)
    found = assign_officers(grids, crew)

    def cost(officer: int, grid: int) -> float:
        kept = min(crew.held[officer, grid], 1.0)
        skilled = sum(grids.work[grid][s] for s in (0, 1) if crew.skills[officer, s]) / sum(grids.work[grid])
        own = np.flatnonzero(crew.held[officer])
        way = abs(own.mean() - grid) / (k - 1) if len(own) else 0.0
        return float(KEEP * (1 - kept) + SKILL * (1 - skilled) + WAY * way)

    best = min(sum(cost(n, grid) for n, grid in enumerate(way)) for way in permutations(range(k)))
    assert sum(cost(n, grids_[0]) for n, grids_ in enumerate(of(found, k))) == pytest.approx(best)


def test_neighbours_stand_in() -> None:
    """Somebody near stands in; the one with much work less readily; nobody for himself or for more than two."""
    x = np.array([0.0, 1000, 2000, 10_000, 11_000])
    found = stand_ins(x, np.zeros(5), np.array([100.0, 100, 100, 100, 100]))
    assert (found != np.arange(5)).all()
    assert set(found[[3, 4]]) == {3, 4}
    assert set(found[:3]) <= {0, 1, 2}
    busy = stand_ins(np.array([0.0, 1000, 2000]), np.zeros(3), np.array([100.0, 10, 900]))
    assert busy[0] == 1


def test_no_stand_in_on_the_same_day() -> None:
    """Who is away on the same day does not stand in; alone nobody can."""
    same = np.zeros((3, 3), dtype=bool)
    same[0, 1] = same[1, 0] = True
    found = stand_ins(np.array([0.0, 10, 500]), np.zeros(3), np.ones(3), same)
    assert found[0] == 2
    assert found[1] == 2
    assert stand_ins(np.zeros(1), np.zeros(1), np.ones(1)).tolist() == [-1]
    both = np.ones((2, 2), dtype=bool)
    assert stand_ins(np.zeros(2), np.zeros(2), np.ones(2), both).tolist() == [-1, -1]


@given(st.integers(2, 40), st.randoms(use_true_random=False))
def test_nobody_stands_in_for_more_than_two(n: int, random: object) -> None:
    """Whatever the town, everybody has a stand-in who is somebody else and stands in for two at the most."""
    dice = np.random.default_rng(random.randrange(2**31))  # type: ignore[attr-defined]
    found = stand_ins(dice.random(n) * 1e4, dice.random(n) * 1e4, dice.random(n))
    assert (found != np.arange(n)).all()
    assert (found >= 0).all()
    assert np.bincount(found).max() <= 2
