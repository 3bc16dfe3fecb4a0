"""Which places, in what order, when; and why the others wait."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.routes.check import faults
from coverage.routes.clock import HOUR, MINUTE
from coverage.routes.network import FAR, ISLAND, Travel
from coverage.routes.planner import CLOSED, LOWER_PRIZE, NO_TIME, UNREACHABLE, solve
from coverage.routes.problem import Plan, Problem
from coverage.routes.solver import Effort
from tests.coverage.routes.days import FIVE, NINE, best_by_trying, problem_of

EFFORT = Effort((0, 1), 150)
LUNCH = (12 * HOUR, 13 * HOUR)


def order(plan: Plan, at: int = 0) -> list[int]:
    """Give the stops of a route."""
    return [visit.stop for visit in plan.routes[at].visits]


def reasons(plan: Plan) -> dict[int, str]:
    """Give why each stop was left out."""
    return {each.stop: each.reason for each in plan.left_out}


def sound(plan: Plan) -> bool:
    """Say whether every route passes the checker, and every stop is on a route or has a reason, never both."""
    visited = [visit.stop for route in plan.routes for visit in route.visits]
    told = [each.stop for each in plan.left_out]
    whole = sorted(visited + told) == list(range(len(plan.problem.stops.ids)))
    return whole and not any(faults(plan.problem, route) for route in plan.routes)


SPOT = st.tuples(st.integers(-30, 30), st.integers(-30, 30)).map(lambda at: (float(at[0]), float(at[1])))
HOURS = st.tuples(st.integers(7, 16), st.integers(1, 9)).map(lambda at: (at[0] * HOUR, (at[0] + at[1]) * HOUR))


@st.composite
def days(draw: st.DrawFn, most: int = 7) -> Problem:
    """Give a day of one officer with few stops, some with hours, with or without lunch."""
    spots = draw(st.lists(SPOT, min_size=1, max_size=most))
    n = len(spots)
    each = {"min_size": n, "max_size": n}
    prize = draw(st.lists(st.integers(1, 50).map(float), **each))
    stay = draw(st.lists(st.integers(5, 90), **each))
    hours = draw(st.one_of(st.none(), st.lists(HOURS, **each)))
    begin, length = draw(st.integers(8, 13)) * HOUR, draw(st.integers(30, 300)) * MINUTE
    lunch = draw(st.sampled_from([None, LUNCH]))
    return problem_of(spots, prize, stay, shift=(begin, begin + length), hours=hours, lunch=lunch)


@settings(max_examples=40, deadline=None)
@given(days(most=6))
def test_as_trying_everything(problem: Problem) -> None:
    """With few stops, the prize is the highest that any order of any choice has, and the route can be kept."""
    plan = solve(problem, EFFORT)
    assert sound(plan)
    assert plan.routes[0].prize == pytest.approx(best_by_trying(problem))


@settings(max_examples=25, deadline=None)
@given(days(most=5), st.integers(1, 60))
def test_a_longer_shift_is_never_worth_less(problem: Problem, minutes: int) -> None:
    """A minute more never lowers the optimum."""
    officer = problem.officers[0]
    longer = replace(problem, officers=(replace(officer, end=officer.end + minutes * MINUTE),))
    assert best_by_trying(longer) >= best_by_trying(problem)


@settings(max_examples=25, deadline=None)
@given(st.lists(SPOT, min_size=8, max_size=40), st.integers(1, 3), st.data())
def test_teams_are_sound(spots: list[tuple[float, float]], officers: int, data: st.DataObject) -> None:
    """Routes of a team can be kept, no place is visited twice, every other place has its reason."""
    n = len(spots)
    hours = data.draw(st.one_of(st.none(), st.lists(HOURS, min_size=n, max_size=n)))
    must = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    problem = problem_of(
        spots, [1.0 + at % 7 for at in range(n)], [20] * n, hours=hours, must=must, lunch=LUNCH, officers=officers
    )
    assert sound(solve(problem, Effort((0,), 60)))


def test_the_same_seed_gives_the_same_plan() -> None:
    """Two runs with one seed are equal in every time; nothing cut them short."""
    rng = np.random.default_rng(5)
    spots = [(float(x), float(y)) for x, y in rng.integers(-40, 40, (40, 2))]
    problem = problem_of(spots, rng.integers(1, 30, 40).tolist(), [25] * 40, lunch=LUNCH)
    one, two = (solve(problem, Effort((3, 4), 100)) for _ in range(2))
    assert (one.routes, one.left_out, one.cut_short) == (two.routes, two.left_out, False)


def test_of_equal_prizes_the_shorter_way() -> None:
    """Where everything fits, the order is the shortest round."""
    problem = problem_of([(0, 10), (10, 0), (10, 10)], [1, 1, 1], [10, 10, 10])
    assert order(solve(problem, EFFORT)) in ([0, 2, 1], [1, 2, 0])


def test_lunch() -> None:
    """Who is in a visit at noon has lunch after it, a whole one; nothing is done in it."""
    problem = problem_of([(10, 0), (10, 10)], [1, 1], [200, 180], lunch=LUNCH)
    route = solve(problem, EFFORT).routes[0]
    first, second = route.visits
    assert first.begin < LUNCH[0] < first.leave
    assert route.lunch == (first.leave, first.leave + HOUR)
    assert second.arrive == route.lunch[1] + 10 * MINUTE
    assert not faults(problem, route)


def test_waiting_for_a_door() -> None:
    """Who would have to wait at the first door leaves later."""
    problem = problem_of([(10, 0)], [1], [30], hours=[(14 * HOUR, 18 * HOUR)])
    route = solve(problem, EFFORT).routes[0]
    assert (route.depart, route.visits[0].arrive) == (14 * HOUR - 10 * MINUTE, 14 * HOUR)


def test_promised_places_come_first() -> None:
    """A promised visit of little worth takes the place of a better one that is none."""
    spots, stay = [(60.0, 0.0), (-60.0, 0.0)], [200, 200]
    usual = solve(problem_of(spots, [9, 1], stay), EFFORT)
    promised = solve(problem_of(spots, [9, 1], stay, must=[False, True]), EFFORT)
    assert (order(usual), order(promised)) == ([0], [1])
    assert reasons(promised) == {0: NO_TIME}


def test_as_many_promised_as_fit() -> None:
    """Of promised visits that don't all fit as many as can be are kept; the others are told."""
    spots = [(100.0, 0.0), (0.0, 20.0), (0.0, -20.0)]
    plan = solve(problem_of(spots, [5, 1, 1], [250, 100, 100], must=[True] * 3), EFFORT)
    assert sorted(order(plan)) == [1, 2]
    assert plan.left_out[0].why.startswith("约定必查，但排不下")


def test_why_a_place_is_left_out() -> None:
    """Too far for a shift; closed while anybody is there; worth less than what was planned."""
    problem = problem_of(
        [(0, 10), (300, 0), (0, -10), (0, 60)],
        [9, 9, 9, 1],
        [300, 30, 30, 90],
        hours=[(0, 48 * HOUR), (0, 48 * HOUR), (18 * HOUR, 23 * HOUR), (0, 48 * HOUR)],
    )
    assert reasons(solve(problem, EFFORT)) == {1: NO_TIME, 2: CLOSED, 3: LOWER_PRIZE}


def test_windows_that_never_open() -> None:
    """A place that is open for less than a visit takes is said to be closed, and the rest is planned."""
    plan = solve(problem_of([(0, 10), (0, 20)], [1, 1], [30, 30], hours=[(NINE, NINE), (0, FIVE)]), EFFORT)
    assert (order(plan), reasons(plan)) == ([1], {0: CLOSED})


def test_who_cannot_be_reached() -> None:
    """A place in a lake and one on an island are told apart, and the rest is planned."""
    problem = problem_of([(0, 10), (0, 20), (0, 30)], [1, 1, 1], [30, 30, 30])
    minutes = problem.travel["walk"].minutes.copy()
    minutes[:2, :] = minutes[:, :2] = np.inf
    lost = Travel(minutes, minutes * 75, (FAR, ISLAND, "", ""), straight=False)
    plan = solve(replace(problem, travel={"walk": lost}), EFFORT)
    assert (order(plan), reasons(plan)) == ([2], {0: UNREACHABLE, 1: UNREACHABLE})
    assert [each.why[:15] for each in plan.left_out] == ["走不到：300 米内没有可走的", "走不到：旁边的道路和全镇的路网"]


def test_a_shift_of_no_length() -> None:
    """Who does not work that day has an empty route, and every place says so; a colleague is planned all the same."""
    idle = problem_of([(0, 10)], [1], [30], shift=(NINE, NINE))
    plan = solve(idle, EFFORT)
    assert (order(plan), plan.left_out[0].why) == ([], "班次的时间是 0，当天不排。")
    both = (idle.officers[0], replace(idle.officers[0], id="o1", end=FIVE))
    assert order(solve(replace(idle, officers=both), EFFORT), at=1) == [0]


def test_nothing_to_do() -> None:
    """A day without places is an empty route."""
    plan = solve(problem_of([], [], []), EFFORT)
    assert (order(plan), plan.left_out) == ([], ())


def test_stopped_at_once() -> None:
    """Who stops the search before it began still gets routes that can be kept, and is told."""
    problem = problem_of([(float(at), 5.0) for at in range(30)], [1.0] * 30, [30] * 30)
    plan = solve(problem, Effort((0,), 10_000), stop=lambda: True)
    assert sound(plan)
    assert plan.cut_short
    assert len(order(plan)) > 5
