"""Figures of coverage."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.params import TheDay
from coverage.figures import coverage_figures, period_label, records
from coverage.grouping import GROUPS

router = APIRouter(tags=["coverage"])


@router.get("/coverage")
def coverage(day: TheDay, by: Annotated[str, Query(description="、".join(GROUPS))] = "district") -> dict[str, Any]:
    """Give the figures of coverage by a group, as the command `coverage` does."""
    rows = records(coverage_figures(day.assessment, by))
    return {"as_of": day.as_of.isoformat(), "period": period_label(day.assessment), "by": by, "rows": rows}
