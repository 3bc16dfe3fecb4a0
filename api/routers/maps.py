"""Maps as whole documents, for the pages' frames and to be saved."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from api.areas_map import areas_map_of
from api.params import Area, TheDay, TheDesk, TheRouteDay, TheSeed, Word
from geodata.model import Level
from maps.routes import routes_map

router = APIRouter(include_in_schema=False)
Kind = Literal["coverage", "measures", "gaps", "risk", "streets", "ground", "hazards", "hotspots"]
Paper = Literal["A4", "A3", "A2", "A1", "A0"]


@router.get("/maps/areas", response_class=HTMLResponse)
def areas(desk: TheDesk, day: TheDay, level: Literal["district", "community", "grid"] = "grid") -> HTMLResponse:
    """Give the map of a level's areas on a day, beside those before the last adoption."""
    return HTMLResponse(areas_map_of(day.ledger, day.work, day.as_of, Level(level), day.tiles))


@router.get("/maps/risk.pdf")
def risk_to_hang(day: TheDay, paper: Paper = "A3") -> Response:
    """Give the four-colour risk map as a sheet to print and hang."""
    headers = {"Content-Disposition": f'attachment; filename="risk-{day.as_of}-{paper}.pdf"'}
    return Response(day.risk_sheet(paper), media_type="application/pdf", headers=headers)


@router.get("/maps/routes", response_class=HTMLResponse)
def routes(day: TheRouteDay, officer: Word = None, area: Area = None, seed: TheSeed = 0) -> HTMLResponse:
    """Give the map of a day's routes, of an officer or of those of an area."""
    return HTMLResponse(routes_map(day.plan(officer, area, seed), day.backdrop, tiles=day.tiles))


@router.get("/maps/{kind}", response_class=HTMLResponse)
def draw(day: TheDay, kind: Kind) -> HTMLResponse:
    """Give a map of the day; it carries its own content security policy."""
    return HTMLResponse(day.map(kind))
