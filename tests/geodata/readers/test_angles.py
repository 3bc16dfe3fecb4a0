"""Longitudes and latitudes as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import Unreadable
from geodata.readers.angles import angle_of, axis_reader, pairs_of

TRUE = 113 + 40 / 60 + 12.5 / 3600


@pytest.mark.parametrize(
    "text",
    [
        "113°40′12.5″", "113°40′12.5″E", "113-40-12.5", "113度40分12.5秒", "东经113°40'12.5\"", "113° 40' 12.5'' E",
        "E113°40′12.5″", "113：40：12.5", "１１３°４０′１２．５″", "113 40 12.5", "113º40’12.5”", "经度：113°40′12.5″",
        "113.67013888888889", 113.67013888888889, "东经113.67013888888889°", "113°40.208333333333333′",
        "113.67013888888889E",
    ],
)  # fmt: skip
def test_forms(text: object) -> None:
    """Each usual form of one longitude is the same number."""
    assert angle_of(text).degrees == pytest.approx(TRUE, abs=1e-9)


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 5999), st.booleans())
def test_there_and_back(degrees: int, minutes: int, hundredths: int, west: bool) -> None:
    """Degrees, minutes and hundredths of seconds written out are read back."""
    written = f"{degrees}°{minutes:02d}′{hundredths / 100:05.2f}″{'W' if west else 'E'}"
    expected = (degrees + minutes / 60 + hundredths / 360_000) * (-1 if west else 1)
    assert angle_of(written).degrees == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    "text", ["113°61′", "113°40′60″", "113.5°40′", "北纬113°E", "约113度", "113°40.5′12″", "x", None, "东" * 99]
)
def test_what_is_no_angle(text: object) -> None:
    """Minutes from 60, fractions above minutes, two sides and other texts are refused."""
    with pytest.raises(Unreadable):
        angle_of(text)


def test_latitude_in_a_column_of_longitudes() -> None:
    """A value that says it is a latitude is no longitude."""
    with pytest.raises(Unreadable, match="这一列是经度，值却写着纬度"):
        axis_reader("lon")("北纬22.8°")


@pytest.mark.parametrize(
    ("cells", "header"),
    [
        (["113.67,22.81"], "坐标"),
        (["22.81,113.67"], "坐标"),
        (["113.67，22.81"], "经纬度"),
        (["(113.67, 22.81)"], "坐标"),
        (["22.81 113.67 5.2 8"], "geopoint"),
        (["113.67 22.81"], "坐标"),
        (["北纬22.81°东经113.67°"], "位置"),
        (["113.67°E 22.81°N"], "位置"),
        (["22.81N/113.67E"], "位置"),
    ],
)
def test_pairs(cells: list[str], header: str) -> None:
    """Both orders and the usual marks between are understood; the ranges or the cells tell which is which."""
    pairs = pairs_of(cells, header)
    assert pairs is not None
    assert (pairs.lon, pairs.lat) == ([113.67], [22.81])


def test_order_by_the_header() -> None:
    """Where ranges tell nothing the header does, else nobody can."""
    europe = ["24.95,60.17"]
    assert pairs_of(europe, "经度,纬度").lon == [24.95]  # type: ignore[union-attr]
    assert pairs_of(europe, "latlng").lon == [60.17]  # type: ignore[union-attr]
    assert pairs_of(europe, "坐标") is None


def test_bad_and_empty_cells() -> None:
    """An empty cell is no position, one that can't be read has a problem; the others stand."""
    pairs = pairs_of(["113.6,22.8", "", None, "不详", "113.6"], "坐标")
    assert pairs is not None
    assert pairs.lon == [113.6, None, None, None, None]
    assert sorted(pairs.problems) == [3, 4]
