"""The times of a route as it stands, and what can't be kept of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given

from coverage.routes.check import faults
from coverage.routes.clock import HOUR, MINUTE
from coverage.routes.kept import KeptRoute
from coverage.routes.network import FAR, Streets
from coverage.routes.planner import timed
from coverage.routes.reckoning import bridged_over, problem_of, reckoned
from tests.coverage.routes.kept_days import FIVE, GROUND, LUNCH, NINE, NOON, route, routes, seconds_between, stop
from tests.coverage.test_against_oracle import SOME


def plain_times(one: KeptRoute) -> list[tuple[int, int, int]]:
    """Walk a route minute by hand: go, wait for the door, stay; lunch at noon or after the visit in hand."""
    spots = [one.start, *((each.lon, each.lat) for each in one.stops)]
    worked, found = one.begin if one.begin < NOON else max(NOON, one.begin - HOUR), []

    def shown(second: int) -> int:
        return second if second < NOON else second + HOUR

    for at, each in enumerate(one.stops):
        opens = each.opens if each.opens < NOON else max(NOON, each.opens - HOUR)
        arrive = worked + seconds_between(spots[at], spots[at + 1])
        if at == 0:
            arrive = max(arrive, opens)  # who would wait at the first door leaves later
        begin = max(arrive, opens)
        worked = begin + each.stay
        found.append((shown(arrive), shown(begin), shown(begin) + each.stay))
    return found


@SOME
@given(routes())
def test_times_are_those_of_walking_it(one: KeptRoute) -> None:
    """Each stop is reached, begun and left when a walk by hand reaches, begins and leaves it."""
    assert [(each.arrive, each.begin, each.leave) for each in one.stops] == plain_times(one)


@SOME
@given(routes())
def test_feasible_as_the_checker_says(one: KeptRoute) -> None:
    """A route is feasible just when the checker finds no fault, and it says something just when it is not."""
    points = GROUND.points([*((each.lon, each.lat) for each in one.stops), one.start, one.finish])
    problem = problem_of(one, one.stops, points, GROUND)
    walk = timed(bridged_over(problem, points), problem.officers[0], range(len(one.stops)))
    assert one.feasible == (not faults(problem, walk))
    assert one.feasible == (not any(each.problem for each in one.stops) and not one.problems)
    assert not any("没有通过核对" in each for each in one.problems)
    assert one.home == walk.home


def test_late_for_a_door() -> None:
    """A stop that is over after its door closes says from when to when it is open and how late it is."""
    late = route([stop(0, stay=60), stop(0, stay=30, hours=(NINE, 10 * HOUR))])
    assert late.stops[1].problem == "到时已关门：09:00–10:00 开，10:30 才查完，晚 30 分钟。"
    assert not late.stops[0].problem
    assert not late.feasible


def test_late_because_of_lunch() -> None:
    """A door that closes while lunch is in between says so."""
    late = route([stop(0, stay=180), stop(0, stay=30, hours=(NINE, NOON + HOUR))])
    assert late.stops[1].problem == "到时已关门：09:00–13:00 开，13:30 才查完，晚 30 分钟，中间有午休。"


def test_after_the_shift() -> None:
    """A stop that ends after the shift, and the route, say by how many minutes."""
    late = route([stop(0, stay=240), stop(0, stay=240)])
    assert (late.stops[0].problem, late.lunch) == ("", (13 * HOUR, 14 * HOUR))
    assert late.stops[1].problem == "18:00 才查完，超过下班时间（17:00）60 分钟。"
    assert late.problems == ("18:00 才能结束，超过下班时间（17:00）60 分钟：请去掉几处或换给别人。",)


def test_a_door_that_never_opens() -> None:
    """Hours shorter than a visit are said, whenever one comes."""
    assert route([stop(0, hours=(NINE, NINE))]).stops[0].problem == "不开门：营业时间比一次检查还短。"


def test_a_shift_of_no_length() -> None:
    """Who does not work has every stop in red, and an empty route without a word."""
    idle = route([stop(0)], shift=(NINE, NINE))
    assert idle.problems[0].startswith("班次的时间是 0")
    assert idle.stops[0].problem
    assert route([], shift=(NINE, NINE)).feasible


def test_a_place_in_a_lake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no way leads the time is that of a straight line, the stop says so, and the others keep their times."""
    plain = route([stop(1), stop(2)])
    points = GROUND.points([*((each.lon, each.lat) for each in plain.stops), plain.start, plain.finish])
    problem = problem_of(plain, plain.stops, points, GROUND)
    travel = problem.travel["walk"]
    minutes, metres = travel.minutes.copy(), travel.metres.copy()
    for table in (minutes, metres):
        table[0, :] = table[:, 0] = np.inf
    lost = replace(travel, minutes=minutes, metres=metres, lost=(FAR, "", "", ""))
    monkeypatch.setattr("coverage.routes.reckoning.travel_between", lambda streets, points: lost)
    found = reckoned(plain, GROUND)
    assert [(each.arrive, each.leave) for each in found.stops] == [(each.arrive, each.leave) for each in plain.stops]
    assert found.stops[0].problem == "走不到：300 米内没有可走的道路，请核对坐标。路程按直线估计。"
    assert (found.stops[1].problem, found.feasible) == ("", False)


def test_sums_and_the_line() -> None:
    """Travel, stay, wait and lunch make up the day; the line has a leg a stop and one home."""
    one = route([stop(3, stay=100), stop(9, stay=120), stop(20, stay=60, hours=(15 * HOUR, FIVE))])
    lunch = one.lunch[1] - one.lunch[0] if one.lunch else 0
    whole = one.travel_minutes + one.stay_minutes + one.wait_minutes + lunch / MINUTE
    assert whole == pytest.approx((one.home - one.depart) / MINUTE, abs=0.2)
    assert one.line is not None
    assert shapely.get_num_geometries(one.line) == 4


def test_no_roads_are_told() -> None:
    """Without streets the route says that its ways are straight lines."""
    assert isinstance(GROUND.streets, Streets)
    assert GROUND.clock == LUNCH
    assert route([stop(1)]).straight
