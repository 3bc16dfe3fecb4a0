"""Surfaces as polygons."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coverage.density import Grid
from maps.wall.contours import bands, contour


@settings(deadline=None, max_examples=60)
@given(arrays(np.float64, (6, 7), elements=st.integers(0, 9).map(float)), st.integers(1, 9).map(lambda n: n - 0.5))
def test_each_middle_is_on_its_side(inner: np.ndarray, limit: float) -> None:
    """A cell's middle lies in the polygons just when its value reaches the limit."""
    values = np.pad(inner, 1)
    area = contour(values, limit)
    assert shapely.is_valid(area)
    rows, columns = np.indices(values.shape)
    inside = shapely.intersects_xy(area, columns.ravel(), rows.ravel()).reshape(values.shape)
    np.testing.assert_array_equal(inside, values >= limit)


def test_a_hole_stays_open() -> None:
    """A ring of high ground around low ground has a hole; without high ground there is nothing."""
    values = np.pad(np.array([[2.0, 2, 2], [2, 0, 2], [2, 2, 2]]), 1)
    (ring,) = shapely.get_parts(contour(values, 1.0))
    assert len(ring.interiors) == 1
    assert shapely.is_empty(contour(values, 3.0))


def test_in_degrees() -> None:
    """One peak: each class lies in the one below, all around the peak."""
    grid = Grid.over((113.6, 22.8, 113.64, 22.83))
    density = grid.density(grid.count(np.array([113.62]), np.array([22.815]), np.array([1000.0])))
    low, high = (shapely.union_all(each) for each in bands(grid, density, [100.0, 1000.0]))
    assert low.contains(high)
    assert (high.centroid.x, high.centroid.y) == pytest.approx((113.62, 22.815), abs=2e-4)
