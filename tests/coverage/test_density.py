"""Bins, smoothing and ground area of the heat map."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from coverage.density import MOST_CELLS, Grid, degrees, kernel_density, mercator, rule_bandwidth
from geodata.errors import QuestionProblem

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


def scattered(number: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give clustered points of the town with weights."""
    random = np.random.default_rng(seed)
    lon = random.choice([113.65, 113.67, 113.70], number) + random.normal(0, 0.004, number)
    return lon, random.normal(22.84, 0.01, number), random.choice([1.0, 3.0], number)


@pytest.mark.parametrize("bandwidth", [150.0, 440.0, 900.0])
def test_density_is_the_direct_sum(bandwidth: float) -> None:
    """Everywhere within 2 % of the range of the sum of kernels over geodesic distances."""
    lon, lat, weight = scattered(400, seed=int(bandwidth))
    density = kernel_density(lon, lat, weight, bandwidth_m=bandwidth, bounds=TOWN)
    assert density is not None
    x, y = np.meshgrid(np.linspace(113.63, 113.72, 17), np.linspace(22.81, 22.87, 13))
    x, y = x.ravel(), y.ravel()
    columns, rows = density.grid.middles()
    x = columns[np.abs(columns[:, None] - x).argmin(axis=0)]
    y = rows[np.abs(rows[:, None] - y).argmin(axis=0)]
    one, other = np.repeat(np.arange(len(x)), len(lon)), np.tile(np.arange(len(lon)), len(x))
    _, _, metres = Geod(ellps="WGS84").inv(x[one], y[one], lon[other], lat[other])
    kernel = np.exp(-(metres**2) / 2 / bandwidth**2) / (2 * math.pi * bandwidth**2) * 1e6
    exact = (kernel * weight[other]).reshape(len(x), -1).sum(axis=1)
    assert np.abs(density.at(x, y) - exact).max() <= 0.02 * np.ptp(exact)


def test_rule_of_the_bandwidth() -> None:
    """A normal cloud of n places, σ metres wide, has σ n^(-1/6); a hundred hazards of one place count once."""
    random = np.random.default_rng(5)
    metres = random.normal(0, 2000, (5000, 2))
    lon, lat = 113.6 + metres[:, 0] / 102_700, 22.8 + metres[:, 1] / 111_320
    expected = 2000 * 5000 ** (-1 / 6)
    assert rule_bandwidth(lon, lat) == pytest.approx(expected, rel=0.03)
    assert rule_bandwidth(np.repeat(lon, 9), np.repeat(lat, 9)) == rule_bandwidth(lon, lat)


def test_peak_of_each_area() -> None:
    """The densest cell of an area lies in it, near the cluster; an area smaller than a cell has its own."""
    density = kernel_density(np.full(50, 113.70), np.full(50, 22.85), np.ones(50), bandwidth_m=300, bounds=TOWN)
    assert density is not None
    tiny = shapely.box(113.7, 22.85, 113.7 + 1e-7, 22.85 + 1e-7)
    areas = np.array([shapely.box(113.69, 22.84, 113.71, 22.86), tiny, None], dtype=object)
    value, lon, lat = density.peaks(areas)
    assert value[:2] == pytest.approx([50e6 / (2 * math.pi * 300**2)] * 2, rel=0.02)
    assert (lon[0], lat[0]) == pytest.approx((113.70, 22.85), abs=3e-4)
    assert np.isnan([value[2], lon[2], lat[2]]).all()


def test_bandwidth_too_small_for_the_ground() -> None:
    """A bandwidth that needs too many cells is refused with one that does; that one is taken."""
    lon, lat, weight = scattered(5, seed=1)
    with pytest.raises(QuestionProblem, match=r"请用 (\d+) 米以上") as refused:
        kernel_density(lon, lat, weight, bandwidth_m=10, bounds=TOWN)
    enough = float(str(refused.value).split("请用 ")[1].split(" ")[0])
    assert kernel_density(lon, lat, weight, bandwidth_m=enough, bounds=TOWN) is not None


def test_nothing_has_no_density() -> None:
    """Without a position there is no density."""
    assert kernel_density(np.array([np.nan]), np.array([np.nan]), np.ones(1)) is None


def test_bandwidth_nobody_asked_for_fits_the_ground() -> None:
    """Few hazards close together in a wide town choose a bandwidth that the ground allows; nobody is refused for it."""
    lon, lat = 113.65 + np.arange(3) * 1e-4, 22.84 + np.arange(3) * 1e-4
    density = kernel_density(lon, lat, np.ones(3), bounds=(113.0, 22.3, 113.7, 22.9))
    assert density is not None
    assert density.chosen
    assert density.grid.bandwidth > rule_bandwidth(lon, lat)
    assert density.grid.columns * density.grid.rows <= MOST_CELLS
