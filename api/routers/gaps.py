"""What was missed, worst first."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.described import Gap, answers
from api.described import page_of as shape_of_page
from api.desk import Day
from api.listing import equals, page_of
from api.params import Area, GeoJson, TheDay, ThePaging, Word
from coverage.gaps import find_gaps

router = APIRouter(tags=["gaps"])
State = Literal["overdue", "pending", "never"]


@router.get("/gaps", responses=answers(shape_of_page(Gap), geojson=True))
def gaps(
    request: Request,
    day: TheDay,
    paging: ThePaging,
    geojson: GeoJson,
    area: Area = None,
    state: State | None = None,
    industry: Word = None,
    risk: Word = None,
    rule: Word = None,
    department: Word = None,
) -> Response:
    """List duties overdue or pending, as the command `gaps` does."""
    rows = chosen(day, area=area, state=state, industry=industry, risk=risk, rule=rule, department=department)
    return page_of(request, rows, paging, geojson=geojson, as_of=day.as_of.isoformat())


def chosen(day: Day, *, area: str | None, state: str | None, **words: str | None) -> pd.DataFrame:
    """Give the gaps of an area, of a state, and with the given words in their columns."""
    rows = day.gaps if area is None else find_gaps(day.assessment, history=day.history, area=area)
    kept = rows["never"].to_numpy(dtype=bool) if state == "never" else equals(rows["state"], state)
    for column, word in words.items():
        kept = kept & equals(rows[column], word)
    return rows[kept]
