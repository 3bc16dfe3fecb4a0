"""What phones take along and send by the way: the day's document, pieces of track."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from api.described.phone import PhoneDay, TrackKept
from api.described.shapes import CONFLICT, answers
from api.params import TheActor, TheDesk
from api.phone import phone_of
from api.signing_in import whose
from api.tracks import post_track
from api.wire import Id, NewTrack
from api.written import DAY_OR_BLANK, BlankDay

router = APIRouter(tags=["phone"])


@router.get("/phone", responses=answers(PhoneDay) | {304: {"description": "没有变化"}})
def phone(
    response: Response,
    desk: TheDesk,
    me: TheActor,
    officer: Annotated[Id, Query()],
    day: Annotated[date | None, BlankDay, DAY_OR_BLANK, Query(alias="date", description="哪一天，默认今天")] = None,
) -> dict[str, Any]:
    """Give all that an officer's phone needs for a day without a network; 304 to who has it already (`ETag`)."""
    response.headers.update(whose(me))
    return phone_of(desk, day or datetime.now(desk.town.zone).date(), officer)


@router.post("/tracks", status_code=201, responses=answers(TrackKept, status=201) | answers(TrackKept) | CONFLICT)
def track(desk: TheDesk, me: TheActor, new: NewTrack) -> JSONResponse:
    """Keep a piece of a track: 201 when new, 200 when it stands already or no two of its fixes make a line."""
    said, is_new = post_track(desk, me, new)
    return JSONResponse(said, 201 if is_new else 200)
