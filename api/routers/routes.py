"""Kept routes of a day: planned and kept, changed by hand, the rest planned anew, sent to phones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from api.described.kept_routes import AddablePlaces, ChangedRoutes, KeptRoutes, RouteHistory
from api.described.shapes import Answers, answers
from api.desk import Desk
from api.keeping import Change, changed, check_seen, kept_plan, rest_planned, sent, write
from api.kept_routes import Words, addable, asked_routes, board_of, can_undo, second_of
from api.params import Area, TheActor, TheDesk, TheRouteDay, Word
from api.problems import InputProblem
from api.route_files import gpx_text
from api.together import both, either, given, is_one_of, missing
from api.wire import Day, Id, Lat, Lon
from api.written import NO_NUL, ANumber, Written
from coverage.routes.kept import PLAN, SEND, KeptRoute
from coverage.routes.kept_plan import plan_of_routes, routes_of_plan

router = APIRouter(tags=["routes"])
SOURCE = "api"
DONE_BEFORE: Answers = answers(ChangedRoutes) | answers(ChangedRoutes, status=201)
"""200 where nothing had to be written."""
CHANGED: Answers = {409: {"description": "别人已经改过这条路线"}}

TheDate = Annotated[date, Written, Path(alias="date", description="哪一天")]
Officer = Annotated[str, Path(max_length=200)]
Number = Annotated[int, Field(ge=1, le=1000), ANumber]
Revision = Annotated[int, Field(ge=1, le=2**31), ANumber]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1), ANumber]
Reason = Annotated[str, Field(max_length=1000, pattern=NO_NUL)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    actor: Id
    reason: Reason = ""


class NewRoutes(_Body):
    """A day to be planned and kept: of an officer, or of those who answer for places of an area."""

    model_config = ConfigDict(
        json_schema_extra=either(both(given("officer"), missing("area")), both(given("area"), missing("officer")))
    )

    date: Day
    officer: Id | None = None
    area: Id | None = None
    seed: Seed = 0

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if (self.officer is None) == (self.area is None):
            raise ValueError("officer 和 area 要写明一个")
        return self


class RouteChange(_Body):
    """One change of a route by hand; `revision` is the one that the person saw.

    `to` is the number (from 1) of the stop afterwards: needed for `move`, else where it does least harm.
    """

    model_config = ConfigDict(
        json_schema_extra=either(
            both(is_one_of("do", "lock", "unlock", "drop", "move", "add"), given("place_id"), missing("to_officer")),
            both(is_one_of("do", "give"), given("place_id", "to_officer")),
            both(is_one_of("do", "undo"), missing("to_officer")),
        )
    )

    revision: Revision
    do: Literal["lock", "unlock", "drop", "move", "add", "give", "undo"]
    place_id: Id | None = None
    to: Number | None = None
    to_officer: Id | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.do != "undo" and self.place_id is None:
            raise ValueError("要写明 place_id")
        if (self.do == "give") != (self.to_officer is not None):
            raise ValueError("do 是 give 时要写明 to_officer，其他时候不写")
        return self


class Replan(_Body):
    """The rest of a day planned anew: from when (`12:30`, now where none is said) and where (WGS 84)."""

    model_config = ConfigDict(json_schema_extra=either(given("lon", "lat"), missing("lon", "lat")))

    revision: Revision
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["12:30"])] | None = None
    lon: Lon | None = None
    lat: Lat | None = None
    seed: Seed = 0

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon 和 lat 要么都填，要么都不填")
        return self


class Send(_Body):
    """Routes to be sent: officer and the revision that the person saw; `anyway`: also those that can't be kept."""

    routes: dict[Id, Revision] = Field(
        min_length=1,
        max_length=2000,
        # a pattern of names says nothing of names that don't match it
        json_schema_extra={"additionalProperties": False, "propertyNames": {"pattern": r"\S", "maxLength": 200}},
    )
    anyway: StrictBool = False


@router.get("/routes", responses=answers(KeptRoutes))
def routes(
    desk: TheDesk,
    day: TheRouteDay,
    officer: Word = None,
    area: Area = None,
    brief: Annotated[bool, Query(description="只要各人的线和合计，不要停留点")] = False,
) -> JSONResponse:
    """Give the newest revision of each kept route of a day: of an officer, of an area, or of all."""
    found = asked_routes(board_of(desk, day), day, officer, area)
    rows = Words(day, found).routes(stops=not brief)
    return JSONResponse({"date": day.as_of.isoformat(), "town": desk.town.name, "routes": rows, "notes": []})


@router.post("/routes", status_code=201, responses=answers(KeptRoutes) | answers(KeptRoutes, status=201) | CHANGED)
def keep(desk: TheDesk, me: TheActor, new: NewRoutes) -> JSONResponse:
    """Plan a day and keep the routes as drafts; what people changed or sent stays as it is, and is told."""
    day = desk.day(new.date)
    plan = day.plan(new.officer, new.area, new.seed)
    board = board_of(desk, day)
    planned = routes_of_plan(plan, actor=me.signed(new.actor), at=_now(), reason=new.reason)
    written, said = kept_plan(board.histories, planned)
    _write(desk, written, me.signed(new.actor), PLAN)
    board = board_of(desk, day)
    found = [board.history(route.officer)[-1] for route in planned]
    facts = {"date": new.date.isoformat(), "town": desk.town.name, "notes": [*plan.notes, *said]}
    return JSONResponse({**facts, "routes": Words(day, found).routes()}, 201 if written else 200)


@router.post("/routes/{date}/send", responses=answers(ChangedRoutes) | CHANGED)
def send(desk: TheDesk, me: TheActor, on: TheDate, asked: Send) -> JSONResponse:
    """Send routes to phones: the newest revision of each is from then on the one that is walked."""
    day = desk.day(on)
    board = board_of(desk, day)
    new = sent(board, asked.routes, actor=me.signed(asked.actor), at=_now(), anyway=asked.anyway)
    _write(desk, new, me.signed(asked.actor), SEND)
    board = board_of(desk, day)
    return _answer(desk, on, [board.history(officer)[-1] for officer in asked.routes])


@router.post("/routes/{date}/{officer:path}/changes", status_code=201, responses=DONE_BEFORE | CHANGED)
def change(desk: TheDesk, me: TheActor, on: TheDate, officer: Officer, asked: RouteChange) -> JSONResponse:
    """Change a route by hand; give every route that it changed, with its times and what can't be kept."""
    wanted = Change(
        officer,
        asked.revision,
        asked.do,
        asked.place_id or "",
        asked.to,
        asked.to_officer or "",
        me.signed(asked.actor),
        asked.reason,
    )
    new, to_write = changed(board_of(desk, desk.day(on)), wanted, _now())
    if to_write:
        _write(desk, new, me.signed(asked.actor), asked.do)
    newest = {route.officer: route for route in new}
    return _answer(desk, on, list(newest.values()), status=201 if to_write else 200)


@router.post("/routes/{date}/{officer:path}/replan", status_code=201, responses=DONE_BEFORE | CHANGED)
def replan(desk: TheDesk, me: TheActor, on: TheDate, officer: Officer, asked: Replan) -> JSONResponse:
    """Plan the rest of an officer's day anew from where they are; what is done stands, what is locked stays."""
    second = second_of(desk.town, on, asked.at)
    if second is None:
        raise InputProblem("at：这一天不是今天，请写明从几点起重排，例如 12:30。")
    day = desk.day(on)
    board = board_of(desk, day)
    board.check(officer, asked.revision)
    spot = None if asked.lon is None or asked.lat is None else (asked.lon, asked.lat)
    at = _now()
    found = rest_planned(
        board, officer, second, spot=spot, seed=asked.seed, actor=me.signed(asked.actor), at=at, reason=asked.reason
    )
    _write(desk, [found.route], me.signed(asked.actor), "replan")
    left = Words(day, [found.route], [each.stop.place_id for each in found.left_out]).left_out(found)
    return _answer(desk, on, [found.route], status=201, notes=list(found.notes), left_out=left)


@router.get("/routes/{date}/{officer:path}/places", responses=answers(AddablePlaces))
def places(desk: TheDesk, on: TheDate, officer: Officer, search: Word = None) -> JSONResponse:
    """Give places that may be added to a route: what waits for the officer, or what a search finds in the town."""
    day = desk.day(on)
    board = board_of(desk, day)
    rows = addable(board, day, officer, board.candidates(), search or "")
    return JSONResponse({"date": on.isoformat(), "officer": officer, "rows": rows})


@router.get(
    "/routes/{date}/{officer:path}/gpx",
    responses={200: {"content": {"application/gpx+xml": {"schema": {"type": "string"}}}}},
)
def route_file(desk: TheDesk, on: TheDate, officer: Officer) -> Response:
    """Give an officer's route, as it stands, as GPX 1.1."""
    day = desk.day(on)
    kept = board_of(desk, day).history(officer)[-1:]
    words = Words(day, kept)
    plan = plan_of_routes(desk.town, on, kept, people=words.people, places=words.places)
    headers = {"Content-Disposition": f'attachment; filename="route-{on}.gpx"'}
    return Response(gpx_text(plan), media_type="application/gpx+xml", headers=headers)


@router.get("/routes/{date}/{officer:path}", responses=answers(RouteHistory))
def route(desk: TheDesk, on: TheDate, officer: Officer) -> JSONResponse:
    """Give an officer's route, and who changed it when."""
    day = desk.day(on)
    history = board_of(desk, day).history(officer)
    words = Words(day, history[-1:])
    facts = {"date": on.isoformat(), "town": desk.town.name, "can_undo": can_undo(history)}
    return JSONResponse({**facts, "route": words.routes()[0], "revisions": words.revisions(history)})


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _write(desk: Desk, new: list[KeptRoute], actor: str, action: str) -> None:
    with desk.writing:
        check_seen(desk, new)
        write(desk.writer, new, actor=actor, action=action, source=SOURCE)


def _answer(
    desk: Desk,
    on: date,
    found: list[KeptRoute],
    *,
    status: int = 200,
    notes: list[str] | None = None,
    left_out: list[dict[str, Any]] | None = None,
) -> JSONResponse:
    rows = Words(desk.day(on), found).routes()
    body = {"date": on.isoformat(), "routes": rows, "notes": notes or [], "left_out": left_out or []}
    return JSONResponse(body, status)
