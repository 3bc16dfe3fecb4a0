"""Maps as whole documents, for the pages' frames and to be saved."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.params import TheDay

router = APIRouter(include_in_schema=False)


@router.get("/maps/{kind}", response_class=HTMLResponse)
def draw(day: TheDay, kind: Literal["coverage", "hazards", "gaps"]) -> HTMLResponse:
    """Give a map of the day; it carries its own content security policy."""
    if kind == "coverage":
        return HTMLResponse(day.coverage_map)
    return HTMLResponse(day.hazard_map if kind == "hazards" else day.gaps_map)
