"""A file's positions under the systems that it may be in, drawn on the town."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon, box

from geodata.datum import to_wgs84
from maps.datum_choice import CLOSE, HIGH, STEPS, WIDE, Choices, choices

Floats = npt.NDArray[np.float64]
AREAS = np.array([box(113.70, 22.80, 113.74, 22.84), box(113.74, 22.80, 113.78, 22.84), None], dtype=object)
ROADS = np.array([LineString([(113.72, 22.79), (113.72, 22.85)]), LineString([(114, 22), (114, 23)])], dtype=object)
PLACES = np.array([Point(113.7201, 22.8199), Point(113.77, 22.83), None], dtype=object)
NONE = np.empty(0, dtype=object)


def drawn(*ways: Floats) -> Choices:
    """Draw ways on the little town."""
    found = choices(AREAS, ROADS, PLACES, ways)
    assert found is not None
    return found


def around(count: int = 20) -> Floats:
    """Give positions along the road of the town."""
    return np.column_stack([np.full(count, 113.72), np.linspace(22.818, 22.822, count)])


def test_systems_lie_apart() -> None:
    """Read as GCJ-02 the same numbers lie some hundred metres off: as far on the close view as on the ground."""
    right = around()
    wrong = np.column_stack(to_wgs84(right[:, 0], right[:, 1], "gcj02"))
    found = drawn(right, wrong)
    one, other = found.ways
    assert (one.points, one.inside, len(one.close)) == (20, 20, 20)
    east, north = (wrong[0] - right[0]) * 111_320 * (np.cos(np.radians(22.82)), 1)
    near = np.subtract(other.close[0], one.close[0]) * CLOSE / 1000 / STEPS
    assert near == pytest.approx((east, -north), rel=0.02, abs=2.5)
    assert np.hypot(east, north) > 300


def test_what_is_known_nearby() -> None:
    """The close view has the road and the place that are there, and none that lie elsewhere."""
    found = drawn(around(), around())
    assert found.near_roads.count("M") == 1
    assert len(found.near_places) == 1
    assert found.near_areas == ""
    assert found.areas.count("M") == 2


def test_positions_outside_are_counted() -> None:
    """Positions beside the town count as outside; where none lies inside, the close view is where most of them are."""
    far = around() + np.array([0.3, 0.0])
    one, other = drawn(around(), far).ways
    assert (one.inside, other.inside, other.points, list(other.close)) == (20, 0, 20, [])
    assert len(drawn(far, around()).ways[0].close) == 20


def test_nothing_to_draw() -> None:
    """A town without areas, or a file without positions, has no drawing; roads and places may be unknown."""
    assert choices(NONE, ROADS, PLACES, [around()]) is None
    assert choices(np.array([None], dtype=object), ROADS, PLACES, [around()]) is None
    assert choices(AREAS, ROADS, PLACES, [np.empty((0, 2))]) is None
    assert choices(AREAS, NONE, NONE, [around(1)]) is not None


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(-179, 179), st.floats(-85, 85)), min_size=1, max_size=12))
def test_all_stays_on_the_drawing(points: list[tuple[float, float]]) -> None:
    """Wherever positions lie, what is drawn lies on the drawing, and is numbers alone."""
    found = drawn(np.array(points))
    (way,) = found.ways
    assert way.inside <= way.points == len(points)
    for x, y in (*way.whole, *way.close, *found.near_places):
        assert 0 <= x <= WIDE * STEPS
        assert 0 <= y <= HIGH * STEPS
    for path in (found.areas, found.near_areas, found.near_roads):
        assert re.fullmatch(r"[M\d \-]*", path)


def test_an_area_that_crosses_itself() -> None:
    """An area drawn as a bow tie across others, which GIS programs may write, is drawn like any: both wings count."""
    bow = Polygon([(113.70, 22.80), (113.76, 22.84), (113.76, 22.80), (113.70, 22.84)])
    found = choices(np.array([bow, *AREAS], dtype=object), ROADS, PLACES, [around(), around()])
    assert found is not None
    assert [each.inside for each in found.ways] == [20, 20]
