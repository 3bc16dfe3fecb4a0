"""The assessment as a whole: what it reads, what it refuses, what it costs to import."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from pandas.testing import assert_frame_equal

from coverage import assess as assessing
from coverage import hazards
from coverage.assess import assess
from coverage.hazards import hazard_register
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from tests.coverage import oracle
from tests.coverage.towns import cases, ledger_of, make_case, rules_of

FEW = settings(max_examples=15, deadline=None)


def only(ledger: Ledger, needed: Mapping[str, tuple[str, ...]]) -> Ledger:
    """Give the ledger with just those tables and columns; a plain frame where the geometry is not asked for."""
    frames = {table: ledger.frames[table][list(columns)] for table, columns in needed.items()}
    return Ledger(ledger.town, {name: f if "geometry" in f else pd.DataFrame(f) for name, f in frames.items()})


@FEW
@given(cases())
def test_needed_columns_are_enough(case: oracle.Case) -> None:
    """Ledgers read with the columns of NEEDED alone give the same."""
    ledger, rules = ledger_of(case), rules_of(case)
    one, other = (assess(each, rules, case["as_of"]) for each in (ledger, only(ledger, assessing.NEEDED)))
    assert_frame_equal(one.places, other.places)
    assert_frame_equal(one.duties, other.duties)
    few = only(ledger, hazards.NEEDED)
    assert_frame_equal(hazard_register(ledger, case["as_of"]).hazards, hazard_register(few, case["as_of"]).hazards)


@FEW
@given(cases())
def test_ledger_is_left_alone(case: oracle.Case) -> None:
    """Nothing is written into the frames of the ledger."""
    ledger, again = ledger_of(case), ledger_of(case)
    assess(ledger, rules_of(case), case["as_of"])
    hazard_register(ledger, case["as_of"])
    for table, frame in again.frames.items():
        assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(ledger.frames[table]))


@FEW
@given(cases())
def test_of_one_place(case: oracle.Case) -> None:
    """The assessment of one place has its row, its duties in their order, and nothing of the others."""
    done = assess(ledger_of(case), rules_of(case), case["as_of"])
    for at, place_id in enumerate(done.places["id"]):
        one = done.of_place(place_id)
        assert_frame_equal(one.places, done.places.iloc[[at]].reset_index(drop=True))
        mine = done.duties[done.duties["place"] == at].reset_index(drop=True)
        assert_frame_equal(one.duties, mine.assign(place=0))
    nobody = done.of_place("nobody knows it")
    assert nobody.places.empty
    assert nobody.duties.empty


def test_impossible_day() -> None:
    """A day of another age is a question that can't be answered."""
    ledger = ledger_of(make_case(1, date(2024, 6, 30), "Asia/Shanghai", (2, 2, 0, 0, 0)))
    for ask in (lambda: assess(ledger, (), date.min), lambda: hazard_register(ledger, date.max)):
        with pytest.raises(QuestionProblem):
            ask()


def test_import_is_light() -> None:
    """Importing the package loads nothing heavy beside geopandas."""
    code = (
        "import sys, coverage.assess, coverage.figures, coverage.gaps, coverage.hazards;"
        "print(sorted({'scipy', 'sqlalchemy', 'rich', 'folium', 'fastapi', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
