"""The page of the quarterly appraisal: ranks and scores, each figure open to its rows, and the circular."""

from __future__ import annotations

from datetime import date, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.appraising import appraisal_of, as_document
from api.pages.common import Word, common
from api.pages.rendering import render
from api.params import TheDay, TheDesk
from coverage.appraisal import UNIT_WORDS, Unit
from coverage.periods import period_of
from geodata.model import Level

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
QUARTERS = 8


@router.get("/appraisal")
def appraisal(request: Request, desk: TheDesk, day: TheDay, unit: Unit | None = None, period: Word = None) -> str:
    """Give the scores of a quarter; of communities where the town has any, else of departments."""
    has_communities = str(Level.COMMUNITY) in day.assessment.places
    asked = unit or ("community" if has_communities else "department")
    found = appraisal_of(desk, day, asked, period)
    return render(
        "appraisal.html",
        **common(request, desk, day),
        told=as_document(found),
        period_name=found.period.chinese,
        units=UNIT_WORDS,
        quarters=_quarters(day.as_of),
    )


def _quarters(as_of: date) -> list[tuple[str, str]]:
    """Give label and words of the quarter of a day and those before it."""
    found, first = [], as_of
    for _ in range(QUARTERS):
        quarter = period_of("quarter", first)
        found.append((quarter.label, quarter.chinese))
        first = quarter.first - timedelta(days=1)
    return found
