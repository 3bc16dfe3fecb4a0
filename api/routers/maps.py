"""Maps as whole documents, for the pages' frames and to be saved."""

from __future__ import annotations

from datetime import date
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from api.areas_map import areas_map_of
from api.months import days_asked, month_routes
from api.params import (
    UNWALKED_DAYS,
    Area,
    From,
    TheAsides,
    TheDay,
    TheDesk,
    TheRouteDay,
    TheSeed,
    TheUnwalkedDays,
    To,
    Word,
)
from api.problems import InputProblem
from geodata.model import Level
from maps.routes import routes_map

router = APIRouter(include_in_schema=False)
Kind = Literal["coverage", "measures", "gaps", "risk", "streets", "ground", "hazards", "hotspots"]
Hung = Literal["coverage", "gaps", "risk", "hazards"]
Paper = Literal["A4", "A3", "A2", "A1", "A0"]


@router.get("/maps/areas", response_class=HTMLResponse)
def areas(desk: TheDesk, day: TheDay, level: Literal["district", "community", "grid"] = "grid") -> HTMLResponse:
    """Give the map of a level's areas on a day, beside those before the last adoption."""
    return HTMLResponse(areas_map_of(day.ledger, day.work, day.as_of, Level(level), day.tiles))


@router.get("/maps/{kind}.pdf")
def to_hang(day: TheDay, kind: Hung, paper: Paper = "A3", *, pages: bool = False) -> Response:
    """Give a map as a sheet to print and hang, or as an atlas of many pages."""
    name = f"{kind}-{day.as_of}-{paper}{'-pages' if pages else ''}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(day.sheet(kind, paper, pages=pages), media_type="application/pdf", headers=headers)


@router.get("/maps/routes", response_class=HTMLResponse)
def routes(day: TheRouteDay, officer: Word = None, area: Area = None, seed: TheSeed = 0) -> HTMLResponse:
    """Give the map of a day's routes, of an officer or of those of an area."""
    return HTMLResponse(routes_map(day.plan(officer, area, seed), day.backdrop, tiles=day.tiles))


@router.get("/maps/routes/streets", response_class=HTMLResponse)
def street_routes(
    day: TheRouteDay,
    officer: Word = None,
    area: Area = None,
    unwalked_days: TheUnwalkedDays = UNWALKED_DAYS,
    places: TheAsides = False,
) -> HTMLResponse:
    """Give the map of a day's walks along streets."""
    plan = day.street_plan(officer, area, unwalked_days, places=places)
    return HTMLResponse(routes_map(plan, day.backdrop, tiles=day.tiles))


@router.get("/maps/routes/month", response_class=HTMLResponse)
def month_day(
    desk: TheDesk,
    day: TheDay,
    date: date,
    first: From = None,
    to: To = None,
    officer: Word = None,
    area: Area = None,
    seed: TheSeed = 0,
) -> HTMLResponse:
    """Give the map of one day of a plan of several days."""
    days = days_asked(day.as_of, None, first, to)
    begin = desk.day(days[0])
    plan = month_routes(begin, days[1], officer, area, seed)
    if date not in plan.horizon.days:
        raise InputProblem(f"{date} 不是 {days[0]} 至 {days[1]} 里的工作日。")
    return HTMLResponse(routes_map(plan.made(date), begin.backdrop, tiles=day.tiles))


@router.get("/maps/{kind}", response_class=HTMLResponse)
def draw(day: TheDay, kind: Kind) -> HTMLResponse:
    """Give a map of the day; it carries its own content security policy."""
    return HTMLResponse(day.map(kind))
