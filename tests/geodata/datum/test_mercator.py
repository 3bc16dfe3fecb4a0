"""The Mercator planes: there and back, against pyproj, the jumps between Baidu's bands, the ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geodata.datum.mercator import bd09_to_bd09mc, bd09mc_to_bd09, degrees_to_web, web_to_degrees

Pair = tuple[np.ndarray, np.ndarray]
DEGREE = 111_320.0


def test_there_and_back(china: Pair) -> None:
    """A million positions come back within a micrometre."""
    lon, lat = bd09mc_to_bd09(*bd09_to_bd09mc(*china))
    assert np.abs([lon - china[0], lat - china[1]]).max() * DEGREE < 1e-6


@given(st.floats(-180, 180), st.floats(-75, 75))
def test_there_and_back_on_earth(lon: float, lat: float) -> None:
    """All of the earth up to 75° comes back, west and south too; 3 mm beside 0° E the table has no way back."""
    x, y = bd09mc_to_bd09(*bd09_to_bd09mc(np.array([lon]), np.array([lat])))
    assert abs(x[0] - lon) * DEGREE < (1e-6 if abs(lon) * DEGREE > 0.004 else 0.004)
    assert abs(y[0] - lat) * DEGREE < 1e-6


@pytest.mark.parametrize(("edge", "jump"), [(15, 0.0098), (30, 0.0444), (45, 0.4119), (60, 14.63)])
def test_jumps(edge: float, jump: float) -> None:
    """Northing jumps up where two bands meet, by what the module says; a northing inside is at the edge."""
    lat = np.array([edge, np.nextafter(edge, 90)])
    _, y = bd09_to_bd09mc(np.full(2, 113.7), lat)
    assert y[1] - y[0] == pytest.approx(jump, rel=0.01)
    _, back = bd09mc_to_bd09(np.full(9, 12_000_000.0), np.linspace(*y, 9))
    np.testing.assert_allclose(back, edge, rtol=0, atol=1e-12)


def test_north_is_up() -> None:
    """Northing grows with latitude everywhere, so that the way back has one answer."""
    _, y = bd09_to_bd09mc(np.zeros(750_001), np.linspace(0, 75, 750_001))
    assert np.diff(y).min() > 0


def test_no_place() -> None:
    """Beyond 75° there is no plane; NaN stays NaN; nothing overflows."""
    lat = np.array([75.1, -80.0, np.nan, 1e300])
    with np.errstate(all="raise"):
        assert np.isnan(bd09_to_bd09mc(np.full(4, 113.7), lat)[1]).all()
        assert np.isnan(bd09mc_to_bd09(np.zeros(4), np.array([1.4e7, -1e300, np.nan, np.inf]))[1]).all()


def test_web_mercator_is_pyproj(china: Pair) -> None:
    """A million positions are drawn where pyproj draws EPSG:3857, and come back within a micrometre."""
    x, y = degrees_to_web(*china)
    np.testing.assert_allclose((x, y), Transformer.from_crs(4326, 3857, always_xy=True).transform(*china), atol=1e-6)
    lon, lat = web_to_degrees(x, y)
    assert np.abs([lon - china[0], lat - china[1]]).max() * DEGREE < 1e-6


def test_web_mercator_ends() -> None:
    """The square ends at 85.05°; nonsense never becomes a place on the earth, and nothing overflows."""
    with np.errstate(all="raise"):
        assert np.isfinite(degrees_to_web(np.zeros(2), np.array([85.05, -85.05]))[1]).all()
        assert np.isnan(degrees_to_web(np.zeros(5), np.array([85.06, -90, 91, np.nan, 1e300]))[1]).all()
        assert np.isnan(web_to_degrees(np.zeros(4), np.array([20_037_509, -1e300, np.inf, np.nan]))[1]).all()
        assert web_to_degrees(np.array([1e300]), np.zeros(1))[0][0] > 180
