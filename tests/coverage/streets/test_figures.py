"""Figures of walked streets."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.streets.figures import STREET_GROUPS, street_figures
from coverage.streets.walks import StreetWalks, street_walks
from geodata.errors import QuestionProblem
from tests.coverage.streets.towns import areas, lattice, ledger, roads_of, walk

DAY = date(2024, 6, 20)
SUMS = ["length_m", "walked_m", "missed_m", "no_data_m", "never_m"]
NAMES = ["东路", "西路", "东路", None, "南路", "北路", "中路", "后路"]


def town(*corners: list[tuple[int, int]], split: bool = True) -> StreetWalks:
    """Give the walks of tracks between crossings of the town, which has two grids or none."""
    made = [
        ("o", f"2024-0{5 + at % 2}-03 09:00", walk([(100 * x, 100 * y) for x, y in c])) for at, c in enumerate(corners)
    ]
    whole = areas() if split else areas().head(1)
    return street_walks(ledger(made, roads=roads_of(lattice(), NAMES), with_areas=whole), DAY)


ways = st.lists(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=4, unique=True), max_size=3
)


@settings(max_examples=8, deadline=None)
@given(ways)
def test_sums_keep_and_never_exceed_the_whole(corners: list[list[tuple[int, int]]]) -> None:
    """The parts of every group add up to the town; split into grids it has as many metres; no rate is above 1."""
    walks = town(*corners)
    whole = street_figures(walks, "town").iloc[0]
    for by in ("grid", "street", "class"):
        rows = street_figures(walks, by)
        assert rows[SUMS].sum().to_numpy(float) == pytest.approx(whole[SUMS].to_numpy(float), abs=1.0)
        assert (rows["walked_m"] <= rows["length_m"] + 0.1).all()
        assert rows["walked_rate"].dropna().between(0, 1).all()
        parts = rows["walked_m"] + rows["missed_m"] + rows["no_data_m"]
        assert np.allclose(parts, rows["length_m"], atol=0.2)
    assert street_figures(town(*corners, split=False), "town").iloc[0]["walked_m"] == whole["walked_m"]


@settings(max_examples=4, deadline=None)
@given(ways, st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=3, unique=True))
def test_one_more_track_never_lowers_what_was_walked(
    corners: list[list[tuple[int, int]]], more: list[tuple[int, int]]
) -> None:
    """In every grid and street."""
    for by in ("grid", "street"):
        before, after = street_figures(town(*corners), by), street_figures(town(*corners, more), by)
        assert (after["walked_m"] >= before["walked_m"]).all()


def test_days_since_are_those_of_the_stalest_metre() -> None:
    """A street walked whole has its oldest day; one with a metre never walked has none."""
    walks = town([(0, 0), (3, 0)])
    rows = street_figures(walks, "street").set_index("key")
    assert rows["days_since"].notna().sum() == 0  # 东路 is two streets, only one of which was walked
    named = street_walks(ledger([("o", "2024-06-03 09:00", walk([(-5, 0), (305, 0)]))]), DAY)
    assert street_figures(named, "street").set_index("key").loc["0路", "days_since"] == 17


def test_an_unknown_group_is_refused() -> None:
    """The words are those of STREET_GROUPS."""
    assert "street" in STREET_GROUPS
    with pytest.raises(QuestionProblem):
        street_figures(town(), "risk")
