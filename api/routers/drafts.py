"""Drafts of a division: begun from what there is or divided by wangge, changed by hand, adopted with a reason."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import geopandas as gpd
from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.described.shapes import Answers
from api.desk import ACTOR, Desk, last_day
from api.dividing import Ask, plan
from api.drafting import (
    Paper,
    adopt_draft,
    cut,
    edited,
    figures_of,
    merge,
    move,
    paper_of,
    paper_of_areas,
    paper_of_present,
    plan_of_paper,
)
from api.listing import features
from api.params import TheActor, TheDesk
from api.tags import CHANGED_SINCE, IfMatch, check_match, etag_of
from api.wire import Id
from api.written import ANumber, Written
from geodata.errors import AdoptProblem
from geodata.identity import areas_mark
from geodata.model import Level
from geodata.store.drafts import Draft

router = APIRouter(tags=["drafts"])
DRAWN: Answers = {200: {"content": {"application/geo+json": {"schema": {"type": "object"}}}}}
"""A draft with its areas."""
GONE: Answers = {404: {"description": "没有这个方案草稿，或已启用、已丢弃"}}

Number = Annotated[int, Path(ge=1, le=2**53)]
Part = Annotated[int, Field(ge=1, le=2**53), ANumber]
Spot = Annotated[
    list[Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False), ANumber]], Field(min_length=2, max_length=2)
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewDraft(_Body):
    """A new draft: of the areas that there are, or divided anew or with the least change."""

    name: Id
    level: Literal["district", "grid"] = "grid"
    start: Literal["present", "anew", "least-change"] = Field("present", alias="from")
    into: Annotated[int, Field(ge=1, le=2_000), ANumber] | None = None


class Edit(_Body):
    """One change by hand.

    `merge` puts `parts` together; `split` cuts `parts` (none: all that it crosses) along `line`; `move` gives the
    ground inside `line`, a ring, to the first of `parts`. Positions are lon, lat in WGS 84.
    """

    do: Literal["merge", "split", "move"]
    parts: Annotated[list[Part], Field(max_length=200)] = Field(default_factory=list)
    line: Annotated[list[Spot], Field(max_length=2_000)] = Field(default_factory=list)


class Adopt(_Body):
    """The day from which a draft holds (today where none is given), and why."""

    reason: Id
    day: Annotated[date, Written] | None = None


@router.get("/drafts")
def drafts(desk: TheDesk) -> Response:
    """List the drafts, the newest change first."""
    rows = [{key: value for key, value in vars(each).items() if key != "content"} for each in desk.drafts()]
    return JSONResponse({"rows": rows, "total": len(rows)})


@router.post("/drafts", status_code=201, responses=DRAWN | {201: DRAWN[200]})
def new_draft(desk: TheDesk, me: TheActor, new: NewDraft) -> Response:
    """Begin a draft."""
    ledger = desk.ledger()
    level = Level(new.level)
    if new.start == "present":
        paper = paper_of_present(ledger, level)
    else:
        least = new.start == "least-change"
        ask = Ask(level, into=new.into, least_change=least)
        found = plan(ledger, desk.rules_text(last_day(ledger)), ask, last_day(ledger))
        paper = paper_of_areas(level, found.areas)
    base = areas_mark(ledger.areas)
    with desk.writing:
        content = paper.content()
        number = desk.writer.save_draft(
            None, name=new.name, level=new.level, actor=me.signed(ACTOR), base=base, content=content
        )
    return _answer(desk, desk.draft(number), paper, status=201)


@router.get("/drafts/{number}", responses=DRAWN | GONE)
def draft(desk: TheDesk, number: Number) -> Response:
    """Give a draft: its areas as GeoJSON with load, off (of the mean), compactness and places."""
    kept = desk.draft(number)
    return _answer(desk, kept, paper_of(kept.level, kept.content or {"areas": []}))


@router.post("/drafts/{number}/edits", responses=CHANGED_SINCE | DRAWN | GONE)
def edit(desk: TheDesk, me: TheActor, number: Number, change: Edit, if_match: IfMatch = "") -> Response:
    """Change a draft by hand, and give it as it is then; 412 when it is not as it was seen."""
    kept = desk.draft(number)
    check_match(if_match, _tag(kept))
    before = paper_of(kept.level, kept.content or {"areas": []})
    if change.do == "merge":
        act = merge(change.parts)
    elif change.do == "split":
        act = cut(change.line, change.parts, before)
    else:
        act = move(change.line, change.parts, before)
    paper = edited(desk.ledger(), before, act)
    with desk.writing:
        desk.writer.save_draft(
            number,
            name=kept.name,
            level=kept.level,
            actor=me.signed(ACTOR),
            base=kept.base,
            content=paper.content(),
            seen=kept.changed_at,
        )
        kept = desk.draft(number)
    return _answer(desk, kept, paper)


@router.get("/drafts/{number}/plan", responses=GONE)
def plan_of_draft(desk: TheDesk, number: Number) -> Response:
    """Say what a draft would bring: codes, what ends, how many places change hands."""
    kept = desk.draft(number)
    day = desk.day()
    found = plan_of_paper(day.ledger, day.work, paper_of(kept.level, kept.content or {"areas": []}))
    return JSONResponse({**found.figures, "changed": int(found.changed.sum())})


@router.post("/drafts/{number}/adopt", responses=CHANGED_SINCE | GONE)
def adopt(desk: TheDesk, me: TheActor, number: Number, given: Adopt, if_match: IfMatch = "") -> Response:
    """Bring a draft into force; the areas before it stay for the days before."""
    ledger = desk.ledger()
    today = datetime.now(desk.town.zone).date()
    day = given.day or today
    if day > today:
        raise AdoptProblem(f"启用日期 {day} 在今天以后，请到那一天再启用。")
    with desk.writing:
        kept = desk.draft(number)
        check_match(if_match, _tag(kept))
        adoption = adopt_draft(
            desk.writer, ledger, kept, reason=given.reason, day=day, actor=me.signed(ACTOR), as_of=last_day(ledger)
        )
    return JSONResponse({"adoption": adoption, "day": day.isoformat()})


@router.post("/drafts/{number}/drop", responses=CHANGED_SINCE | GONE)
def drop(desk: TheDesk, number: Number, if_match: IfMatch = "") -> Response:
    """Throw a draft away."""
    with desk.writing:
        kept = desk.draft(number)
        check_match(if_match, _tag(kept))
        desk.writer.drop_draft(number, kept.changed_at if if_match else None)
    return JSONResponse({"dropped": number})


def _answer(desk: Desk, kept: Draft, paper: Paper, status: int = 200) -> Response:
    day = desk.day()
    figures = figures_of(day.ledger, day.work, paper)
    shown = ["number", "name", "parent", "came_from", "load", "off", "compactness", "places", "geometry"]
    areas = gpd.GeoDataFrame(paper.areas.merge(figures, on="number"), geometry="geometry", crs=4326)
    facts: dict[str, Any] = {"id": kept.id, "name": kept.name, "level": kept.level}
    facts |= {"stale": kept.base != areas_mark(day.ledger.areas), "travel": day.work.travel}
    facts |= {
        "areas": len(areas),
        "max_deviation": float(areas["off"].abs().max()),
        "compactness": {"mean": float(areas["compactness"].mean()), "min": float(areas["compactness"].min())},
    }
    body = {"type": "FeatureCollection", **facts, "features": features(areas[shown])}
    return JSONResponse(body, status, headers={"ETag": _tag(kept)}, media_type="application/geo+json")


def _tag(kept: Draft) -> str:
    """Give the tag of a draft: another one after every change by hand."""
    return etag_of({"id": kept.id, "changed_at": kept.changed_at})
