"""Figures of ground that was seen."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.described.seen import GroundFigures
from api.described.shapes import answers
from api.params import TheDay
from api.routers.streets import Every
from coverage.figures import records

router = APIRouter(tags=["ground"])


@router.get("/ground", responses=answers(GroundFigures))
def ground(
    day: TheDay,
    by: Annotated[str | None, Query(description="级别；默认全镇一行")] = None,
    every: Annotated[Every, Query(description="周期的种类，截至日所在的一期")] = "month",
) -> dict[str, Any]:
    """Give how much of the ground was seen, by a level of areas, as the command `ground` does."""
    from coverage.ground.figures import ground_figures  # noqa: PLC0415 - compiled loops: slow import

    seen = day.ground(every)
    by = by or str(seen.town.level)
    return {
        "as_of": day.as_of.isoformat(),
        "town": seen.town.name,
        "period": seen.period.label,
        "width_m": seen.width_m,
        "masks": list(seen.masks),
        "tracks": seen.tracks,
        "check_ins": seen.check_ins,
        "by": by,
        "rows": records(ground_figures(seen, by)),
    }
