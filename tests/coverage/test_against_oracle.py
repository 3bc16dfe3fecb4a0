"""Coverage, gaps and hazards of random small towns are what the plain loops of the oracle give."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings

from coverage.assess import assess
from coverage.figures import coverage_figures, records
from coverage.gaps import find_gaps
from coverage.grouping import AREA_GROUPS, GROUPS, HAZARD_GROUPS
from coverage.hazards import hazard_figures, hazard_register
from coverage.scoring import hazard_history
from geodata.errors import QuestionProblem
from tests.coverage import oracle
from tests.coverage.towns import cases, ledger_of, rules_of

NOTHING = (
    "areas",
    "places",
    "inspections",
    "officers",
    "hazards",
    "exemptions",
    "moves",
    "decisions",
    "rules",
    "earlier",
)

MANY = settings(
    max_examples=int(os.environ.get("WANGGE_ORACLE_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

SOME = settings(MANY, max_examples=MANY.max_examples // 4)
"""For what stands on figures that are tested with `MANY` towns."""


def answer(ask: Callable[[], Any]) -> Any:
    """Give the answer, or "no such level" for either way of refusing."""
    try:
        return ask()
    except (QuestionProblem, oracle.NoSuchLevel):
        return "no such level"


@MANY
@given(cases())
def test_coverage_and_gaps(case: oracle.Case) -> None:
    """Figures for every --by and all gaps are those of the definitions; rows of a level add up to the root's."""
    ledger = ledger_of(case)
    done = assess(ledger, rules_of(case), case["as_of"])
    (root,) = records(coverage_figures(done, case["town"]["level"]))
    for by in GROUPS:
        expected = answer(lambda by=by: oracle.coverage_figures(case, by))
        got = answer(lambda by=by: records(coverage_figures(done, by)))
        assert got == expected, by
        if by in AREA_GROUPS and got != "no such level":
            for name in ("places", "duties", "done", "pending", "overdue", "never", "exempt"):
                assert sum(row[name] for row in got) == root[name]
    for state in ("done", "pending", "overdue", "never", "exempt"):
        event(f"{state}: {root[state] > 0}")
    history = hazard_history(ledger.hazards, ledger.town, case["as_of"])
    gaps = records(find_gaps(done, history=history).drop(columns=["why", "score_why"]))
    assert gaps == oracle.find_gaps(case)


@SOME
@given(cases())
def test_gaps_of_an_area(case: oracle.Case) -> None:
    """Gaps of an area are those of the places that its own polygon holds, the root's are all; a limit cuts the list."""
    ledger = ledger_of(case)
    done = assess(ledger, rules_of(case), case["as_of"])
    history = hazard_history(ledger.hazards, ledger.town, case["as_of"])
    town = case["town"]
    for level, code in [(town["level"], town["code"])] + [(area["level"], area["code"]) for area in case["areas"]]:
        expected = oracle.find_gaps(case, (level, code))
        for limit in (None, 2):
            got = find_gaps(done, history=history, area=f"{level}:{code}", limit=limit)
            assert records(got.drop(columns=["why", "score_why"])) == expected[:limit]


@MANY
@given(cases())
def test_hazards(case: oracle.Case) -> None:
    """Hazard figures for every --by are those of the definitions."""
    register = hazard_register(ledger_of(case), case["as_of"])
    for by in HAZARD_GROUPS:
        expected = answer(lambda by=by: oracle.hazard_figures(case, by))
        assert answer(lambda by=by: records(hazard_figures(register, by))) == expected, by


@pytest.mark.parametrize("by", GROUPS)
def test_empty_town(by: str) -> None:
    """A town without areas, places, inspections or rules gives zeros and nulls, or says that the level is missing."""
    town = {"code": "441900121", "level": "town", "name": "样板镇", "zone": "Asia/Shanghai", "tolerance": 100}
    empty: oracle.Case = {table: [] for table in NOTHING}
    case = empty | {"town": town, "as_of": date(2024, 6, 30)}
    done = assess(ledger_of(case), (), case["as_of"])
    expected = answer(lambda: oracle.coverage_figures(case, by))
    assert answer(lambda: records(coverage_figures(done, by))) == expected
    assert records(find_gaps(done)) == []
