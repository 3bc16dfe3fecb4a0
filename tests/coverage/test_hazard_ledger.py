"""The hazards' ledger of random small towns is what a plain loop takes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from hypothesis import given

from coverage.course.replay import Step
from coverage.course.transitions import Action, Role
from coverage.figures import records
from coverage.hazard_ledger import hazard_ledger
from coverage.hazards import hazard_register
from coverage.periods import Period, period_of
from coverage.workdays import working_days
from tests.coverage import oracle
from tests.coverage.course.lives_made import TOWN, Lives, frame
from tests.coverage.test_against_oracle import SOME
from tests.coverage.towns import cases, ledger_of


def within(day: str | None, period: Period) -> bool:
    """Say whether a day is one of the period's."""
    return day is not None and period.first <= date.fromisoformat(day) <= period.last


def state_of(row: dict[str, Any]) -> str:
    """Say in a word how a hazard stands."""
    if row["void"]:
        return "误录"
    if row["closed"]:
        return "已销号"
    if row["rectified"]:
        return "已整改"
    return "逾期未整改" if row["overdue"] else "整改中"


@SOME
@given(cases())
def test_who_is_in_it_and_how_it_stands(case: oracle.Case) -> None:
    """Found, put right or closed in the period, or open; in order of finding, numbered from 1, each with its state."""
    ledger, as_of = ledger_of(case), case["as_of"]
    ledger.frames["hazards"]["description"] = "甲"
    for name in ("measures", "responsible", "supervisor", "funds", "plan"):
        ledger.frames["hazards"][name] = None
    ledger.frames["places"]["address"] = "路 1 号"
    register, month = hazard_register(ledger, as_of), period_of("month", as_of)
    rows = records(hazard_ledger(register, ledger, month))
    expected = [
        row
        for row in records(register.hazards)
        if within(row["found"], month)
        or (not row["void"] and (row["open"] or within(row["rectified_on"], month) or within(row["closed_on"], month)))
    ]
    expected.sort(key=lambda row: (row["found"], row["id"]))
    assert [row["id"] for row in rows] == [row["id"] for row in expected]
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    for row, whole in zip(rows, expected, strict=True):
        assert row["state"] == state_of(whole)
        after = date.fromisoformat(whole["deadline"]) + timedelta(days=1) if whole["overdue"] else None
        late = working_days(after, as_of) if after else None
        assert row["days_over"] == late
        assert row["description"] == "甲"
        assert (row["address"] is None) == (whole["place"] < 0)


def test_what_is_settled_is_that_of_the_day() -> None:
    """A ledger of June says who was responsible in June, whatever was settled in July."""
    hazard = {"id": "H0", "found_at": datetime(2024, 6, 3, 9, tzinfo=TOWN.zone), "level": "重大", "responsible": "甲"}
    lives = Lives(
        pd.DataFrame(frame("hazards", [{**hazard, "deadline": date(2024, 6, 20)}])), pd.DataFrame(frame("steps", []))
    )
    later = Step(
        *(Action.ASSIGN, datetime(2024, 7, 8, 9, tzinfo=TOWN.zone), "文", Role.CLERK, ""),
        {"responsible": "乙", "deadline": date(2024, 7, 20)},
    )
    assert lives.take("H0", later)
    told = {
        day: hazard_ledger(hazard_register(lives.ledger, day), lives.ledger, period_of("month", day))
        for day in (date(2024, 6, 30), date(2024, 7, 31))
    }
    assert [rows["responsible"].tolist() for rows in told.values()] == [["甲"], ["乙"]]
