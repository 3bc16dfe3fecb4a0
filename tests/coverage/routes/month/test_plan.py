"""Visits spread over days: against every way to do it, and what always holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations, product

import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from coverage.routes.check import faults
from coverage.routes.clock import HOUR
from coverage.routes.day import Task
from coverage.routes.month.horizon import Horizon
from coverage.routes.month.plan import MonthOf, MonthTask, plan_days
from coverage.routes.planner import timed
from coverage.routes.problem import Problem
from coverage.routes.solver import Effort
from tests.coverage.routes.days import NINE, Spot, problem_of
from tests.coverage.test_against_oracle import SOME

EFFORT = Effort((0,), 200)
MONDAY = date(2024, 7, 1)


def asked(problem: Problem, windows: Sequence[tuple[int, int]], days: int, balance: float | None = None) -> MonthTask:
    """Give the task of some days from a Monday on."""
    n = len(problem.stops.ids)
    dates = tuple(MONDAY + timedelta(days=at) for at in range(days))
    points = np.full(n + 1, shapely.Point(0, 0), dtype=object)
    spans = np.array(windows, dtype=np.int64).reshape(-1, 2)
    horizon = Horizon(dates[0], dates[-1], dates)
    return MonthTask(Task(problem, np.arange(n), points), spans[:, 0], spans[:, 1], horizon, balance)


def days_of(found: MonthOf) -> list[list[int]]:
    """Give the stops of each day in the order of the walk."""
    return [[int(task.rows[visit.stop]) for visit in plan.routes[0].visits] for task, plan in found.days]


def travel_of(found: MonthOf) -> int:
    """Give the seconds of all ways."""
    return sum(route.travel for _, plan in found.days for route in plan.routes)


def best_by_trying(task: MonthTask) -> tuple[int, int]:
    """Give the most visits that can be made and the least travel with them: every day of every visit, every order."""
    problem, n = task.task.problem, len(task.first)
    travel: dict[frozenset[int], int | None] = {}

    def shortest(stops: frozenset[int]) -> int | None:
        if stops not in travel:
            routes = (timed(problem, problem.officers[0], order) for order in permutations(sorted(stops)))
            kept = [route.travel for route in routes if not faults(problem, route)]
            travel[stops] = min(kept) if kept else None
        return travel[stops]

    best = (0, 0)
    choices = [[-1, *range(first, last + 1)] for first, last in zip(task.first, task.last, strict=True)]
    for days in product(*choices):
        parts = [frozenset(at for at in range(n) if days[at] == day) for day in range(len(task.horizon.days))]
        ways = [shortest(part) for part in parts]
        if None not in ways:
            best = max(best, (sum(map(len, parts)), -sum(way for way in ways if way is not None)))
    return best[0], -best[1]


SPOTS = st.tuples(st.integers(-60, 60), st.integers(-60, 60)).map(lambda spot: (float(spot[0]), float(spot[1])))


@st.composite
def tiny(draw: st.DrawFn) -> MonthTask:
    """Give up to six visits over up to three days of few hours, worth the same, with days of their own."""
    n, days = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    spots = draw(st.lists(SPOTS, min_size=n, max_size=n))
    stays = draw(st.lists(st.integers(10, 90), min_size=n, max_size=n))
    firsts = draw(st.lists(st.integers(0, days - 1), min_size=n, max_size=n))
    windows = [(first, draw(st.integers(first, days - 1))) for first in firsts]
    end = NINE + draw(st.integers(1, 6)) * HOUR
    return asked(problem_of(spots, [1.0] * n, stays, shift=(NINE, end)), windows, days)


ONE_MORE = asked(
    problem_of([(38, 0), (24, 1), (0, 0), (-2, 0), (-1, 0)], [1.0] * 5, [10, 16, 38, 36, 38], shift=(NINE, 12 * HOUR)),
    [(0, 0), (0, 0), (0, 0), (0, 0), (0, 1)],
    2,
)
"""PyVRP leaves the second day empty, and a visit out for which there is room once the fifth is made then."""


@SOME
@given(tiny())
@example(ONE_MORE)
def test_as_good_as_trying_everything(task: MonthTask) -> None:
    """As many visits as can be on tiny problems; where all can be made, with the least way."""
    found, (most, least) = plan_days(task, EFFORT), best_by_trying(task)
    assert sum(map(len, days_of(found))) == most
    assert most < len(task.first) or travel_of(found) == least


@SOME
@given(tiny())
def test_what_always_holds(task: MonthTask) -> None:
    """Each visit is made once, on one of its days, or has a reason; every day can be kept; another day does no less."""
    found = plan_days(task, EFFORT)
    days = days_of(found)
    made = [stop for day in days for stop in day]
    assert sorted([*made, *(stop for stop, _, _ in found.left)]) == list(range(len(task.first)))
    assert all(task.first[stop] <= at <= task.last[stop] for at, day in enumerate(days) for stop in day)
    assert not [fault for _, plan in found.days for fault in faults(plan.problem, plan.routes[0])]
    assert all(reason and why for _, reason, why in found.left)
    longer = Horizon(task.horizon.first, MONDAY + timedelta(days=9), (*task.horizon.days, MONDAY + timedelta(days=9)))
    more = plan_days(replace(task, horizon=longer, last=task.last + 1), EFFORT)
    assert sum(map(len, days_of(more))) >= len(made)


def ring(n: int) -> list[Spot]:
    """Give places round the base."""
    return [(30 * float(np.cos(at)), 30 * float(np.sin(at))) for at in np.linspace(0, 2 * np.pi, n, endpoint=False)]


def test_evenly() -> None:
    """No day has much more than the mean; without a balance the days are as full as they can be, and walk less."""
    problem = problem_of(ring(20), [1.0] * 20, [20] * 20)
    even, full = (plan_days(asked(problem, [(0, 4)] * 20, 5, balance), EFFORT) for balance in (1.25, None))
    assert not even.left
    assert not full.left
    assert max(map(len, days_of(even))) <= 5
    assert max(map(len, days_of(full))) > 10
    assert travel_of(full) < travel_of(even)


def test_urgent_first() -> None:
    """Days worth more come first, where the days of their visits allow it."""
    problem = problem_of([(0, 50), (0, -50), (50, 0)], [1.0, 5.0, 9.0], [100] * 3, shift=(NINE, NINE + 4 * HOUR))
    assert days_of(plan_days(asked(problem, [(0, 2)] * 3, 3), EFFORT)) == [[2], [1], [0]]
    assert days_of(plan_days(asked(problem, [(0, 2), (0, 2), (1, 2)], 3), EFFORT))[1] == [2]


def test_the_same_twice() -> None:
    """The same task has the same plan."""
    task = asked(problem_of(ring(15), [1.0] * 15, [30] * 15), [(0, 2)] * 15, 3, 1.25)
    assert days_of(plan_days(task, EFFORT)) == days_of(plan_days(task, EFFORT))


def test_hours_of_places() -> None:
    """What is open at the same hour only goes to different days; what is left says which day had most room."""
    hours = [(10 * HOUR, 11 * HOUR)] * 3
    problem = problem_of([(0, 1), (0, 2), (0, 3)], [3.0, 2.0, 1.0], [50] * 3, hours=hours)
    found = plan_days(asked(problem, [(0, 1)] * 3, 2), EFFORT)
    assert sorted(map(len, days_of(found))) == [1, 1]
    assert [(stop, reason) for stop, reason, _ in found.left] == [(2, "no_time")]
    assert "能查的 2 个工作日都排不进" in found.left[0][2]


@pytest.mark.parametrize(
    ("windows", "shift", "said"),
    [
        ([(-1, -1)], (NINE, NINE + 8 * HOUR), "没有工作日"),
        ([(0, 0)], (NINE, NINE), "班次的时间是 0"),
        ([(0, 0)], (NINE, NINE + HOUR), "一个班次也不够"),
    ],
)
def test_what_nobody_can_do(windows: list[tuple[int, int]], shift: tuple[int, int], said: str) -> None:
    """No working day, no shift, too little of one: said."""
    found = plan_days(asked(problem_of([(50, 0)], [1.0], [20], shift=shift), windows, 1), EFFORT)
    assert days_of(found) == [[]]
    assert said in found.left[0][2]


def test_more_than_fits() -> None:
    """The days are full, the others say how full."""
    problem = problem_of(ring(12), [float(12 - at) for at in range(12)], [170] * 12)
    found = plan_days(asked(problem, [(0, 1)] * 12, 2), EFFORT)
    assert sum(map(len, days_of(found))) == 4
    assert all("2 个工作日都排满了：要停留 170 分钟" in why for _, _, why in found.left)


def test_stopped_at_once() -> None:
    """Who is stopped at once gives what there is: days that can be kept."""
    found = plan_days(asked(problem_of(ring(10), [1.0] * 10, [30] * 10), [(0, 1)] * 10, 2), EFFORT, lambda: True)
    assert sum(map(len, days_of(found))) + len(found.left) == 10
    assert sum(map(len, days_of(found))) > 0
