"""The figures of a leader's board are those of each day alone; days correspond; ranks are fair."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.assess import assess
from coverage.figures import coverage_figures
from coverage.hazard_rates import hazard_rates
from coverage.hazards import hazard_figures, hazard_register
from coverage.leader_board import (
    KEY_FIGURES,
    MONTHS,
    SILENT,
    Standing,
    is_alike,
    key_figures,
    ranks,
    same_days,
    standings,
    standings_on,
)
from coverage.periods import period_of
from coverage.rules import Rule, parse_rules
from coverage.worst_places import worst_places
from geodata.ledger import Ledger
from geodata.model import Level
from geodata.synthetic import make_town

RULES = parse_rules(
    '[[rule]]\nid = "monthly"\nevery = "month"\n[[rule]]\nid = "look"\nduty = "look"\nevery = "quarter"'
)
DAY = date(2024, 5, 20)
DUTIES = ("coverage_rate", "verified_rate", "overdue")
HAZARDS = {"rectified_rate": "rectified_rate", "open": "open", "late": "overdue", "major_open": "major_open"}


def rules_on(_: date) -> Sequence[Rule]:
    """Give the rules of any day."""
    return RULES


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Give the made-up village."""
    made = make_town("village")
    return Ledger.whole(made.town, made.frames)


@pytest.fixture(scope="module")
def stood(ledger: Ledger) -> dict[Level, tuple[Standing, ...]]:
    """Give how the town and its communities stood."""
    return standings(ledger, rules_on, DAY, (Level.TOWN, Level.COMMUNITY))


@pytest.mark.parametrize("back", [0, 1, 2])
@pytest.mark.parametrize("level", [Level.TOWN, Level.COMMUNITY])
def test_each_month_is_its_day_alone(
    ledger: Ledger, stood: dict[Level, tuple[Standing, ...]], level: Level, back: int
) -> None:
    """Every figure of the day, and of the same day of months before, is what the day's own figures say."""
    then = stood[level][-1 - back]
    assessment, register = assess(ledger, RULES, then.as_of), hazard_register(ledger, then.as_of)
    duties, hazards = coverage_figures(assessment, str(level)), hazard_figures(register, str(level))
    lately = hazard_rates(register, str(level), period_of("month", then.as_of))
    duties, hazards, lately = (each[each["area"].notna()].set_index("area") for each in (duties, hazards, lately))
    found = key_figures(then.rows)
    for key in DUTIES:
        np.testing.assert_allclose(found[key], duties[key].to_numpy(float))
    codes = duties.index
    for key, column in HAZARDS.items():
        nothing = np.nan if key == "rectified_rate" else 0
        np.testing.assert_allclose(found[key], hazards[column].reindex(codes, fill_value=nothing).to_numpy(float))
    np.testing.assert_allclose(found["found"], lately["found"].reindex(codes, fill_value=0).to_numpy(float))


def test_before_the_ledger_nothing_is_known(stood: dict[Level, tuple[Standing, ...]]) -> None:
    """Months without a ledger have no figures, which is not nought; the year before has none here."""
    days = stood[Level.COMMUNITY]
    silent = [each for each in days if each.note == "没有台账"]
    assert len(days) == MONTHS + 1
    assert silent
    assert all(np.isnan(value) for each in silent for value in key_figures(each.of_area(None)).values())
    assert np.isnan(days[0].of_area("no such area")["places"])


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_days_correspond(day: date) -> None:
    """Thirteen months in a row, the last day beside last days, else as many days from the start, never beyond it."""
    days = same_days(day)
    assert days[-1] == (day, period_of("month", day))
    assert (days[0][1].first.year, days[0][1].first.month) == (day.year - 1, day.month)
    for (_, one), (_, other) in pairwise(days):
        assert other.first == one.last + timedelta(days=1)
    last = day == days[-1][1].last
    for then, month in days:
        assert then == (month.last if last else min(month.first + timedelta(days=day.day - 1), month.last))


@given(st.lists(st.one_of(st.just(float("nan")), st.integers(0, 5).map(float))), st.sampled_from(["low", "high"]))
def test_a_rank_is_one_more_than_those_better(values: list[float], better: str) -> None:
    """A place is 1 + how many are better; equal ones share it; who has no figure has none, and takes none away."""
    found = ranks(np.array(values), "low" if better == "low" else "high")
    for value, place in zip(values, found, strict=True):
        if np.isnan(value):
            assert np.isnan(place)
        else:
            assert place == 1 + sum(each < value if better == "low" else each > value for each in values)


def test_figures_are_defined() -> None:
    """Each says how it is counted; only what breaks a rule or a deadline may be red."""
    assert all(each.how and each.unit in ("%", "项", "处") for each in KEY_FIGURES.values())
    assert [key for key, each in KEY_FIGURES.items() if each.watched] == ["overdue", "late", "major_open"]


def test_worst_places(ledger: Ledger) -> None:
    """The places of a grid with what is to be done there, counted one by one, in order of it."""
    assessment, register = assess(ledger, RULES, DAY), hazard_register(ledger, DAY)
    at = int(np.flatnonzero((assessment.areas["level"] == "grid").to_numpy(bool))[1])
    found = worst_places(assessment, register, Level.GRID, at, 10_000).to_dict("records")
    inside = assessment.places[assessment.places["grid"] == at]
    assert {row["id"] for row in found} == set(inside["id"])
    for row in found:
        mine = assessment.of_place(row["id"]).duties
        hazards = register.hazards[(register.hazards["place_id"] == row["id"]).to_numpy(bool)]
        assert row["overdue"] == (mine["state"] == "overdue").sum()
        assert row["pending"] == (mine["state"] == "pending").sum()
        assert (row["open"], row["late"]) == (hazards["open"].sum(), hazards["overdue"].sum())
    keys = [(-row["late"], -row["overdue"], -row["open"], -row["pending"], row["id"]) for row in found]
    assert keys == sorted(keys)
    few = worst_places(assessment, register, Level.GRID, at, 2)
    assert few["id"].tolist() == [row["id"] for row in found[:2]]


def test_a_chosen_day_is_that_day_alone(ledger: Ledger, stood: dict[Level, tuple[Standing, ...]]) -> None:
    """A day that was chosen stands as it does among the months; one before the ledger is silent, not nought."""
    then = stood[Level.TOWN][-2]
    found = standings_on(ledger, rules_on, then.as_of, (Level.TOWN, Level.COMMUNITY))
    for level, held in stood.items():
        assert (found[level].as_of, found[level].note) == (then.as_of, then.note)
        pd.testing.assert_frame_equal(found[level].rows, held[-2].rows)
        pd.testing.assert_frame_equal(found[level].whole, held[-2].whole)
    silent = standings_on(ledger, rules_on, date(2020, 3, 1), (Level.TOWN,))[Level.TOWN]
    assert silent.note == SILENT
    assert silent.whole.isna().all().all()


DAYS = st.dates(date(2000, 1, 1), date(2030, 12, 31))


@given(then=DAYS, as_of=DAYS)
def test_what_may_be_compared(then: date, as_of: date) -> None:
    """What grows through a month only at the same day of both, or at the last of both; what stands, always."""

    def last(day: date) -> bool:
        return (day + timedelta(days=1)).day == 1

    short = last(then) and then.day < as_of.day  # 30 January has no other day in February
    same = (then.day == as_of.day and not last(as_of)) or (last(then) and last(as_of)) or (short and not last(as_of))
    grows = {"coverage_rate", "verified_rate", "overdue", "found"}
    assert {key for key, each in KEY_FIGURES.items() if is_alike(each, then, as_of)} == (
        set(KEY_FIGURES) if same else set(KEY_FIGURES) - grows
    )
