"""The page of graded visits: those to look at first, with a form to say what one found."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.day import Day
from api.pages.common import Page, Word, choices, common, paging, part_of
from api.pages.photos import of_visits
from api.pages.rendering import BY_WORDS, render
from api.params import TheDay, TheDesk
from api.routers.visits import chosen
from coverage.evidence.grading import GRADES
from coverage.evidence.reviews import VERDICTS
from coverage.figures import records

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/visits")
def visits(
    request: Request,
    desk: TheDesk,
    day: TheDay,
    grade: Literal["", "A", "B", "C", "D"] = "",
    area: Word = None,
    officer: Word = None,
    place_id: Word = None,
    page: Page = 1,
) -> str:
    """Give the inspections to look at first."""
    among = chosen(day, officer=officer, place_id=place_id, area=area)
    rows = among if not grade else among[(among["grade"] == grade).to_numpy(bool)]
    part = part_of(rows, page)
    told = records(pd.DataFrame(part.assign(at=part["at"].dt.strftime("%Y-%m-%d %H:%M"))))
    people = day.graded.visits[["officer", "officer_name"]].drop_duplicates("officer").sort_values("officer_name")
    return render(
        "visits.html",
        **common(request, desk, day),
        counts={each: int((among["grade"] == each).sum()) for each, *_ in GRADES},
        total=len(among),
        narrowed=any((area, officer, place_id)),
        grades={each: (name, said) for each, name, said in sorted(GRADES)},
        grade=grade,
        rows=told,
        photos=of_visits(desk, day, part["inspection_id"].tolist()),
        verdicts=VERDICTS,
        by_words=BY_WORDS,
        filters={"area": area, "officer": officer, "place_id": place_id},
        place=_named(day, place_id),
        people=list(zip(people["officer"], people["officer_name"], strict=True)),
        choices=choices(day),
        paging=paging(request, len(rows), page),
    )


def _named(day: Day, place_id: str | None) -> str | None:
    """Give the name of a place."""
    places = day.assessment.places
    names = places.loc[(places["id"] == place_id).to_numpy(dtype=bool), "name"]
    return None if place_id is None else next(iter(names), place_id)
