"""The dispatch table of random small towns is its parts, side by side."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from coverage.assess import assess
from coverage.dispatch import COVERED, FOUND, STANDING, dispatch_figures
from coverage.figures import coverage_figures, records
from coverage.hazard_rates import hazard_rates
from coverage.hazards import hazard_register
from coverage.periods import period_of
from tests.coverage import oracle
from tests.coverage.test_against_oracle import SOME
from tests.coverage.towns import cases, ledger_of, rules_of

GROUPS = ("town", "department", "industry")


def by_group(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Give rows by what their group is known by."""
    return {row.get("area") or row["key"]: row for row in rows}


@SOME
@given(cases())
def test_each_group_has_its_figures_of_each_part(case: oracle.Case) -> None:
    """Duties, the month's finds and checks and what stands are those of the parts; a group that lacks one has 0."""
    ledger, as_of = ledger_of(case), case["as_of"]
    done, register = assess(ledger, rules_of(case), as_of), hazard_register(ledger, as_of)
    month = period_of("month", as_of)
    for by in GROUPS:
        found = by_group(records(dispatch_figures(done, register, month, by)))
        parts = (
            ("", COVERED, by_group(records(coverage_figures(done, by)))),
            ("", FOUND, by_group(records(hazard_rates(register, by, month)))),
            ("standing_", STANDING, by_group(records(hazard_rates(register, by)))),
        )
        assert set(found) == set().union(*(part for _, _, part in parts))
        for prefix, fields, part in parts:
            for group, row in found.items():
                for field in fields:
                    none = None if field.endswith("_rate") else 0
                    expected = part[group][field] if group in part else none
                    assert row[prefix + field] == (expected if expected is None else pytest.approx(expected)), field


@SOME
@given(cases())
def test_the_groups_add_up_to_the_town(case: oracle.Case) -> None:
    """Every count of the departments adds up to the town's: nothing is lost between them, nothing counted twice."""
    ledger, as_of = ledger_of(case), case["as_of"]
    done, register = assess(ledger, rules_of(case), as_of), hazard_register(ledger, as_of)
    month = period_of("month", as_of)
    whole = dispatch_figures(done, register, month, case["town"]["level"])
    parts = dispatch_figures(done, register, month, "department")
    counts = [name for name in whole.columns if name not in ("area", "key", "name") and not name.endswith("_rate")]
    assert parts[counts].sum().tolist() == whole[counts].iloc[0].tolist()
