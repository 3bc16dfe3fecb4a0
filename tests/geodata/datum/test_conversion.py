"""Every system to WGS 84 and back; which operation moves the old datums."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from pyproj import Transformer

from geodata.datum import find, from_wgs84, operation_of, systems, to_wgs84

Pair = tuple[np.ndarray, np.ndarray]
METRES = 111_320.0


@pytest.mark.parametrize("key", ["gcj02mc", "bd09mc", "epsg:4547"])
def test_million_there_and_back(china: Pair, key: str) -> None:
    """A million positions all over China come back within a millimetre, by the planes too."""
    lon, lat = to_wgs84(*from_wgs84(*china, key), key)
    near = np.abs(china[0] - 114) < 20 if key == "epsg:4547" else np.full(china[0].shape, True)
    assert np.abs([(lon - china[0])[near], (lat - china[1])[near]]).max() * METRES < 0.001


@pytest.mark.parametrize("key", [system.key for system in systems()])
def test_there_and_back(key: str) -> None:
    """Positions in the domain of each of the systems come back within a millimetre."""
    system = find(key)
    west, south, east, north = system.domain
    random = np.random.default_rng(system.epsg or 1)
    x, y = random.uniform(west, east, 500), random.uniform(south, north, 500)
    back_x, back_y = from_wgs84(*to_wgs84(x, y, key), key)
    assert np.hypot(back_x - x, back_y - y).max() * (1 if system.plane else METRES) < 0.001


@pytest.mark.parametrize("key", ["wgs84", "cgcs2000", "EPSG:4490"])
def test_geographic_systems_stay(key: str) -> None:
    """WGS 84 and CGCS2000 degrees stay as they are, to the bit."""
    lon, lat = to_wgs84(np.array([113.7, np.nan]), np.array([22.8, np.nan]), key)
    np.testing.assert_array_equal(lon, [113.7, np.nan])
    np.testing.assert_array_equal(lat, [22.8, np.nan])


@pytest.mark.parametrize("key", [system.key for system in systems() if system.width is None] + ["epsg:4547"])
def test_missing_stays_missing(key: str) -> None:
    """NaN stays NaN, beside a position that is there."""
    x, y = from_wgs84(np.array([113.7, np.nan]), np.array([22.8, np.nan]), key)
    lon, lat = to_wgs84(x, y, key)
    assert np.isnan([x[1], y[1], lon[1], lat[1]]).all()
    assert abs(lon[0] - 113.7) < 1e-8


def test_gauss_krueger_as_pyproj() -> None:
    """A zone of CGCS2000 is pyproj's, with the prefix and without, easting first."""
    lon, lat = np.array([113.672, 114.4]), np.array([22.81, 23.3])
    x, y = from_wgs84(lon, lat, "epsg:4547")
    np.testing.assert_allclose((x, y), Transformer.from_crs(4490, 4547, always_xy=True).transform(lon, lat), atol=1e-6)
    prefixed_x, prefixed_y = from_wgs84(lon, lat, "epsg:4526")
    np.testing.assert_allclose(prefixed_x - x, 38_000_000, atol=1e-6)
    np.testing.assert_allclose(prefixed_y, y, atol=1e-6)
    assert 400_000 < x[0] < 600_000 < 2_000_000 < y[0]


def test_mercators_differ() -> None:
    """At one place the three Mercators are apart as their datums are, Baidu's by kilometres more."""
    lon, lat = np.array([113.67]), np.array([22.81])
    web, gcj, baidu = (np.array(from_wgs84(lon, lat, key)).ravel() for key in ("epsg:3857", "gcj02mc", "bd09mc"))
    assert 300 < np.hypot(*(gcj - web)) < 900
    assert 15_000 < np.hypot(*(baidu - web)) < 20_000


@pytest.mark.parametrize(
    ("lon", "lat", "name", "accuracy"),
    [
        (113.7, 22.8, "Beijing 1954 to WGS 84 (3)", 15),
        (108.5, 38.0, "Beijing 1954 to WGS 84 (6)", 1),
        (84.0, 40.0, "Beijing 1954 to WGS 84 (4)", 1),
        (121.0, 33.0, "Beijing 1954 to WGS 84 (2)", 15),
        (108.5, 20.0, "Beijing 1954 to WGS 84 (5)", 10),
    ],
)
def test_beijing54_regions(lon: float, lat: float, name: str, accuracy: float) -> None:
    """In five regions Beijing 1954 is moved by EPSG's operation of the region, exactly as pyproj does."""
    here = np.array([lon]), np.array([lat])
    operation = operation_of(*here, "beijing54")
    assert (operation.name, operation.accuracy, operation.shifts) == (name, accuracy, True)
    theirs = Transformer.from_crs(4214, 4326, always_xy=True).transform(*here)
    np.testing.assert_allclose(to_wgs84(*here, "beijing54"), theirs, atol=1e-10)
    assert 10 < np.hypot(*(np.array(theirs) - here)).max() * METRES < 110


@pytest.mark.parametrize(("key", "accuracy"), [("beijing54", 110), ("xian80", 130), ("epsg:2379", 130)])
def test_no_public_parameters(key: str, accuracy: float) -> None:
    """Where no parameters are public, degrees stay, and the operation says how far off that may be."""
    lon, lat = np.array([116.4]), np.array([39.9])
    operation = operation_of(*from_wgs84(lon, lat, key), key)
    assert (operation.shifts, operation.accuracy) == (False, accuracy)
    assert "公开的转换参数" in find(key).way
    if not find(key).plane:
        np.testing.assert_array_equal(to_wgs84(lon, lat, key), (lon, lat))


def test_one_operation_a_call() -> None:
    """A town of Beijing 1954 at the edge of a region is not torn: all its positions move by the one operation."""
    lon, lat = np.full(5, 113.75), np.array([22.80, 22.83, 22.86, 22.90, 22.92])  # EPSG's region ends at 22.89
    x, y = from_wgs84(lon, lat, "epsg:2435")
    moved = np.array(to_wgs84(lon, lat, "beijing54"))
    shift = (moved - (lon, lat)) * METRES
    assert np.abs(shift).max() > 40
    assert np.ptp(shift, axis=1).max() < 0.5
    np.testing.assert_allclose(to_wgs84(x, y, "epsg:2435"), (lon, lat), atol=1e-9)


def test_threads() -> None:
    """Threads that turn positions at the same time get what one thread gets."""
    random = np.random.default_rng(5)
    x, y = random.uniform(420_000, 600_000, 20_000), random.uniform(2_480_000, 2_540_000, 20_000)
    alone = to_wgs84(x, y, "epsg:2435")
    with ThreadPoolExecutor(8) as pool:
        for lon, lat in pool.map(lambda _: to_wgs84(x, y, "epsg:2435"), range(40)):
            np.testing.assert_array_equal((lon, lat), alone)


def test_other_system() -> None:
    """A system of no Chinese family goes as pyproj goes."""
    x, y = np.array([450_000.0]), np.array([4_638_000.0])
    np.testing.assert_array_equal(
        to_wgs84(x, y, "epsg:26916"), Transformer.from_crs(26916, 4326, always_xy=True).transform(x, y)
    )
    np.testing.assert_allclose(from_wgs84(*to_wgs84(x, y, "epsg:26916"), "epsg:26916"), (x, y), atol=1e-3)
    assert operation_of(x, y, "epsg:26916").accuracy is None


@pytest.mark.parametrize("key", ["gcj02", "bd09mc", "gcj02mc", "epsg:4547", "beijing54"])
def test_hostile_numbers(key: str) -> None:
    """Numbers that are no place give none, without a warning or an error."""
    wild = np.array([1e300, -1e300, np.inf, -np.inf, np.nan, 5e-324])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        lon, lat = to_wgs84(wild, wild[::-1], key)
    assert not ((np.abs(lon[:5]) <= 180) & (np.abs(lat[:5]) <= 90)).any()


def test_unknown_system() -> None:
    """A system that there is not is an error, both ways."""
    for way in (to_wgs84, from_wgs84, operation_of):
        with pytest.raises(ValueError, match="coordinate system"):
            way(np.array([1.0]), np.array([1.0]), "mars")
