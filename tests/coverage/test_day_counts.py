"""Counts of many days at once are those of each day alone."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import event, given, settings

from coverage.assess import Assessment, assess
from coverage.day_counts import COUNTS, counts_of_days
from coverage.figures import coverage_figures
from coverage.hazard_rates import hazard_rates
from coverage.hazards import HazardRegister, hazard_register
from coverage.periods import Period, period_of
from coverage.rulebook import Rulebook
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.model import Level, Town
from tests.coverage import oracle
from tests.coverage.test_against_oracle import SOME
from tests.coverage.towns import cases, ledger_of, rule_texts

HAZARDS = {
    **{name: name for name in ("found", "open", "closed", "major_open", "inspections")},
    "late": "overdue",
}


Rows = dict[str, list[int]]


def alone(assessment: Assessment, register: HazardRegister, level: Level, period: Period | None) -> Rows:
    """Count a day by its own assessment and its own register."""
    duties = coverage_figures(assessment, str(level))
    hazards = hazard_rates(register, str(level), period)
    duties, hazards = (each[each["area"].notna()].set_index("area") for each in (duties, hazards))
    columns = {name: hazards[column].reindex(duties.index).fillna(0) for name, column in HAZARDS.items()}
    verified = (duties["verified_rate"].fillna(0) * duties["owed"]).round()
    return rows_of(duties.assign(**columns, verified=verified), duties.index.tolist())


def rows_of(counts: pd.DataFrame, codes: list[str]) -> Rows:
    """Give the counts by the areas' codes."""
    return dict(zip(codes, counts[list(COUNTS)].astype(int).to_numpy().tolist(), strict=True))


FEW = settings(SOME, max_examples=SOME.max_examples // 5)
"""Each town is judged on three days alone and together."""


@FEW
@given(cases())
def test_each_day_is_that_day_alone(case: oracle.Case) -> None:
    """Areas that came and went, moves, new rules, steps, changed risks: every day is counted as of then.

    Days before and after, asked together and out of order; hazards of all time and of the month alone.
    """
    ledger, book = ledger_of(case), Rulebook.read(rule_texts(case))
    last: date = case["as_of"]
    days = [last - timedelta(days=back) for back in (40, 0, 400)]
    judged = {day: (assess(ledger, book.on(day), day), hazard_register(ledger, day)) for day in days}
    asked = [(days[0], None), (days[1], period_of("month", last)), (days[1], None), (days[2], None)]
    root = ledger.town.level
    for level in (Level.COMMUNITY, Level.GRID):
        for found, (day, period) in zip(counts_of_days(ledger, book.on, asked, level), asked, strict=True):
            whole = alone(*judged[day], root, period)
            assert rows_of(found.whole, list(whole)) == whole
            if found.areas.empty:
                event(f"no {level} then")
                continue
            assert rows_of(found.rows, found.areas["code"].tolist()) == alone(*judged[day], level, period)


def test_no_days_no_counts() -> None:
    """Nothing asked, nothing counted; a day that no calendar of ours has is refused."""
    ledger = Ledger.whole(Town("样板镇", "440100001"), {})
    assert counts_of_days(ledger, lambda _: (), [], Level.GRID) == []
    with pytest.raises(QuestionProblem, match="请检查年份"):
        counts_of_days(ledger, lambda _: (), [(date(1800, 1, 1), None)], Level.GRID)
