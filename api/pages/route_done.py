"""The page of what became of a day's routes, for who sent them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.pages.common import Word, choices, common, link
from api.pages.rendering import render
from api.params import TheDesk, TheRouteDay
from api.route_done import STATE_WORDS, done_on_desk, part_of, told_extra, told_stops
from coverage.figures import records
from coverage.grouping import AREA_GROUPS
from coverage.routes.afterwards import Afterwards
from coverage.routes.done_figures import done_figures

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/routes/done")
def done(request: Request, desk: TheDesk, day: TheRouteDay, officer: Word = None, area: Word = None) -> str:
    """Give planned against done: the sums, each route, and of one officer every stop."""
    whole = done_on_desk(desk, day.as_of, day.as_of)
    after = part_of(whole, officer, area)
    url = request.url.remove_query_params("date").include_query_params(as_of=day.as_of.isoformat())
    head = common(request, desk, day)
    asked = {name: value for name, value in head["asked"].items() if name != "date"}
    people = whole.routes[["officer", "officer_name"]].to_numpy(dtype=object)
    return render(
        "route_done.html",
        **{**head, "asked": asked, "link": lambda **given: link(url, **given)},
        total=records(done_figures(after, "all"))[0],
        drafts=after.drafts,
        routes=records(after.routes),
        stops=_of_one(told_stops(after), officer),
        extra=_of_one(told_extra(after), officer),
        reasons=_reasons(after),
        words=STATE_WORDS,
        filters={"officer": officer, "area": area},
        choices={"area": choices(day)["area"], "officer": [(each, f"{name}（{each}）") for each, name in people]},
        areas=_areas(after),
    )


def _of_one(rows: pd.DataFrame, officer: str | None) -> list[dict[str, Any]]:
    return records(rows) if officer else []


def _reasons(after: Afterwards) -> list[tuple[str, int]]:
    """Give why stops were left out, and how often, the most frequent first."""
    skipped = after.stops["reason"][(after.stops["state"] == "skipped").to_numpy(dtype=bool)]
    return [(str(reason), int(count)) for reason, count in skipped.value_counts().items()]


def _areas(after: Afterwards) -> list[dict[str, Any]]:
    """Give the sums of the communities, or of the largest areas below the town that there are, with stops or extras."""
    below = [level for level in AREA_GROUPS[2:] if (after.areas["level"] == level).any()]
    if not below:
        return []
    figures = done_figures(after, "community" if "community" in below else below[0])
    return records(figures[(figures["stops"] + figures["extra"]).to_numpy() > 0])
