"""Clocks of all hazards at once against one hazard at a time, in plain Python."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import chinese_calendar
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from coverage.course.clocks import Clocks, hazard_clocks
from coverage.course.records import course_of
from coverage.course.replay import FIVE, Course, Policy
from coverage.course.transitions import LIVE, NEXT, OF_ACTION, PUT_RIGHT, Action, State
from coverage.hazards import hazard_register
from coverage.workdays import counted, working_day_after, working_days
from tests.coverage.course.lives_made import TOWN, Lives, frame, ledger_of, made_lives, random_step, until

DAYS = [date(2024, 1, 2) + timedelta(days=n) for n in range(0, 130, 3)]


def clocks_of(lives: Lives, day: date, policy: Policy | None = None) -> Clocks:
    """Give the clocks of some lives."""
    ledger = lives.ledger
    return hazard_clocks(ledger, hazard_register(ledger, day), policy or Policy())


def plain_clock(hazard: pd.Series, steps: pd.DataFrame, course: Course, day: date) -> dict[str, Any]:
    """Say in plain Python how a hazard stands on a day after which nothing was written."""
    deadline = course.facts.get("deadline")
    rectified = course.state in PUT_RIGHT or (course.state is State.VOID_ASKED and course.back in PUT_RIGHT)
    told: dict[str, Any] = {"state": str(course.state), "clock": "none", "days_left": None}
    if isinstance(deadline, date) and not rectified:
        sign, between = (1, (day, deadline)) if deadline >= day else (-1, (deadline, day))
        walked = [between[0] + timedelta(days=n) for n in range(1, (between[1] - between[0]).days + 1)]
        told["days_left"] = sign * sum(chinese_calendar.is_workday(each) for each in walked)
        late, soon = deadline < day, told["days_left"] <= 3
        told["clock"] = "overdue" if late else "due_soon" if soon else "running"
    entries = [moment for moment, action in zip(steps["at"], steps["action"], strict=True) if action != Action.URGE]
    moments = entries or [each for each in (hazard["found_at"], course.rectified_at) if each is not None]
    last = max(each.astimezone(TOWN.zone).date() for each in moments)
    told["days_since"] = (day - last).days
    told["stale"] = course.major and told["days_since"] > 7
    names = {name.strip() for name in str(course.facts.get("supervisor") or "").replace("，", "、").split("、")} - {""}
    told["supervisors_missing"] = max(0, (2 if "消防" in course.category else 1) - len(names)) if course.major else 0
    told["missing"] = "、".join(word for name, word in FIVE.items() if course.major and not course.facts.get(name))
    told["responsible"] = course.facts.get("responsible")
    return told


def rows_of_clocks(clocks: Clocks) -> dict[str, dict[str, Any]]:
    """Give the rows by id, missing as None."""
    rows = clocks.rows.astype(object).where(clocks.rows.notna(), None)
    return {row["id"]: row for row in rows.to_dict("records")}


@pytest.mark.parametrize("seed", range(3))
def test_all_at_once_is_one_at_a_time(seed: int) -> None:
    """Random lives, any day: state, clock, days, staleness, the five and supervisors are those of plain Python."""
    random = Random(seed)
    lives = made_lives(random, 16)
    for _ in range(80):
        hazard_id = f"H{random.randrange(16)}"
        lives.take(hazard_id, random_step(random, lives, hazard_id))
    assert len(lives.steps) > 40
    for day in random.sample(DAYS, 4):
        rows = rows_of_clocks(clocks_of(lives, day))
        then = until(lives, day)
        expected = {}
        for hazard_id in then.hazards["id"]:
            hazard, steps = then.of(hazard_id)
            if hazard["found_at"].astimezone(TOWN.zone).date() > day:
                continue
            for name in ("rectified_at", "closed_at"):
                if not pd.isna(hazard[name]) and hazard[name].astimezone(TOWN.zone).date() > day:
                    hazard[name] = pd.NaT
            course = course_of(hazard, steps, TOWN)
            if course.state in LIVE:
                expected[hazard_id] = plain_clock(hazard, steps, course, day)
        assert {key: {name: row[name] for name in expected[key]} for key, row in rows.items()} == expected


@pytest.mark.parametrize("seed", range(2))
def test_later_entries_never_change_a_past_day(seed: int) -> None:
    """Clocks of a day are the same before and after a hundred more steps were taken later."""
    random = Random(100 + seed)
    lives = made_lives(random, 20)
    day = date(2024, 3, 1)
    while True:
        hazard_id = f"H{random.randrange(20)}"
        step = random_step(random, lives, hazard_id)
        if step.at.astimezone(TOWN.zone).date() > day:
            break
        lives.take(hazard_id, step)
    before = clocks_of(lives, day).rows
    for _ in range(50):
        hazard_id = f"H{random.randrange(20)}"
        step = random_step(random, lives, hazard_id)
        if step.at.astimezone(TOWN.zone).date() > day:
            lives.take(hazard_id, step)
    pd.testing.assert_frame_equal(clocks_of(lives, day).rows, before)


def one(**fields: Any) -> Lives:
    """Give one major hazard found on Tuesday 2 January 2024."""
    row = {"id": "H0", "found_at": datetime(2024, 1, 2, 9, tzinfo=TOWN.zone), "level": "重大", **fields}
    return Lives(pd.DataFrame(frame("hazards", [row])), pd.DataFrame(frame("steps", [])))


@pytest.mark.parametrize(
    ("day", "clock", "left"),
    [
        (date(2024, 2, 6), "running", 4),
        (date(2024, 2, 7), "due_soon", 3),
        (date(2024, 2, 9), "due_soon", 1),
        (date(2024, 2, 17), "due_soon", 1),  # the spring festival does not count
        (date(2024, 2, 18), "due_soon", 0),  # a Sunday to make up for it, the last day
        (date(2024, 2, 19), "overdue", -1),
    ],
)
def test_working_days_over_the_spring_festival(day: date, clock: str, left: int) -> None:
    """The deadline is Sunday 18 February 2024, a working day; holidays from the 10th to the 17th don't count."""
    (row,) = rows_of_clocks(clocks_of(one(deadline=date(2024, 2, 18)), day)).values()
    assert (row["clock"], row["days_left"]) == (clock, left)


def test_overdue_on_a_day_off() -> None:
    """On the Sunday after a Friday's deadline it is overdue, as the register says, by no working day yet."""
    lives = one(deadline=date(2024, 6, 28))
    (row,) = rows_of_clocks(clocks_of(lives, date(2024, 6, 30))).values()
    assert (row["clock"], row["days_left"]) == ("overdue", 0)
    assert hazard_register(lives.ledger, date(2024, 6, 30)).hazards["overdue"].tolist() == [True]


def test_the_day_of_zero() -> None:
    """Days to the end of December; a town may say 30 November; what was found after it has until the next one."""
    assert rows_of_clocks(clocks_of(one(), date(2024, 12, 1)))["H0"]["zero_in"] == 30
    early = Policy(zero_by=(11, 30))
    assert rows_of_clocks(clocks_of(one(), date(2024, 12, 1), early))["H0"]["zero_in"] == -1
    late = one(found_at=datetime(2024, 12, 1, 9, tzinfo=TOWN.zone))
    assert rows_of_clocks(clocks_of(late, date(2024, 12, 2), early))["H0"]["zero_in"] == 363
    general = one(level="一般")
    assert rows_of_clocks(clocks_of(general, date(2024, 12, 1)))["H0"]["zero_in"] is None


def test_the_towns_days_count() -> None:
    """Due soon and stale follow the rules file."""
    lives, day = one(deadline=date(2024, 1, 12)), date(2024, 1, 5)
    (row,) = rows_of_clocks(clocks_of(lives, day, Policy(due_soon_days=5, stale_days=2))).values()
    assert (row["clock"], row["days_left"], row["stale"]) == ("due_soon", 5, True)
    (row,) = rows_of_clocks(clocks_of(lives, day, Policy(due_soon_days=4, stale_days=3))).values()
    assert (row["clock"], row["stale"]) == ("running", False)


def test_whose_turn_it_is() -> None:
    """In every state in which somebody has to act, who has to may by the table, and only there."""
    assert set(NEXT) == LIVE
    for state, (action, roles) in NEXT.items():
        line = OF_ACTION[action]
        assert state in line.before
        assert set(roles) <= line.roles


def test_areas_are_named() -> None:
    """A hazard is in its community; a town without communities names itself; outside all there is no name."""
    assert clocks_of(one(), date(2024, 1, 5)).rows["area_name"].tolist() == ["样板镇"]
    square = shapely.MultiPolygon([shapely.box(113, 22, 113.1, 22.1)])
    village = {"code": "441900121001", "name": "东村", "level": "community", "geometry": square}
    areas = frame("areas", [{"code": TOWN.code, "name": TOWN.name, "level": "town"}, village])
    rows = [{"id": str(x), "found_at": datetime(2024, 1, 2, 9, tzinfo=TOWN.zone), "level": "一般",
             "geometry": shapely.Point(x, 22.05)} for x in (113.05, 113.5)]  # fmt: skip
    ledger = ledger_of(frame("hazards", rows), frame("steps", []), areas=areas)
    clocks = hazard_clocks(ledger, hazard_register(ledger, date(2024, 1, 5)), Policy())
    assert clocks.rows["area_name"].tolist() == ["东村", ""]


def test_nothing_at_all() -> None:
    """A town without hazards has no clocks."""
    ledger = ledger_of(frame("hazards", []), frame("steps", []))
    clocks = hazard_clocks(ledger, hazard_register(ledger, date(2024, 6, 30)), Policy())
    assert len(clocks.rows) == len(clocks.steps) == 0


@given(
    st.dates(date(2003, 12, 1), date(2028, 1, 1)),
    st.integers(0, 60),
)
def test_working_days_are_counted(first: date, length: int) -> None:
    """Differences of the count are the days that a loop finds; the n-th working day is where the loop gets to n."""
    last = first + timedelta(days=length)

    def works(day: date) -> bool:
        return chinese_calendar.is_workday(day) if 2004 <= day.year <= 2026 else day.weekday() < 5

    looped = sum(works(first + timedelta(days=n)) for n in range(length + 1))
    assert working_days(first, last) == looped
    between = counted(np.array([last], dtype="datetime64[D]")) - counted(np.array([first], dtype="datetime64[D]"))
    assert between.tolist() == [looped - works(first)]
    day, left = first, 7
    while left:
        day += timedelta(days=1)
        left -= works(day)
    assert working_day_after(first, 7) == day
