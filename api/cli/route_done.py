"""`wangge routes`: planned against done."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import pandas as pd

from api.cli.figures import area_shapes, shown, today
from api.cli.output import deliver
from api.cli.rows import Figures
from api.cli.terminal import say
from api.reports.asked import parse_period
from api.route_done import done_in_store, part_of, told_extra, told_stops
from coverage.grouping import AREA_GROUPS
from coverage.routes.afterwards import Afterwards
from coverage.routes.done_figures import done_figures
from geodata.store import Store, open_store

COUNTS = ("visited", "by_other", "skipped", "not_done", "extra", "done_rate")
SHOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "route": (
            *("date", "officer", "officer_name", "state", "stops", *COUNTS, "in_order"),
            *("planned_minutes", "track_minutes", "planned_m", "walked_m"),
        ),
        "stop": (
            *("date", "officer_name", "number", "place_name", "planned", "state", "at", "late_minutes"),
            *("by_name", "grade", "reason", "note"),
        ),
        "extra": ("date", "officer_name", "place_id", "place_name", "at", "grade"),
    }
)
AREA_SHOWN = ("name", "routes", "stops", *COUNTS)
SUM_SHOWN = (*AREA_SHOWN, "tracks", "tracked_planned_m", "walked_m", "tracked_planned_minutes", "track_minutes")


def routes(arguments: argparse.Namespace) -> None:
    """Print what became of routes: a row a route, stop or extra visit, or sums by a group."""
    with open_store(arguments.store) as store:
        first, last, word = _days(store, arguments)
        after = part_of(done_in_store(store, first, last), arguments.officer, arguments.area)
    if after.routes.empty:
        say(f"{word} 没有留下来的路线：先用 wangge plan --keep 或网页保存、发出，做完才能对照。")
    if after.drafts:
        say(f"注意：有 {after.drafts:,} 条路线没有发出过，按最后的草稿对照。")
    facts = {"from": str(first), "to": str(last), "town": after.town.name, "by": arguments.by}
    title = f"{after.town.name} 路线完成情况 {word}"
    deliver(_figures(after, arguments.by, title, facts), arguments)


def _days(store: Store, arguments: argparse.Namespace) -> tuple[date, date, str]:
    if arguments.date:
        return arguments.date, arguments.date, str(arguments.date)
    period, last = parse_period(arguments.period, ("month", "quarter"), today(store.town))
    return period.first, last, period.chinese


def _figures(after: Afterwards, by: str, title: str, facts: Mapping[str, str]) -> Figures:
    if by in SHOWN:
        frames = {"route": lambda: after.routes, "stop": lambda: told_stops(after), "extra": lambda: told_extra(after)}
        return Figures(title, facts, frames[by](), SHOWN[by])
    frame = done_figures(after, by)
    fields = shown(frame, by, AREA_SHOWN if by in AREA_GROUPS else SUM_SHOWN)
    return Figures(title, facts, pd.DataFrame(frame), fields, area_shapes(frame, after.areas, by))
