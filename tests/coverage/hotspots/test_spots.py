"""Hot spots of towns whose heat is known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.hazards import hazard_register
from coverage.hotspots.spots import Question, hot_spots
from geodata.errors import QuestionProblem
from tests.coverage.hotspots.made import corner, ledger_of, spots_of

SIZE = 7
LOOKS = np.full((SIZE * SIZE, 6), 10)
HEART = "g8"
"""The middle of the 3 × 3 hot grids."""


def row(frame: pd.DataFrame, code: str) -> pd.Series:
    """Give the row of an area."""
    return frame[frame["area"] == code].iloc[0]


def test_the_hot_corner_is_found() -> None:
    """A block of nine grids with ten times the finds is hot at 99 %, by both rates, and lasting; it comes first."""
    spots = spots_of(ledger_of(LOOKS, corner(SIZE, 6, 20, 1), columns=SIZE))
    heart = row(spots.frame, HEART)
    assert (heart["inspection_class"], heart["area_class"], heart["course"]) == ("hot99", "hot99", "lasting")
    assert spots.frame["area"].iat[0] == HEART
    hot = set(spots.frame.loc[spots.frame["inspection_class"].str.startswith("hot"), "area"])
    assert hot <= {f"g{x + y * SIZE}" for x in range(4) for y in range(4)}


def test_figures_of_an_area() -> None:
    """60 looks, 120 finds: 2 a look with the interval around; per km² by the ground; one place."""
    spots = spots_of(ledger_of(LOOKS, corner(SIZE, 6, 20, 1), columns=SIZE))
    heart = row(spots.frame, HEART)
    assert (heart["places"], heart["inspections"], heart["hazards"], heart["neighbours"]) == (1, 60, 120, 8)
    assert heart["per_inspection_low"] < heart["per_inspection"] == 2 < heart["per_inspection_high"]
    assert heart["per_km2"] == pytest.approx(120 / heart["km2"])


def test_never_looked_is_never_cold() -> None:
    """Grids without inspections (and without hazards) are no data by both rates, however warm the others are."""
    looks, finds = LOOKS.copy(), corner(SIZE, 6, 20, 4)
    unseen = [at for at in range(SIZE * SIZE) if at % SIZE >= 5]
    looks[unseen] = finds[unseen] = 0
    frame = spots_of(ledger_of(looks, finds, columns=SIZE)).frame
    found = frame[frame["area"].isin([f"g{at}" for at in unseen])]
    assert set(found["inspection_class"]) == set(found["area_class"]) == set(found["course"]) == {"no_data"}
    assert found["inspection_z"].isna().all()
    assert found["per_inspection"].isna().all()


def test_looked_at_and_found_little_is_cold() -> None:
    """The same grids, looked at with nothing found, are cold."""
    finds = corner(SIZE, 6, 20, 4)
    quiet = [at for at in range(SIZE * SIZE) if at % SIZE >= 5]
    finds[quiet] = 0
    frame = spots_of(ledger_of(LOOKS, finds, columns=SIZE)).frame
    assert row(frame, f"g{SIZE * 3 + 6}")["inspection_class"].startswith("cold")


def test_more_looks_are_not_more_heat() -> None:
    """Twice the looks with twice the finds in one half is hot per km², but not per inspection."""
    often = np.array([at % SIZE < 3 for at in range(SIZE * SIZE)])[:, None]
    finds = 10 + (np.arange(SIZE * SIZE)[:, None] * np.array([5, 3, 7, 2, 9, 4]) % 4) + 0 * LOOKS
    spots = spots_of(ledger_of(np.where(often, 30, 10), np.where(often, 3, 1) * finds, columns=SIZE))
    middle = row(spots.frame, f"g{SIZE * 3 + 1}")
    assert middle["area_class"] in ("hot99", "hot95")
    assert middle["inspection_class"] == "none"


def test_own_checks_are_no_looks() -> None:
    """Where only the enterprises look, there is no data."""
    frame = spots_of(ledger_of(LOOKS, corner(SIZE, 6, 20, 1), columns=SIZE, by="enterprise")).frame
    assert set(frame["inspection_class"]) == {"no_data"}
    assert frame["inspections"].sum() == 0


def test_months_without_looks_are_no_data() -> None:
    """A month that nobody looked in is no data of that month, not zero; the course comes from the others."""
    looks = LOOKS.copy()
    looks[:, 2] = 0
    finds = corner(SIZE, 6, 20, 1)
    finds[:, 2] = 0
    spots = spots_of(ledger_of(looks, finds, columns=SIZE))
    march = spots.series[spots.series["month"] == "2024-03"]
    assert set(march["heat"]) == {"no_data"}
    assert march["per_inspection"].isna().all()
    heart = row(spots.frame, HEART)
    assert (heart["course"], heart["months_seen"]) == ("lasting", 5)


def test_a_new_hot_spot() -> None:
    """A block that turned hot in June is new."""
    finds = corner(SIZE, 6, 20, 1)
    finds[:, :5] = corner(SIZE, 5, 2, 1)
    x, y = np.meshgrid(np.arange(SIZE), np.arange(SIZE))
    finds[:, :5] = (1 + (x * 5 + y * 3 + x * y) % 4).ravel()[:, None]
    spots = spots_of(ledger_of(LOOKS, finds, columns=SIZE))
    assert row(spots.frame, HEART)["course"] == "new"


def test_later_days_change_nothing() -> None:
    """As of May, what June brought is not known, and the months end with May."""
    looks, finds = LOOKS.copy(), corner(SIZE, 6, 20, 1)
    known = spots_of(ledger_of(looks[:, :5], finds[:, :5], columns=SIZE), date(2024, 5, 31))
    spots = spots_of(ledger_of(looks, finds, columns=SIZE), date(2024, 5, 31))
    assert spots.months[-1].label == "2024-05"
    pd.testing.assert_frame_equal(spots.frame, known.frame)


def test_a_handful_is_not_tested() -> None:
    """Nine grids are too few for a test; their rates are there."""
    frame = spots_of(ledger_of(np.full((9, 6), 10), corner(3, 6, 9, 1), columns=3)).frame
    assert set(frame["inspection_class"]) == {"untested"}
    assert frame["per_inspection"].notna().all()


def test_level_without_areas() -> None:
    """A level that has no areas is refused in Chinese."""
    ledger = ledger_of(LOOKS, LOOKS, columns=SIZE)
    with pytest.raises(QuestionProblem, match="还没有片区"):
        hot_spots(ledger, hazard_register(ledger, date(2024, 6, 30)), Question("district"))


@pytest.mark.parametrize("wrong", [{"rate": "x"}, {"months": 0}, {"months": 61}, {"least": 0}, {"bandwidth_m": 0.0}])
def test_questions_without_answer(wrong: dict[str, object]) -> None:
    """An unknown rate, no months, no inspections, no bandwidth: refused."""
    with pytest.raises(QuestionProblem):
        Question(**wrong)  # type: ignore[arg-type]


def test_bandwidth_is_the_one_given_or_the_rule() -> None:
    """The bandwidth that was used is told, and how it was chosen."""
    ledger = ledger_of(LOOKS, corner(SIZE, 6, 20, 1), columns=SIZE)
    given_, chosen = spots_of(ledger, bandwidth_m=300.0).method, spots_of(ledger).method
    assert (given_["bandwidth_m"], given_["bandwidth"]) == (300.0, "given")
    assert chosen["bandwidth"] == "Silverman"
    assert float(chosen["bandwidth_m"] or 0) % 10 == 0


towns = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 8)), min_size=12, max_size=12)


@settings(max_examples=8, deadline=None)
@given(towns, st.integers(0, 11))
def test_one_look_more(grids: list[tuple[int, int]], at: int) -> None:
    """An inspection without hazards never raises the area's rate nor its limits; unlooked areas are never cold."""
    looks, finds = (np.array([[one[which]] for one in grids]) for which in (0, 1))
    day = date(2024, 1, 31)
    before = spots_of(ledger_of(looks, finds, columns=4), day, months=1)
    looks[at] += 1
    after = spots_of(ledger_of(looks, finds, columns=4), day, months=1)
    for figure in ("per_inspection", "per_inspection_low", "per_inspection_high"):
        old, new = row(before.frame, f"g{at}")[figure], row(after.frame, f"g{at}")[figure]
        assert np.isnan(old) or new <= old
    for frame in (before.frame, after.frame):
        few = frame["inspections"] < before.question.least
        assert set(frame.loc[few, "inspection_class"]) | set(frame.loc[few, "area_class"]) <= {"no_data"}
        tested = frame[frame["inspection_p"].notna()]
        assert (tested["inspection_fdr"] >= tested["inspection_p"]).all()
