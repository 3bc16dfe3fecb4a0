"""The page of how hazards are put right: rates of a period by a group, and against the period before."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.day import Day
from api.hazards_asked import RatesPeriod, filter_of, registers_of
from api.pages.common import Word, common
from api.pages.rendering import render
from api.params import Since, TheDay, TheDesk
from api.rates import ALL, Rates, rates_of
from coverage.figures import records
from coverage.grouping import HAZARD_GROUPS
from coverage.hazard_rates import PERIODS
from geodata.model import Level
from grids.hierarchy import levels_present

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

BETTER: Mapping[str, int] = MappingProxyType(
    {"open": -1, "overdue": -1, "late": -1, "recurring": -1, "major_open": -1, "recurring_rate": -1}
    | {"mean_days": -1, "median_days": -1, "rectified_rate": 1, "closed_rate": 1, "in_time_rate": 1}
)
"""Whether more of a figure is better (1) or worse (-1); of the others neither: to find more may be good work."""


@router.get("/hazards/rates")
def rates(
    request: Request,
    desk: TheDesk,
    day: TheDay,
    by: Word = None,
    period: Annotated[RatesPeriod | Literal[""], Query()] = "",
    since: Since = None,
) -> str:
    """Give how many were put right, in time, and again found, and how that changed."""
    groups = _groups(day)
    by = by or groups[0]
    every = period or (None if since else "month")
    beside = every != ALL
    registers, root = registers_of(desk, day), str(day.register.town.level)
    town = rates_of(registers, day.as_of, root, every=every, since=since, beside=beside)
    figures = rates_of(registers, day.as_of, by, every=every, since=since, beside=beside)
    return render(
        "rates.html",
        **common(request, desk, day),
        asked_for=figures.facts,
        note=figures.note,
        before=figures.before,
        chinese=figures.period.chinese if figures.period else "全部",
        periods={**PERIODS, ALL: "全部"},
        every=every,
        since=since.isoformat() if since else "",
        by=by,
        groups=groups,
        total=_linked(town, root, day)[0],
        rows=_linked(figures, by, day),
        change=change,
    )


def _groups(day: Day) -> list[str]:
    """Give the groups that this town's hazards can be counted by; the root's single row is on the cards."""
    levels = {str(level) for level in levels_present(day.register.areas)[1:]}
    words = {str(level) for level in Level}
    return [group for group in HAZARD_GROUPS if group in levels or group not in words]


def _linked(rates: Rates, by: str, day: Day) -> list[dict[str, Any]]:
    """Give the rows with the address of the list of their hazards; a state may be put behind it."""
    found = {"as_of": day.as_of.isoformat()}
    if rates.period is not None:
        found |= {"from": rates.period.first.isoformat(), "to": day.as_of.isoformat()}
    rows = records(rates.rows)
    for row in rows:
        row["list"] = "/hazards?" + urlencode(found | filter_of(by, row, day.register.areas))
    return rows


def change(row: Mapping[str, Any], figure: str) -> dict[str, str] | None:
    """Say how a figure changed: an arrow, the words, and whether that is better or worse; None: nothing is known."""
    by = row.get(f"{figure}_change")
    if by is None:
        return None
    sort = "rate" if figure.endswith("_rate") else "days" if figure.endswith("_days") else "count"
    size = {"rate": f"{abs(by) * 100:.1f}", "days": f"{abs(by):.1f}", "count": f"{abs(round(by)):,}"}[sort]
    if not float(size.replace(",", "")):
        return {"arrow": "＝", "said": "持平", "way": "same"}
    more, less, unit = {"rate": ("高", "低", " 个百分点"), "days": ("长", "短", " 天"), "count": ("多", "少", "")}[sort]
    way = BETTER.get(figure, 0) * (1 if by > 0 else -1)
    judged = {1: "，好转", -1: "，变差", 0: ""}[way]
    said = f"{more if by > 0 else less} {size}{unit}{judged}"
    return {"arrow": "▲" if by > 0 else "▼", "said": said, "way": {1: "better", -1: "worse", 0: "same"}[way]}
