"""Figures of walked streets."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from api.described.seen import StreetFigures
from api.described.shapes import answers
from api.params import TheDay
from coverage.figures import records

router = APIRouter(tags=["streets"])
Every = Literal["week", "month", "quarter", "half-year", "year"]


@router.get("/streets", responses=answers(StreetFigures))
def streets(
    day: TheDay,
    by: Annotated[str | None, Query(description="级别、street 或 class；默认全镇一行")] = None,
    every: Annotated[Every, Query(description="周期的种类，截至日所在的一期")] = "month",
) -> dict[str, Any]:
    """Give how much of the streets was walked, by a group, as the command `streets` does."""
    from coverage.streets.figures import street_figures  # noqa: PLC0415 - compiled loops: slow import

    walks = day.walks(every)
    by = by or str(walks.town.level)
    return {
        "as_of": day.as_of.isoformat(),
        "town": walks.town.name,
        "period": walks.period.label,
        "tracks": walks.tracks,
        "first_track": None if walks.first_track is None else walks.first_track.isoformat(),
        "by": by,
        "rows": records(street_figures(walks, by)),
    }
