"""Drawings in millimetres."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, box

from maps.wall import svg


def shapes(*each: object) -> np.ndarray:
    """Give geometries as an array."""
    found = np.empty(len(each), dtype=object)
    found[:] = each
    return found


def test_a_dot_is_a_line_of_one_step() -> None:
    """Whole hundredths of a millimetre, as wide as the dot."""
    assert svg.dots(np.array([[1.0, 2.0], [3.004, 4.006]]), "#c8102e", 2.5) == (
        '<path stroke="#c8102e" stroke-width="250" d="M100 200h1M300 401h1"/>'
    )


def test_rings_of_polygons_are_closed() -> None:
    """Each ring begins with M and ends with z; what has no polygon draws nothing."""
    with_hole = box(0, 0, 3, 3).difference(box(1, 1, 2, 2))
    data = svg.filled(shapes(MultiPolygon([with_hole]), None), "#fff3b0")
    assert data.count("M") == data.count("z") == 2
    assert svg.filled(shapes(None), "#fff3b0") == svg.filled(shapes(), "#fff3b0") == ""


def test_a_hole_stays_a_hole_and_an_overlap_is_filled() -> None:
    """By the rule of nonzero winding: holes run the other way round than every outer ring."""
    with_hole = box(0, 0, 3, 3).difference(box(1, 1, 2, 2))
    for polygon in (with_hole, shapely.reverse(with_hole)):
        rings = svg.filled(shapes(polygon), "#fff3b0").split('d="')[1].split("z")[:2]
        turns = [
            shapely.is_ccw(shapely.linearrings(np.array(ring[1:].split(), float).reshape(-1, 2))) for ring in rings
        ]
        assert turns == [False, True]


def test_only_lines_are_drawn_as_lines() -> None:
    """A point that is left of a clipped line draws nothing."""
    data = svg.lines(shapes(LineString([(0, 0), (1, 1)]), Point(0, 0)), "#000000", 0.3)
    assert data == '<path stroke="#000000" stroke-width="30" d="M0 0 100 100 "/>'
