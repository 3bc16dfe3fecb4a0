"""The quarterly appraisal 考核: the table of scores, and the rows that points were lost by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from coverage.appraisal import UNIT_WORDS, Appraisal
from coverage.appraisal_policy import INDICATORS
from geodata.model import Town
from maps.tables.sheet import Column, Sheet

DUTIES = (
    Column("number", "序号", "count", width=7),
    Column("community", "村/社区", width=14),
    Column("department", "部门", width=18),
    Column("name", "场所", width=28),
    Column("rule_name", "检查规则", width=24),
    Column("period", "哪一期", width=10),
    Column("state", "状态", width=10),
    Column("last_inspection", "上次检查", "day", width=11),
    Column("why", "原因", width=50),
)
HAZARDS = (
    Column("number", "序号", "count", width=7),
    Column("community", "村/社区", width=14),
    Column("department", "部门", width=18),
    Column("id", "隐患编号", width=13),
    Column("place_name", "场所", width=28),
    Column("level", "等级", width=7),
    Column("category", "隐患类别", width=14),
    Column("found", "发现日期", "day", width=11),
    Column("deadline", "整改期限", "day", width=11),
    Column("rectified_on", "整改日期", "day", width=11),
)
BEHIND: Mapping[str, str] = MappingProxyType(
    {
        "open": "未整改隐患",
        "late": "超期整改和逾期隐患",
        "major_open": "未整改重大隐患",
        "recurring": "反复出现的隐患",
    }
)
"""Flags of hazards that cost points, and what their tables are called."""
STATES = {"pending": "待查", "overdue": "逾期"}


def scores_sheet(appraisal: Appraisal) -> Sheet:
    """Lay out the scores of one kind of units, the best first, each indicator with what it is made of."""
    town, unit = appraisal.town, UNIT_WORDS[appraisal.unit]
    columns = [Column("rank", "名次", "count", width=7), Column("name", unit, width=20)]
    columns.append(Column("score", "得分", "score", width=9, note="各项得分之和，满分 100；得分相同的名次相同"))
    for name in appraisal.indicators:
        indicator = INDICATORS[name]
        weight = appraisal.policy.weights[name]
        group = f"{indicator.name}（{weight:g} 分）"
        columns += [
            Column(f"whole_{name}", indicator.whole, "count", width=9, group=group),
            Column(f"part_{name}", indicator.part, "count", width=9, group=group),
            Column(f"value_{name}", "比率", "rate", width=8, group=group),
            Column(f"points_{name}", "得分", "score", width=7, group=group),
        ]
    columns.append(Column("left_out", "说明", width=30))
    return Sheet(
        name=f"{unit.replace('（', '').replace('）', '')}考核",
        title=f"{town.name}{appraisal.period.chinese}安全生产工作考核表（{unit}）",
        columns=columns,
        rows=appraisal.rows,
        facts=[f"考核单位：{town.name}安全生产委员会办公室　　　　统计截至：{appraisal.as_of}"],
        notes=[
            "检查任务按本季度内到期的各期规则任务和截至当日所在的一期计算；隐患按本季度发现的计算，重大隐患另计以前发现、"
            "本季度初还没有整改的。某项没有应计内容的单位，该项不计，其余各项按比例折算为 100 分。",
            "权重由镇里在规则文件 [appraisal.weights] 里定。没有完成的任务、未整改、超期、反复的隐患逐条列在后面各表，"
            "可按村/社区、部门筛选；已查而没有经核实的，在网页“检查核实”里查。",
        ],
        signatures=["审核人：", "制表人：", "日期："],
        paper="A3",
    )


def duties_sheet(gaps: pd.DataFrame, town: Town) -> Sheet:
    """Lay out the duties that are not done, by community and department.

    Parameters
    ----------
    gaps
        As `coverage.gaps.find_gaps` gives them, of each period that is scored, with the names of communities.
    """
    rows = gaps.assign(state=gaps["state"].map(STATES))
    return Sheet("未完成检查任务", f"{town.name}未完成检查任务明细", DUTIES, _in_order(rows, "place_id", "period"))


def hazards_sheets(hazards: pd.DataFrame, town: Town) -> list[Sheet]:
    """Lay out the quarter's hazards that cost points, a sheet a reason.

    Parameters
    ----------
    hazards
        Rows of the register, with `community` (name) and `lately` (bool): found in the quarter. Of those found before
        only the major ones that stand open cost points.
    """
    sheets = []
    for flag, word in BEHIND.items():
        flags = hazards[flag] | hazards["overdue"] if flag == "late" else hazards[flag]
        rows = hazards[(flags if flag == "major_open" else flags & hazards["lately"]).to_numpy(bool)]
        sheets.append(Sheet(word, f"{town.name}{word}明细", HAZARDS, _in_order(rows, "id")))
    return sheets


def _in_order(rows: pd.DataFrame, *last: str) -> pd.DataFrame:
    ordered = rows.sort_values(["community", "department", *last], kind="stable", na_position="last")
    return ordered.assign(number=np.arange(1, len(ordered) + 1)).reset_index(drop=True)
