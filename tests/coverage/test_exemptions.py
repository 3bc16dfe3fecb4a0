"""Suspended and exempt places: which periods are off, and what a spell that ended leaves behind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from coverage.assess import assess
from coverage.rules import parse_rules
from tests.coverage.towns import ledger_of

RULES = """
[[rule]]
id = "fire"
name = "消防检查"
every = "month"
[[rule]]
id = "expert-look"
duty = "expert"
every = "month"
"""
MAY, JUNE = (date(2024, month, 1) for month in (5, 6))


def states(*spells: dict[str, Any], as_of: date = date(2024, 6, 20), **place: Any) -> tuple[str, ...]:
    """Give the states of the two duties of a place that nobody ever visited."""
    only = {"id": "p", "name": "p", "tags": [], "status": "open", "xy": None}
    only |= dict.fromkeys(("industry", "department", "headcount", "risk", "closed", "opened"))
    rows = [
        {"id": f"e{number}", "place_id": "p", "kind": "suspended", "duty": None, "last": None} | spell
        for number, spell in enumerate(spells)
    ]
    town = {"code": "441900121", "level": "town", "name": "镇", "zone": "Asia/Shanghai", "tolerance": 100}
    case = {"areas": [], "officers": [], "hazards": [], "inspections": []} | {
        "town": town,
        "places": [only | place],
        "exemptions": rows,
    }
    return tuple(assess(ledger_of(case), parse_rules(RULES), as_of).duties["state"])


def test_without_a_spell() -> None:
    """A place that is open and unvisited is overdue."""
    assert states() == ("overdue", "overdue")


@pytest.mark.parametrize(
    ("spell", "state"),
    [
        ({"first": JUNE}, "exempt"),
        ({"first": date(2024, 6, 2)}, "overdue"),
        ({"first": JUNE, "last": date(2024, 6, 30)}, "exempt"),
        ({"first": JUNE, "last": date(2024, 6, 29)}, "overdue"),
        ({"first": MAY, "last": date(2024, 5, 31)}, "pending"),
        ({"first": MAY, "last": date(2024, 5, 30)}, "overdue"),
        ({"first": date(2024, 6, 21)}, "overdue"),
    ],
)
def test_a_suspension(spell: dict[str, Any], state: str) -> None:
    """Off on every day of the period: exempt; of the one before: not overdue; begun after the day: not known yet."""
    assert states(spell) == (state, state)


def test_spells_join() -> None:
    """Spells one after another, overlapping or touching, with being closed among them, hold the period together."""
    first, second = {"first": date(2024, 5, 20), "last": date(2024, 6, 10)}, {"first": date(2024, 6, 11)}
    assert states(first, second) == ("exempt", "exempt")
    assert states(second | {"first": date(2024, 6, 12)}, first) == ("overdue", "overdue")
    assert states(first, closed=date(2024, 6, 11)) == ("exempt", "exempt")
    inside = {"first": date(2024, 5, 25), "last": date(2024, 5, 26)}
    assert states(first, inside, second) == ("exempt", "exempt")


@pytest.mark.parametrize("word", ["fire", "消防检查", "routine", "例行检查"])
def test_exempt_from_one_duty(word: str) -> None:
    """An exemption names a rule by id or name, or a duty by either word; other duties are owed as ever."""
    assert states({"kind": "exempt", "duty": word, "first": MAY}) == ("exempt", "overdue")


def test_exempt_from_everything_or_nothing() -> None:
    """An exemption without a duty is from all; one from a duty that nobody has is from none."""
    assert states({"kind": "exempt", "first": MAY}) == ("exempt", "exempt")
    assert states({"kind": "exempt", "duty": "别的", "first": MAY}) == ("overdue", "overdue")


def test_a_suspension_is_from_all_whatever_stands_beside_it() -> None:
    """What a suspension says of a duty is no limit to it."""
    assert states({"duty": "fire", "first": MAY}) == ("exempt", "exempt")
