"""The list of gaps, and an officer's work sheet: what to check, why, and room to write."""

from __future__ import annotations

from datetime import date

import pandas as pd

from geodata.model import Town
from maps.tables.sheet import Column, Sheet

COLUMNS = (
    Column("number", "序号", "count", width=7),
    Column("name", "场所", width=26),
    Column("community", "村/社区", width=12),
    Column("grid", "网格", width=16),
    Column("industry", "行业", width=12),
    Column("risk", "风险等级", width=9),
    Column("rule_name", "检查规则", width=22),
    Column("state", "状态", width=9, note="逾期：上一期也应查而没有查；待查：本期还没有查够"),
    Column("last_inspection", "上次检查", "day", width=11),
    Column("days_since", "距今天数", "count", width=9),
    Column("department", "监管部门", width=16),
    Column("officer_name", "安全员", width=10),
    Column("score", "紧要程度", "score", width=9, note="风险 × 逾期 × 间隔 × 隐患史 × 不放心点位，越大越紧要"),
    Column("why", "原因", width=44),
)
ON_THE_WAY = (
    Column("number", "序号", "count", width=5),
    Column("name", "场所", width=24),
    Column("address", "地址", width=26),
    Column("risk", "风险", width=6),
    Column("rule_name", "检查规则", width=18),
    Column("why", "为什么去", width=36),
    Column("open_hazards", "未整改隐患", "count", width=7),
    Column("result", "检查结果", width=12),
    Column("found", "发现隐患", width=14),
    Column("signed", "场所签字", width=9),
)
STATES = {"overdue": "逾期", "pending": "待查"}
MOST = 40
"""Places on one work sheet: more than anybody checks in a week."""


def gaps_sheet(gaps: pd.DataFrame, town: Town, as_of: date) -> Sheet:
    """Lay out the gaps, the worst first.

    Parameters
    ----------
    gaps
        As `coverage.gaps.find_gaps` gives them, with the names of grid and community instead of their codes.
    """
    return Sheet(
        name="缺口清单",
        title=f"{town.name}检查缺口清单",
        columns=COLUMNS,
        rows=_numbered(gaps),
        facts=[f"填报单位：{town.name}安全生产委员会办公室　　　　统计截至：{as_of}　　　　共 {len(gaps):,} 项"],
        paper="A3",
    )


def work_sheet(gaps: pd.DataFrame, officer: str, grids: str, town: Town, as_of: date) -> Sheet:
    """Lay out what one officer has to check, the worst first; at most `MOST` of it, and how many more there are.

    Parameters
    ----------
    gaps
        As for `gaps_sheet`, with address and open_hazards (of the place).
    officer, grids
        What the officer and the own grids are called.
    """
    more = len(gaps) - MOST
    notes = [f"另有 {more} 项没有列出，见检查缺口清单。"] if more > 0 else []
    rows = _numbered(gaps.head(MOST)).assign(result=None, found=None, signed=None)
    return Sheet(
        name=officer,
        title=f"{town.name}安全员工作单",
        columns=ON_THE_WAY,
        rows=rows,
        facts=[f"安全员：{officer}　　　网格：{grids}　　　截至：{as_of}　　　共 {len(gaps)} 项　　　检查日期："],
        notes=notes,
        signatures=["安全员（签字）：", "同行人员（签字）：", "网格长（签字）："],
    )


def _numbered(gaps: pd.DataFrame) -> pd.DataFrame:
    state = gaps["state"].map(STATES).where(~gaps["never"].to_numpy(bool), "从未检查")
    return gaps.assign(number=range(1, len(gaps) + 1), state=state)
