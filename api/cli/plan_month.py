"""`wangge plan` of several days: the calendar as a table, JSON and a workbook."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path

from api.cli.files import os_refusals_named, replacing
from api.cli.interrupting import interruptible
from api.cli.progress import Progress
from api.cli.rows import as_json
from api.cli.terminal import put, say, table, tell
from api.month_files import month_document
from api.plan_words import LEFT_WORDS
from api.routing import Ask
from api.routing_month import MonthAsk, plan_month
from coverage.routes.month.result import MonthPlan
from geodata.store import open_store
from maps.tables.month import calendar, month_sheets
from maps.tables.xlsx import workbook

WEEK = 7


def plan_days(arguments: argparse.Namespace, first: date, last: date) -> None:
    """Plan the working days of a horizon, write its files, tell."""
    start, together, must = arguments.start, arguments.together, tuple(arguments.must)
    ask = Ask(first, arguments.officer, arguments.area, must, start, together, arguments.seed)
    with (
        open_store(arguments.store) as store,
        interruptible() as stop,
        Progress(f"{first} 至 {last} 计划", unit="人") as progress,
    ):
        found = plan_month(store, MonthAsk(ask, last), progress.tell, stop)
        stopped = stop()
    text = as_json(month_document(found, ask.seed))
    _write(found, text, arguments.out)
    _say(found, stopped=stopped)
    if arguments.format == "json":
        put(text)
    else:
        _tell(found)


def _write(found: MonthPlan, text: str, out: Path) -> None:
    with os_refusals_named(out):
        out.mkdir(exist_ok=True)
    with replacing(out / "month.json") as draft:
        draft.write_text(text + "\n", encoding="utf-8")
    with replacing(out / "month.xlsx") as draft:
        draft.write_bytes(workbook(month_sheets(found), datetime.now().astimezone()))
    say(f"已写入 {out}：month.xlsx（日历、每日安排、没有排上的）、month.json。")


def _say(found: MonthPlan, *, stopped: bool) -> None:
    """Say what people should know of the plan."""
    if stopped:
        say("已提前结束：用的是当时最好的结果。")
    elif found.cut_short:
        say(f"注意：{found.cut_short} 人的计划到时间就停了，同样的种子下次可能排得更好。")
    for note in found.notes:
        say(f"注意：{note}")
    wrong = sorted({each for day in found.days for each in day.routes.loc[~day.routes["feasible"], "officer"]})
    if wrong:
        say(f"注意：{'、'.join(wrong)} 的路线没有通过核对，请报告这个问题。")
    counts = found.left_out["reason"].value_counts()
    parts = [f"{LEFT_WORDS[str(reason)]} {count:,}" for reason, count in counts.items()]
    if parts:
        say(
            f"没有排上 {len(found.left_out):,} 处次：{'、'.join(parts)}。原因和最迟日期写在 month.xlsx、month.json 里。"
        )


def _tell(found: MonthPlan) -> None:
    people = found.officers
    minutes = people["travel_minutes"].sum()
    tell(
        f"{found.town.name} {found.horizon.first} 至 {found.horizon.last}，{len(found.days)} 个工作日："
        f"{len(people)} 人，{people['stops'].sum():,} 处次，路上共 {minutes:,.0f} 分钟"
    )
    frame, days = calendar(found), [str(day) for day in found.horizon.days]
    headers = ["编号", "人员", "合计", "路上", "日均", "最多", *(f"{int(day[5:7])}/{int(day[8:])}" for day in days)]
    rows = [
        [
            str(row["officer"]),
            str(row["name"]),
            f"{row['stops']:,}",
            *(f"{row[name]:.0f}" for name in ("travel_minutes", "mean_minutes", "max_minutes")),
            *(str(row[day] or "") for day in days),
        ]
        for row in frame.to_dict("records")
    ]
    put(table(headers, rows, [False, False] + [True] * (len(headers) - 2)))
