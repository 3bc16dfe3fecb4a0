"""Hazards: listed, counted, and posted from the field."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from api.listing import equals, in_area, in_box, on_days, page_of, plain
from api.params import Area, From, GeoJson, TheBox, TheDay, TheDesk, ThePaging, To, Word
from api.posting import post
from api.problems import NotFoundProblem
from api.wire import NewHazard
from coverage.figures import records
from coverage.grouping import HAZARD_GROUPS
from coverage.hazards import hazard_figures

router = APIRouter(tags=["hazards"])
FIELDS = (
    *("id", "place_id", "place_name", "level", "category", "industry", "risk", "department", "officer"),
    *("found", "deadline", "rectified_on", "closed_on", "lon", "lat"),
    *("void", "rectified", "closed", "open", "overdue", "major"),
)


@router.get("/hazards")
def hazards(
    request: Request,
    day: TheDay,
    paging: ThePaging,
    box: TheBox,
    geojson: GeoJson,
    area: Area = None,
    first: From = None,
    to: To = None,
    industry: Word = None,
    risk: Word = None,
    level: Word = None,
    place_id: Word = None,
    state: Literal["open", "rectified", "closed", "overdue", "void", "major_open"] | None = None,
) -> Response:
    """List hazards found up to the day, newest first."""
    frame = day.register.hazards
    kept = in_area(frame, day.register.areas, area) & in_box(frame["lon"], frame["lat"], box)
    kept &= on_days(frame["found"], first, to) & equals(frame["industry"], industry) & equals(frame["risk"], risk)
    kept &= equals(frame["level"], level) & equals(frame["place_id"], place_id)
    if state is not None:
        kept &= frame[state].to_numpy(dtype=bool)
    rows = frame.loc[kept, list(FIELDS)].sort_values(["found", "id"], ascending=[False, True], kind="stable")
    return page_of(request, rows, paging, geojson=geojson, as_of=day.as_of.isoformat())


@router.get("/hazards/figures")
def figures(
    day: TheDay, by: Annotated[str, Query(description="、".join(HAZARD_GROUPS))] = "district"
) -> dict[str, Any]:
    """Give found, rectified, closed, open, overdue, major and the rates by a group."""
    return {"as_of": day.as_of.isoformat(), "by": by, "rows": records(hazard_figures(day.register, by))}


@router.get("/hazards/{hazard_id}")
def hazard(desk: TheDesk, hazard_id: Annotated[str, Path(max_length=200)]) -> Response:
    """Give one hazard as it stands in the ledger."""
    frame = desk.ledger().hazards
    row = frame[frame["id"] == hazard_id]
    if row.empty:
        raise NotFoundProblem(f"没有编号为“{hazard_id}”的隐患。")
    return JSONResponse(plain(row)[0])


@router.post("/hazards", status_code=201)
def post_hazard(desk: TheDesk, new: NewHazard) -> Response:
    """Record a hazard: 201 when new, 200 when the same stands already, 409 when another stands under its id."""
    return post(desk, "hazards", new)
