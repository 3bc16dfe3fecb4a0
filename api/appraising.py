"""The quarterly appraisal through the doors: the days it needs, its units, as JSON holds them."""

from __future__ import annotations

from typing import Any

from api.day import Day
from api.desk import Desk
from coverage.appraisal import Appraisal, Unit, appraise, days_of, quarter_named
from coverage.appraisal_notice import notice_text
from coverage.appraisal_policy import INDICATORS, parse_appraisal
from coverage.figures import records
from geodata.errors import QuestionProblem
from geodata.rule_texts import text_on


def appraisal_of(desk: Desk, day: Day, unit: Unit, period: str | None) -> Appraisal:
    """Appraise the units of a quarter as of its last day, or of the asked day inside it.

    Raises
    ------
    QuestionProblem
        No such quarter, one that begins after the asked day, or no communities.
    """
    quarter = quarter_named(period) if period else None
    if quarter and quarter.first > day.as_of:
        raise QuestionProblem(f"{quarter.chinese}在截至日 {day.as_of} 还没有开始，请改季度或截至日。")
    asked = day if quarter is None or day.as_of <= quarter.last else desk.day(quarter.last)
    policy = parse_appraisal(text_on(asked.state.rules.texts, asked.as_of))
    assessments = [desk.day(each).assessment for each in days_of(asked.as_of)[:-1]]
    graded = asked.graded if policy.weights["undoubted"] > 0 else None
    steps = asked.ledger.steps
    return appraise([*assessments, asked.assessment], asked.register, steps, policy, unit, graded=graded)


def as_document(appraisal: Appraisal) -> dict[str, Any]:
    """Give an appraisal as JSON holds it."""
    return {
        "as_of": appraisal.as_of.isoformat(),
        "town": appraisal.town.name,
        "unit": appraisal.unit,
        "period": appraisal.period.label,
        "indicators": [
            {"name": name, "title": INDICATORS[name].name, "weight": appraisal.policy.weights[name]}
            for name in appraisal.indicators
        ],
        "rows": [_row(row, appraisal) for row in records(appraisal.rows)],
        "notice": notice_text(appraisal),
    }


def _row(row: dict[str, Any], appraisal: Appraisal) -> dict[str, Any]:
    """Give a unit with its indicators under their names."""
    sides = ("part", "whole", "value", "points", "opens")
    parts = {name: {side: row[f"{side}_{name}"] for side in sides} for name in appraisal.indicators}
    return {**{name: row[name] for name in ("rank", "key", "name", "score", "left_out")}, "indicators": parts}
