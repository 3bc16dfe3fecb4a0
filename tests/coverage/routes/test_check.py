"""A route that can't be kept is found out, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from coverage.routes.check import faults
from coverage.routes.clock import HOUR
from coverage.routes.planner import timed
from coverage.routes.problem import Problem, Route
from tests.coverage.routes.days import problem_of

LUNCH = (12 * HOUR, 13 * HOUR)


def day() -> tuple[Problem, Route]:
    """Give a day with lunch in the second visit, and its route, which can be kept."""
    problem = problem_of([(10, 0), (10, 10), (0, 10)], [1, 2, 3], [100, 90, 60], lunch=LUNCH)
    return problem, timed(problem, problem.officers[0], [0, 1, 2])


def test_a_sound_route() -> None:
    """Nothing is wrong with what was timed."""
    assert faults(*day()) == []


def later(route: Route, at: int, seconds: int) -> Route:
    """Give a route with one visit moved, the others as they were."""
    visit = route.visits[at]
    moved = replace(visit, arrive=visit.arrive + seconds, begin=visit.begin + seconds, leave=visit.leave + seconds)
    return replace(route, visits=(*route.visits[:at], moved, *route.visits[at + 1 :]))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda route: replace(route, depart=route.depart - 1), "早于上班"),
        (lambda route: replace(route, home=20 * HOUR), "晚于下班"),
        (lambda route: replace(route, lunch=None), "没有午休"),
        (lambda route: replace(route, lunch=LUNCH), "占了午休"),
        (lambda route: replace(route, lunch=(route.lunch[0], route.lunch[1] - 60)), "午休不完整"),
        (lambda route: later(route, 0, -60), "第 1 段路：时间不够"),
        (lambda route: later(route, 2, -60), "第 3 段路：时间不够"),
        (lambda route: replace(route, home=route.home - 60), "第 4 段路：时间不够"),
        (lambda route: replace(route, visits=route.visits[:2] + route.visits[:1]), "去了两次"),
        (lambda route: replace(route, prize=7.0), "分数的和不对"),
        (
            lambda route: replace(route, visits=(replace(route.visits[0], leave=10 * HOUR), *route.visits[1:])),
            "停留不够",
        ),
    ],
)
def test_what_is_wrong(spoil: Callable[[Route], Route], said: str) -> None:
    """Each way in which a route can't be kept is said."""
    problem, route = day()
    assert any(said in fault for fault in faults(problem, spoil(route)))


def test_hours_of_places() -> None:
    """A visit that reaches beyond the hours of its place is none."""
    problem, route = day()
    closed = replace(problem, stops=replace(problem.stops, closes=problem.stops.closes * 0 + 11 * HOUR))
    assert [fault for fault in faults(closed, route) if "营业" in fault] == ["p1：不在营业时间", "p2：不在营业时间"]
