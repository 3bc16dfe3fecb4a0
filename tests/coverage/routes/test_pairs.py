"""Two who have to be together: both are there all the while, nobody goes where one is enough and it is not theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.routes.check import faults, pair_faults
from coverage.routes.clock import HOUR, Clock
from coverage.routes.customs import Pairs, parse_customs
from coverage.routes.mates import Mate, paired
from coverage.routes.pairs import solve_day
from coverage.routes.problem import Officer, Pair, Plan, Problem, Route
from coverage.routes.solver import Effort
from geodata.errors import RulesProblem
from tests.coverage.routes.days import FIVE, NINE, problem_of, travel_of
from tests.coverage.test_against_oracle import SOME

EFFORT = Effort((0,), 40)
GRID = "990001001001001"
NEXT = "990001001001002"
FAR = "990001001002001"


def pair_of(
    spots: list[tuple[float, float]],
    owner: list[int],
    two: list[bool],
    *,
    stays: list[int] | None = None,
    shifts: tuple[tuple[int, int], tuple[int, int]] = ((NINE, FIVE), (NINE, FIVE)),
    bases: tuple[tuple[float, float], tuple[float, float]] = ((-20.0, 0.0), (20.0, 0.0)),
    pace: float = 1.0,
) -> Problem:
    """Give a day of two with lunch at noon; the second goes at another pace."""
    n = len(spots)
    made = problem_of(spots, [1.0 + at for at in range(n)], stays or [40] * n, lunch=(12 * HOUR, 13 * HOUR))
    officers = tuple(Officer(f"o{at}", f"员{at}", *shifts[at], ("walk", "car")[at], n + at, n + at) for at in range(2))
    travel = {"walk": travel_of([*spots, *bases]), "car": travel_of([*spots, *bases], pace)}
    return replace(made, officers=officers, travel=travel, pair=Pair(np.array(owner), np.array(two)))


def wrong(plan: Plan) -> list[str]:
    """Give every fault of a plan."""
    alone = [fault for route in plan.routes for fault in faults(plan.problem, route)]
    return [*alone, *pair_faults(plan.problem, plan.routes)]


def stops(plan: Plan) -> list[list[int]]:
    """Give the stops of each of both."""
    return [[visit.stop for visit in route.visits] for route in plan.routes]


SPOT = st.tuples(st.integers(-60, 60), st.integers(-60, 60)).map(lambda spot: (float(spot[0]), float(spot[1])))


@st.composite
def pairs(draw: st.DrawFn) -> Problem:
    """Give a day of two with up to seven places, some of them for two, with shifts that overlap or don't."""
    n = draw(st.integers(1, 7))
    begins = [draw(st.integers(8, 13)) * HOUR for _ in range(2)]
    shifts = [(begin, begin + draw(st.integers(0, 9)) * HOUR) for begin in begins]
    return pair_of(
        draw(st.lists(SPOT, min_size=n, max_size=n)),
        draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)),
        draw(st.lists(st.booleans(), min_size=n, max_size=n)),
        stays=draw(st.lists(st.integers(5, 120), min_size=n, max_size=n)),
        shifts=(shifts[0], shifts[1]),
        pace=draw(st.sampled_from([0.3, 1.0])),
    )


@SOME
@given(pairs())
def test_what_always_holds(problem: Problem) -> None:
    """Whatever the day: both routes can be kept, both are there where two have to be, what is left says why."""
    plan = solve_day(problem, EFFORT)
    assert wrong(plan) == []
    went = {stop for route in stops(plan) for stop in route}
    assert sorted([*went, *(each.stop for each in plan.left_out)]) == list(range(len(problem.stops.ids)))
    assert all(each.reason and each.why for each in plan.left_out)
    total = sum(float(problem.stops.prize[stop]) for stop in went)
    assert sum(route.prize for route in plan.routes) == pytest.approx(total)


def test_together_and_alone() -> None:
    """The place for two is on both routes at the same time and counted once; the others on one."""
    plan = solve_day(pair_of([(0, 0), (-30, 0), (30, 0)], [0, 0, 1], [True, False, False]), EFFORT)
    assert [sorted(each) for each in stops(plan)] == [[0, 1], [0, 2]]
    assert [route.prize for route in plan.routes] == [1.0 + 2.0, 3.0]
    begins = {(visit.begin, visit.leave) for route in plan.routes for visit in route.visits if visit.stop == 0}
    assert len(begins) == 1


@pytest.mark.parametrize(
    ("shifts", "said"),
    [
        (((NINE, 12 * HOUR), (13 * HOUR, FIVE)), "要两人同去。班次的时间是 0"),
        (((NINE, FIVE), (NINE, NINE + HOUR)), "要两人同去。时间不够"),
    ],
)
def test_nobody_free_at_the_same_time(shifts: tuple[tuple[int, int], tuple[int, int]], said: str) -> None:
    """Without hours in common, or with too few, the place waits and says so; nobody goes there alone."""
    plan = solve_day(pair_of([(0, 0), (-30, 0)], [0, 0], [True, False], shifts=shifts), EFFORT)
    assert stops(plan) == [[1], []]
    assert [each.stop for each in plan.left_out] == [0]
    assert plan.left_out[0].why.startswith(said)


def alone(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """Give the routes, the second without its visits."""
    return routes[0], replace(routes[1], visits=())


def later(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """Give the routes, the second a minute later."""
    moved = tuple(replace(visit, begin=visit.begin + 60, leave=visit.leave + 60) for visit in routes[1].visits)
    return routes[0], replace(routes[1], visits=moved)


@pytest.mark.parametrize(
    ("spoil", "two", "said"),
    [
        (alone, True, "要两人同去，只有 o0 去"),
        (later, True, "两人不是同时在场"),
        (lambda routes: routes, False, "不是负责的人去"),
    ],
)
def test_what_is_wrong_with_a_pair(
    spoil: Callable[[tuple[Route, ...]], tuple[Route, ...]], two: bool, said: str
) -> None:
    """Who is missing, comes later, or has no business there is found out."""
    problem = pair_of([(0, 0)], [0], [True])
    plan = solve_day(problem, EFFORT)
    asked = problem if two else replace(problem, pair=Pair(np.array([0]), np.array([False])))
    assert any(said in fault for fault in pair_faults(asked, spoil(plan.routes)))


def mate(name: str, area: str, x: float = 0.0, lunch: int = HOUR) -> Mate:
    """Give somebody."""
    return Mate(name, (area,), Clock(12 * HOUR, lunch), x, 0.0)


@pytest.mark.parametrize(
    ("customs", "everywhere", "found"),
    [
        (Pairs(), False, []),
        (Pairs(across=True), False, [("a", "b")]),
        (Pairs(), True, [("a", "b"), ("d", "c")]),
        (Pairs(mates=(("a", "d"),)), False, [("a", "d")]),
        (Pairs(mates=(("a", "x"),), across=True), False, []),
    ],
)
def test_who_goes_with_whom(customs: Pairs, everywhere: bool, found: list[tuple[str, str]]) -> None:
    """Never across grids unless a setting or a named pair allows it; who asks most chooses first, the nearest."""
    people = [mate("a", GRID), mate("b", NEXT, 1.0), mate("c", FAR, 2.0), mate("d", FAR[:12] + "002", 3.0)]
    assert paired(people, {"a": 3, "d": 1}, customs, everywhere=everywhere)[: len(found) or 9] == (
        found if found else [("d", "c")] if customs.across else []
    )


def test_lunch_together() -> None:
    """Who has lunch at another time does not go along."""
    people = [mate("a", GRID), mate("b", GRID, lunch=2 * HOUR), mate("c", GRID, 9.0)]
    assert paired(people, {"a": 1}, Pairs(), everywhere=False) == [("a", "c")]


def test_customs_of_pairs() -> None:
    """What is left out: nowhere two, nobody named, not across grids."""
    text = '[routes]\nbalance = "无"\n[routes.pairs]\ntwo = ["重大"]\nwith = [["a", "b"]]\nacross = "community"'
    customs = parse_customs(text)
    assert customs.pairs == Pairs(("重大",), (("a", "b"),), across=True)
    assert customs.balance is None
    assert parse_customs("[routes.pairs]").pairs == Pairs()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("balance = 0.5", "balance.*1 到 10"),
        ("balance = true", "balance"),
        ("pairs = 1", "two = "),
        ('pairs = { three = ["a"] }', "with = "),
        ('pairs = { two = "重大" }', "two.*应写成"),
        ('pairs = { with = [["a", "a"]] }', "两个编号一对"),
        ('pairs = { across = "town" }', "grid"),
    ],
)
def test_customs_of_pairs_that_cannot_be_read(text: str, said: str) -> None:
    """The key is named, and what to write."""
    with pytest.raises(RulesProblem, match=said):
        parse_customs(f"[routes]\n{text}")
