"""The pages of what was missed: gaps of every kind, the walks that close them, the maps, how the periods will end."""

from __future__ import annotations

from typing import Annotated, Literal

import pandas as pd
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.cli.gpx import gpx_text
from api.cli.rows import Figures
from api.day_maps import MAPS, ON_PAPER
from api.pages.common import Page, Word, area_names, choices, common, paging, part_of
from api.pages.rendering import render
from api.params import TheDay, TheDesk
from api.routers.gaps import gaps_of_kind
from api.routers.maps import Kind as MapKind
from coverage.figures import coverage_figures, records
from coverage.forecast import forecast as forecast_of
from coverage.gap_list import KINDS
from coverage.gap_walks import MINUTES
from coverage.whatif import first_gaps, with_visits

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
WALKS = 10
MISSED = 50
Minutes = Annotated[int, Query(ge=10, le=1440)]


@router.get("/gaps")
def gaps(
    request: Request,
    desk: TheDesk,
    day: TheDay,
    kind: Literal["", "places", "streets", "ground"] = "",
    area: Word = None,
    minutes: Minutes = int(MINUTES),
    page: Page = 1,
) -> str:
    """Give what was missed of every kind, worst first, and the walks worth most."""
    rows = gaps_of_kind(day, kind or None, area)
    every = day.all_gaps["kind"].value_counts()
    walks = day.gap_walks(float(minutes))
    return render(
        "gaps.html",
        **common(request, desk, day),
        kinds={"": "全部", **KINDS},
        kind=kind,
        counts={"": int(every.sum()), **{each: int(every.get(each, 0)) for each in KINDS}},
        gaps=records(pd.DataFrame(part_of(rows, page).drop(columns="geometry"))),
        paging=paging(request, len(rows), page),
        walks=records(pd.DataFrame(walks.head(WALKS).drop(columns="geometry"))),
        walks_total=len(walks),
        minutes=minutes,
        filters={"area": area},
        choices=choices(day),
        names=area_names(day),
    )


@router.get("/gaps/walks.gpx")
def walks_file(
    day: TheDay, minutes: Minutes = int(MINUTES), first: Annotated[int, Query(ge=1, le=500)] = WALKS
) -> Response:
    """Give the walks worth most as GPX, for a phone or a receiver."""
    walks = day.gap_walks(float(minutes)).head(first)
    title = f"{day.ledger.town.name} 一趟能补上的缺口 截至 {day.as_of}"
    text = gpx_text(Figures(title, {}, pd.DataFrame(walks.drop(columns="geometry")), (), walks.geometry))
    headers = {"Content-Disposition": f'attachment; filename="walks-{day.as_of}.gpx"'}
    return Response(text, media_type="application/gpx+xml", headers=headers)


@router.get("/map/{kind}")
def one_map(request: Request, desk: TheDesk, day: TheDay, kind: MapKind) -> str:
    """Give a map under the head of every page, with the way to the others."""
    return render("map.html", **common(request, desk, day), kind=kind, maps=MAPS, hung=ON_PAPER)


@router.get("/forecast")
def forecast(request: Request, desk: TheDesk, day: TheDay, visits: Annotated[int, Query(ge=0, le=100_000)] = 12) -> str:
    """Give how the periods will end at the pace so far, and what some more visits would do."""
    found = forecast_of(day.assessment, "rule", day.history)
    chosen = first_gaps(day.assessment, visits, day.history)
    after = with_visits(day.ledger, day.assessment, chosen)
    root = str(day.assessment.town.level)
    rates = [records(coverage_figures(each, root))[0]["coverage_rate"] for each in (day.assessment, after)]
    return render(
        "forecast.html",
        **common(request, desk, day),
        notes=found.notes,
        rows=records(found.rows),
        missed=records(found.missed.head(MISSED)),
        missed_total=len(found.missed),
        visits=len(chosen),
        rates=rates,
    )
