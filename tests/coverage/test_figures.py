"""The shape of figures: columns, order, plain rows."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from coverage.assess import Assessment, assess
from coverage.figures import coverage_figures, period_label, records
from coverage.gaps import find_gaps
from coverage.hazards import hazard_figures, hazard_register
from coverage.rules import parse_rules
from geodata.errors import QuestionProblem
from tests.coverage.oracle import Case
from tests.coverage.towns import ledger_of, make_case

RULES = """
[[rule]]
id = "monthly"
every = "month"
[[rule]]
id = "leaders"
duty = "leader"
every = "quarter"
[[rule]]
id = "again"
duty = "look"
every = "month"
"""
COUNTS = [
    *("places", "duties", "owed", "done", "pending", "overdue", "never", "exempt"),
    *("coverage_rate", "verified_rate"),
]


def case(areas: list[dict[str, object]] | None = None, seed: int = 3) -> Case:
    """Make a town of eight places, with these areas."""
    made = make_case(seed, date(2024, 6, 30), "Asia/Shanghai", (8, 20, 0, 2, 10))
    made["places"][0] |= {"xy": None, "opened": None}
    return made | {
        "areas": areas or [],
        "exemptions": [],
        "moves": [],
        "town": made["town"] | {"level": "town", "code": "441900121"},
    }


def assessment(areas: list[dict[str, object]] | None = None, seed: int = 3) -> Assessment:
    """Assess it."""
    made = case(areas, seed)
    return assess(ledger_of(made), parse_rules(RULES), made["as_of"])


GRIDS = [
    {"level": "grid", "code": "g2", "name": "二", "box": (113.75, 22.75, 113.76, 22.76)},
    {"level": "grid", "code": "g1", "name": None, "box": None},
]


def test_columns() -> None:
    """Columns are the contract's, `key` beside `area` for levels of areas."""
    done = assessment(GRIDS)
    assert coverage_figures(done, "risk").columns.tolist() == ["key", "name", *COUNTS]
    assert coverage_figures(done, "grid").columns.tolist() == ["area", "key", "name", *COUNTS]


def test_rows_of_areas() -> None:
    """Areas come by code, those without places too, then outside and unlocated with a key instead of an area."""
    rows = records(coverage_figures(assessment(GRIDS), "grid"))
    assert [row.get("area") for row in rows] == ["g1", "g2", None, None]
    assert [row.get("key") for row in rows] == [None, None, "outside", "unlocated"]
    assert [row["name"] for row in rows] == ["g1", "二", "不在任何网格", "无坐标"]
    assert list(rows[0])[:2] == ["area", "name"]
    assert list(rows[2])[:2] == ["key", "name"]
    assert rows[0]["places"] == 0
    assert rows[0]["coverage_rate"] is None


def test_order_of_risks() -> None:
    """Risks come worst first, unknown last."""
    keys = coverage_figures(assessment(seed=5), "risk")["key"].tolist()
    assert keys == [key for key in ("重大", "较大", "一般", "低", "unknown") if key in keys]
    assert len(keys) >= 3


def test_rows_of_rules() -> None:
    """Every rule has a row, in the order of the file; its places are those that owe it."""
    rows = records(coverage_figures(assessment(), "rule"))
    assert [row["key"] for row in rows] == ["monthly", "leaders", "again"]
    assert all(row["places"] == row["duties"] for row in rows)


def test_levels_above_and_missing() -> None:
    """A city or town without areas of its own is the root; a missing lower level is refused, naming those there are."""
    done = assessment(GRIDS)
    assert records(coverage_figures(done, "city")) == records(coverage_figures(done, "town"))
    with pytest.raises(QuestionProblem, match="还没有片区（district）一级的区域，现有：镇街（town）、网格（grid）"):
        coverage_figures(done, "district")


@pytest.mark.parametrize("by", ["street", "level", ""])
def test_unknown_word(by: str) -> None:
    """A word that is no group is refused, naming the words."""
    with pytest.raises(QuestionProblem, match="可选：city、town"):
        coverage_figures(assessment(), by)


def test_hazards_know_no_rules() -> None:
    """Hazards can't be grouped by rule."""
    made = case()
    with pytest.raises(QuestionProblem, match="不能按“rule”统计"):
        hazard_figures(hazard_register(ledger_of(made), made["as_of"]), "rule")


def test_records_are_json() -> None:
    """Rows go through JSON as they are: ints, floats, booleans, None and ISO days only."""
    done = assessment(GRIDS)
    register = hazard_register(ledger_of(case()), done.as_of)
    for frame in (coverage_figures(done, "grid"), find_gaps(done), hazard_figures(register, "town")):
        rows = records(frame)
        assert json.loads(json.dumps(rows, allow_nan=False)) == rows
        assert rows


def test_records_of_each_kind() -> None:
    """NaN, NaT and NA become None, days become text, whole numbers stay whole."""
    frame = pd.DataFrame(
        {
            "text": pd.Series(["a", None], dtype="str"),
            "number": [0.5, np.nan],
            "day": pd.Series([pd.Timestamp("2024-06-30"), pd.NaT]).astype("datetime64[s]"),
            "whole": pd.Series([3, None], dtype="Int64"),
            "flag": [True, False],
        }
    )
    assert records(frame) == [
        {"text": "a", "number": 0.5, "day": "2024-06-30", "whole": 3, "flag": True},
        {"text": None, "number": None, "day": None, "whole": None, "flag": False},
    ]


def test_period_label() -> None:
    """The periods of a figure are those of its rules, each once."""
    assert period_label(assessment()) == "2024-06,2024Q2"
