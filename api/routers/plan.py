"""A day's routes of one officer, or of the officers of an area."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.day import Day
from api.described.routes import DayRoutes, DayWalks, MonthRoutes
from api.described.shapes import answers
from api.month_files import month_document
from api.months import days_asked, month_routes
from api.params import (
    UNWALKED_DAYS,
    Area,
    From,
    TheAsides,
    TheDay,
    TheDesk,
    TheMonth,
    TheRouteDay,
    TheSeed,
    TheUnwalkedDays,
    To,
    Word,
)
from api.problems import InputProblem
from api.route_calendar import ics_text
from api.route_files import document, gpx_text
from api.route_kml import kml_text
from geodata.errors import QuestionProblem
from geodata.rule_texts import text_on

router = APIRouter(tags=["plan"])
Described = dict[int | str, dict[str, Any]]
PLAIN = re.compile(r"[A-Za-z0-9_-]{1,40}")


def text_of(kind: str, form: str = "") -> Described:
    """Describe an answer that is a file."""
    schema = {"type": "string"} | ({"format": form} if form else {})
    return {200: {"content": {kind: {"schema": schema}}}}


@router.get("/plan", responses=answers(DayRoutes))
def plan(day: TheRouteDay, officer: Word = None, area: Area = None, seed: TheSeed = 0) -> JSONResponse:
    """Plan a day: who goes where in which order, and why the other places wait. The same seed, the same routes."""
    _asked(officer, area)
    return JSONResponse(document(day.plan(officer, area, seed), seed))


@router.get("/plan/month", responses=answers(MonthRoutes))
def plan_month(
    desk: TheDesk,
    day: TheDay,
    month: TheMonth = None,
    first: From = None,
    to: To = None,
    officer: Word = None,
    area: Area = None,
    seed: TheSeed = 0,
) -> JSONResponse:
    """Plan the working days of a month, or of some days: what falls due, on which day, in which order."""
    _asked(officer, area)
    days = days_asked(day.as_of, month, first, to)
    return JSONResponse(month_document(month_routes(desk.day(days[0]), days[1], officer, area, seed), seed))


@router.get("/plan.gpx", responses=text_of("application/gpx+xml"))
def plan_file(day: TheRouteDay, officer: Word = None, area: Area = None, seed: TheSeed = 0) -> Response:
    """Give the same routes as GPX 1.1: a route and a track an officer."""
    _asked(officer, area)
    return _file(day, officer, "gpx", "application/gpx+xml", gpx_text(day.plan(officer, area, seed)))


@router.get("/plan.kml", responses=text_of("application/vnd.google-earth.kml+xml"))
def plan_kml(day: TheRouteDay, officer: Word = None, area: Area = None, seed: TheSeed = 0) -> Response:
    """Give the same routes as KML 2.2: a folder an officer."""
    _asked(officer, area)
    text = kml_text(day.plan(officer, area, seed))
    return _file(day, officer, "kml", "application/vnd.google-earth.kml+xml", text)


@router.get("/plan.ics", responses=text_of("text/calendar"))
def plan_calendar(day: TheRouteDay, officer: Word = None, area: Area = None, seed: TheSeed = 0) -> Response:
    """Give the same routes as a calendar (iCalendar): an event a stop."""
    _asked(officer, area)
    addresses = day.ledger.places.set_index("id")["address"]
    return _file(day, officer, "ics", "text/calendar", ics_text(day.plan(officer, area, seed), None, addresses))


@router.get("/plan.pdf", responses=text_of("application/pdf", "binary"))
def plan_sheets(day: TheRouteDay, officer: Word = None, area: Area = None, seed: TheSeed = 0) -> Response:
    """Give the route sheets to print: of each officer, from a page of its own on."""
    from api.route_sheets import Printing, day_pdf  # noqa: PLC0415 - the typesetter: slow import

    _asked(officer, area)
    rules = text_on(day.state.rules.texts, day.as_of)
    printing = Printing.of(day.plan(officer, area, seed), day.ledger, rules)
    if not printing.officers:
        raise QuestionProblem("这一天没有排上要去的地方，没有路线单可印。")
    return _file(day, officer, "pdf", "application/pdf", day_pdf(printing))


@router.get("/plan/streets", responses=answers(DayWalks))
def street_plan(
    day: TheRouteDay,
    officer: Word = None,
    area: Area = None,
    unwalked_days: TheUnwalkedDays = UNWALKED_DAYS,
    places: TheAsides = False,
) -> JSONResponse:
    """Plan walks along the streets that nobody walked for some time, each covered with the least way."""
    _asked(officer, area)
    return JSONResponse(document(day.street_plan(officer, area, unwalked_days, places=places), 0))


@router.get("/plan/streets.gpx", responses=text_of("application/gpx+xml"))
def street_plan_file(
    day: TheRouteDay,
    officer: Word = None,
    area: Area = None,
    unwalked_days: TheUnwalkedDays = UNWALKED_DAYS,
    places: TheAsides = False,
) -> Response:
    """Give the same walks as GPX 1.1."""
    _asked(officer, area)
    headers = {"Content-Disposition": f'attachment; filename="streets-{day.as_of}.gpx"'}
    plan = day.street_plan(officer, area, unwalked_days, places=places)
    return Response(gpx_text(plan), media_type="application/gpx+xml", headers=headers)


def _file(day: Day, officer: str | None, ending: str, kind: str, content: str | bytes) -> Response:
    """Answer with a file to be kept, called by day and officer."""
    whose = f"-{officer}" if officer and PLAIN.fullmatch(officer) else ""
    headers = {"Content-Disposition": f'attachment; filename="routes-{day.as_of}{whose}.{ending}"'}
    return Response(content, media_type=kind, headers=headers)


def _asked(officer: str | None, area: str | None) -> None:
    if officer is None and area is None:
        raise InputProblem("请写明 officer（人员编号或姓名）或 area（区域编码）。")
