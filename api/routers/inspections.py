"""Inspections: listed, and posted from the field."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
import shapely
from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from api.described.rows import Inspection
from api.described.shapes import CONFLICT, answers
from api.described.shapes import page_of as shape_of_page
from api.listing import equals, in_area, in_box, on_days, page_of, plain
from api.params import Area, From, GeoJson, TheActor, TheBox, TheDay, TheDesk, ThePaging, To, Word
from api.posting import post
from api.problems import NotFoundProblem
from api.wire import NewInspection

router = APIRouter(tags=["inspections"])


@router.get("/inspections", responses=answers(shape_of_page(Inspection), geojson=True))
def inspections(
    request: Request,
    day: TheDay,
    paging: ThePaging,
    box: TheBox,
    geojson: GeoJson,
    area: Area = None,
    first: From = None,
    to: To = None,
    place_id: Word = None,
    officer: Word = None,
    industry: Word = None,
    risk: Word = None,
) -> Response:
    """List inspections up to the day, newest first; area, industry and risk are those of their place."""
    frame, known = day.inspections, day.assessment.places
    kept = on_days(frame["at"], first, to) & equals(frame["place_id"], place_id) & equals(frame["officer"], officer)
    if box:
        points = frame.geometry.to_numpy()
        kept &= in_box(pd.Series(shapely.get_x(points)), pd.Series(shapely.get_y(points)), box)
    if area or industry or risk:
        of_place = in_area(known, day.assessment.areas, area) & equals(known["industry"], industry)
        of_place &= equals(known["risk"], risk)
        kept &= frame["place_id"].isin(known["id"][of_place]).to_numpy()
    return page_of(request, frame[kept], paging, geojson=geojson, whole=frame, as_of=day.as_of.isoformat())


@router.get("/inspections/{inspection_id:path}", responses=answers(Inspection))
def inspection(desk: TheDesk, inspection_id: Annotated[str, Path(max_length=200)]) -> Response:
    """Give one inspection."""
    frame = desk.ledger().inspections
    row = frame[frame["id"] == inspection_id]
    if row.empty:
        raise NotFoundProblem(f"没有编号为“{inspection_id}”的检查。")
    return JSONResponse(plain(row)[0])


@router.post(
    "/inspections", status_code=201, responses=answers(Inspection) | answers(Inspection, status=201) | CONFLICT
)
async def post_inspection(desk: TheDesk, me: TheActor, new: NewInspection) -> Response:
    """Record an inspection: 201 when new, 200 when the same stands already, 409 when another stands under its id."""
    me.check_inspection(new.by, new.officer)
    return await post(desk, me, "inspections", new)
