"""Places, and what each one owes."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import pandas as pd
from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from api.day import Day
from api.described.coverage import PlaceWithDuties
from api.described.rows import Place
from api.described.shapes import answers
from api.described.shapes import page_of as shape_of_page
from api.listing import equals, in_area, in_box, page_of, plain
from api.params import Area, AsOf, GeoJson, TheBox, TheDay, TheDesk, ThePaging, Word, day_of
from api.problems import NotFoundProblem
from coverage.reckoning import duties_with_evidence, place_history
from coverage.roster import rows_of

router = APIRouter(tags=["places"])
PlaceId = Annotated[str, Path(max_length=200)]


@router.get("/places", responses=answers(shape_of_page(Place), geojson=True))
def places(
    request: Request,
    day: TheDay,
    paging: ThePaging,
    box: TheBox,
    geojson: GeoJson,
    area: Area = None,
    industry: Word = None,
    risk: Word = None,
    department: Word = None,
    state: Literal["done", "pending", "overdue", "exempt", "never"] | None = None,
) -> Response:
    """List places known as of the day; `state` keeps those with a duty in that state."""
    known = day.assessment.places
    kept = in_area(known, day.assessment.areas, area) & in_box(known["lon"], known["lat"], box)
    kept &= equals(known["industry"], industry) & equals(known["risk"], risk) & equals(known["department"], department)
    if state is not None:
        duties = day.assessment.duties
        owing = np.zeros(len(known), dtype=bool)
        wanted = duties["never"] if state == "never" else duties["state"] == state
        owing[duties["place"][wanted].to_numpy()] = True
        kept &= owing
    rows = _ledger_rows(day, known["id"][kept])
    return page_of(request, rows, paging, geojson=geojson, whole=day.ledger.places, as_of=day.as_of.isoformat())


@router.get("/places/{place_id:path}", responses=answers(PlaceWithDuties))
def place(desk: TheDesk, place_id: PlaceId, as_of: AsOf = None) -> Response:
    """Give one place with every duty: its rule, period, state, and each visit of it, counted or not and why."""
    day = day_of(desk, as_of)  # here, not as a dependency: each is a way to a thread and back
    held: pd.DataFrame = day.ledger.places
    row = held.take(rows_of(held, [place_id]))
    if row.empty:
        raise NotFoundProblem(f"没有编号为“{place_id}”的场所。")
    ledger, assessment = day.of_place(place_id), day.assessment.of_place(place_id)
    duties = duties_with_evidence(ledger, assessment, place_id) if len(assessment.places) else []
    history = place_history(ledger, assessment, place_id)
    return JSONResponse({"as_of": day.as_of.isoformat(), **plain(row)[0], "duties": duties, "history": history})


def _ledger_rows(day: Day, ids: pd.Series) -> pd.DataFrame:
    """Give the rows of the ledger with these ids, in the order of the ledger."""
    held: pd.DataFrame = day.ledger.places
    return held[held["id"].isin(ids)]
