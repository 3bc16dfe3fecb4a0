"""Stretches of street that nobody walked."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pytest
import shapely

from coverage.streets.figures import street_figures
from coverage.streets.gaps import NAMELESS, cut_lines, street_gaps
from coverage.streets.walks import StreetWalks, street_walks
from tests.coverage.streets.towns import PLANE, lattice, ledger, roads_of, walk

DAY = date(2024, 6, 20)


def town(**more: object) -> StreetWalks:
    """Give the walks of two officers: one along the south in June, one along the north in May."""
    walks = [
        ("o", "2024-06-03 09:00", walk([(0, 0), (300, 0)])),
        ("o", "2024-05-03 09:00", walk([(0, 300), (300, 300)])),
    ]
    return street_walks(ledger(walks, **more), DAY)  # type: ignore[arg-type]


def metres(gaps: gpd.GeoDataFrame) -> float:
    """Give the length of what is drawn."""
    return float(gaps.to_crs(PLANE).length.sum())


def test_stretches_are_what_was_missed() -> None:
    """Their lengths add up to the missed metres, and so do their lines."""
    walks = town()
    gaps = street_gaps(walks)
    missed = street_figures(walks, "town")["missed_m"].iat[0]
    assert gaps["length_m"].sum() == pytest.approx(missed, abs=60)  # corners below 30 m stay out
    assert metres(gaps) == pytest.approx(gaps["length_m"].sum(), rel=0.01)


def test_a_stretch_lies_in_one_grid_and_has_one_name() -> None:
    """Each street that runs east is two stretches, one a grid."""
    gaps = street_gaps(town())
    assert sorted(gaps.loc[gaps["street"] == "1路", "grid"]) == ["A", "B"]
    assert not gaps.duplicated(["street", "grid"]).any()


def test_longer_and_staler_is_worse() -> None:
    """Scores fall; what was walked in May stands below a never walked stretch of the same length."""
    gaps = street_gaps(town())
    assert gaps["score"].is_monotonic_decreasing
    rows = gaps[gaps["grid"] == "A"].set_index("street")
    assert rows.loc["3路", "days_since"] == 48
    assert "上次有人走过在48天前" in rows.loc["3路", "why"]
    assert rows.loc["1路", "never"]
    assert "从来" not in rows.loc["1路", "why"]
    assert "有轨迹以来没有人走过" in rows.loc["1路", "why"]


def test_an_area_and_a_limit_cut_the_list() -> None:
    """Only stretches of A; only the worst."""
    walks = town()
    assert set(street_gaps(walks, area="A")["grid"]) == {"A"}
    assert street_gaps(walks, limit=2)["score"].tolist() == street_gaps(walks)["score"].tolist()[:2]


def test_no_data_is_no_gap() -> None:
    """Without tracks nobody knows: the list is empty and keeps its columns."""
    gaps = street_gaps(street_walks(ledger(), DAY))
    assert gaps.empty
    assert {"street", "why", "lon", "geometry"} <= set(gaps.columns)


def test_a_nameless_street_has_a_word() -> None:
    """Streets without a name stand in the list under one word."""
    assert NAMELESS in set(street_gaps(town(roads=roads_of(lattice(), [None] * 8)))["street"])


def test_lines_are_cut_between_two_distances() -> None:
    """A bend inside stays, one outside goes."""
    line = shapely.from_wkt("LINESTRING (0 0, 10 0, 10 10, 20 10)")
    cut = cut_lines(np.array([line]), np.array([5.0]), np.array([15.0]))
    assert cut[0].equals_exact(shapely.from_wkt("LINESTRING (5 0, 10 0, 10 5)"), 1e-9)
