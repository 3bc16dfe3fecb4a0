"""The counts of a day at hand are those of many days at once."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings

from coverage.assess import assess
from coverage.counts_of_day import counts_of_day
from coverage.day_counts import counts_by_level
from coverage.hazards import hazard_register
from coverage.periods import period_of
from coverage.rulebook import Rulebook
from geodata.model import Level
from tests.coverage import oracle
from tests.coverage.test_against_oracle import SOME
from tests.coverage.towns import cases, ledger_of, rule_texts


@settings(SOME, max_examples=12)
@given(cases())
def test_one_day_and_many(case: oracle.Case) -> None:
    """Of every level, of all time and of the month: the same rows, and the same whole town."""
    ledger, book, day = ledger_of(case), Rulebook.read(rule_texts(case)), case["as_of"]
    periods, levels = (None, period_of("month", day)), (Level.TOWN, Level.COMMUNITY, Level.GRID)
    want = counts_by_level(ledger, book.on, [(day, period) for period in periods], levels)
    km2 = {level: (each[0].rows["km2"].to_numpy(), each[0].whole["km2"].to_numpy()) for level, each in want.items()}
    found = counts_of_day(assess(ledger, book.on(day), day), hazard_register(ledger, day), periods, km2)
    for level in levels:
        for one, other in zip(found[level], want[level], strict=True):
            assert (one.as_of, one.period) == (other.as_of, other.period)
            assert one.areas["code"].tolist() == other.areas["code"].tolist()
            pd.testing.assert_frame_equal(one.rows, other.rows)
            pd.testing.assert_frame_equal(one.whole, other.whole)
