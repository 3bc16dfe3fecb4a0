"""Which visits fall due, and between which days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.assess import Assessment
from coverage.gaps import find_gaps
from coverage.routes.customs import Customs
from coverage.routes.month.due import Outlook, turns, visits_due
from coverage.routes.month.horizon import horizon_of
from coverage.routes.month.spans import month_of, week_of
from coverage.rules import Rule, parse_rules
from geodata.errors import QuestionProblem
from geodata.model import Town
from grids.workload import Habits
from tests.coverage.test_against_oracle import SOME

JULY = horizon_of(date(2024, 7, 1), date(2024, 7, 31))
MONTHLY = '[[rule]]\nid = "m"\nevery = "month"\n'
WEEKLY = '[[rule]]\nid = "w"\nduty = "w"\nevery = "week"\n'
TWICE = '[[rule]]\nid = "t"\nduty = "t"\nevery = "month"\ntimes = 2\n'
YEARLY = '[[rule]]\nid = "y"\nduty = "y"\nevery = "year"\n'
Owed = tuple[str, str, int, str | None]
"""A rule, its state, how many inspections count already, the day of the last."""


def outlook(day: date, rules: Sequence[Rule], owed: Sequence[Owed]) -> Outlook:
    """Give what one place owes on a day."""
    text = {"id": "a", "name": "甲厂", "industry": None, "risk": "低", "department": None, "tags": None}
    places = pd.DataFrame({name: pd.Series([value], dtype="str") for name, value in text.items()})
    never = pd.Series([pd.NaT], dtype="datetime64[s]")
    places = places.assign(officer="o", officer_name="员", lon=113.6, lat=22.8, opened=never, headcount=1.0)
    ids = [rule.id for rule in rules]
    duties = pd.DataFrame(
        {
            "place": np.zeros(len(owed), dtype=np.int64),
            "rule": np.array([ids.index(rule) for rule, _, _, _ in owed], dtype=np.int64),
            "state": [state for _, state, _, _ in owed],
            "never": False,
            "counted": [counted for _, _, counted, _ in owed],
            "last": pd.Series([last for _, _, _, last in owed], dtype="datetime64[s]"),
        }
    )
    town = Town("样板镇", "441900121")
    known = Assessment(town, day, tuple(rules), gpd.GeoDataFrame({"code": []}), places, duties, (0.0, 0.0))
    return Outlook(known, find_gaps(known))


NO_HAZARDS = pd.DataFrame(
    {
        "place_id": pd.Series([], dtype="str"),
        "deadline": pd.Series([], dtype="datetime64[s]"),
        **{name: pd.Series([], dtype=bool) for name in ("rectified", "closed", "overdue", "major", "void")},
    }
)


def hazard(deadline: str | None, **flags: bool) -> pd.DataFrame:
    """Give one hazard of the place."""
    row = {"place_id": "a", **dict.fromkeys(("rectified", "closed", "overdue", "major", "void"), False), **flags}
    return pd.DataFrame([row]).assign(deadline=pd.Series([deadline], dtype="datetime64[s]"))


def due(text: str, owed: Sequence[Owed], hazards: pd.DataFrame = NO_HAZARDS) -> list[tuple[str, str, str]]:
    """Give first and last working day and the day by which of each visit of July."""
    rules = parse_rules(text)
    outlooks = [outlook(JULY.first, rules, owed)]
    for day in turns(rules, JULY)[1:]:
        new = [rule.id for rule in rules if (term := rule.term(day)) and term.period.first == day]
        outlooks.append(outlook(day, rules, [(rule, "pending", 0, None) for rule in new]))
    found = visits_due(outlooks, hazards, Habits(), Customs(), JULY)
    spans = zip(found["first"], found["last"], found["due"], strict=True)
    return [(f"{JULY.days[first]:%m-%d}", f"{JULY.days[last]:%m-%d}", f"{by:%m-%d}") for first, last, by in spans]


def test_a_month() -> None:
    """What the month asks for is due by its end; done, or due later and not late, it is not."""
    assert due(MONTHLY, [("m", "pending", 0, None)]) == [("07-01", "07-31", "07-31")]
    assert due(MONTHLY, [("m", "done", 1, "2024-07-01")]) == []
    assert due(YEARLY, [("y", "pending", 0, None)]) == []
    assert due(YEARLY, [("y", "overdue", 0, None)]) == [("07-01", "07-31", "07-31")]


def test_not_too_soon() -> None:
    """Half a period passes since the last visit, where working days are left then."""
    assert due(MONTHLY, [("m", "pending", 0, "2024-06-28")]) == [("07-15", "07-31", "07-31")]


def test_weeks() -> None:
    """Each week that ends in the month has its visit; the monthly duty is met by one of them."""
    weeks = [("07-01", "07-05"), ("07-09", "07-12"), ("07-16", "07-19"), ("07-23", "07-26")]
    found = due(WEEKLY + MONTHLY, [("w", "pending", 0, None), ("m", "pending", 0, None)])
    assert [(first, last) for first, last, _ in found] == weeks


def test_twice_a_month() -> None:
    """Each has its own part of the days that are left, some days apart; one done, one is left."""
    assert due(TWICE, [("t", "pending", 0, None)]) == [("07-01", "07-15", "07-15"), ("07-19", "07-31", "07-31")]
    assert len(due(TWICE, [("t", "pending", 1, "2024-07-01")])) == 1


@pytest.mark.parametrize(
    ("hazards", "found"),
    [
        (hazard("2024-07-10", rectified=True), [("07-01", "07-10", "07-10")]),
        (hazard("2024-07-10"), [("07-11", "07-31", "07-31")]),
        (hazard("2024-06-10", overdue=True), [("07-01", "07-31", "07-31")]),
        (hazard("2024-08-10"), []),
        (hazard(None, rectified=True, closed=True), []),
        (hazard(None, rectified=True, void=True), []),
    ],
)
def test_hazards(hazards: pd.DataFrame, found: list[tuple[str, str, str]]) -> None:
    """What was put right is looked at by its deadline, what was not after it; what is closed or void never."""
    assert due(MONTHLY, [("m", "done", 1, None)], hazards) == found


@settings(SOME, max_examples=SOME.max_examples // 4)
@given(st.lists(st.tuples(st.integers(0, 22), st.integers(0, 22)), min_size=1, max_size=5))
def test_as_few_visits_as_can_be(spans: list[tuple[int, int]]) -> None:
    """The days of each demand hold a visit; there are as many visits as demands of which no two share a day."""
    spans = [(min(span), max(span)) for span in spans]
    rules = "".join(
        f'[[rule]]\nid = "c{at}"\nwindow = ["{JULY.days[first]}", "{JULY.days[last]}"]\n'
        for at, (first, last) in enumerate(spans)
    )
    found = due(rules, [(f"c{at}", "pending", 0, None) for at, span in enumerate(spans) if span[0] == 0])
    days = [f"{day:%m-%d}" for day in JULY.days]
    visits = [(days.index(first), days.index(last)) for first, last, _ in found]
    assert all(any(span[0] <= first <= last <= span[1] for first, last in visits) for span in spans)
    apart, end = 0, -1  # the most spans of which no two share a day: as many visits are needed
    for first, last in sorted(spans, key=lambda span: span[1]):
        apart, end = (apart + 1, last) if first > end else (apart, end)
    assert len(visits) == apart


def test_horizons() -> None:
    """Weekends and holidays are no working days, made-up Saturdays are."""
    assert len(JULY.days) == 23
    october = horizon_of(*month_of("2024-10"))
    assert october.days[0] == date(2024, 10, 8)
    assert date(2024, 10, 12) in october.days
    assert week_of("2024-W27") == (date(2024, 7, 1), date(2024, 7, 7))


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2024, 10, 1), date(2024, 10, 7), "没有工作日"),
        (date(2024, 7, 2), date(2024, 7, 1), "早于起始日"),
        (date(2024, 1, 1), date(2024, 12, 31), "最多排 100 天"),
    ],
)
def test_horizons_that_are_none(first: date, last: date, said: str) -> None:
    """No working day, the wrong order, too long: said."""
    with pytest.raises(QuestionProblem, match=said):
        horizon_of(first, last)


@pytest.mark.parametrize("text", ["2024", "2024-13", "2024-7", "24-07", "2024-W53"])
def test_what_is_no_month_or_week(text: str) -> None:
    """Neither is guessed."""
    with pytest.raises(ValueError, match=text):
        month_of(text)
    with pytest.raises(ValueError, match=text):
        week_of(text)


def test_not_known() -> None:
    """Places that are not known on the day are visited by nobody."""
    stranger = replace(outlook(JULY.first, parse_rules(MONTHLY), []))
    found = visits_due([stranger], hazard("2024-07-10").assign(place_id="x"), Habits(), Customs(), JULY)
    assert found.empty
