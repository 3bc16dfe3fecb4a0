"""The page of reports: which there are, of which period, each file to save."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.pages.common import common
from api.pages.rendering import render
from api.params import Blank, TheDay, TheDesk
from api.reports.kinds import KINDS
from api.routers.reports import address, papers_of
from coverage.periods import Period, period_of, previous

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
BACK = {"month": 12, "quarter": 6}
"""How many periods are offered, the newest first."""
FOLDED = 30
"""Files of a folder that are listed at once; the others fold away."""


@router.get("/reports")
def reports(
    request: Request,
    desk: TheDesk,
    day: TheDay,
    kind: Literal["monthly", "quarterly", "assessment", "supervision", "gaps", "worksheet"] = "monthly",
    period: Annotated[str | None, Query(max_length=20), Blank] = None,
) -> str:
    """Give the files of a report; the period that holds the day when none is named."""
    offered = [each for name in KINDS[kind].periods for each in _back(name, period_of(name, day.as_of))]
    chosen = period if period in {each.label for each in offered} else offered[0].label
    asked, papers = papers_of(desk, kind, chosen)
    return render(
        "reports.html",
        **common(request, desk, day),
        kinds=KINDS,
        kind=kind,
        offered=offered,
        chosen=chosen,
        reported=asked.as_of.isoformat(),
        running=asked.as_of < asked.period.last,
        folders=_folders(kind, chosen, papers.names),
        folded=FOLDED,
    )


def _back(every: str, period: Period) -> list[Period]:
    found = [period]
    while len(found) < BACK[every]:
        found.append(previous(every, found[-1]))
    return found


def _folders(kind: str, period: str, names: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Give name and address of each file, by folder; those in none first."""
    folders: dict[str, list[tuple[str, str]]] = {"": []}
    for name in names:
        folder, _, bare = name.rpartition("/")
        folders.setdefault(folder, []).append((bare, address(kind, period, name)))
    return folders
