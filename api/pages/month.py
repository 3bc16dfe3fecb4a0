"""The page of a plan of several days: a calendar with the stops of each day, and what is on none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.months import days_asked, month_routes
from api.pages.common import Page, Word, choices, common, paging, part_of
from api.pages.planning import people_with_routes
from api.pages.rendering import render
from api.params import TheDay, TheDesk, TheMonth, TheSeed
from api.plan_words import LEFT_WORDS
from api.routing_month import MOST_AT_ONCE
from coverage.figures import records
from coverage.routes.clock import hour
from coverage.routes.month.result import MonthPlan
from geodata.errors import QuestionProblem

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/routes/month")
def month(
    request: Request,
    desk: TheDesk,
    day: TheDay,
    month: TheMonth = None,
    officer: Word = None,
    area: Word = None,
    seed: TheSeed = 0,
    page: Page = 1,
) -> HTMLResponse:
    """Give the calendar of an officer, or of those of an area."""
    head = common(request, desk, day)
    if len(day.ledger.places) == 0:
        return HTMLResponse(render("empty.html", **head, has_areas=len(day.ledger.areas) > 1))
    first, last = days_asked(day.as_of, month, None, None)
    plan, problem = None, ""
    if officer or area:
        try:
            plan = month_routes(desk.day(first), last, officer, area, seed)
        except QuestionProblem as said:
            problem = str(said)
    asked = {"from": str(first), "to": str(last), "officer": officer, "area": area, "seed": seed or None}
    left = plan.left_out if plan else pd.DataFrame()
    html = render(
        "month.html",
        **head,
        problem=problem,
        plan=plan,
        first=first,
        last=last,
        weeks=_weeks(plan) if plan else [],
        officers=records(plan.officers) if plan else [],
        left=records(part_of(left, page)),
        reasons=LEFT_WORDS,
        counts=left["reason"].value_counts().to_dict() if plan else {},
        asked_for=urlencode({name: value for name, value in asked.items() if value}),
        filters={"officer": officer, "area": area, "seed": seed, "month": month or f"{first:%Y-%m}"},
        choices={"area": choices(day)["area"], "officer": people_with_routes(day)},
        most=MOST_AT_ONCE,
        paging=paging(request, len(left), page),
    )
    return HTMLResponse(html, 422 if problem else 200)


def _weeks(plan: MonthPlan) -> list[list[dict[str, Any]]]:
    """Give the weeks of the calendar, seven days each: the day, whether it is one of work, its stops."""
    visits = plan.visits
    names = dict(zip(plan.officers["officer"], plan.officers["name"], strict=True))
    by_day = dict(list(visits.groupby("date", sort=False)))
    travel = {day.day: float(day.routes["travel_minutes"].sum()) for day in plan.days}
    begin = plan.horizon.first - timedelta(days=plan.horizon.first.weekday())
    end = plan.horizon.last + timedelta(days=6 - plan.horizon.last.weekday())
    cells = []
    for number in range((end - begin).days + 1):
        on: date = begin + timedelta(days=number)
        cells.append(
            {
                "day": on,
                "inside": plan.horizon.first <= on <= plan.horizon.last,
                "works": on in travel,
                "travel": travel.get(on, 0.0),
                "stops": _stops(by_day[on], names, several=len(names) > 1) if on in by_day else [],
            }
        )
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def _stops(visits: pd.DataFrame, names: dict[Any, Any], *, several: bool) -> list[dict[str, Any]]:
    return [
        {
            "place_id": row["place_id"],
            "name": row["name"] if isinstance(row["name"], str) else row["place_id"],
            "at": hour(int(row["begin"])),
            "who": names[row["officer"]] if several else "",
            "mate": names.get(row["with"], row["with"]) if isinstance(row["with"], str) else "",
        }
        for row in visits.to_dict("records")
    ]
