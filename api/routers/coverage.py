"""Figures of coverage."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from api.described import Coverage, answers
from api.params import AsOf, TheDesk, day_of
from coverage.assess import Assessment
from coverage.figures import coverage_figures, records
from coverage.grouping import GROUPS
from coverage.periods import period_of

router = APIRouter(tags=["coverage"])


@router.get("/coverage", responses=answers(Coverage))
def coverage(
    desk: TheDesk,
    as_of: AsOf = None,
    by: Annotated[str | None, Query(description=f"{'、'.join(GROUPS)}；默认全镇一行")] = None,
) -> Response:
    """Give the figures of coverage by a group, as the command `coverage` does."""
    day = day_of(desk, as_of)  # here, not as a dependency: each is a way to a thread and back
    assessment = day.assessment
    by = by or str(assessment.town.level)
    answer = {
        "as_of": day.as_of.isoformat(),
        "town": assessment.town.name,
        "period": period_of("month", day.as_of).label,
        "periods": _periods(assessment),
        "by": by,
        "rows": records(coverage_figures(assessment, by)),
    }
    return JSONResponse(answer)  # plain as it is: FastAPI would walk over every value first


def _periods(assessment: Assessment) -> dict[str, str]:
    """Give for each rule the period that it is judged on; a campaign to come has none."""
    terms = {rule.id: rule.term(assessment.as_of) for rule in assessment.rules}
    return {rule_id: term.period.label for rule_id, term in terms.items() if term is not None}
