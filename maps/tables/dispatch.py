"""The monthly dispatch table 专项行动调度表, as a department fills it in and as the town sums it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from coverage.figures import records
from coverage.periods import Period
from geodata.model import Town
from maps.tables.sheet import Column, Sheet

DUTIES, CHECKS, FOUND, STANDING, YEAR = "检查任务", "本期检查", "本期发现的隐患", "至今未整改的隐患", "今年累计"

COLUMNS = (
    Column("name", "", width=22),
    Column("places", "监管场所", "count", total="sum", note="截至当日在册的监管场所，停业的也在内"),
    Column("owed", "应查", "count", group=DUTIES, total="sum", note="按规则当期应查的任务，不含免查"),
    Column("done", "已查", "count", group=DUTIES, total="sum", note="当期检查次数已达到规则要求的任务"),
    Column("coverage_rate", "覆盖率", "rate", group=DUTIES, total=("done", "owed"), note="已查 ÷ 应查"),
    Column("verified_rate", "核实率", "rate", group=DUTIES, note="只算有定位证实的检查，其余同覆盖率"),
    Column("overdue", "逾期", "count", group=DUTIES, total="sum", note="上一期也应查而没有查的任务"),
    Column("inspections", "家次", "count", group=CHECKS, total="sum", note="本期检查次数，同一场所查几次算几次"),
    Column("places_checked", "场所", "count", group=CHECKS, total="sum", note="本期查过的场所个数"),
    Column("found", "发现", "count", group=FOUND, total="sum", note="本期发现的隐患，误录不计"),
    Column("major", "重大", "count", group=FOUND, total="sum"),
    Column("rectified", "已整改", "count", group=FOUND, total="sum", note="本期发现的隐患中截至当日已整改或销号的"),
    Column("rectified_rate", "整改率", "rate", group=FOUND, total=("rectified", "found"), note="已整改 ÷ 发现"),
    Column(
        *("in_time_rate", "按期率", "rate"),
        group=FOUND,
        note="按期整改 ÷（按期整改＋超期整改＋逾期未整改），没有期限又未当场整改的不计",
    ),
    Column("standing_open", "未整改", "count", group=STANDING, total="sum", note="历次发现、截至当日没有整改的"),
    Column("standing_overdue", "逾期", "count", group=STANDING, total="sum", note="其中整改期限已过的"),
    Column("standing_major_open", "重大", "count", group=STANDING, total="sum"),
    Column("year_inspections", "家次", "count", group=YEAR, total="sum"),
    Column("year_found", "发现", "count", group=YEAR, total="sum"),
    Column("year_rectified", "已整改", "count", group=YEAR, total="sum"),
    Column("year_rectified_rate", "整改率", "rate", group=YEAR, total=("year_rectified", "year_found")),
    Column("remark", "备注", width=10),
)
GROUPS: Mapping[str, str] = {"department": "行业部门", "community": "村/社区", "industry": "行业领域"}
"""Groupings of the table, and what its first column is called."""


def dispatch_sheet(
    figures: pd.DataFrame, whole: pd.DataFrame, by: str, town: Town, period: Period, as_of: date
) -> Sheet:
    """Lay out a dispatch table.

    Parameters
    ----------
    figures
        `coverage.dispatch.dispatch_figures` by one of `GROUPS`.
    whole
        The same of the whole town: one row.
    """
    word = GROUPS[by]
    first, *others = COLUMNS
    town_row = records(whole)[0]
    return Sheet(
        name=f"按{word.replace('/', '')}",
        title=f"{town.name}{period.chinese}安全生产专项行动调度表（按{word}）",
        columns=[Column("name", word, width=first.width), *others],
        rows=figures.assign(remark=None),
        facts=[f"填报单位：{town.name}安全生产委员会办公室　　　　统计截至：{as_of}"],
        total={"name": "合计", **{name: town_row[name] for name in ("verified_rate", "in_time_rate")}},
        signatures=["审核人：", "填表人：", "填报日期："],
        paper="A3",
    )
