"""What became of routes: planned against done, what phones show and say on the way, real stays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from api.described.done import RoutesDone, RouteSkip, Stays, Today
from api.described.shapes import CONFLICT, answers
from api.params import Area, From, TheActor, TheDesk, To, Word
from api.problems import InputProblem
from api.route_done import done_on_desk, part_of, stays_on_desk, told_extra, told_stops
from api.tags import etag_of
from api.today import post_skip, today_of
from api.wire import Id, NewSkip
from api.written import DAY_OR_BLANK, BlankDay
from coverage.figures import records
from coverage.periods import check_day
from coverage.routes.done_figures import DONE_GROUPS, done_figures

router = APIRouter(tags=["routes"])
By = Literal["route", "stop", "extra", "officer", "day", "all", "city", "town", "district", "community", "grid"]
TheDate = Annotated[date | None, BlankDay, DAY_OR_BLANK, Query(alias="date", description="哪一天")]


@router.get("/routes/done", responses=answers(RoutesDone))
def done(
    desk: TheDesk,
    day: TheDate = None,
    first: From = None,
    to: To = None,
    by: Annotated[By, Query(description=f"一行是什么：route、stop、extra，或 {'、'.join(DONE_GROUPS)}")] = "route",
    officer: Word = None,
    area: Area = None,
) -> dict[str, Any]:
    """Give planned against done of a day (`date`), or of the days `from` … `to`, as the command `routes` does."""
    begin, end = _days(day, first, to)
    after = part_of(done_on_desk(desk, begin, end), officer, area)
    frames = {"route": lambda: after.routes, "stop": lambda: told_stops(after), "extra": lambda: told_extra(after)}
    frame = frames[by]() if by in frames else done_figures(after, by)
    head = {"from": begin.isoformat(), "to": end.isoformat(), "town": after.town.name, "by": by}
    return {**head, "drafts": after.drafts, "rows": records(frame)}


def _days(day: date | None, first: date | None, last: date | None) -> tuple[date, date]:
    if day and not first and not last:
        return day, day
    if first and last and not day:
        return first, last
    raise InputProblem("请写明 date，或者 from 和 to。")


@router.get("/routes/today", responses=answers(Today) | {304: {"description": "没有变化"}})
def today(desk: TheDesk, officer: Annotated[Id, Query()], day: TheDate = None) -> Response:
    """Give an officer's route as it was sent last, today's where no `date` is given, and what became of each stop.

    With the `ETag` of before in `If-None-Match`: 304 when nothing changed.
    """
    document = today_of(desk, day or datetime.now(desk.town.zone).date(), officer)
    return JSONResponse(document, headers={"ETag": etag_of(document)})


@router.post("/routes/skips", status_code=201, responses=answers(RouteSkip, status=201) | answers(RouteSkip) | CONFLICT)
def skip(desk: TheDesk, me: TheActor, new: NewSkip) -> JSONResponse:
    """Leave a stop out on the way, with the reason, or take that back: 201 when new, 200 when it stands already."""
    me.check_officer(new.officer)
    said, is_new = post_skip(desk, me, new)
    return JSONResponse(said, 201 if is_new else 200)


@router.get("/stays", responses=answers(Stays))
def stays(desk: TheDesk, first: From = None, to: To = None) -> dict[str, Any]:
    """Give real minutes of visits beside the rules'; half a year up to the last day of the data where none is said."""
    end = to or desk.day().as_of
    check_day(end)
    begin = first or end - timedelta(days=182)
    figures = stays_on_desk(desk, begin, end)
    head = {"from": begin.isoformat(), "to": end.isoformat(), "town": desk.town.name}
    counts = {"visits": figures.visits, "observed": figures.observed, "left_out": figures.left_out}
    return {**head, **counts, "rows": records(figures.rows)}
