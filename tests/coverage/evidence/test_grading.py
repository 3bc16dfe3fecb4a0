"""Grades as a whole: the table, and what must not change them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.evidence.grading import NEEDED, grade_visits
from coverage.evidence.marks import MARKS
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.synthetic import make_town
from geodata.tables import TABLES
from tests.coverage.evidence.towns import AS_OF, NINE, ledger, visit

PLACES = {"a": (0.0, 0.0), "b": (50.0, 0.0), "c": (400.0, 0.0), "d": (5000.0, 0.0), "e": None}
ROWS = st.lists(
    st.builds(
        lambda place, spot, minutes, officer, source, accuracy: visit(
            place, spot, minutes, officer=officer, geotag=source, accuracy=accuracy
        ),
        st.sampled_from("abcde"),
        st.sampled_from([None, (0.0, 0.0), (3.0, 4.0), (60.0, 0.0), (430.0, 10.0), (5000.0, 9.0)]),
        st.sampled_from([0, 0.5, 1, 3, 9, 200, 1500, 40_000]),
        st.sampled_from(["o1", "o2", None]),
        st.sampled_from(["gps", "typed", "mock", None]),
        st.sampled_from([None, 0.0, 10.0, 150.0]),
    ),
    max_size=12,
)


def named(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Give the rows ids that stay with them."""
    return [row | {"id": f"n{n}"} for n, row in enumerate(rows)]


def frame(rows: list[dict[str, object]], as_of: date = AS_OF) -> pd.DataFrame:
    """Grade."""
    return grade_visits(ledger(PLACES, rows), as_of).visits


@settings(max_examples=12, deadline=None)
@given(ROWS)
def test_other_officers_change_nothing(rows: list[dict[str, object]]) -> None:
    """An officer's grades are of his own visits."""
    rows = named(rows)
    own = [row for row in rows if row["officer"] == "o1"]
    whole = frame(rows)
    pd.testing.assert_frame_equal(whole[whole["officer"] == "o1"].reset_index(drop=True), frame(own))


@settings(max_examples=12, deadline=None)
@given(ROWS, st.randoms())
def test_row_order_does_not_matter(rows: list[dict[str, object]], random: object) -> None:
    """The same rows in another order give the same frame."""
    rows = named(rows)
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(frame(rows), frame(mixed))


@settings(max_examples=12, deadline=None)
@given(ROWS)
def test_later_visits_change_nothing(rows: list[dict[str, object]]) -> None:
    """As of a day nothing later counts."""
    rows = named(rows)
    day = NINE.date()
    till = [row for row in rows if row["at"].date() <= day]  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(frame(rows, day), frame(till, day))


def test_grades() -> None:
    """Verified is B, typed and off are C, far is D, and the reason is told."""
    rows = [visit("a", (0.0, 9.0)), visit("a", (0.0, 9.0), 300, geotag="typed"), visit("c", (400.0, 150.0), 600)]
    told = frame([*rows, visit("c", (400.0, 900.0), 900), visit("e", (400.0, 900.0), 1200)])
    assert told["grade"].tolist() == ["B", "C", "C", "D", "C"]
    assert told["suspicion"].tolist() == [0, 0.15, 0.2, 0.7, 0.1]
    assert told["why"].iloc[3] == "定位离场所 900 米，存疑，请核实"
    assert told["town"].tolist() == [0, 0, 0, 0, 0]


def test_enterprises_are_not_graded() -> None:
    """A firm's own check is no visit; one of an unknown place is not listed."""
    assert frame([visit("a", (0.0, 9.0), by="enterprise"), visit("?", (0.0, 9.0))]).empty


def test_a_town_without_positions() -> None:
    """Where no place has coordinates every visit is as reported."""
    told = grade_visits(ledger({"a": None}, [visit("a", (0.0, 9.0))]), AS_OF).visits
    assert told[["grade", "marks"]].to_numpy().tolist() == [["C", "no-position"]]


def test_marks_are_fair() -> None:
    """Whatever speaks against a visit asks to check it, and no sentence accuses."""
    for mark in MARKS.values():
        assert mark.sentence.endswith("存疑，请核实") == (mark.effect == "against")
        assert "造假" not in mark.sentence + mark.name
        assert (mark.weight >= 0.5) == (mark.effect == "against")


def test_a_day_nobody_means() -> None:
    """Days outside 1900–2199 are refused."""
    with pytest.raises(QuestionProblem):
        grade_visits(ledger(PLACES, []), date(1, 1, 1))


def test_needed_is_enough() -> None:
    """The tables and columns named are all that is read."""
    whole = ledger(PLACES, [visit("a", (0.0, 9.0))])
    some = {name: whole.frames[name][list(columns)] for name, columns in NEEDED.items()}
    told = grade_visits(Ledger(whole.town, some), AS_OF).visits
    pd.testing.assert_frame_equal(told, grade_visits(whole, AS_OF).visits)
    assert all(set(columns) - {"geometry"} <= set(TABLES[name].names) for name, columns in NEEDED.items())


def test_village() -> None:
    """Of a labelled town at least 95 % of the pretended visits are found, at most 1 % of the honest are suspected."""
    made = make_town("village", 5)
    day = made.frames["inspections"]["at"].max().date() + timedelta(days=1)
    told = grade_visits(Ledger.whole(made.town, made.frames), day).visits.merge(made.truth, on="inspection_id")
    found = told.groupby("fake")["suspect"].mean()
    assert found[True] >= 0.95
    assert found[False] <= 0.01
    assert set(np.unique(told["grade"])) == set("ABCD")
