"""Graded visits, and what people say of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from api.day import Day
from api.described.shapes import CONFLICT, answers
from api.described.shapes import page_of as shape_of_page
from api.described.visits import GradedVisit, GradeFigures, Review
from api.listing import equals, in_area, page_of
from api.params import Area, GeoJson, TheActor, TheDay, TheDesk, ThePaging, Word
from api.reviewing import reviews_of, write_review
from api.wire import NewReview
from coverage.evidence.figures import GRADE_GROUPS, grade_figures
from coverage.figures import records
from geodata.model import LEVELS

router = APIRouter(tags=["visits"])
InspectionId = Annotated[str, Path(max_length=200)]


@router.get("/visits", responses=answers(shape_of_page(GradedVisit), geojson=True))
def visits(
    request: Request,
    day: TheDay,
    paging: ThePaging,
    geojson: GeoJson,
    grade: Literal["A", "B", "C", "D"] | None = None,
    suspect: bool | None = None,
    officer: Word = None,
    place_id: Word = None,
    area: Area = None,
) -> Response:
    """List inspections graded on evidence, those to look at first, as the command `visits` does."""
    rows = chosen(day, grade=grade, suspect=suspect, officer=officer, place_id=place_id, area=area)
    rows = rows.drop(columns=[str(level) for level in LEVELS if str(level) in rows])
    zone = day.ledger.town.timezone
    rows = rows.assign(at=rows["at"].dt.tz_localize(zone, ambiguous=False, nonexistent="shift_forward"))
    return page_of(request, rows, paging, geojson=geojson, by=("inspection_id",), as_of=day.as_of.isoformat())


@router.get("/visits/figures", responses=answers(GradeFigures))
def figures(
    day: TheDay, by: Annotated[str | None, Query(description=f"{'、'.join(GRADE_GROUPS)}；默认全镇一行")] = None
) -> dict[str, Any]:
    """Give how many visits have which grade, by a group."""
    by = by or str(day.graded.town.level)
    rows = records(grade_figures(day.graded, by))
    return {"as_of": day.as_of.isoformat(), "town": day.graded.town.name, "by": by, "rows": rows}


@router.get("/inspections/{inspection_id:path}/reviews", responses=answers(Review))
def reviews(desk: TheDesk, inspection_id: InspectionId) -> dict[str, Any]:
    """Give what people said of an inspection, the first first."""
    return {"rows": reviews_of(desk.ledger(), inspection_id)}


@router.post(
    "/inspections/{inspection_id:path}/reviews", status_code=201, responses=answers(Review, status=201) | CONFLICT
)
def post_review(desk: TheDesk, me: TheActor, inspection_id: InspectionId, new: NewReview) -> dict[str, Any]:
    """Say something of an inspection; nothing said before is changed, and no figure."""
    with desk.writing:
        write_review(
            desk.writer,
            desk.ledger(),
            inspection_id,
            verdict=new.verdict,
            reason=new.reason,
            actor=me.signed(new.actor),
            source="api",
        )
    return {"rows": reviews_of(desk.ledger(), inspection_id)}


def chosen(
    day: Day,
    *,
    grade: str | None = None,
    suspect: bool | None = None,
    officer: str | None = None,
    place_id: str | None = None,
    area: str | None = None,
) -> pd.DataFrame:
    """Give the graded visits of a grade, suspect or not, of an officer (id or name), of a place (id), in an area."""
    rows = day.graded.visits
    kept = equals(rows["grade"], grade) & equals(rows["place_id"], place_id) & in_area(rows, day.graded.areas, area)
    if suspect is not None:
        kept &= rows["suspect"].to_numpy(dtype=bool) == suspect
    if officer is not None:
        kept &= np.asarray(equals(rows["officer"], officer) | equals(rows["officer_name"], officer))
    return rows[kept]
