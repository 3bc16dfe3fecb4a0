"""The page of a day's routes: for who plans them, and on a phone for who walks them, stop by stop."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.day import Day
from api.desk import Desk
from api.kept_routes import asked_officers, board_of, officers_in
from api.navigation import navigation_links
from api.pages.common import Page, Word, choices, common, link, paging, part_of
from api.pages.rendering import render
from api.params import UNWALKED_DAYS, TheAsides, TheDesk, TheRouteDay, TheSeed, TheUnwalkedDays
from api.plan_words import LEFT_WORDS
from api.routing import MOST_AT_ONCE
from coverage.figures import records
from coverage.routes.candidates import KIND_OF_ROLE
from coverage.routes.clock import hour
from coverage.routes.result import DayPlan
from geodata.errors import QuestionProblem
from maps.routes import MODES

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/routes")
def routes(
    request: Request,
    desk: TheDesk,
    day: TheRouteDay,
    officer: Word = None,
    area: Word = None,
    seed: TheSeed = 0,
    page: Page = 1,
) -> HTMLResponse:
    """Give the routes of an officer or of an area: the stops in order, the map, what was left out."""
    head = _head(request, desk, day)
    if len(day.ledger.places) == 0:
        return HTMLResponse(render("empty.html", **head, has_areas=len(day.ledger.areas) > 1))
    people, plan, problem = people_with_routes(day), None, ""
    try:
        people = people_with_routes(day, area)
        if board := _board(desk, day, officer, area, head, people):
            return board
        if officer or area:
            plan = day.plan(officer, area, seed)
    except QuestionProblem as said:
        problem = str(said)
    asked = {"date": day.as_of.isoformat(), "officer": officer, "area": area, "seed": seed or None}
    html = render(
        "routes.html",
        **head,
        **_shown(request, plan, problem, asked, page),
        filters={"officer": officer, "area": area, "seed": seed},
        choices={"area": choices(day)["area"], "officer": people},
        walks=False,
        most=MOST_AT_ONCE,
    )
    return HTMLResponse(html, 422 if problem else 200)


@router.get("/routes/streets")
def street_routes(
    request: Request,
    desk: TheDesk,
    day: TheRouteDay,
    officer: Word = None,
    area: Word = None,
    unwalked_days: TheUnwalkedDays = UNWALKED_DAYS,
    places: TheAsides = False,
    page: Page = 1,
) -> HTMLResponse:
    """Give the walks along streets of an officer or of an area: the stretches in order, the map, what was left out."""
    head = _head(request, desk, day)
    people, plan, problem = people_with_routes(day), None, ""
    try:
        people = people_with_routes(day, area)
        if officer or area:
            plan = day.street_plan(officer, area, unwalked_days, places=places)
    except QuestionProblem as said:
        problem = str(said)
    asked = {"date": day.as_of.isoformat(), "officer": officer, "area": area, "unwalked_days": unwalked_days}
    html = render(
        "routes.html",
        **head,
        **_shown(request, plan, problem, asked | {"places": places or ""}, page),
        walks=True,
        new_km=float(plan.routes["new_m"].sum()) / 1000 if plan else 0.0,
        repeat_km=float(plan.routes["repeat_m"].sum()) / 1000 if plan else 0.0,
        filters={"officer": officer, "area": area, "seed": 0, "unwalked_days": unwalked_days, "places": places},
        choices={"area": choices(day)["area"], "officer": people},
    )
    return HTMLResponse(html, 422 if problem else 200)


def _shown(request: Request, plan: DayPlan | None, problem: str, asked: dict[str, Any], page: int) -> dict[str, Any]:
    """Give what both kinds of plan show: routes, what was left out, what was asked."""
    left = plan.left_out if plan else pd.DataFrame()
    return {
        "problem": problem,
        "plan": plan,
        "routes": _routes(plan) if plan else [],
        "left": records(part_of(left, page)),
        "reasons": LEFT_WORDS,
        "counts": left["reason"].value_counts().to_dict() if plan else {},
        "asked_for": urlencode({name: value for name, value in asked.items() if value}),
        "kept": False,
        "paging": paging(request, len(left), page),
    }


def _head(request: Request, desk: Desk, day: Day) -> dict[str, Any]:
    """Give what every page needs; the day stands in `as_of` alone, so that the head's own field can change it."""
    url = request.url.remove_query_params("date").include_query_params(as_of=day.as_of.isoformat())
    head = common(request, desk, day)
    asked = {name: value for name, value in head["asked"].items() if name != "date"}
    return head | {"asked": asked, "link": lambda **given: link(url, **given)}


def _board(
    desk: Desk, day: Day, officer: str | None, area: str | None, head: dict[str, Any], people: list[tuple[str, str]]
) -> HTMLResponse | None:
    """Give the board of kept routes, where there are any of whom was asked for; None where there are none."""
    kept = set(asked_officers(board_of(desk, day), day, officer, area))
    if not kept:
        return None
    inside = officers_in(day, area) if area and not officer else frozenset()
    inspectors = day.ledger.officers["id"][(day.ledger.officers["role"] == "inspector").to_numpy(bool)]
    html = render(
        "board.html",
        **head,
        filters={"officer": officer, "area": area, "seed": 0},
        choices={"area": choices(day)["area"], "officer": people},
        kept=True,
        walks=False,
        everybody=people_with_routes(day),
        missing=len(set(inspectors) & (inside or frozenset()) - kept),
        today=datetime.now(day.ledger.town.zone).date().isoformat(),
    )
    return HTMLResponse(html)


def people_with_routes(day: Day, area: str | None = None) -> list[tuple[str, str]]:
    """Give who can have a route, inspectors first; of an area, who answers for a place of it."""
    people = day.ledger.officers
    people = people[people["role"].isin(list(KIND_OF_ROLE))]
    if area:
        people = people[people["id"].isin(list(officers_in(day, area) or ())).to_numpy(bool)]
    people = people.assign(later=people["role"] != "inspector").sort_values(["later", "id"], kind="stable")
    names = people["name"].where(people["name"].notna(), people["id"])
    return [(each, f"{name}（{each}）") for each, name in zip(people["id"], names, strict=True)]


def _routes(plan: DayPlan) -> list[dict[str, Any]]:
    """Give each officer's route in words, with its stops."""
    visits = dict(list(plan.visits.groupby("officer", sort=False)))
    none = plan.visits.iloc[:0]
    return [
        {
            "officer": row["officer"],
            "name": row["name"],
            "mode": MODES[row["mode"]],
            "depart": hour(int(row["depart"])),
            "home": hour(int(row["home"])),
            "lunch": None
            if pd.isna(row["lunch_from"])
            else f"{hour(int(row['lunch_from']))}–{hour(int(row['lunch_to']))}",
            "travel": row["travel_minutes"],
            "stay": row["stay_minutes"],
            "km": row["length_m"] / 1000,
            "feasible": row["feasible"],
            "count": row["stops"],
            "stops": _stops(visits.get(row["officer"], none), row["mode"]),
        }
        for row in plan.routes.to_dict("records")
    ]


def _stops(visits: pd.DataFrame, mode: str) -> list[dict[str, Any]]:
    rows = pd.DataFrame(visits.drop(columns="geometry")).to_dict("records")
    links = navigation_links(visits, [mode] * len(visits))
    return [
        {
            **{str(name): value for name, value in row.items()},
            "arrive": hour(int(row["arrive"])),
            "leave": hour(int(row["leave"])),
            "stay": (int(row["leave"]) - int(row["begin"])) / 60,
            "links": found,
        }
        for row, found in zip(rows, links, strict=True)
    ]
