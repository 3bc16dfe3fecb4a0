"""Figures of coverage."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.described.coverage import Coverage
from api.described.shapes import answers
from api.lines import with_rows
from api.params import AsOf, TheDesk, day_of
from coverage.assess import Assessment
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
    head = {
        "as_of": day.as_of.isoformat(),
        "town": assessment.town.name,
        "period": period_of("month", day.as_of).label,
        "periods": _periods(assessment),
        "by": by,
    }
    return Response(with_rows(head, day.coverage_lines(by)), media_type="application/json")


def _periods(assessment: Assessment) -> dict[str, str]:
    """Give for each rule the period that it is judged on; a campaign to come has none."""
    terms = {rule.id: rule.term(assessment.as_of) for rule in assessment.rules}
    return {rule_id: term.period.label for rule_id, term in terms.items() if term is not None}
