"""The page of how hazards are put right: rates of a period by a group, and against the period before."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.changes import change
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
