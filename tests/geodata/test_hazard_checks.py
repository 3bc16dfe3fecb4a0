"""Hazard ledgers whose days can't be, and those of hazards that the service has in hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geodata.errors import Fault
from geodata.hazard_checks import STEPPED, contradicting, days_out_of_order, under_way
from geodata.model import Town

TOWN = Town("样板镇", "441900121")


def moments(*values: str | None) -> pd.Series:
    """Give moments of the town's clocks."""
    return pd.to_datetime(pd.Series(values), format="mixed").dt.tz_localize(TOWN.timezone).dt.as_unit("s")


def frame(**columns: Any) -> pd.DataFrame:
    """Give rows 2, 3 … of a sheet."""
    made = pd.DataFrame(columns)
    return made.assign(row=np.arange(2, len(made) + 2))


def test_closing_before_finding_is_rejected() -> None:
    """With row, column, value and what to do; the same day without a time is not before."""
    rows = frame(
        found_at=moments("2024-06-03 15:00", "2024-06-03 15:00", "2024-06-03 15:00", "2024-06-03 15:00"),
        rectified_at=moments("2024-06-03", "2024-06-02 23:59", None, None),
        closed_at=moments(None, "2024-06-01", "2024-06-02", "2024-06-03"),
    )
    faults: list[Fault] = []
    bad = days_out_of_order(rows, {"closed_at": "销号时间"}, TOWN, faults, [])
    assert bad.tolist() == [False, True, True, False]
    assert [(fault.row, fault.column, fault.value) for fault in faults] == [
        (3, "rectified_at", "2024-06-02"),
        (4, "销号时间", "2024-06-02"),
    ]
    assert "销号早于发现（2024-06-03）" in faults[1].problem


def test_a_deadline_before_finding_is_told() -> None:
    """The row is kept: it may be true that nobody wrote it down in time."""
    rows = frame(found_at=moments("2024-06-03", "2024-06-03"), deadline=pd.to_datetime(["2024-06-02", "2024-06-03"]))
    warnings: list[str] = []
    assert not days_out_of_order(rows, {}, TOWN, [], warnings).any()
    assert warnings == ["1 行的整改期限早于发现日期，照样导入，一发现就算逾期：第 2 行。"]


def test_one_id_with_different_facts() -> None:
    """Every such row is rejected and names the others and what differs; rows that say the same are left alone."""
    rows = frame(
        id=["a", "b", "a", "c", "c", None, None],
        level=["一般", "一般", "重大", "一般", "一般", "一般", "重大"],
        plan=pd.Series(["x", None, None, None, None, None, None], dtype="str"),
    )
    faults: list[Fault] = []
    headers = {"id": "隐患编号", "level": "隐患等级"}
    bad = contradicting(rows, rows["id"], headers, faults)
    assert bad.tolist() == [True, False, True, False, False, False, False]
    assert [(fault.row, fault.column, fault.value) for fault in faults] == [(2, "隐患编号", "a"), (4, "隐患编号", "a")]
    for fault in faults:
        assert fault.problem.startswith("第 2、4 行编号重复而内容不同（隐患等级、plan），都没有导入")


def test_what_is_in_hand_changes_by_steps_only() -> None:
    """A row that says the same goes in; one that says something else of a hazard with steps is rejected, once."""
    held = pd.DataFrame({"id": ["a", "b", "c"]}).reindex(columns=["id", *STEPPED])
    held["funds"] = pd.Series(["1元", None, None], dtype="str")
    held["void"] = False
    steps = pd.DataFrame({"hazard_id": ["a", "b", "b"]})
    rows = frame(
        id=["a", "b", "c", "d"], funds=["1元", "2元", "3元", "4元"], plan=["新", "新", "新", "新"], void=[False] * 4
    )
    faults: list[Fault] = []
    assert under_way(rows.drop(columns="plan"), held, steps, {}, faults).tolist() == [False, True, False, False]
    assert [(fault.row, fault.column, fault.value) for fault in faults] == [(3, "funds", "2元")]
    faults.clear()
    assert under_way(rows, held, steps, {}, faults).tolist() == [True, True, False, False]
    assert [fault.row for fault in faults] == [3, 2]


def test_nothing_in_hand() -> None:
    """A town that takes no steps is free to import what it likes."""
    rows = frame(id=["a"], void=[True])
    assert not under_way(rows, pd.DataFrame({"id": []}), pd.DataFrame({"hazard_id": []}), {}, []).any()
