"""Rectified in time, late, come back: as the plain loops say, and on both sides of each bound."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from coverage.hazards import hazard_register
from coverage.rectifying import in_time, late, recurring
from tests.coverage import risk_oracle
from tests.coverage.oracle import Case, Row, before
from tests.coverage.towns import cases, ledger_of, make_case

SOME = settings(max_examples=60, deadline=None)


def flags(case: Case) -> list[tuple[bool, bool, bool]]:
    """Give in time, late, come back of each hazard of the register."""
    hazards = hazard_register(ledger_of(case), case["as_of"]).hazards
    rows = zip(in_time(hazards), late(hazards), recurring(hazards), strict=True)
    return [(bool(one), bool(other), bool(third)) for one, other, third in rows]


@SOME
@given(cases())
def test_as_the_loops_say(case: Case) -> None:
    """Every hazard of a random town has the marks of the definitions; a void one has none."""
    listed = [one for one in case["hazards"] if before(case, one["found_at"])]
    asked = (risk_oracle.in_time, risk_oracle.late, risk_oracle.recurring)
    assert flags(case) == [tuple(not one["void"] and ask(case, one) for ask in asked) for one in listed]


def town(*hazards: Row) -> Case:
    """Make a town of one place with these hazards."""
    case = make_case(1, date(2024, 12, 31), "Asia/Shanghai", (1, 0, 0, 0, 0))
    blank: dict[str, Any] = {
        "inspection_id": None,
        "place_id": "p0",
        "level": "一般",
        "category": "消防",
        "void": False,
    }
    blank |= dict.fromkeys(("deadline", "rectified_at", "closed_at", "xy"))
    return case | {"hazards": [{"id": f"h{n}", **blank, **one} for n, one in enumerate(hazards)]}


def noon(month: int, day: int) -> datetime:
    """Give a moment of 2024."""
    return datetime(2024, month, day, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "came_back"),
    [
        ({"found_at": noon(3, 11)}, True),
        ({"found_at": noon(3, 10)}, False),
        ({"found_at": noon(9, 6)}, True),
        ({"found_at": noon(9, 7)}, False),
        ({"found_at": noon(4, 1), "category": "用电"}, False),
        ({"found_at": noon(4, 1), "category": None}, False),
        ({"found_at": noon(4, 1), "place_id": "p1"}, False),
        ({"found_at": noon(4, 1), "void": True}, False),
    ],
)
def test_when_a_hazard_comes_back(change: Row, came_back: bool) -> None:
    """From the day after the earlier one was rectified to the 180th, of the same place and category."""
    case = town({"found_at": noon(3, 1), "rectified_at": noon(3, 10)}, change)
    assert [third for _, _, third in flags(case)] == [False, came_back]


def test_an_open_hazard_brings_none_back() -> None:
    """Two that are open at the same time are two, not one that came back."""
    assert not any(third for _, _, third in flags(town({"found_at": noon(3, 1)}, {"found_at": noon(4, 1)})))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"rectified_at": noon(3, 10)}, (True, False)),
        ({"rectified_at": noon(3, 11)}, (False, True)),
        ({"closed_at": noon(3, 10)}, (True, False)),
        ({}, (False, False)),
        ({"rectified_at": noon(3, 1), "deadline": None}, (True, False)),
        ({"rectified_at": noon(3, 2), "deadline": None}, (False, False)),
    ],
)
def test_in_time_or_late(change: Row, expected: tuple[bool, bool]) -> None:
    """Until the deadline is in time, after it late; without one only at once is in time; what is open is neither."""
    case = town({"found_at": noon(3, 1), "deadline": date(2024, 3, 10), **change})
    assert [row[:2] for row in flags(case)] == [expected]
