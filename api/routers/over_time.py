"""Measures over time and the map of one measure, as whole documents; sheets to print."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from api.over_time import ChangeAsked, MonthsAsked, page, sheet
from api.params import Blank, TheDay
from geodata.model import Level
from maps.layers import drawn_levels, opening_level
from maps.measures import measures_map
from maps.measuring import MEASURES, Measure, measure_named
from maps.over_time import FEWEST, MOST, usual_months

router = APIRouter(include_in_schema=False)
Paper = Literal["A4", "A3", "A2", "A1", "A0"]
LevelWord = Annotated[Literal["district", "community", "grid"] | None, Blank, Query()]
MeasureWord = Annotated[str, Query(max_length=40)]
Months = Annotated[int | None, Query(ge=FEWEST, le=MOST)]
Counted = Annotated[Literal["total", "month"], Query()]
Against = Annotated[Literal["month", "quarter", "year"] | None, Blank, Query()]
Time = Annotated[str | None, Query(max_length=20), Blank]


def months_asked(
    day: TheDay, months: Months = None, level: LevelWord = None, counted: Counted = "total"
) -> MonthsAsked:
    """Give the months that are asked for; of a year at most, those of the ledger, when nothing is said."""
    return MonthsAsked(months or usual_months(day.ledger, day.as_of), level_of(day, level), counted == "month")


def change_asked(
    day: TheDay, level: LevelWord = None, against: Against = None, before: Time = None, after: Time = None
) -> ChangeAsked:
    """Give the two times that are asked for; the month against the one before when nothing is named."""
    return ChangeAsked(level_of(day, level), against, before, after)


def level_of(day: TheDay, level: str | None) -> Level:
    """Give the level that is named, else the one that maps open with."""
    if level:
        return Level(level)
    return opening_level(drawn_levels(day.assessment.areas)) or Level(str(day.ledger.town.level))


def measure_asked(measure: MeasureWord = MEASURES[0].key) -> Measure:
    """Give the measure that is named; QuestionProblem lists them."""
    return measure_named(measure)


TheMonths = Annotated[MonthsAsked, Depends(months_asked)]
TheChange = Annotated[ChangeAsked, Depends(change_asked)]
TheMeasure = Annotated[Measure, Depends(measure_asked)]


@router.get("/maps/measures", response_class=HTMLResponse)
def measures(day: TheDay, measure: TheMeasure, level: LevelWord = None) -> HTMLResponse:
    """Give the map of measures of the day, opened with one of them."""
    if measure is MEASURES[0] and not level:
        return HTMLResponse(day.map("measures"))
    first = Level(level) if level else None
    tiles = day.tiles
    return HTMLResponse(
        measures_map(day.assessment, day.register, day.backdrop, tiles=tiles, measure=measure, level=first)
    )


@router.get("/maps/months", response_class=HTMLResponse)
def months(day: TheDay, asked: TheMonths, measure: TheMeasure) -> HTMLResponse:
    """Give a little map a month."""
    return HTMLResponse(page(day, asked, measure))


@router.get("/maps/change", response_class=HTMLResponse)
def change(day: TheDay, asked: TheChange, measure: TheMeasure) -> HTMLResponse:
    """Give two times beside each other, and what changed."""
    return HTMLResponse(page(day, asked, measure))


@router.get("/maps/months.pdf")
def months_to_hang(day: TheDay, asked: TheMonths, measure: TheMeasure, paper: Paper = "A3") -> Response:
    """Give the months as a sheet to print and hang."""
    return _pdf(sheet(day, asked, measure, paper), f"months-{day.as_of}-{paper}.pdf")


@router.get("/maps/change.pdf")
def change_to_hang(day: TheDay, asked: TheChange, measure: TheMeasure, paper: Paper = "A3") -> Response:
    """Give before and after as a sheet to print and hang."""
    return _pdf(sheet(day, asked, measure, paper), f"change-{day.as_of}-{paper}.pdf")


def _pdf(content: bytes, name: str) -> Response:
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
