"""月度巡查计划: officers by working days, and every visit with its time."""

from __future__ import annotations

import pandas as pd

from coverage.routes.clock import hour
from coverage.routes.month.result import MonthPlan
from maps.tables.sheet import Column, Sheet

WEEKDAYS = "一二三四五六日"
VISITS = (
    Column("date", "日期", "day", width=11),
    Column("officer_name", "人员", width=10),
    Column("number", "顺序", "count", width=6),
    Column("arrive", "到", width=8),
    Column("leave", "走", width=8),
    Column("place_id", "场所编号", width=14),
    Column("name", "场所", width=26),
    Column("with", "同去", width=10, note="两人要同时在场的另一人"),
    Column("why", "原因", width=50),
)
LEFT_OUT = (
    Column("due", "最迟", "day", width=11, note="应在这一天以前查"),
    Column("officer", "人员", width=10),
    Column("place_id", "场所编号", width=14),
    Column("name", "场所", width=26),
    Column("why", "没排上的原因", width=60),
)


def month_sheets(plan: MonthPlan) -> list[Sheet]:
    """Lay out a plan: the calendar (stops a day), the visits, what was left out."""
    first, last = plan.horizon.first, plan.horizon.last
    about = [f"{plan.town.name}　　　　{first} 至 {last}，{len(plan.horizon.days)} 个工作日"]
    names = plan.officers.set_index("officer")["name"]
    visits = plan.visits
    visits = visits.assign(
        officer_name=visits["officer"].map(names),
        date=pd.to_datetime(visits["date"]),
        **{name: [hour(int(at)) for at in visits[name]] for name in ("arrive", "leave")},
        **{"with": visits["with"].map(names).astype(object)},
    )
    title = f"{plan.town.name}{'月度' if (last - first).days > 7 else '一周'}巡查计划"
    return [
        Sheet("计划", title, _calendar_columns(plan), calendar(plan), about, {"name": "合计"}, paper="A3"),
        Sheet("每日安排", f"{title}：每日安排", VISITS, visits, about),
        Sheet("没有排上的", f"{title}：没有排上的", LEFT_OUT, plan.left_out, about),
    ]


def calendar(plan: MonthPlan) -> pd.DataFrame:
    """Give the stops of each officer (rows) on each working day (columns `2024-07-01`), after officer, name, stops."""
    days = {str(day.day): day.routes.set_index("officer")["stops"] for day in plan.days}
    counts = pd.DataFrame(days).reindex(plan.officers["officer"]).fillna(0).astype(int).reset_index(drop=True)
    return pd.concat([plan.officers, counts], axis="columns")


def _calendar_columns(plan: MonthPlan) -> list[Column]:
    of_days = [
        Column(str(day), f"{day.month}/{day.day} {WEEKDAYS[day.weekday()]}", "count", width=6, total="sum")
        for day in plan.horizon.days
    ]
    return [
        Column("officer", "编号", width=10),
        Column("name", "人员", width=10),
        *of_days,
        Column("stops", "合计（处）", "count", width=8, total="sum"),
        Column("travel_minutes", "路上（分钟）", "whole", width=9, total="sum"),
        Column("stay_minutes", "停留（分钟）", "whole", width=9, total="sum"),
        Column("mean_minutes", "日均（分钟）", "whole", width=9, note="一个工作日的路程和停留"),
        Column("max_minutes", "最多的一天", "whole", width=9),
    ]
