"""The registry: every code as pyproj's database has it, every word found."""

from __future__ import annotations

import re

import numpy as np
import pytest
from pyproj import CRS
from pyproj.database import query_crs_info

from geodata.datum import choices, crs_of, find, from_wgs84, systems

ZONES = [system for system in systems() if system.width]
TITLES = {"cgcs2000": "CGCS2000", "xian80": "Xian 1980", "beijing54": "Beijing 1954"}


def test_all_zones_of_the_database() -> None:
    """The registry has every zone of the three datums that EPSG has and has not withdrawn, and no other."""
    named = re.compile(rf"({'|'.join(TITLES.values())}) / (3-degree )?Gauss-Kruger ")
    theirs = {int(row.code) for row in query_crs_info(auth_name="EPSG") if named.match(row.name)}
    assert {zone.epsg for zone in ZONES} == theirs
    assert len(ZONES) == 3 * (2 * 21 + 2 * 11)


@pytest.mark.parametrize("zone", ZONES, ids=lambda zone: zone.key)
def test_zone_is_what_it_says(zone: object) -> None:
    """Datum, central meridian, width and prefix are those of the code's definition."""
    system = find(getattr(zone, "key", ""))
    crs = CRS.from_epsg(system.epsg or 0)
    values = {each.name: each.value for each in crs.coordinate_operation.params}
    assert crs.name.startswith(TITLES[system.family])
    assert ("3-degree" in crs.name) == (system.width == 3)
    assert values["Longitude of natural origin"] == system.meridian
    assert values["False easting"] == 500_000 + 1_000_000 * (system.prefix or 0)
    assert values["Scale factor at natural origin"] == 1
    assert f"{system.width}度带 中央经线{system.meridian}°" in system.name
    assert (f"（带号前缀 {system.prefix}）" in system.name) == (system.prefix is not None)


@pytest.mark.parametrize("system", systems(), ids=lambda system: system.key)
def test_domain(system: object) -> None:
    """A position that the code is meant for lies in the domain; one on the other side of the earth does not."""
    found = find(getattr(system, "key", ""))
    west, south, east, north = 73.6, 18.2, 134.7, 53.5
    if found.epsg and found.width:
        area = CRS.from_epsg(found.epsg).area_of_use
        assert area
        west, south, east, north = area.bounds
    lon, lat = np.meshgrid(np.linspace(west, east, 7), np.linspace(south, north, 7))
    x, y = from_wgs84(lon.ravel(), lat.ravel(), found.key)
    least_x, least_y, most_x, most_y = found.domain
    assert ((least_x <= x) & (x <= most_x) & (least_y <= y) & (y <= most_y)).all()
    assert not (least_x <= -98 <= most_x and least_y <= -30 <= most_y)


def test_keys() -> None:
    """Keys are unique, and each finds its own system."""
    keys = [system.key for system in systems()]
    assert len(set(keys)) == len(keys) == 201
    assert all(find(system.key) is system for system in systems())


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("EPSG:4326", "wgs84"),
        ("epsg:04490", "cgcs2000"),
        ("epsg:4610", "xian80"),
        ("epsg:4214", "beijing54"),
        (" GCJ02 ", "gcj02"),
        ("WebMercator", "epsg:3857"),
        ("EPSG:4547", "epsg:4547"),
        ("epsg:32650", "epsg:32650"),
    ],
)
def test_words(word: str, key: str) -> None:
    """Small and capital letters, codes of systems with a name, and any other code of EPSG are understood."""
    assert find(word).key == key


@pytest.mark.parametrize(
    "word", ["mars", "", "epsg:", "epsg:x", "epsg:-1", "epsg:1", "epsg:４５４７", "epsg:4978", "epsg:5773", "epsg:1e3"]
)
def test_unknown_word(word: str) -> None:
    """A system that there is not, or that is none of a map, is an error."""
    with pytest.raises(ValueError, match=r"coordinate system|neither"):
        find(word)
    with pytest.raises(ValueError, match=r"coordinate system|neither"):
        crs_of(word)


def test_choices() -> None:
    """The message for an unknown word lists every word but the zones' codes."""
    said = choices()
    words = ("wgs84", "cgcs2000", "gcj02", "bd09", "xian80", "beijing54", "epsg:3857", "gcj02mc", "bd09mc", "epsg:4547")
    assert all(word in said for word in words)
    assert len(said) < 200


def test_other_system() -> None:
    """A system outside the registry says where EPSG uses it."""
    utm, nad27 = find("epsg:32650"), find("epsg:4267")
    assert (utm.plane, nad27.plane) == (True, False)
    assert utm.domain[0] == pytest.approx(166_021, abs=1)
    assert nad27.domain[0] == -180
