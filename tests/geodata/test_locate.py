"""Each point is in exactly one area, always the same."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
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


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_overlaps_far_points_and_portions(seed: int) -> None:
    """Many polygons over one another, points on borders and far away, looked at in portions: as asked one by one."""
    rng = np.random.default_rng(seed)
    corner, size = rng.integers(0, 12, (40, 2)), rng.integers(1, 6, (40, 2))
    polygons = shapely.box(*corner.T, *(corner + size).T).astype(object)
    polygons[rng.integers(0, 40)] = None
    xy = rng.integers(-1, 19, (300, 2)) / 1.0
    xy[:3] = [(0.0, 1e9), (-1.7e308, 2.0), (np.nan, 1.0)]
    codes = [str(code) for code in rng.permutation(40)]
    points = shapely.points(xy).astype(object)
    points[3] = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geodata.locate.AT_ONCE", 50)
        got = locate(points, polygons, codes)
    holds = shapely.intersects(polygons[:, np.newaxis], points)
    for which, at in enumerate(got):
        touching = np.flatnonzero(holds[:, which]).tolist()
        assert at == min(touching, key=lambda n: codes[n], default=NOWHERE)
