"""The leader's board (领导看板): a few figures, ranking, map and major hazards of an area; the same on one A4 page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.actor import actor_of
from api.day import Day
from api.forwarded import public_url
from api.leader_board import BESIDE, FIRST, MONTH, board_of, day_at_hand
from api.pages.common import Word, common, named_areas, seen
from api.pages.hazards import WORDS
from api.pages.rendering import render
from api.params import TheDay, TheDesk
from coverage.leader_board import KEY_FIGURES
from maps.leader_board.briefing import briefing_pdf, briefing_png
from maps.leader_board.drawing import HATCH, SPARK
from maps.leader_board.ranked import RANKED

router = APIRouter(include_in_schema=False)
Figure = Annotated[str, Query(max_length=40)]
Against = Annotated[str, Query(max_length=20)]
Seen = Annotated[int | None, Query(ge=0, alias="seen")]
MAJORS = 10


@router.get("/board", response_class=HTMLResponse)
def board(
    request: Request,
    desk: TheDesk,
    day: TheDay,
    area: Word = None,
    figure: Figure = FIRST,
    against: Against = MONTH,
    seen_to: Seen = None,
) -> str:
    """Give the board of an area; `seen_to` is how far the ledger had come when the link was copied."""
    day = day_at_hand(desk, day.as_of)
    found, version = board_of(day, area, figure, against), day.state.mark.version
    asked = {"as_of": day.as_of.isoformat(), "area": found.area, "figure": figure}
    asked |= {"against": against} if against != MONTH else {}
    named = {key: value for key, value in asked.items() if value is not None}
    link = public_url(request).replace(query="").include_query_params(**named, seen=version)
    return render(
        "leader_board.html",
        **common(request, desk, day),
        **WORDS,
        board=found,
        asked_for=named,
        permanent=str(link),
        beside={key: word for key, (word, _) in BESIDE.items()},
        day_before=day.as_of - timedelta(days=1),
        written=max(version - seen_to, 0) if seen_to is not None else 0,
        ranked_by={key: each.measure.long for key, each in RANKED.items()},
        figures=KEY_FIGURES.values(),
        majors_shown=MAJORS,
        spark_size=SPARK,
        hatch=HATCH,
    )


@router.get("/board.pdf")
def pdf(request: Request, day: TheDay, area: Word = None, figure: Figure = FIRST, against: Against = MONTH) -> Response:
    """Give the same as a briefing on one page, to print."""
    found, made = board_of(day, area, figure, against), datetime.now(day.ledger.town.zone)
    paper = briefing_pdf(found, made, part=_part(request, day))
    return _file(paper, "application/pdf", f"board-{day.as_of}.pdf")


@router.get("/board.png")
def png(request: Request, day: TheDay, area: Word = None, figure: Figure = FIRST, against: Against = MONTH) -> Response:
    """Give the same page as a picture, to send."""
    found, made = board_of(day, area, figure, against), datetime.now(day.ledger.town.zone)
    picture = briefing_png(found, made, part=_part(request, day))
    return _file(picture, "image/png", f"board-{day.as_of}.png")


def _part(request: Request, day: Day) -> str | None:
    """Say which part of the town somebody sees alone; None: all of it."""
    return seen(actor_of(request).scope, named_areas(day.ledger.areas))


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'inline; filename="{name}"'})
