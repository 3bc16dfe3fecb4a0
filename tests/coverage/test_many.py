"""Rows of towns add up to those of cities and provinces, and are ranked; what a day needs of a ledger."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.assess import assess
from coverage.figures import coverage_figures, records
from coverage.many import DIGITS, SUBJECTS, coverage_row, merge, reach
from geodata.errors import QuestionProblem
from geodata.model import Town
from tests.coverage.oracle import Case
from tests.coverage.towns import cases, ledger_of, rules_of, town_of

COUNTS = SUBJECTS["coverage"].counts
SOME = settings(max_examples=int(os.environ.get("WANGGE_ORACLE_EXAMPLES", "5")))


def row(code: str, done: int, owed: int, verified: int = 0, name: str = "") -> pd.DataFrame:
    """Give the row of a town."""
    counts = dict.fromkeys(COUNTS, 0) | {"done": done, "owed": owed, "verified": verified, "places": owed}
    return pd.DataFrame(
        {"code": [code], "name": [name or code], "beside": [False]} | {k: [v] for k, v in counts.items()}
    )


def plainly(rows: list[pd.DataFrame], digits: int) -> dict[str, tuple[int, int, float | None]]:
    """Sum the slow way: code → done, owed, rate."""
    sums: dict[str, list[int]] = {}
    for frame in rows:
        code = frame["code"].iat[0][:digits]
        kept = sums.setdefault(code, [0, 0])
        kept[0] += int(frame["done"].iat[0])
        kept[1] += int(frame["owed"].iat[0])
    return {code: (done, owed, done / owed if owed else None) for code, (done, owed) in sums.items()}


TOWNS = st.dictionaries(
    st.builds(lambda *parts: "".join(parts), st.sampled_from(["44", "43"]), st.sampled_from(["01", "19"]),
              st.just("01"), st.integers(1, 9).map(lambda n: f"{n:03d}")),
    st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=12,
)  # fmt: skip


@settings(max_examples=30)
@given(TOWNS, st.sampled_from(["town", "city", "province"]))
def test_sums_and_ranks(towns: dict[str, tuple[int, int]], by: Any) -> None:
    """Sums by the leading digits are those of plain loops; a rank is one more than how many rates are higher."""
    rows = [row(code, done, done + more) for code, (done, more) in towns.items()]
    merged = records(merge(rows, "coverage", by))
    expected = plainly(rows, DIGITS[by])
    assert {each["code"]: (each["done"], each["owed"], each["coverage_rate"]) for each in merged} == expected
    assert sum(each["towns"] for each in merged) == len(towns)
    rates = [rate for _, _, rate in expected.values() if rate is not None]
    for each in merged:
        rate = each["coverage_rate"]
        assert each["rank"] == (None if rate is None else 1 + sum(other > rate for other in rates))
    ranks = [each["rank"] for each in merged if each["rank"] is not None]
    assert ranks == sorted(ranks)
    assert [each["rank"] for each in merged[len(ranks) :]] == [None] * (len(merged) - len(ranks))


def test_rank_within_the_city() -> None:
    """A town is ranked among all, and among those of its city."""
    rows = [row("441901001", 9, 10), row("441901002", 5, 10), row("440101001", 7, 10)]
    merged = merge(rows, "coverage", "town")
    assert merged["code"].tolist() == ["441901001", "440101001", "441901002"]
    assert merged["rank"].tolist() == [1, 2, 3]
    assert merged["rank_within"].tolist() == [1, 1, 2]


def test_names() -> None:
    """One town of a city gives it its name; of several it has its code."""
    rows = [
        row("441901001", 1, 1, name="甲镇"),
        row("441901002", 1, 1, name="乙镇"),
        row("440101001", 1, 1, name="丙镇"),
    ]
    assert merge(rows, "coverage", "town")["name"].tolist() == ["丙镇", "甲镇", "乙镇"]
    assert merge(rows, "coverage", "city")["name"].tolist() == ["丙镇", "4419"]


def test_what_lies_in_no_town() -> None:
    """Places of a city in none of its towns are a row without rank, and count for the city."""
    figures = pd.DataFrame(
        {
            "area": ["441900101", "x1", None],
            "key": [None, None, "unlocated"],
            "name": ["甲镇", "乙", "无坐标"],
            **{name: [0, 0, 0] for name in COUNTS if name != "verified"},
            "owed": [2, 2, 2],
            "done": [1, 2, 2],
            "verified_rate": [0.5, None, 1.0],
        }
    )
    rows = coverage_row(figures, Town("东市", "441900"))
    merged = merge([rows], "coverage", "town")
    assert merged["code"].tolist() == ["441900/x1", "441900101", "441900/unlocated"]
    assert merged["name"].tolist() == ["乙", "甲镇", "东市（无坐标）"]
    assert merged["rank"].tolist() == [1, 2, pd.NA]
    assert merged["towns"].tolist() == [1, 1, 0]
    assert merged["verified"].tolist() == [0, 1, 2]
    (city,) = records(merge([rows], "coverage", "city"))
    assert (city["code"], city["towns"], city["owed"], city["done"]) == ("4419", 2, 6, 5)


def test_nothing() -> None:
    """No towns give no rows; an unknown word is refused."""
    assert merge([], "hazards", "province").empty
    with pytest.raises(QuestionProblem, match="town、city、province"):
        merge([], "hazards", "county")  # type: ignore[arg-type]


@settings(SOME, max_examples=SOME.max_examples // 2)
@given(cases())
def test_verified_is_counted(case: Case) -> None:
    """The count that is taken back from a rate is the count of the duties."""
    done = assess(ledger_of(case), rules_of(case), case["as_of"])
    rows = coverage_row(coverage_figures(done, "town"), town_of(case))
    assert rows["verified"].sum() == done.duties["verified"].sum()
    assert rows["owed"].sum() == (done.duties["state"] != "exempt").sum()


def test_reach_without_rules() -> None:
    """Where nothing is owed, nothing of before the day decides anything."""
    assert reach((), date(2024, 6, 30)) == date(2024, 6, 30)


@SOME
@given(cases())
def test_reach(case: Case) -> None:
    """No inspection before the first day that is reached decides more than whether a duty is `never`."""
    rules, ledger = rules_of(case), ledger_of(case)
    first = pd.Timestamp(reach(rules, case["as_of"]), tz=ledger.town.timezone)
    inspections = ledger.inspections
    recent = ledger.frames | {"inspections": inspections[(inspections["at"] >= first).to_numpy(bool)]}
    whole = assess(ledger, rules, case["as_of"]).duties
    part = assess(type(ledger)(ledger.town, recent), rules, case["as_of"]).duties
    kept = ["place", "rule", "state", "counted", "verified"]
    pd.testing.assert_frame_equal(whole[kept], part[kept])
    assert not (whole["never"] & ~part["never"]).any()
