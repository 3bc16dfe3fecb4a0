"""Geometry as the page carries it."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from maps.shapes import (
    Frame,
    bounds_of,
    label_points,
    lines_as_numbers,
    polygons_as_numbers,
    simplify_areas,
    steps_as_numbers,
)

FRAME = Frame((113.6, 22.8, 113.7, 22.9))


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_whole_numbers_are_within_a_metre(lon: float, lat: float) -> None:
    """What comes back differs by at most half of 1e-5 degrees: 0.6 m."""
    whole = FRAME.whole(np.array([[lon, lat]]))
    back = whole / 1e5 + FRAME.origin
    assert np.abs(back - [lon, lat]).max() <= 0.5001e-5


def test_neighbours_still_share_their_border() -> None:
    """Simplified neighbours neither overlap nor leave a gap."""
    wave = [(1 + 0.01 * np.sin(9 * y), y) for y in np.linspace(0, 2, 200)]
    west, east = Polygon([(0, 0), *wave, (0, 2)]), Polygon([(2, 0), *wave, (2, 2)])
    simple = simplify_areas(np.array([west, None, east], dtype=object), 0.05)
    assert simple[1] is None
    assert shapely.get_num_coordinates(simple[0]) < 100
    assert shapely.intersection(simple[0], simple[2]).area < 1e-12
    assert shapely.union(simple[0], simple[2]).area == west.area + east.area


def test_rings_are_flat_lists() -> None:
    """A polygon with a hole is two rings; None is an empty list."""
    holed = box(113.6, 22.8, 113.61, 22.81).difference(box(113.602, 22.802, 113.604, 22.804))
    found = polygons_as_numbers(np.array([holed, None], dtype=object), FRAME)
    assert [len(polygons) for polygons in found] == [1, 0]
    assert [len(ring) for ring in found[0][0]] == [10, 10]
    assert min(found[0][0][0]) == 0
    assert max(found[0][0][0]) == 1000


def test_label_stands_inside_the_largest_part() -> None:
    """Of two parts the larger one carries the name."""
    town = MultiPolygon([box(113.6, 22.8, 113.601, 22.801), box(113.65, 22.85, 113.69, 22.89)])
    (point,) = label_points(np.array([town], dtype=object), FRAME)
    assert point is not None
    assert all(5000 < number < 9000 for number in point)


def test_bounds_are_of_the_first_that_has_a_position() -> None:
    """No area has a shape: the places decide; nothing has: None."""
    point = shapely.Point(1, 2)
    assert bounds_of([None], [point]) == (1, 2, 1, 2)
    assert bounds_of([None], []) is None


def test_steps_of_a_line_shorter_than_a_step() -> None:
    """A line is where it starts and its steps; one whose points fall together is a point."""
    lines = shapely.from_wkt(["LINESTRING (113.6 22.8, 113.6000001 22.8)", "LINESTRING (113.601 22.8, 113.61 22.79)"])
    assert steps_as_numbers(lines, FRAME) == [[0, 0], [100, 0, 900, -1000]]


def test_a_line_shorter_than_a_step_stays_out() -> None:
    """A line whose points fall together is not sent."""
    lines = shapely.from_wkt(["LINESTRING (113.6 22.8, 113.6000001 22.8)", "LINESTRING (113.6 22.8, 113.61 22.8)"])
    assert lines_as_numbers(lines, FRAME) == [[0, 0, 1000, 0]]
