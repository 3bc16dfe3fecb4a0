"""The quarterly appraisal of communities and departments."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.appraising import appraisal_of, as_document
from api.described.reports import AppraisalAnswer
from api.described.shapes import answers
from api.params import TheDay, TheDesk
from coverage.appraisal import Unit

router = APIRouter(tags=["appraisal"])


@router.get("/appraisal", responses=answers(AppraisalAnswer))
def appraisal(
    desk: TheDesk,
    day: TheDay,
    unit: Unit = "community",
    period: Annotated[str | None, Query(max_length=20, description="季度，如 2024Q2；默认截至日所在的季度")] = None,
) -> dict[str, Any]:
    """Give the scores of a quarter, the best first, each with its figures and the address of what counts against it."""
    return as_document(appraisal_of(desk, day, unit, period))
