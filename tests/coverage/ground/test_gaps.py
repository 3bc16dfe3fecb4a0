"""Patches of ground that nobody came near."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from coverage.gap_list import one_list
from coverage.ground.gaps import ground_gaps
from coverage.ground.seen import GroundSeen, ground_seen
from tests.coverage.ground.test_seen import STREET, TWO
from tests.coverage.ground.towns import DAY, TOWN, Walk, ledger_of, town_of

ACROSS = Walk([[(-50, 500), (250, 500), (550, 500)]])
"""A way that cuts the western grid in two."""


def seen_of(walks: list[Walk]) -> GroundSeen:
    """Measure the town of two grids with these tracks."""
    return ground_seen(ledger_of(replace(TWO, walks=walks)), DAY)


def test_a_way_across_a_grid_leaves_a_patch_on_either_side() -> None:
    """Each hangs together, lies in its grid, and has about the ground that the way leaves."""
    gaps = ground_gaps(seen_of([ACROSS]), area="g0")
    assert gaps["grid"].tolist() == ["g0", "g0"]
    assert gaps["m2"].tolist() == pytest.approx([500 * 470] * 2, rel=1e-2)


def test_patches_add_up_to_the_figures() -> None:
    """But for small ones and half cells at edges, the m² of patches are those missed."""
    seen = ground_seen(ledger_of(town_of(3)), DAY)
    listed = ground_gaps(seen, least_m2=0.0)["m2"].sum()
    assert listed == pytest.approx(seen.ground["missed_m2"].iloc[0], rel=0.02)


def test_outlines_are_the_patches() -> None:
    """Valid, in degrees, of the patch's own m² within 1 %, and the point lies on them."""
    seen = ground_seen(ledger_of(town_of(5)), DAY)
    gaps = ground_gaps(seen)
    assert len(gaps) > 1
    assert gaps.geometry.is_valid.all()
    assert gaps.to_crs(seen.raster.crs).area.sum() == pytest.approx(gaps["m2"].sum(), rel=0.01)
    assert gaps.geometry.covers(gaps.set_geometry(gaps.geometry.representative_point()).geometry).all()


def test_no_data_is_no_gap() -> None:
    """Of a grid without any track source there is no patch."""
    assert set(ground_gaps(seen_of([STREET]))["grid"]) == {"g0"}


def test_when_somebody_was_near() -> None:
    """A patch says when anybody was last near any of it, and how long ago; never is never."""
    before = Walk([[(100, 100), (400, 100)]], day=date(2024, 5, 11))
    gaps = ground_gaps(seen_of([ACROSS, before]), area="g0")
    south, north = gaps.sort_values("lat").to_dict("records")
    assert (str(south["last_seen"].date()), south["days_since"]) == ("2024-05-11", 40)
    assert "上次有人到过附近在40天前" in south["why"]
    assert south["never"]
    assert gaps.sort_values("lat")["days_since"].isna().tolist() == [False, True]
    assert "以来没有人到过附近" in north["why"]


def test_the_score_is_explained_and_stands_in_the_list_of_all_kinds() -> None:
    """√hectares × periods; twice where nobody was near in the period before either. The patch has its grid's name."""
    before = Walk([[(100, 100), (400, 100)]], day=date(2024, 5, 11))
    gaps = ground_gaps(seen_of([ACROSS, before]), area="g0")
    product = gaps["stake"] * gaps["urgency"] * gaps["lateness"]
    assert gaps["score"].tolist() == pytest.approx(product.tolist(), rel=1e-3)
    assert gaps["stake"].tolist() == pytest.approx((gaps["m2"] / 5e4).tolist(), rel=1e-3)
    south, north = gaps.sort_values("lat").to_dict("records")
    assert south["urgency"] < north["urgency"]
    listed = one_list(ground=gaps)
    assert listed["name"].tolist() == ["g0", "g0"]
    assert listed["score_why"].str.contains("面积").all()


def test_worst_first_and_no_more_than_asked() -> None:
    """By hectares and lateness; the limit keeps the worst."""
    seen = ground_seen(ledger_of(town_of(7)), DAY)
    gaps = ground_gaps(seen)
    assert gaps["score"].is_monotonic_decreasing
    assert ground_gaps(seen, limit=1)["m2"].tolist() == gaps["m2"].head(1).tolist()


def test_a_town_without_tracks_has_no_patches() -> None:
    """Nothing is known, so nothing is missed; the columns are there all the same."""
    gaps = ground_gaps(seen_of([]), area=TOWN.code)
    assert len(gaps) == 0
    assert {"grid", "m2", "why", "lon", "geometry"} <= set(gaps)
