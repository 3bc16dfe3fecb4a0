"""Each point is in exactly one area, always the same."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.locate import NOWHERE, locate

SQUARES = np.array([shapely.box(x, y, x + 1, y + 1) for y in range(3) for x in range(3)], dtype=object)
halves = st.integers(-1, 7).map(lambda n: n / 2)


@given(st.lists(st.tuples(halves, halves), max_size=20), st.permutations([f"c{n}" for n in range(9)]))
def test_smallest_code_wins(xy: list[tuple[float, float]], codes: list[str]) -> None:
    """A point belongs to the polygon of smallest code among all that touch it, to none when none does."""
    points = np.array([shapely.Point(p) for p in xy], dtype=object)
    for point, got in zip(points, locate(points, SQUARES, codes), strict=True):
        touching = [n for n in range(9) if SQUARES[n].intersects(point)]
        assert got == (min(touching, key=lambda n: codes[n]) if touching else NOWHERE)


def test_missing_positions() -> None:
    """No point, no polygon: nowhere."""
    points = np.array([None, shapely.Point(0.5, 0.5)], dtype=object)
    assert locate(points, SQUARES, [str(n) for n in range(9)]).tolist() == [NOWHERE, 0]
    assert locate(points, SQUARES[:0], []).tolist() == [NOWHERE, NOWHERE]
    assert locate(points, np.array([None, SQUARES[0]], dtype=object), ["a", "b"]).tolist() == [NOWHERE, 1]
