"""Degrees to millimetres."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from maps.wall.plane import Plane, round_length

EARTH = Geod(ellps="WGS84")

lons, lats = st.floats(75, 134), st.floats(5, 53)
sizes = st.floats(0.01, 0.25)


@given(lons, lats, sizes, sizes)
def test_a_distance_is_as_long_as_the_scale_says(lon: float, lat: float, wide: float, high: float) -> None:
    """Between any two corners: metres on the ellipsoid × 1000 / n are the millimetres, to 0.02 %."""
    plane = Plane((lon, lat, lon + wide, lat + high), 340, 250, 6)
    corners = np.array([[lon, lat], [lon + wide, lat], [lon + wide, lat + high], [lon, lat + high]])
    spots = plane.on_paper(corners)
    for one, other in ((0, 1), (1, 2), (0, 2), (1, 3)):
        _, _, metres = EARTH.inv(*corners[one], *corners[other])
        apart = float(np.hypot(*(spots[one] - spots[other])))
        assert apart == pytest.approx(metres * 1000 / plane.denominator, rel=2e-4)


@given(lons, lats, sizes, sizes)
def test_all_of_the_bounds_is_on_the_map(lon: float, lat: float, wide: float, high: float) -> None:
    """Every point of the bounds lies inside the margin; the map could be at most a tenth larger."""
    bounds = (lon, lat, lon + wide, lat + high)
    plane = Plane(bounds, 340, 250, 6)
    edge = np.linspace(0, 1, 50)
    sides = [(edge, 0 * edge), (edge, 0 * edge + 1), (0 * edge, edge), (0 * edge + 1, edge)]
    spots = np.concatenate([plane.on_paper(np.column_stack([lon + wide * x, lat + high * y])) for x, y in sides])
    least, most = spots.min(axis=0), spots.max(axis=0)
    assert (least >= 6 - 0.1).all()
    assert (most <= (340 - 6 + 0.1, 250 - 6 + 0.1)).all()
    assert max((most - least) / (328, 238)) > 0.9


def test_north_is_up_in_the_middle() -> None:
    """A point straight to the north stands straight above, also far from a zone's meridian."""
    plane = Plane((112.4, 22.7, 112.6, 22.9), 340, 250, 6)
    south, north = plane.on_paper(np.array([[112.5, 22.75], [112.5, 22.85]]))
    assert south[0] == pytest.approx(north[0], abs=1e-6)
    assert north[1] < south[1]


@settings(deadline=None, max_examples=20)
@given(lons, lats, sizes, sizes)
def test_the_way_back(lon: float, lat: float, wide: float, high: float) -> None:
    """Millimetres to degrees and back to a thousandth of a millimetre, at a scale that is given."""
    plane = Plane((lon, lat, lon + wide, lat + high), 340, 250, 6, 10_000)
    spots = np.array([[0.0, 0.0], [340.0, 250.0], [20.0, 200.0]])
    assert plane.denominator == 10_000
    assert plane.on_paper(plane.in_degrees(spots)) == pytest.approx(spots, abs=1e-3)


def test_the_scale_has_two_digits() -> None:
    """The n of 1:n is a number of two digits with zeros behind, large towns or one place only."""
    for size in (0.0, 0.001, 0.017, 0.1, 0.73):
        digits = str(Plane((113.0, 23.0, 113.0 + size, 23.0 + size), 340, 250, 6).denominator).rstrip("0")
        assert len(digits) <= 2


@pytest.mark.parametrize(
    ("longest", "metres"),
    [(0.3, 1), (1, 1), (4.9, 2), (5, 5), (999, 500), (1000, 1000), (2600, 2000), (51_000, 50_000)],
)
def test_a_scale_bar_is_round(longest: float, metres: int) -> None:
    """The longest of 1, 2, 5, 10 … that fits."""
    assert round_length(longest) == metres
