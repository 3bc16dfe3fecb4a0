"""A hazard's life in rows of the ledger and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from coverage.course.records import REGISTER, course_of, rows_of
from coverage.course.replay import Policy, Step
from coverage.course.transitions import Action, Role, State
from geodata.errors import StepProblem
from geodata.ledger import Ledger
from geodata.model import Town

TOWN = Town("样板镇", "441900121")
FOUND = datetime(2024, 6, 3, 1, tzinfo=UTC)
NO_STEPS = pd.DataFrame(Ledger.whole(TOWN, {}).steps)


def hazard(**fields: Any) -> pd.Series:
    """Give a row of the ledger, all that isn't named missing."""
    names = (
        "category",
        "deadline",
        "rectified_at",
        "closed_at",
        "measures",
        "responsible",
        "funds",
        "plan",
        "supervisor",
    )
    return pd.Series(
        dict.fromkeys(names, pd.NaT)
        | {"id": "H/1", "found_at": pd.Timestamp(FOUND), "level": "一般", "void": False}
        | fields,
        dtype=object,
    )


def step(action: Action, role: Role, actor: str, hours: int, **more: Any) -> Step:
    """Give a step some hours after finding."""
    return Step(action, FOUND + timedelta(hours=hours), actor, role, **more)


LATER = pd.Timestamp(FOUND + timedelta(hours=5))


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, State.FOUND),
        ({"deadline": pd.Timestamp("2024-06-30")}, State.ASSIGNED),
        ({"responsible": "丙"}, State.ASSIGNED),
        ({"rectified_at": LATER}, State.RECTIFIED),
        ({"rectified_at": LATER, "closed_at": LATER}, State.CLOSED),
        ({"closed_at": LATER}, State.CLOSED),
        ({"closed_at": LATER, "void": True}, State.VOID),
    ],
)
def test_a_ledger_row_is_read(fields: dict[str, Any], state: State) -> None:
    """What an office wrote down says where the hazard stands; closed ones were put right at the latest then."""
    course = course_of(hazard(**fields), NO_STEPS, TOWN)
    assert course.state is state
    assert (course.closed_at is not None) <= (course.rectified_at is not None)


def test_steps_are_rows_and_replay() -> None:
    """The first row keeps how the ledger stood; all together give the present, and the hazard's row mirrors it."""
    row, steps = hazard(), NO_STEPS
    facts: dict[str, str | date] = {"responsible": "丙", "deadline": date(2024, 6, 10)}
    life = [
        step(Action.ASSIGN, Role.CLERK, "文", 1, facts=facts),
        step(Action.START, Role.ENTERPRISE, "丙", 2),
        step(Action.RECTIFY, Role.ENTERPRISE, "丙", 3, photos=2),
        step(Action.PASS, Role.INSPECTOR, "安", 4, reason="已清"),
    ]
    for one in life:
        made = rows_of(row, steps, one, Policy(), TOWN)
        new = pd.DataFrame(made.placed(None, None, ";".join("ab"[: one.photos]) or None))
        steps = new if steps.empty else pd.concat([steps, new], ignore_index=True)
        row = row.copy()
        for name, value in made.hazard.iloc[0].items():
            row[name] = value
        assert course_of(row, steps, TOWN) == made.course
    assert steps["id"].tolist() == [f"H/1/{n:04d}" for n in range(5)]
    assert steps["action"].tolist() == [REGISTER, "assign", "start", "rectify", "pass"]
    assert row["rectified_at"] == pd.Timestamp(FOUND + timedelta(hours=3))
    assert (row["responsible"], str(row["deadline"].date()), row["void"]) == ("丙", "2024-06-10", False)
    with pytest.raises(StepProblem, match="丙是整改的人"):
        rows_of(row, steps, step(Action.CLOSE, Role.DEPARTMENT, "丙", 9), Policy(), TOWN)


def test_a_closed_ledger_row_can_be_opened_again() -> None:
    """Its ledger dates are kept in the first row of its life, and taken away from the hazard."""
    row = hazard(rectified_at=LATER, closed_at=LATER)
    again = step(Action.REOPEN, Role.CLERK, "文", 9, reason="又有", facts={"deadline": date(2024, 7, 1)})
    made = rows_of(row, NO_STEPS, again, Policy(), TOWN)
    assert made.steps["closed_at"].notna().tolist() == [True, False]
    assert made.hazard["closed_at"].isna().all()
