"""The quarter's list of risk points 一清单, what changed, and the book 一册 of a community."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from coverage.periods import Period
from coverage.risk_changes import CHANGE_KINDS
from geodata.model import RISKS, Town
from maps.tables.sheet import Column, Sheet

UNRATED = "未定"
LEVELS = (*RISKS, UNRATED)
LIST = (
    Column("number", "序号", "count", width=7),
    Column("place_id", "编号", width=13),
    Column("name", "风险点", width=26),
    Column("address", "地址", width=26),
    Column("community_name", "村/社区", width=12),
    Column("grid_name", "网格", width=16),
    Column("industry", "行业", width=12),
    Column("department", "监管部门", width=16),
    Column("risk", "风险等级", width=9),
    Column("what", "主要风险（近一年隐患）", width=28, note="括号里是近一年发现的条数，误录不计，最多的三类"),
    Column("measures", "管控措施", width=36),
    Column("leader", "包保领导", width=10),
    Column("headcount", "从业人数", "count", width=9),
    Column("inspections", "本季检查", "count", width=9, total="sum", note="家次，企业自查不计"),
    Column("open_hazards", "未整改隐患", "count", width=9, total="sum", note="截至当日"),
)
CHANGES = (
    Column("order", "序号", "count", width=7),
    Column("kind", "变化", width=14),
    Column("place_id", "编号", width=13),
    Column("name", "风险点", width=28),
    Column("community_name", "村/社区", width=14),
    Column("was", "上季度", width=26),
    Column("is_now", "本季度", width=26),
)
MOST_CHANGES = 40
"""Changes on the front page of a book; the list has them all."""


def list_sheet(points: pd.DataFrame, town: Town, period: Period, as_of: date) -> Sheet:
    """Lay out `coverage.risk_points.risk_points`."""
    return Sheet(
        name="风险清单",
        title=f"{town.name}{period.chinese}安全风险清单",
        columns=LIST,
        rows=points.assign(risk=points["risk"].fillna(UNRATED)),
        facts=[_facts(town, as_of, f"共 {len(points):,} 个风险点")],
        total={"place_id": "合计"},
        paper="A3",
    )


def counts_sheet(points: pd.DataFrame, town: Town, period: Period, as_of: date) -> Sheet:
    """Count the risk points of each community by level."""
    rows = points.assign(
        risk=points["risk"].fillna(UNRATED), community_name=points["community_name"].fillna("不在任何村/社区")
    )
    counts = pd.crosstab(rows["community_name"], rows["risk"]).reindex(columns=list(LEVELS), fill_value=0)
    counts = counts.assign(all=counts.sum(axis="columns")).reset_index()
    columns = [
        Column("community_name", "村/社区", width=18),
        *(Column(level, level, "count", group="风险等级", total="sum") for level in LEVELS),
        Column("all", "合计", "count", total="sum"),
    ]
    return Sheet(
        name="分级统计",
        title=f"{town.name}{period.chinese}安全风险分级统计表",
        columns=columns,
        rows=counts,
        facts=[_facts(town, as_of, f"共 {len(points):,} 个风险点")],
        total={"community_name": "合计"},
        signatures=["审核人：", "填表人：", "填报日期："],
        landscape=False,
    )


def changes_sheet(changes: pd.DataFrame, town: Town, period: Period, as_of: date, than: str) -> Sheet:
    """Lay out `coverage.risk_changes.changes`.

    Parameters
    ----------
    than
        What the list is compared with, in a few words.
    """
    return Sheet(
        name="变化",
        title=f"{town.name}{period.chinese}安全风险变化清单",
        columns=CHANGES,
        rows=changes.assign(order=range(1, len(changes) + 1), kind=changes["kind"].map(dict(CHANGE_KINDS))),
        facts=[_facts(town, as_of, f"与{than}相比，共 {len(changes):,} 处变化")],
    )


def book(
    points: pd.DataFrame,
    changes: pd.DataFrame,
    levels: Collection[str],
    pictures: Mapping[str, str],
    words: Mapping[str, str],
) -> dict[str, Any]:
    """Give the data of the template `book` for the risk points of one community.

    Parameters
    ----------
    points, changes
        Rows of that community.
    levels
        Levels whose risk points get a card.
    pictures
        Photo → name of its file, of those that have a thumbnail.
    words
        title, part (the community), as_of.
    """
    risk = points["risk"].fillna(UNRATED)
    counts = risk.value_counts()
    shown = points.assign(risk=risk)[risk.isin(list(levels)).to_numpy(bool)]
    notes = [f"本册收入{'、'.join(levels)}风险点 {len(shown):,} 个；其余在风险清单（Excel）里。"]
    return {
        **words,
        "counts": [{"level": level, "count": f"{int(counts.get(level, 0)):,}"} for level in LEVELS],
        "notes": notes,
        "changes": _changes(changes),
        "cards": [_card(row, pictures) for row in shown.astype(object).where(shown.notna(), None).to_dict("records")],
    }


def _changes(changes: pd.DataFrame) -> list[tuple[str, str, str]]:
    told = [
        (CHANGE_KINDS[kind], str(name), f"{was or '无'} → {is_now or '无'}")
        for kind, name, was, is_now in changes[["kind", "name", "was", "is_now"]]
        .head(MOST_CHANGES)
        .itertuples(index=False)
    ]
    more = len(changes) - MOST_CHANGES
    return [*told, ("其余", f"另有 {more:,} 处", "见风险清单（Excel）的“变化”")] if more > 0 else told


def _card(row: Mapping[Any, Any], pictures: Mapping[str, str]) -> dict[str, Any]:
    headcount = "未填" if row["headcount"] is None else f"{row['headcount']:,}"
    return {
        "number": str(row["number"]),
        "name": row["name"],
        "level": row["risk"],
        "photo": pictures.get(row["photo"], ""),
        "facts": _said(
            ("网格", row["grid_name"]),
            ("行业", row["industry"]),
            ("监管部门", row["department"]),
            ("包保领导", row["leader"]),
            ("从业人数", headcount),
            ("本季检查", f"{row['inspections']:,} 次，未整改隐患 {row['open_hazards']:,} 条"),
        ),
        "wide": _said(("地址", row["address"]), ("主要风险", row["what"]), ("管控措施", row["measures"])),
    }


def _said(*pairs: tuple[str, Any]) -> Sequence[tuple[str, str]]:
    return [(word, str(value) if value else "未填") for word, value in pairs]


def _facts(town: Town, as_of: date, more: str) -> str:
    return f"填报单位：{town.name}安全生产委员会办公室　　　　统计截至：{as_of}　　　　{more}"
