"""The page on an officer's phone: today's route, stop by stop."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.pages.common import Word, common
from api.pages.rendering import render
from api.params import Blank, TheDesk
from api.tags import etag_of
from api.today import sent_on, today_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/today")
def today(
    request: Request,
    desk: TheDesk,
    officer: Word = None,
    day: Annotated[date | None, Blank, Query(alias="date")] = None,
) -> HTMLResponse:
    """Give the route of an officer as it was sent; without one, whose routes were sent."""
    on = day or datetime.now(desk.town.zone).date()
    if officer is None:
        head = common(request, desk, desk.day(on))
        return HTMLResponse(render("whose_route.html", **head, day=on.isoformat(), people=sent_on(desk, on)))
    route = today_of(desk, on, officer)
    asked = {"officer": officer} | ({"date": day.isoformat()} if day else {})
    html = render(
        "today.html",
        town=desk.town,
        route=route,
        address=f"/api/v1/routes/today?{urlencode(asked)}",
        first=json.dumps(route, ensure_ascii=False),
        tag=etag_of(route),
    )
    return HTMLResponse(html)
