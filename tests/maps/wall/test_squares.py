"""Letters and numbers over a map."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from maps.wall.plane import Plane
from maps.wall.squares import Squares, letters, side_of


@given(st.floats(-10, 110, allow_subnormal=False), st.floats(-10, 90, allow_subnormal=False))
def test_a_spot_is_in_the_cell_whose_box_holds_it(x: float, y: float) -> None:
    """A1 begins in the upper left corner; outside there is none."""
    squares = Squares(0.0, 0.0, 25.0, 20.0, 4, 4)
    (name,) = squares.names(np.array([[x, y]]))
    found = [
        squares.name(*cell)
        for cell, box in zip(squares.cells(), squares.boxes(), strict=True)
        if box.bounds[0] <= x < box.bounds[2] and box.bounds[1] <= y < box.bounds[3]
    ]
    assert [name] == (found or [""])


def test_after_z_comes_aa() -> None:
    """As in sheets of figures."""
    assert [letters(at) for at in (0, 25, 26, 27, 52)] == ["A", "Z", "AA", "AB", "BA"]


def test_a_square_has_a_round_side_on_the_ground() -> None:
    """At least five of them across."""
    plane = Plane((113.6, 22.8, 113.7, 22.86), 340, 250, 6)
    squares = Squares.of(plane)
    assert squares.wide == squares.high == plane.millimetres(side_of(plane))
    assert side_of(plane) in (1000, 2000)
    assert squares.columns >= 5
    assert len(squares.as_data(plane, 1.0)["letters"]) in (squares.columns, squares.columns - 1)
