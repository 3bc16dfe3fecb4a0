"""The big screen (挂图作战): a page that turns through the 片区 by itself, and the data that it asks for again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.pages.common import named_areas, seen
from api.pages.rendering import render
from api.params import TheActor, TheDay, TheDesk

router = APIRouter(include_in_schema=False)
Seconds = Annotated[int, Query(ge=5, le=600)]


@router.get("/wall", response_class=HTMLResponse)
def screen(desk: TheDesk, day: TheDay, who: TheActor, every: Seconds = 20) -> str:
    """Give the screen; `every` so many seconds it turns. Who sees a part of the town reads which one on every slide."""
    part = seen(who.scope, named_areas(day.ledger.areas))
    return render("wall.html", town=desk.town, as_of=day.as_of.isoformat(), every=every, part=part)


@router.get("/wall/data")
def data(request: Request, day: TheDay) -> Response:
    """Give the slides; nothing but the word that they are the same, where they are."""
    wall = day.wall()
    headers = {"ETag": wall.tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == wall.tag:
        return Response(status_code=304, headers=headers)
    return Response(wall.content, media_type="application/json", headers=headers)
