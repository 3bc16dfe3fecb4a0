"""What is looked up again and again."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from coverage.assess import Assessment, assess, reassess
from coverage.grouping import group_members
from coverage.roster import rows_of
from coverage.rules import parse_rules
from geodata.ledger import Ledger
from tests.made_up import made_town

DAY = date(2024, 6, 30)
RULES = """
[[rule]]
id = "all"
name = "月度检查"
every = "month"
"""


def village() -> Ledger:
    """Give the ledger of the village."""
    made = made_town()
    return Ledger.whole(made.town, made.frames)


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    """Assess the village."""
    return assess(village(), parse_rules(RULES), DAY)


def test_rows(assessment: Assessment) -> None:
    """Rows of places are found as by a look through all ids; unknown ids, and one asked for twice, change nothing."""
    ids = [*assessment.places["id"].iloc[[7, 3, 5, 3]], "nowhere"]
    assert assessment.rows_of(ids).tolist() == rows_of(assessment.places, ids).tolist() == [3, 5, 7]
    assert assessment.rows_of([]).tolist() == []


@pytest.mark.parametrize("by", ["grid", "industry", "officer"])
def test_groups(assessment: Assessment, by: str) -> None:
    """Groups are those of the places, asked for once or again."""
    expected = group_members(assessment.places, assessment.areas, by)
    for _ in range(2):
        found = assessment.groups(by)
        assert (found.keys, found.names, found.codes.tolist()) == (
            expected.keys,
            expected.names,
            expected.codes.tolist(),
        )


def test_of_some_places(assessment: Assessment) -> None:
    """Some places alone have rows and groups of their own."""
    assessment.rows_of([])
    assessment.groups("grid")
    some = assessment.at(pd.RangeIndex(3, 6).to_numpy())
    assert some.rows_of(assessment.places["id"].iloc[[4]]).tolist() == [1]
    assert len(some.groups("grid").codes) == 3


def test_shared(assessment: Assessment) -> None:
    """What stays when other inspections are known is looked up once."""
    place = str(assessment.places["id"].iloc[0])
    assert reassess(assessment, village(), [place]).lookups is assessment.lookups
