"""One list over the kinds of gaps, and the walks that close them."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from coverage.gap_list import one_list
from coverage.gap_walks import MINUTES, REACH_M, gap_walks
from grids.workload import DETOUR, SPEED_M_PER_MIN, STAY

METRE = 1 / 111_000
EARTH = Geod(ellps="WGS84")


def places(*rows: tuple[str, float, float, float], grid: str | None = "g1") -> pd.DataFrame:
    """Give gaps of places by id, metres east and north of a corner, and score."""
    frame = pd.DataFrame(rows, columns=["place_id", "x", "y", "score"])
    lat = 22.8 + frame["y"] * METRE
    return frame.assign(
        name=frame["place_id"],
        grid=grid,
        community="c",
        district=None,
        state="overdue",
        never=False,
        last_inspection=pd.NaT,
        days_since=pd.Series([None] * len(frame), dtype="Int64"),
        period="2024-06",
        score_why="",
        why="",
        lon=113.7 + frame["x"] * METRE / np.cos(np.radians(22.8)),
        lat=lat,
    )


def streets(length_m: float, score: float) -> gpd.GeoDataFrame:
    """Give one stretch of street that begins at the corner."""
    line = shapely.linestrings([(113.7, 22.8), (113.7, 22.8 + length_m * METRE)])
    rows = places(("s", 0, length_m / 2, score)).rename(
        columns={"place_id": "street", "last_inspection": "last_walked"}
    )
    return gpd.GeoDataFrame(rows, geometry=[shapely.multilinestrings([line])], crs=4326)


def test_the_worst_comes_first_whatever_its_kind() -> None:
    """Places and streets stand in one order of their scores, with their kind and shape."""
    every = one_list(places=places(("a", 0, 0, 3), ("b", 9, 0, 1)), streets=streets(400, 2), ground=None)
    assert every[["rank", "kind", "name"]].to_numpy().tolist() == [
        [1, "places", "a"],
        [2, "streets", "s"],
        [3, "places", "b"],
    ]
    assert every.geom_type.tolist() == ["Point", "MultiLineString", "Point"]
    assert every.crs == 4326


def test_a_list_of_nothing_is_refused() -> None:
    """No kind at all is a mistake of the caller."""
    with pytest.raises(ValueError, match="no kind"):
        one_list(places=None)


def test_duties_of_one_place_are_one_stop() -> None:
    """Two duties missed at a place are closed by one stay."""
    walks, of_gap = gap_walks(one_list(places=places(("a", 0, 0, 3), ("a", 0, 0, 1), ("b", 75, 0, 1))))
    assert walks[["stops", "gaps", "score"]].to_numpy().tolist() == [[2, 3, 5]]
    assert of_gap.tolist() == [1, 1, 1]
    assert walks["minutes"].iat[0] == pytest.approx(2 * STAY + DETOUR, rel=0.01)


def test_no_walk_crosses_a_grid() -> None:
    """Two places side by side in two grids are two walks; the worse one is the first."""
    rows = pd.concat([places(("a", 0, 0, 1)), places(("b", 5, 0, 2), grid="g2")])
    walks, _ = gap_walks(one_list(places=rows))
    assert walks[["walk", "grid", "first"]].to_numpy().tolist() == [[1, "g2", "b"], [2, "g1", "a"]]


def test_a_place_without_position_is_in_no_walk() -> None:
    """It stays in the list and has no number of a walk."""
    rows = places(("a", 0, 0, 1), ("b", 0, 0, 2))
    rows.loc[1, ["lon", "lat"]] = np.nan
    walks, of_gap = gap_walks(one_list(places=rows))
    assert of_gap.tolist() == [0, 1]
    assert walks["first"].tolist() == ["a"]


def test_no_gaps_no_walks() -> None:
    """An empty list gives an empty table."""
    walks, of_gap = gap_walks(one_list(places=places()))
    assert walks.empty
    assert of_gap.size == 0


def test_a_street_takes_its_length() -> None:
    """A stretch of 750 m takes ten minutes on foot."""
    walks, _ = gap_walks(one_list(streets=streets(750, 1)))
    assert walks["minutes"].iat[0] == pytest.approx(750 / SPEED_M_PER_MIN["walk"], rel=0.01)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 4000), st.integers(1, 50)), min_size=1, max_size=40),
    st.sampled_from([30.0, 90.0, MINUTES]),
    st.randoms(use_true_random=False),
)
def test_every_gap_is_in_one_walk_that_fits(spots: list[tuple[int, int, int]], minutes: float, random: object) -> None:
    """Walks share the gaps out, none takes longer than allowed, steps are short, and the order of rows is nothing."""
    rows = places(*((f"p{n}", float(x), float(y), float(score)) for n, (x, y, score) in enumerate(spots)))
    every = one_list(places=rows)
    walks, of_gap = gap_walks(every, minutes=minutes)
    assert (of_gap > 0).all()
    assert walks["gaps"].sum() == len(every)
    assert walks["score"].sum() == pytest.approx(sum(score for _, _, score in spots))
    assert walks["score"].is_monotonic_decreasing
    for walk in walks.itertuples():
        points = shapely.get_coordinates(walk.geometry)
        steps = [EARTH.inv(*one, *two)[2] for one, two in pairwise(points)]
        took = sum(steps) * DETOUR / SPEED_M_PER_MIN["walk"] + walk.stops * STAY
        assert took == pytest.approx(walk.minutes, abs=0.2, rel=0.01)
        assert walk.stops == 1 or walk.minutes <= minutes + 0.1
        assert len(points) == max(walk.stops, 1)
        # each stop is within reach of another one of the walk
        one, other = np.nonzero(~np.eye(len(points), dtype=bool))
        apart = EARTH.inv(*points[one].T, *points[other].T)[2]
        assert all(apart[one == at].min() <= REACH_M * 1.01 for at in np.unique(one))
    mixed = list(rows.index)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    again, _ = gap_walks(one_list(places=rows.loc[mixed]), minutes=minutes)
    pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(walks))
