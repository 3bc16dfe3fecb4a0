"""The page on an inspector's phone: route, what is due near, re-checks, map; it works without a network."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.actor import actor_of
from api.pages.common import Word, common
from api.pages.rendering import render
from api.params import TheDesk
from api.signing_in import whose
from api.today import person_of, sent_on
from api.wire import words
from api.written import DAY_OR_BLANK, BlankDay
from geodata.tables import INSPECTIONS
from geodata.writers import OFFICE_WORDS

KINDS = [(word, OFFICE_WORDS["kind"][str(word)]) for word in words(INSPECTIONS.column("kind"))]
"""Kinds of an inspection, and what an office calls them; the first stands in the form."""
router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/today")
def today(
    request: Request,
    desk: TheDesk,
    officer: Word = None,
    day: Annotated[date | None, BlankDay, DAY_OR_BLANK, Query(alias="date")] = None,
) -> HTMLResponse:
    """Give the page of an officer, which asks for its day itself; without one the own, else whose routes were sent."""
    actor = actor_of(request)
    me = actor.user
    if officer is None and me is not None and me.role == "inspector":
        officer = me.officer
    if officer is None:
        on = day or datetime.now(desk.town.zone).date()
        head = common(request, desk, desk.day(on))
        html = render("whose_route.html", **head, day=on.isoformat(), people=sent_on(desk, on))
        return HTMLResponse(html, headers=whose(actor))
    name, _ = person_of(desk.basis()["officers"], officer)
    asked = {"officer": officer} | ({"date": day.isoformat()} if day else {})
    own = me is not None and me.role == "inspector" and me.officer == officer
    html = render(
        "today.html",
        town=desk.town,
        officer=officer,
        name=name,
        whose="" if own else urlencode({"officer": officer}),
        me=me,
        kinds=KINDS,
        start="/today" if own else f"/today?{urlencode({'officer': officer})}",
        start_address=f"/api/v1/phone?{urlencode({'officer': officer})}",
        address=f"/api/v1/phone?{urlencode(asked)}",
    )
    return HTMLResponse(html, headers=whose(actor))
