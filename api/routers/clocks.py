"""Clocks of hazards: what runs out, what somebody has to do, what is supervised, what is published."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.described.hazards import HazardClock, NoticeRow, PublishedHazard, WorkItem
from api.described.shapes import answers
from api.described.shapes import page_of as shape_of_page
from api.listing import Flags, equals, in_area, page_of
from api.params import Area, GeoJson, TheDay, ThePaging, Word
from coverage.course.clocks import Clocks
from coverage.course.publication import published
from coverage.course.transitions import Role, State
from coverage.course.work import work_list

router = APIRouter(tags=["hazards"])
Kind = Literal["due_soon", "overdue", "stale", "major", "unsupervised", "refused"]
FIELDS = (
    *("id", "place_id", "place_name", "area_name", "level", "category", "industry", "department"),
    *("officer", "officer_name", "state", "rectified", "major", "found", "deadline", "clock", "days_left"),
    *("last_entry", "days_since", "stale", "next_action", "turn", "responsible", "supervisor", "supervisors_missing"),
    *("missing", "zero_in", "lon", "lat"),
)


@router.get("/hazards/clocks", responses=answers(shape_of_page(HazardClock), geojson=True))
def clocks(
    request: Request,
    day: TheDay,
    paging: ThePaging,
    geojson: GeoJson,
    area: Area = None,
    kind: Kind | None = None,
    state: State | None = None,
    industry: Word = None,
    department: Word = None,
    officer: Word = None,
    responsible: Word = None,
    place_id: Word = None,
) -> Response:
    """List hazards that are not at an end with their clocks, in the order of the ledger."""
    rows = day.clocks.rows
    kept = in_area(rows, day.clocks.areas, area) & of_kind(day.clocks, kind) & equals(rows["state"], state)
    asked = {"industry": industry, "department": department, "responsible": responsible, "place_id": place_id}
    for column, word in asked.items():
        kept &= equals(rows[column], word)
    if officer is not None:
        kept &= equals(rows["officer"], officer) | equals(rows["officer_name"], officer)
    return page_of(
        request, rows.loc[kept, list(FIELDS)], paging, geojson=geojson, whole=rows, as_of=day.as_of.isoformat()
    )


@router.get("/hazards/supervision", responses=answers(shape_of_page(NoticeRow)))
def supervision(
    request: Request,
    day: TheDay,
    paging: ThePaging,
    issued: Annotated[bool, Query(description="true：已下发的，新的在前；false：应下发的，逾期最久的在前")] = False,
    hazard_id: Word = None,
) -> Response:
    """List 督办单: those to be drawn up as of the day (without a number), or those issued up to it."""
    rows = day.issued if issued else day.due
    rows = rows[equals(rows["hazard_id"], hazard_id)]
    return page_of(request, rows, paging, geojson=False, by=("hazard_id", "nth"), as_of=day.as_of.isoformat())


@router.get("/hazards/published", responses=answers(shape_of_page(PublishedHazard)))
def publication(request: Request, day: TheDay, paging: ThePaging) -> Response:
    """List major hazards and refused ones as they may be shown to everybody: `withheld` says what was left out."""
    return page_of(request, published(day.clocks), paging, geojson=False, by=("rank",), as_of=day.as_of.isoformat())


@router.get("/todo", responses=answers(shape_of_page(WorkItem), geojson=True))
def todo(
    request: Request,
    day: TheDay,
    paging: ThePaging,
    geojson: GeoJson,
    role: Role,
    who: Annotated[
        str | None, Query(max_length=200, description="姓名、工号、部门或场所编号；默认这个角色的所有人")
    ] = None,
    area: Area = None,
) -> Response:
    """List what a role has to do about hazards, the most urgent first."""
    rows = work_list(day.clocks, day.due, day.ledger.officers, role, who=who, area=area)
    return page_of(request, rows, paging, geojson=geojson, by=("id", "task"), as_of=day.as_of.isoformat())


def of_kind(clocks: Clocks, kind: str | None) -> Flags:
    """Say which rows are of a kind; all when none is asked."""
    rows = clocks.rows
    match kind:
        case None:
            return np.ones(len(rows), dtype=bool)
        case "due_soon" | "overdue":
            return equals(rows["clock"], kind)
        case "unsupervised":
            return (rows["supervisors_missing"] > 0).to_numpy(bool)
        case "refused":
            return equals(rows["state"], State.REFUSED)
    return rows[kind].to_numpy(bool)
