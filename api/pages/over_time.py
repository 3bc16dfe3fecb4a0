"""The pages of measures over time: a little map a month, and before against after."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.day import Day
from api.day_maps import MAPS, ON_PAPER
from api.over_time import ChangeAsked, MonthsAsked, panels_of
from api.pages.common import common
from api.pages.rendering import render
from api.params import TheDay, TheDesk
from api.routers.over_time import LevelWord, TheChange, TheMeasure, TheMonths
from geodata.model import Level
from maps.layers import drawn_levels
from maps.measuring import MEASURES, Measure
from maps.over_time import AGAINST, FEWEST, MOST, USUAL

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/map/measures")
def measures(request: Request, desk: TheDesk, day: TheDay, measure: TheMeasure, level: LevelWord = None) -> str:
    """Give the page of the map of measures, which may open with one of them."""
    asked = {"measure": measure.key} if measure is not MEASURES[0] else {}
    query = urlencode({**asked, **({"level": level} if level else {})})
    return render(
        "map.html", **common(request, desk, day), kind="measures", maps=MAPS, hung=ON_PAPER, more=query and f"&{query}"
    )


@router.get("/map/months")
def months(request: Request, desk: TheDesk, day: TheDay, asked: TheMonths, measure: TheMeasure) -> str:
    """Give the page of the months."""
    given = {"months": asked.months, "level": str(asked.level), "counted": "month" if asked.within else "total"}
    return _page(request, desk, day, "months", asked, measure, {key: str(value) for key, value in given.items()})


@router.get("/map/change")
def change(request: Request, desk: TheDesk, day: TheDay, asked: TheChange, measure: TheMeasure) -> str:
    """Give the page of before and after."""
    named = {"against": asked.against, "before": asked.before, "after": asked.after}
    given = {"level": str(asked.level), **{key: value for key, value in named.items() if value}}
    return _page(request, desk, day, "change", asked, measure, given)


def _page(
    request: Request,
    desk: TheDesk,
    day: Day,
    kind: str,
    asked: MonthsAsked | ChangeAsked,
    measure: Measure,
    given: dict[str, str],
) -> str:
    panels_of(day, asked)  # what can't be given is said on the page, not in its frame
    query = urlencode({"as_of": day.as_of.isoformat(), "measure": measure.key, **given})
    return render(
        "over_time.html",
        **common(request, desk, day),
        kind=kind,
        maps=MAPS,
        query=query,
        measure=measure.key,
        measures=MEASURES,
        levels=[(str(level), level.chinese) for level in drawn_levels(day.assessment.areas) if level in BELOW],
        given={"months": "12", "counted": "total", "against": "", "before": "", "after": "", **given},
        spans=sorted({FEWEST, 3, 6, USUAL, 18, MOST, int(given.get("months", USUAL))}),
        against=AGAINST,
    )


BELOW = (Level.DISTRICT, Level.COMMUNITY, Level.GRID)
