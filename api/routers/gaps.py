"""What was missed, worst first."""

from __future__ import annotations

from typing import Annotated, Literal

import geopandas as gpd
import pandas as pd
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.day import Day
from api.described.gaps import AnyGap, Gap, GapWalk
from api.described.shapes import answers
from api.described.shapes import page_of as shape_of_page
from api.listing import equals, page_of
from api.params import Area, GeoJson, TheDay, ThePaging, Word
from coverage.gap_walks import MINUTES
from coverage.gaps import find_gaps
from grids.hierarchy import find_area

router = APIRouter(tags=["gaps"])
State = Literal["overdue", "pending", "never"]
Kind = Literal["places", "streets", "ground"]


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
    return page_of(
        request, rows, paging, geojson=geojson, by=("place_id", "rule", "period"), as_of=day.as_of.isoformat()
    )


@router.get("/gaps/list", responses=answers(shape_of_page(AnyGap), geojson=True))
def every_gap(
    request: Request,
    day: TheDay,
    paging: ThePaging,
    geojson: GeoJson,
    kind: Annotated[Kind | None, Query(description="places 场所、streets 道路、ground 地面；默认三类一起排")] = None,
    area: Area = None,
) -> Response:
    """List what was missed of every kind in one order, as the command `gaps --kind all` does."""
    rows = gaps_of_kind(day, kind, area)
    return page_of(request, rows, paging, geojson=geojson, by=("kind", "key", "period"), as_of=day.as_of.isoformat())


@router.get("/gaps/walks", responses=answers(shape_of_page(GapWalk), geojson=True))
def walks(
    request: Request,
    day: TheDay,
    paging: ThePaging,
    geojson: GeoJson,
    minutes: Annotated[float, Query(ge=10, le=1440, description="一趟最多多少分钟")] = MINUTES,
) -> Response:
    """List walks that would close gaps lying together, the one worth most first."""
    return page_of(request, day.gap_walks(minutes), paging, geojson=geojson, by=("walk",), as_of=day.as_of.isoformat())


def gaps_of_kind(day: Day, kind: str | None, area: str | None) -> gpd.GeoDataFrame:
    """Give the list of all kinds of gaps, or of one, in the whole town or an area."""
    rows = day.all_gaps
    kept = equals(rows["kind"], kind)
    if area is not None:
        level = str(day.assessment.areas["level"].iat[find_area(day.assessment.areas, area)])
        code = day.assessment.areas["code"].iat[find_area(day.assessment.areas, area)]
        if level in rows:
            kept = kept & equals(rows[level], code)
    return rows[kept]


def chosen(day: Day, *, area: str | None, state: str | None, **words: str | None) -> pd.DataFrame:
    """Give the gaps of an area, of a state, and with the given words in their columns."""
    rows = day.gaps if area is None else find_gaps(day.assessment, history=day.history, area=area)
    kept = rows["never"].to_numpy(dtype=bool) if state == "never" else equals(rows["state"], state)
    for column, word in words.items():
        kept = kept & equals(rows[column], word)
    return rows[kept]
