"""How the periods will end at the pace so far, and what some more visits would do."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.described.coverage import Forecast, WhatIf
from api.described.shapes import answers
from api.params import TheDay
from coverage.figures import records
from coverage.forecast import forecast as forecast_of
from coverage.grouping import GROUPS
from coverage.whatif import compare, first_gaps, visits_to, with_visits

router = APIRouter(tags=["forecast"])
By = Annotated[str, Query(description="、".join(GROUPS))]
Limit = Annotated[int, Query(ge=0, le=1000)]


@router.get("/forecast", responses=answers(Forecast))
def forecast(day: TheDay, by: By = "rule", limit: Limit = 100) -> dict[str, Any]:
    """Give how each rule's period will end, and the duties expected to be missed, as the command `forecast` does."""
    found = forecast_of(day.assessment, by, day.history)
    return {
        "as_of": day.as_of.isoformat(),
        "town": day.assessment.town.name,
        "by": by,
        "notes": found.notes,
        "rows": records(found.rows),
        "missed_total": len(found.missed),
        "missed": records(found.missed.head(limit)),
    }


@router.get("/what-if", responses=answers(WhatIf))
def what_if(
    day: TheDay,
    by: By = "rule",
    visits: Annotated[int, Query(ge=0, le=100_000, description="最紧要的几个缺口各查一次")] = 0,
    places: Annotated[str | None, Query(description="场所编号，逗号隔开", max_length=20_000)] = None,
) -> dict[str, Any]:
    """Give the figures before and after visits on the day: to the worst gaps, or to the places named."""
    before = day.assessment
    chosen = visits_to(before, places.split(",")) if places else first_gaps(before, visits, day.history)
    after = with_visits(day.ledger, before, chosen)
    return {
        "as_of": day.as_of.isoformat(),
        "town": before.town.name,
        "by": by,
        "visits": records(chosen),
        "rows": records(compare(before, after, by)),
    }
