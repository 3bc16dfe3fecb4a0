"""The hazards' ledger of a period, and the register of major hazards, as tables."""

from __future__ import annotations

from datetime import date

import pandas as pd

from coverage.periods import Period
from geodata.model import Town
from maps.tables.sheet import Column, Sheet

COLUMNS = (
    Column("number", "序号", "count", width=7),
    Column("id", "隐患编号", width=13),
    Column("place_name", "场所", width=24),
    Column("address", "地址", width=26),
    Column("community", "村/社区", width=12),
    Column("grid", "网格", width=16),
    Column("industry", "行业", width=12),
    Column("department", "监管部门", width=16),
    Column("category", "隐患类别", width=14),
    Column("description", "隐患描述", width=30),
    Column("level", "等级", width=6),
    Column("found", "发现日期", "day", width=11),
    Column("officer_name", "检查人", width=10),
    Column("deadline", "整改期限", "day", width=11),
    Column("responsible", "责任人", width=10),
    Column("rectified_on", "整改日期", "day", width=11),
    Column("closed_on", "销号日期", "day", width=11),
    Column("state", "状态", width=11, note="截至当日；逾期未整改是期限已过还没有整改"),
    Column("days_over", "逾期天数", "count", width=9, note="整改期限之后的日历天数，只算没有整改的"),
)
MAJOR = (
    *COLUMNS[:2],
    *(column for column in COLUMNS if column.field in ("place_name", "community", "department", "category")),
    Column("description", "隐患描述", width=26),
    Column("found", "发现日期", "day", width=11),
    Column("measures", "措施", width=20, group="五落实"),
    Column("responsible", "责任人", width=10, group="五落实"),
    Column("deadline", "时限", "day", width=11, group="五落实"),
    Column("funds", "资金", width=10, group="五落实"),
    Column("plan", "预案", width=14, group="五落实"),
    Column("supervisor", "督办领导", width=12, note="消防类重大隐患要有两名（双督办）"),
    *(column for column in COLUMNS if column.field in ("rectified_on", "closed_on", "state", "days_over")),
)


def ledger_sheet(rows: pd.DataFrame, town: Town, period: Period, as_of: date) -> Sheet:
    """Lay out `coverage.hazard_ledger.hazard_ledger` of a period."""
    return Sheet(
        name="隐患台账",
        title=f"{town.name}{period.chinese}安全隐患排查治理台账",
        columns=COLUMNS,
        rows=rows,
        facts=[f"填报单位：{town.name}安全生产委员会办公室　　　　统计截至：{as_of}　　　　共 {len(rows):,} 条"],
        notes=["范围：本期发现、整改或销号的隐患，以及以前发现、截至当日还没有整改的隐患；误录的照列并注明。"],
        paper="A3",
    )


def major_sheet(rows: pd.DataFrame, town: Town, period: Period, as_of: date) -> Sheet:
    """Lay out the major ones of a ledger as the register of major hazards."""
    rows = rows[(rows["level"] == "重大").to_numpy(bool) & (rows["state"] != "误录").to_numpy(bool)]
    rows = rows.assign(number=range(1, len(rows) + 1))
    return Sheet(
        name="重大隐患台账",
        title=f"{town.name}{period.chinese}重大事故隐患台账",
        columns=MAJOR,
        rows=rows,
        facts=[f"填报单位：{town.name}安全生产委员会办公室　　　　统计截至：{as_of}　　　　共 {len(rows):,} 条"],
        notes=["范围：本期发现、整改或销号的重大隐患，以及截至当日还没有整改的重大隐患。"],
        signatures=["审核人：", "填表人：", "填报日期："],
        paper="A3",
    )
