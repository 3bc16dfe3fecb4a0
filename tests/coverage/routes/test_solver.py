"""The search behind its small door."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.routes import solver
from coverage.routes.greedy import inserted
from coverage.routes.solver import Effort, solve_team
from coverage.routes.team import NO_WAY, Team, Vehicle

EVER = 10_000


def team_of(
    spots: list[tuple[int, int]], prize: list[int], finish: int, *, vehicles: int = 1, must: tuple[int, ...] = ()
) -> Team:
    """Give a problem on a plane where everybody starts and ends in the origin; a visit takes 5."""
    xy, n = np.array([*spots, (0, 0)], dtype=float), len(spots)
    ways = np.ceil(np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))).astype(np.int64)
    five, nothing = np.full(n, 5, dtype=np.int64), np.zeros(n, dtype=np.int64)
    flags = np.isin(np.arange(n), must)
    going = (Vehicle(n, n, 0, finish),) * vehicles
    return Team((ways,), np.array(prize, dtype=np.int64), five, nothing, np.full(n, EVER), going, flags)


def kept(team: Team, routes: tuple[tuple[int, ...], ...]) -> bool:
    """Say whether routes can be kept: hours, ways, the end, nobody twice."""
    visited = [stop for route in routes for stop in route]
    for vehicle, route in zip(team.vehicles, routes, strict=True):
        now, at = vehicle.begin, vehicle.start
        for stop in route:
            now = max(now + team.ways[vehicle.ways][at, stop], team.early[stop])
            if now > team.late[stop]:
                return False
            now, at = now + team.stay[stop], stop
        if route and now + team.ways[vehicle.ways][at, vehicle.end] > vehicle.finish:
            return False
    return len(set(visited)) == len(visited)


SPOTS = st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=1, max_size=9)


@settings(max_examples=30, deadline=None)
@given(SPOTS, st.integers(10, 120), st.integers(1, 3), st.data())
def test_routes_can_be_kept(spots: list[tuple[int, int]], finish: int, vehicles: int, data: st.DataObject) -> None:
    """What is found can be kept, is worth what is said, and no less than plain insertion; with hours and without."""
    n = len(spots)
    team = team_of(spots, [1 + at % 4 for at in range(n)], finish, vehicles=vehicles)
    if data.draw(st.booleans()):
        early = np.array(data.draw(st.lists(st.integers(0, 60), min_size=n, max_size=n)), dtype=np.int64)
        team = replace(team, early=early, late=early + 30)
    plain, found = inserted(team), solve_team(team, Effort((0,), 60))
    assert kept(team, plain)
    assert kept(team, found.routes)
    assert found.prize == sum(team.prize[list(route)].sum() for route in found.routes)
    assert found.prize >= sum(team.prize[list(route)].sum() for route in plain)


@pytest.mark.parametrize("most", [0, solver.MOST], ids=["by search", "for certain"])
@settings(max_examples=20, deadline=None)
@given(
    spots=st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=2, max_size=4),
    finish=st.integers(20, 60),
)
def test_as_many_of_those_that_must_be_visited(most: int, spots: list[tuple[int, int]], finish: int) -> None:
    """Of stops that must be visited, as many are as fit by any order; none of the others takes the place of one."""
    n = len(spots)
    team = team_of([*spots, (1, 1), (2, 2)], [1] * n + [9, 9], finish, must=tuple(range(n)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solver, "MOST", most)
        found = solve_team(team, Effort((0, 1), 60))
    fit = max(
        (size for size in range(n + 1) for order in permutations(range(n), size) if kept(team, (order,))), default=0
    )
    assert kept(team, found.routes)
    assert sum(stop < n for stop in found.routes[0]) == fit


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=3, max_size=7), st.integers(20, 120))
def test_the_search_against_what_is_certain(spots: list[tuple[int, int]], finish: int) -> None:
    """Past few stops a town's own search never finds more than what is certain, and hardly less."""
    team = team_of(spots, [1 + 3 * at % 7 for at in range(len(spots))], finish)
    certain = solve_team(team, Effort((0,), 1)).prize
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solver, "MOST", 0)
        found = solve_team(team, Effort((0, 1, 2), 500)).prize
    assert 0.8 * certain <= found <= certain


def test_time_ends_a_search() -> None:
    """Without a number of iterations the seconds end it, and that is said."""
    found = solve_team(team_of([(at, 0) for at in range(12)], [1] * 12, 500), Effort((0,), seconds=0.05))
    assert (found.prize, found.cut_short) == (12, True)


def test_no_way() -> None:
    """Where there is no way from stop to stop, one of them is left out."""
    team = team_of([(5, 0), (0, 5)], [1, 2], EVER)
    team.ways[0][[0, 1], [1, 0]] = NO_WAY
    assert solve_team(team, Effort((0,), 60)).routes == ((1,),)


def test_nothing_to_visit() -> None:
    """No stops, no routes."""
    team = team_of([], [], 10)
    assert solve_team(team, Effort((0,), 10)).routes == ((),)


@pytest.mark.parametrize("vehicles", [1, 3])
def test_the_same_seed(vehicles: int) -> None:
    """Two searches with one seed find the same."""
    rng = np.random.default_rng(2)
    spots = [(int(x), int(y)) for x, y in rng.integers(-30, 30, (30, 2))]
    team = team_of(spots, rng.integers(1, 9, 30).tolist(), 100, vehicles=vehicles)
    one, two = (solve_team(team, Effort((7,), 80)) for _ in range(2))
    assert one == two
