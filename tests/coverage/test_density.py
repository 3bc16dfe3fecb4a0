"""Bins, smoothing and ground area of the heat map."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from coverage.density import Grid, degrees, mercator

TOWN = (113.60, 22.78, 113.75, 22.90)
GRID = Grid.over(TOWN)


@given(st.floats(-179, 179), st.floats(-84, 84))
def test_projection_is_web_mercator(lon: float, lat: float) -> None:
    """The projection agrees with PROJ to a millimetre and goes back to where it came from."""
    x, y = Transformer.from_crs(4326, 3857, always_xy=True).transform(lon, lat)
    assert mercator(lon, lat) == pytest.approx((x, y), abs=1e-3)
    assert degrees(*mercator(lon, lat)) == pytest.approx((lon, lat), abs=1e-9)


@pytest.mark.parametrize("south", [0.0, 22.78, 41.6, 53.0])
def test_cell_area_is_that_of_the_ellipsoid(south: float) -> None:
    """A cell's km² agree with the geodesic area of its corners to 0.01 %, at any latitude."""
    grid = Grid.over((113.6, south, 113.7, south + 0.1))
    west, bottom, east, top = grid.bounds
    area, _ = Geod(ellps="WGS84").polygon_area_perimeter([west, east, east, west], [bottom, bottom, top, top])
    assert abs(area) / 1e6 == pytest.approx(grid.ground_km2().sum() * grid.columns, rel=1e-4)


def test_cells_are_aligned_to_the_world() -> None:
    """The side of a cell is the world's width by a power of two, so two towns' cells never straddle."""
    cells = 2 * math.pi * 6378137 / GRID.cell
    assert cells == 2 ** round(math.log2(cells))
    assert Grid.over((113.65, 22.78, 113.80, 22.90)).cell == GRID.cell


def test_grid_depends_on_the_ground_alone() -> None:
    """Bandwidth is a round number of metres, a cell at most a twelfth of it."""
    ground = GRID.cell * math.cos(math.radians(22.84))
    assert GRID.bandwidth == 300
    assert ground <= GRID.bandwidth / 12
    assert GRID.columns < 2000


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(TOWN[0], TOWN[2]), st.floats(TOWN[1], TOWN[3]), st.sampled_from([1.0, 10.0])), max_size=20
    )
)
def test_smoothing_loses_nothing(points: list[tuple[float, float, float]]) -> None:
    """Density × ground area adds up to the weight that was counted, also at the town's edge."""
    lon, lat, weight = np.array(points, dtype=float).reshape(-1, 3).T
    counted = GRID.count(lon, lat, weight)
    assert counted.sum() == weight.sum()
    total = (GRID.density(counted) * GRID.ground_km2()[:, None]).sum()
    assert total == pytest.approx(weight.sum(), rel=1e-3)


def test_density_of_an_even_field_is_what_it_is() -> None:
    """100 hazards on every km² are drawn as 100 per km² in the middle, whatever the cell size."""
    even = GRID.ground_km2()[:, None] * np.full((1, GRID.columns), 100.0)
    middle = GRID.density(even)[GRID.rows // 2, GRID.columns // 2]
    assert middle == pytest.approx(100, rel=1e-3)


def test_point_falls_into_the_cell_that_holds_it() -> None:
    """The cell counted is the one whose corners enclose the point; no position counts nowhere."""
    counted = GRID.count(np.array([113.66, np.nan]), np.array([22.83, 22.83]), np.array([1.0, 1.0]))
    (row,), (column,) = np.nonzero(counted)
    west, south, east, north = GRID.bounds
    assert west + (east - west) * column / GRID.columns == pytest.approx(113.66, abs=(east - west) / GRID.columns)
    assert north - (north - south) * row / GRID.rows == pytest.approx(22.83, abs=2 * (north - south) / GRID.rows)
