"""GCJ-02 and BD-09: the way back, the border, what is no place."""

from __future__ import annotations

import numpy as np
import pytest

from geodata.datum.shifts import (
    CHINA,
    Field,
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    in_china,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

Pair = tuple[np.ndarray, np.ndarray]
WEST, SOUTH, EAST, NORTH = CHINA
METRES = 111_320.0
WAYS = {
    "gcj02": (wgs84_to_gcj02, gcj02_to_wgs84),
    "bd09": (wgs84_to_bd09, bd09_to_wgs84),
    "gcj02 to bd09": (gcj02_to_bd09, bd09_to_gcj02),
}


def apart(a: Pair, b: Pair) -> np.ndarray:
    """Give the distance between positions in degrees, in metres."""
    return np.hypot((a[0] - b[0]) * np.cos(np.radians(b[1])), a[1] - b[1]) * METRES


@pytest.mark.parametrize("there, back", WAYS.values(), ids=list(WAYS))
def test_there_and_back(china: Pair, there: Field, back: Field) -> None:
    """A million positions all over China come back within 10 micrometres."""
    assert apart(back(*there(*china)), china).max() < 1e-5


@pytest.mark.parametrize("there, back", WAYS.values(), ids=list(WAYS))
def test_back_and_there(china: Pair, there: Field, back: Field) -> None:
    """A million shifted positions, taken to WGS 84 and out again, come back within 10 micrometres."""
    assert apart(there(*back(*china)), china).max() < 1e-5


def test_bd09_goes_through_gcj02(china: Pair) -> None:
    """BD-09 is GCJ-02 shifted once more."""
    assert apart(wgs84_to_bd09(*china), gcj02_to_bd09(*wgs84_to_gcj02(*china))).max() == 0


def test_known_place() -> None:
    """Tian'anmen: GCJ-02 lies 500–600 m from WGS 84 there, to the north-east."""
    lon, lat = wgs84_to_gcj02(np.array([116.3912]), np.array([39.9073]))
    east, north = (lon[0] - 116.3912) * METRES * np.cos(np.radians(39.9)), (lat[0] - 39.9073) * METRES
    assert 480 < east < 580
    assert 120 < north < 190


@pytest.mark.parametrize("way", [way for pair in WAYS.values() for way in pair])
def test_no_shift_outside_china(way: Field) -> None:
    """Outside the border box nothing moves, however far; what is no position stays so."""
    lon = np.array([-87.6, 11.9, 139.7, 1e300, np.inf, np.nan, 113.7, np.nan])
    lat = np.array([41.9, 50.3, 35.7, -1e300, 22.8, 22.8, np.nan, np.nan])
    x, y = way(lon, lat)
    np.testing.assert_array_equal(x, lon)
    np.testing.assert_array_equal(y, lat)


def border(step: float) -> Pair:
    """Give positions along the four sides of the box, `step` degrees inside (negative: outside) of it."""
    along_lon, along_lat = np.linspace(WEST + 0.1, EAST - 0.1, 500), np.linspace(SOUTH + 0.1, NORTH - 0.1, 500)
    same = np.ones(500)
    lon = [same * (WEST + step), same * (EAST - step), along_lon, along_lon]
    lat = [along_lat, along_lat, same * (SOUTH + step), same * (NORTH - step)]
    return np.concatenate(lon), np.concatenate(lat)


@pytest.mark.parametrize("way", [way for pair in WAYS.values() for way in pair])
def test_the_given_position_decides(way: Field) -> None:
    """On the border line and a hair inside a position moves, a hair outside it does not, there and back alike."""
    for step, moves in ((0.0, True), (1e-9, True), (-1e-9, False)):
        given = border(step)
        far = apart(way(*given), given)
        assert in_china(*given).all() == moves
        assert far.min() > 10 if moves else far.max() == 0


@pytest.mark.parametrize("there, back", WAYS.values(), ids=list(WAYS))
def test_strips_along_the_border(there: Field, back: Field) -> None:
    """There and back meets on both sides of the border, 0.03° away from it; nearer it may miss by the shift."""
    for step in (0.03, -0.03):
        given = border(step)
        assert apart(back(*there(*given)), given).max() < 1e-5
        assert apart(there(*back(*given)), given).max() < 1e-5
    missed = apart(back(*there(*border(1e-9))), border(1e-9))
    assert 100 < missed.max() < 2_000


def test_no_tear_at_the_border() -> None:
    """The way back goes on smoothly beyond the box: neighbours just inside it stay neighbours."""
    near, far = border(1e-9), border(1e-6)
    assert apart(bd09_to_wgs84(*near), bd09_to_wgs84(*far)).max() < 0.2


def test_what_is_given_stays() -> None:
    """The arrays given are not written into; any shape comes back, none too."""
    lon, lat = np.full((2, 3), 113.7), np.full((2, 3), 22.8)
    x, _ = gcj02_to_wgs84(lon, lat)
    assert x.shape == (2, 3)
    assert (lon == 113.7).all()
    assert wgs84_to_bd09(np.array([]), np.array([]))[0].size == 0
    assert wgs84_to_gcj02(np.array(113.7), np.array(22.8))[0].shape == ()
