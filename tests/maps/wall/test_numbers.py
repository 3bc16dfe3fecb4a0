"""Numbers on discs."""

from __future__ import annotations

from itertools import combinations
from math import dist

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.wall.numbers import bare, crowded, numbered

SHEET = (0.0, 0.0, 100.0, 80.0)
spots = st.lists(st.tuples(st.floats(-5, 105), st.floats(-5, 85)), max_size=40)


@settings(deadline=None, max_examples=60)
@given(spots)
def test_no_disc_touches_another(spots: list[tuple[float, float]]) -> None:
    """Discs are apart, on the sheet, off what is taken, and near their spots."""
    taken = (80.0, 0.0, 100.0, 20.0)
    xy = np.array(spots, dtype=float).reshape(-1, 2)
    placed = numbered([str(at) for at in range(len(xy))], ["#000000"] * len(xy), xy, 4.0, SHEET, [taken])
    assert all(dist((a.x, a.y), (b.x, b.y)) >= 4.0 for a, b in combinations(placed, 2))
    for each in placed:
        left, top, right, bottom = each.box
        assert left >= 0 and top >= 0 and right <= 100 and bottom <= 80
        assert not (right > 80 and top < 20)
        assert dist((each.x, each.y), each.spot) <= 17


def test_the_first_keeps_its_spot() -> None:
    """Of two numbers at one spot the first stands there, the other beside it; one without a spot has none."""
    first, second = numbered(["1", "2", "3"], ["#000000"] * 3, np.array([[50, 40], [50, 40], [np.nan, 1]]), 4, SHEET)
    assert (first.x, first.y) == first.spot == second.spot
    assert (second.x, second.y) != second.spot


def test_too_many_are_bare() -> None:
    """A few discs don't hide the map, hundreds do: those stand as small dots, the ones beside the sheet left out."""
    assert not crowded(20, 4.0, SHEET)
    assert crowded(200, 4.0, SHEET)
    (dot,) = bare(["#000000"] * 2, np.array([[50.0, 40.0], [500.0, 40.0]]), 4.0, SHEET)
    assert (dot.text, dot.x, dot.y) == ("", 50.0, 40.0)
