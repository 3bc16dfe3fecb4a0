"""Sizes and neighbours of areas."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from coverage.hotspots.ground import ground_of

SIDE = 0.01


def areas(*shapes: shapely.Geometry | None) -> gpd.GeoDataFrame:
    """Give areas of those shapes."""
    return gpd.GeoDataFrame({"code": range(len(shapes))}, geometry=gpd.GeoSeries(list(shapes), crs="EPSG:4326"))


def square(column: float, row: float = 0) -> shapely.Geometry:
    """Give one square of a lattice."""
    return shapely.box(113 + column * SIDE, 22 + row * SIDE, 113 + (column + 1) * SIDE, 22 + (row + 1) * SIDE)


def test_km2_are_geodesic() -> None:
    """The area agrees with the geodesic one to 0.01 %; none without a border."""
    found = ground_of(areas(square(0), None, square(20)))
    expected = abs(Geod(ellps="WGS84").geometry_area_perimeter(square(0))[0]) / 1e6
    assert found.km2 == pytest.approx([expected, np.nan, expected], rel=1e-4, nan_ok=True)


def test_a_corner_is_enough() -> None:
    """Areas that share a side or a corner are neighbours, also over a gap below a metre; others are not."""
    almost = square(1 + 0.5 / 1025, 0)  # half a metre east of where it would touch
    found = ground_of(areas(square(0), almost, square(0, 1), square(-1, -1), square(4), None))
    assert {tuple(pair) for pair in found.pairs.tolist()} >= {(0, 1), (0, 2), (0, 3)}
    assert found.neighbours.tolist() == [3, 2, 2, 1, 0, 0]


def test_nothing_has_a_border() -> None:
    """Areas without borders have no size and no neighbours."""
    found = ground_of(areas(None, None))
    assert np.isnan(found.km2).all()
    assert found.pairs.shape == (0, 2)
