"""Hot and cold spots of hazards."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from api.described.hotspots import HotSpotFigures
from api.described.shapes import answers
from api.params import TheDay
from coverage.figures import records
from coverage.hotspots.spots import Question, Rate

router = APIRouter(tags=["hazards"])


@router.get("/hotspots", responses=answers(HotSpotFigures))
def hotspots(
    day: TheDay,
    level: Annotated[Literal["district", "community", "grid"], Query(description="哪一级区域")] = "grid",
    months: Annotated[int, Query(ge=1, le=60, description="看几个自然月")] = 6,
    rate: Annotated[Rate, Query(description="按每次检查，或每平方公里")] = "inspection",
    bandwidth: Annotated[int | None, Query(ge=10, le=50_000, description="核密度的带宽，米")] = None,
    least: Annotated[int, Query(ge=1, description="检查不足几次算无数据")] = 5,
) -> dict[str, Any]:
    """Give hot and cold spots as the command `hotspots` does."""
    question = Question(level, months, rate, None if bandwidth is None else float(bandwidth), least)
    spots = day.spots(question)
    return {**spots.facts, "rows": records(spots.frame), "series": records(spots.series)}
