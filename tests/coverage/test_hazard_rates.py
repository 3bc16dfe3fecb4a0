"""Rates of hazards are what plain loops give; what must hold of them whatever the town; fair comparisons."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from coverage.figures import records
from coverage.grouping import AREA_GROUPS, HAZARD_GROUPS
from coverage.hazard_rates import (
    COUNTS,
    FIGURES,
    RATES,
    WHOLE,
    asked_period,
    compare,
    hazard_rates,
    period_before,
    rates_before,
)
from coverage.hazards import HazardRegister, hazard_figures, hazard_register
from coverage.periods import Period
from geodata.errors import QuestionProblem
from tests.coverage import hazard_oracle, oracle
from tests.coverage.oracle import Case, Row
from tests.coverage.towns import Dice, cases, ledger_of, make_hazard

MANY = settings(max_examples=int(os.environ.get("WANGGE_ORACLE_EXAMPLES", "60")), deadline=None)
SOME = settings(max_examples=int(os.environ.get("WANGGE_ORACLE_EXAMPLES", "15")), deadline=None)
KINDS = [None, "month", "quarter", "half-year", "year"]
TABLES = ("areas", "places", "inspections", "officers", "hazards", "exemptions", "moves", "rules", "earlier")


def crowded() -> st.SearchStrategy[Case]:
    """Give random towns with up to 30 more hazards, at few places, most put right within days."""
    return st.builds(_crowd, cases(), st.integers(0, 2**32 - 1), st.integers(0, 30))


def _crowd(case: Case, seed: int, number: int) -> Case:
    dice = Dice(seed, case["as_of"], case["town"]["zone"])
    made = []
    for serial in range(100, 100 + number):
        one = make_hazard(dice, serial, case["places"][:2], case["inspections"])
        one |= {"void": dice.chance(0.1), "category": dice.one("电气", "电气", "消防", None)}
        if dice.chance(0.7):
            one["rectified_at"] = one["found_at"] + timedelta(days=dice.one(0, 0, 1, 3, 20))
        if dice.chance(0.5):
            one["deadline"] = (one["found_at"] + timedelta(days=dice.one(-1, 0, 1, 3, 30))).date()
        made.append(one)
    return case | {"hazards": [*case["hazards"], *made]}


def register_of(case: Case, within: int = 180) -> HazardRegister:
    """Register the hazards of a case."""
    return hazard_register(ledger_of(case), case["as_of"], within)


def rates(case: Case, by: str, period: Period | None = None) -> list[Row]:
    """Give the rates of a case."""
    return records(hazard_rates(register_of(case), by, period))


def answer(ask: Any) -> Any:
    """Give the answer, or "no such level" for either way of refusing."""
    try:
        return ask()
    except (QuestionProblem, oracle.NoSuchLevel):
        return "no such level"


@MANY
@given(crowded(), st.sampled_from(KINDS), st.sampled_from([1, 5, 180]))
def test_rates(case: Case, every: str | None, within: int) -> None:
    """For every --by they are those of the definitions; no rate is above 1; groups add up to the town."""
    register, period = register_of(case, within), asked_period(case["as_of"], every)
    days = (period.first, period.last) if period else None
    (root,) = records(hazard_rates(register, str(case["town"]["level"]), period))
    event(f"recurring: {root['recurring'] > 0}, late: {root['late'] > 0}")
    for by in HAZARD_GROUPS:
        expected = answer(lambda by=by: hazard_oracle.hazard_rates(case, by, days, within))
        got = answer(lambda by=by: records(hazard_rates(register, by, period)))
        assert got == expected, by
        if got == "no such level":
            continue
        for row in got:
            assert all(row[name] is None or 0 <= row[name] <= 1 for name in RATES)
        for name in (*COUNTS, *(() if by in ("level", "category") else ("inspections",))):
            assert sum(row[name] for row in got) == root[name], (by, name)


@SOME
@given(crowded())
def test_all_up_to_the_day_are_the_figures(case: Case) -> None:
    """Without a period the figures in common are those of `hazard_figures`, group by group."""
    register = register_of(case)
    for by in HAZARD_GROUPS:
        figures = answer(lambda by=by: hazard_figures(register, by))
        if isinstance(figures, str):
            continue
        rows = {row.get("area") or row["key"]: row for row in records(hazard_rates(register, by))}
        for row in records(figures):
            assert row.items() <= rows[row.get("area") or row["key"]].items()


@SOME
@given(crowded(), st.integers(0, 99))
def test_order_of_import_does_not_matter(case: Case, seed: int) -> None:
    """Hazards, inspections and places in any other order give the same rates."""
    shuffled = {name: Random(seed).sample(case[name], len(case[name])) for name in ("hazards", "inspections", "places")}
    one, other = register_of(case), register_of(case | shuffled)
    for by in (str(case["town"]["level"]), "industry", "category"):
        assert records(hazard_rates(other, by)) == records(hazard_rates(one, by))


@SOME
@given(crowded(), st.integers(0, 99))
def test_later_data_does_not_change_the_past(case: Case, seed: int) -> None:
    """What is found, put right, closed or inspected later leaves the rates of the day as they were."""
    dice = Dice(seed, case["as_of"], case["town"]["zone"])
    # two days on: whatever the zone, it is after the day
    later = datetime.combine(case["as_of"] + timedelta(days=2), datetime.min.time(), UTC)
    hazards = [
        one | {name: one[name] or dice.one(None, later) for name in ("rectified_at", "closed_at")}
        for one in case["hazards"]
    ]
    new = [make_hazard(dice, 900, case["places"], []) | {"found_at": later}]
    visits = [one | {"id": f"x{one['id']}", "at": later} for one in case["inspections"]]
    changed = case | {"hazards": [*hazards, *new], "inspections": [*case["inspections"], *visits]}
    then, now = register_of(case), register_of(changed)
    for by in (str(case["town"]["level"]), "risk", "category"):
        assert records(hazard_rates(now, by)) == records(hazard_rates(then, by))


@SOME
@given(crowded(), st.integers(0, 99))
def test_a_void_one_changes_nothing(case: Case, seed: int) -> None:
    """It is counted as void alone, and no other one recurs because of it."""
    dice = Dice(seed, case["as_of"], case["town"]["zone"])
    found = datetime.combine(case["as_of"] - timedelta(days=9), datetime.min.time(), UTC)
    void = make_hazard(dice, 900, case["places"][:2], []) | {"void": True, "found_at": found, "category": "电气"}
    (before,), (after,) = (
        rates(one, str(case["town"]["level"])) for one in (case, case | {"hazards": [*case["hazards"], void]})
    )
    assert after == before | {"void": before["void"] + 1}


@SOME
@given(crowded(), st.sampled_from(KINDS))
def test_compared_with_itself(case: Case, every: str | None) -> None:
    """Every change is 0, or not known where the figure is not."""
    register, period = register_of(case), asked_period(case["as_of"], every)
    for by in HAZARD_GROUPS:
        if isinstance(figures := answer(lambda by=by: hazard_rates(register, by, period)), str):
            continue
        for row in records(compare(figures, figures)):
            for name in FIGURES:
                assert row[f"{name}_before"] == row[name]
                assert row[f"{name}_change"] == (None if row[name] is None else 0)


@SOME
@given(crowded(), st.sampled_from(KINDS[1:]))
def test_compared(case: Case, every: str) -> None:
    """Each row has the figures of its group in the period before and the differences; none is lost."""
    as_of = case["as_of"]
    case |= {"areas": [area | {"since": None, "until": None} for area in oracle.areas_in_force(case)]}
    now = asked_period(as_of, every)
    assert now is not None
    before, day = period_before(now, as_of, every)
    register, then = register_of(case), register_of(case | {"as_of": day})
    for by in HAZARD_GROUPS:
        one, (other, _) = answer(lambda by=by: hazard_rates(register, by, now)), rates_before(then, by, before)
        if isinstance(one, str) or other is None:
            continue
        shown, held = records(one), {_key(row): row for row in records(other)}
        rows = records(compare(one, other))
        assert rows[: len(shown)] == [row | {n: rows[at][n] for n in _added()} for at, row in enumerate(shown)]
        if by not in AREA_GROUPS:
            assert {_key(row) for row in rows} == {_key(row) for row in shown} | set(held)
        for row in rows:
            _stands_beside(row, held.get(_key(row)), by)


def _key(row: Row) -> str:
    return str(row.get("area") or row.get("key"))


def _added() -> list[str]:
    return [f"{name}{end}" for name in FIGURES for end in ("_before", "_change")]


def _stands_beside(row: Row, before: Row | None, by: str) -> None:
    for name in FIGURES:
        unknown = 0 if by in ("level", "category") and name in (*COUNTS, "hazard_places") else None
        then = before[name] if before is not None else unknown
        assert row[f"{name}_before"] == then
        if row[name] is None or then is None:
            assert row[f"{name}_change"] is None
        else:
            assert row[f"{name}_change"] == row[name] - then
        if name in WHOLE and row[f"{name}_change"] is not None:
            assert isinstance(row[f"{name}_change"], int)


@pytest.mark.parametrize(
    ("as_of", "every", "first", "last", "day"),
    [
        ("2024-06-15", "month", "2024-05-01", "2024-05-31", "2024-05-15"),
        ("2024-06-30", "month", "2024-05-01", "2024-05-31", "2024-05-31"),
        ("2024-03-30", "month", "2024-02-01", "2024-02-29", "2024-02-29"),
        ("2024-06-30", "half-year", "2023-07-01", "2023-12-31", "2023-12-31"),
        ("2024-06-29", "half-year", "2023-07-01", "2023-12-31", "2023-12-28"),
        ("2024-01-01", "quarter", "2023-10-01", "2023-12-31", "2023-10-01"),
        ("2024-12-30", "year", "2023-01-01", "2023-12-31", "2023-12-31"),
    ],
)
def test_the_day_of_the_period_before(as_of: str, every: str, first: str, last: str, day: str) -> None:
    """It lies as far into its period as the day into this one, at most at its end; ends correspond to ends."""
    now = asked_period(date.fromisoformat(as_of), every)
    assert now is not None
    before, then = period_before(now, date.fromisoformat(as_of), every)
    assert [str(before.first), str(before.last), str(then)] == [first, last, day]


def test_days_of_choice() -> None:
    """Before 10 days of choice stand the 10 days before them; the two ways of asking exclude each other."""
    as_of = date(2024, 3, 5)
    now = asked_period(as_of, since=date(2024, 2, 25))
    assert now is not None
    before, then = period_before(now, as_of, None)
    assert (before.first, before.last, then) == (date(2024, 2, 15), date(2024, 2, 24), date(2024, 2, 24))
    assert asked_period(as_of) is None
    for wrong in ({"since": date(2024, 3, 6)}, {"since": date(1, 1, 1)}, {"every": "month", "since": as_of}):
        with pytest.raises(QuestionProblem):
            asked_period(as_of, **wrong)


def town(**tables: list[Row]) -> Case:
    """Give a town on 2024-06-30 with one place and what is given."""
    blank: Case = {name: [] for name in TABLES}
    named = {"code": "441900121", "level": "town", "name": "样板镇", "zone": "Asia/Shanghai", "tolerance": 100}
    place = dict.fromkeys(("industry", "risk", "department", "headcount", "opened", "closed", "status", "xy"))
    return (
        blank
        | {"town": named, "as_of": date(2024, 6, 30), "places": [place | {"id": "p", "name": "厂", "tags": []}]}
        | tables
    )


def hazard(number: int, found: str, right: str | None = None, deadline: str | None = None) -> Row:
    """Give a hazard of one category at the place."""
    noon = "T12:00:00+08:00"
    return {
        "id": f"h{number}", "inspection_id": None, "place_id": "p", "level": "一般", "category": "电气", "void": False,
        "found_at": datetime.fromisoformat(found + noon), "closed_at": None, "xy": None,
        "rectified_at": datetime.fromisoformat(right + noon) if right else None,
        "deadline": date.fromisoformat(deadline) if deadline else None,
    }  # fmt: skip


def test_recurring_within_days() -> None:
    """Found again 5 days after it was put right: within 5 it recurs, within 4 not; on the very day never."""
    hazards = [hazard(1, "2024-06-01", "2024-06-03"), hazard(2, "2024-06-03"), hazard(3, "2024-06-08")]
    for within, expected in ((5, [False, False, True]), (4, [False, False, False])):
        register = register_of(town(hazards=hazards), within)
        assert register.hazards["recurring"].tolist() == expected


def test_without_a_deadline_nobody_knows() -> None:
    """Put right at once without a deadline is in time; later without one is in no denominator."""
    hazards = [hazard(1, "2024-06-01", "2024-06-01"), hazard(2, "2024-06-01", "2024-06-09")]
    hazards += [hazard(3, "2024-06-01", "2024-06-09", "2024-06-08"), hazard(4, "2024-06-01", None, "2024-06-29")]
    (row,) = rates(town(hazards=hazards), "town")
    assert [row[name] for name in ("in_time", "late", "overdue", "rectified")] == [1, 1, 1, 3]
    assert row["in_time_rate"] == 1 / 3


def test_a_silent_period_is_not_zero() -> None:
    """Before the ledger begins nothing is known; where it begins inside the period, that is said."""
    june = Period(date(2024, 6, 1), date(2024, 6, 30), "2024-06", "2024年6月")
    may = Period(date(2024, 5, 1), date(2024, 5, 31), "2024-05", "2024年5月")
    then = town(hazards=[hazard(1, "2024-06-02")]) | {"as_of": date(2024, 5, 31)}
    figures, said = rates_before(register_of(then), "town", may)
    assert (figures, said) == (None, "2024年5月没有检查和隐患记录，无从对比。")
    now = hazard_rates(register_of(town(hazards=[hazard(1, "2024-06-02")])), "town", june)
    (row,) = records(compare(now, figures))
    assert (row["found"], row["found_before"], row["found_change"]) == (1, None, None)
    then = town(hazards=[hazard(1, "2024-05-20")]) | {"as_of": date(2024, 5, 31)}
    assert (
        rates_before(register_of(then), "town", may)[1] == "台账从 2024-05-20 才有记录，2024年5月不完整，对比只供参考。"
    )
    figures, said = rates_before(register_of(then), "grid", may)
    assert (figures, said) == (None, "2024-05-31 还没有网格一级的区域，无从对比。")


def test_no_hazards_at_all() -> None:
    """A town without hazards and inspections gives zeros and nulls."""
    (row,) = rates(town(), "town")
    assert [row["found"], row["inspections"], row["rectified_rate"], row["median_days"]] == [0, 0, None, None]
    assert rates(town(), "category") == []
    assert isinstance(compare(hazard_rates(register_of(town()), "category"), None), pd.DataFrame)
