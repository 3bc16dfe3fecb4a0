"""Coordinate systems: there and back, none outside China, and the plane of a town."""

from __future__ import annotations

import numpy as np
import pytest

from geodata.datum import gcj02_to_bd09, metric_crs, to_wgs84, wgs84_to_gcj02

RANDOM = np.random.default_rng(7)
LON, LAT = RANDOM.uniform(73.5, 135, 20_000), RANDOM.uniform(18, 53.5, 20_000)
METRES = 111_320.0


def far(lon: np.ndarray, lat: np.ndarray) -> float:
    """Give the largest distance from the positions of the test, in metres."""
    east = (lon - LON) * np.cos(np.radians(LAT))
    return float(np.hypot(east, lat - LAT).max() * METRES)


@pytest.mark.parametrize("system", ["wgs84", "cgcs2000"])
def test_geographic_systems_stay(system: str) -> None:
    """WGS 84 and CGCS2000 positions stay where they are."""
    lon, lat = to_wgs84(LON, LAT, system)
    assert far(lon, lat) == 0


def test_gcj02_there_and_back() -> None:
    """The way to GCJ-02 and back meets within a millimetre."""
    assert far(*to_wgs84(*wgs84_to_gcj02(LON, LAT), "gcj02")) < 0.001


def test_bd09_there_and_back() -> None:
    """The way to BD-09 and back meets within a millimetre."""
    assert far(*to_wgs84(*gcj02_to_bd09(*wgs84_to_gcj02(LON, LAT)), "bd09")) < 0.001


def test_known_place() -> None:
    """Tian'anmen: GCJ-02 lies 500–600 m from WGS 84 there, to the north-east."""
    lon, lat = wgs84_to_gcj02(np.array([116.3912]), np.array([39.9073]))
    east, north = (lon[0] - 116.3912) * METRES * np.cos(np.radians(39.9)), (lat[0] - 39.9073) * METRES
    assert 480 < east < 580
    assert 120 < north < 190


def test_no_shift_outside_china() -> None:
    """Outside the border box nothing moves."""
    lon, lat = to_wgs84(np.array([-87.6, 11.9]), np.array([41.9, 50.3]), "bd09")
    assert lon.tolist() == [-87.6, 11.9]
    assert lat.tolist() == [41.9, 50.3]


def test_missing_stays_missing() -> None:
    """A position that is not there stays so, beside one that is."""
    lon, lat = to_wgs84(np.array([np.nan, 113.7]), np.array([np.nan, 22.8]), "gcj02")
    assert np.isnan(lon[0])
    assert abs(lat[1] - 22.8) > 1e-4


def test_plane_coordinates() -> None:
    """Gauss-Krüger metres of the 114° zone come back as degrees."""
    lon, lat = to_wgs84(np.array([469_000.0]), np.array([2_528_000.0]), "epsg:4547")
    assert 113.5 < lon[0] < 113.9
    assert 22.7 < lat[0] < 23.0


@pytest.mark.parametrize("system", ["mars", "epsg:x", "epsg:1"])
def test_unknown_system(system: str) -> None:
    """A system that there is not is an error."""
    with pytest.raises(ValueError, match="coordinate system"):
        to_wgs84(np.array([1.0]), np.array([1.0]), system)


@pytest.mark.parametrize(
    ("lon", "lat", "code"), [(113.7, 22.8, 4547), (116.4, 39.9, 4548), (75.2, 39.0, 4534), (-87.6, 41.9, 32616)]
)
def test_metric_crs(lon: float, lat: float, code: int) -> None:
    """A town counts metres in its 3° zone of CGCS2000, outside China in its UTM zone."""
    assert metric_crs(lon, lat).to_epsg() == code
