"""Links into the navigation of phones: each in the coordinates of its maker."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest

from api.navigation import navigation_links
from geodata.datum import bd09_to_wgs84, gcj02_to_wgs84

LON, LAT = 113.6736, 22.8132
HOSTILE = "a,b&mode=car#<script>\"'|名"


def asked(mode: str = "walk", name: str = "甲厂") -> dict[str, tuple[str, dict[str, str]]]:
    """Give per app the host and the parameters of the link to one stop."""
    (links,) = navigation_links(pd.DataFrame({"name": [name], "lon": [LON], "lat": [LAT]}), [mode])
    parts = {word: urlsplit(address) for word, address in links}
    assert all(each.scheme == "https" and not each.fragment for each in parts.values())
    return {
        word: (str(each.hostname), {key: value for key, (value,) in parse_qs(each.query).items()})
        for word, each in parts.items()
    }


def test_each_in_its_datum() -> None:
    """Amap (longitude first) and Tencent get GCJ-02, Baidu BD-09: hundreds of metres from WGS 84, back within 0.2 m."""
    links = asked()
    amap = np.array(links["高德"][1]["to"].split(",")[:2], dtype=float)
    tencent = np.array(links["腾讯"][1]["tocoord"].split(","), dtype=float)[::-1]
    baidu = np.array(links["百度"][1]["location"].split(","), dtype=float)[::-1]
    assert amap.tolist() == tencent.tolist()
    for degrees, back in ((amap, gcj02_to_wgs84), (baidu, bd09_to_wgs84)):
        metres = (degrees - (LON, LAT)) * (111_320 * np.cos(np.radians(LAT)), 111_320)
        assert 300 < np.hypot(*metres) < 1_500
        lon, lat = back(degrees[:1], degrees[1:])
        assert (float(lon[0]), float(lat[0])) == pytest.approx((LON, LAT), abs=2e-6)
    assert links["百度"][1]["coord_type"] == "bd09ll"
    assert links["高德"][1]["coordinate"] == "gaode"


def test_a_known_conversion() -> None:
    """The pair that other converters are tried on: 116.404, 39.915 is 116.410244, 39.916404 in GCJ-02."""
    (links,) = navigation_links(pd.DataFrame({"name": ["a"], "lon": [116.404], "lat": [39.915]}), ["walk"])
    assert "to=116.410244%2C39.916404%2Ca&" in links[0][1]
    assert "tocoord=39.916404%2C116.410244&" in links[2][1]


@pytest.mark.parametrize(("mode", "amap", "tencent"), [("walk", "walk", "walk"), ("car", "car", "drive")])
def test_the_mode(mode: str, amap: str, tencent: str) -> None:
    """Who walks is led on foot, who drives by car."""
    links = asked(mode)
    assert (links["高德"][1]["mode"], links["腾讯"][1]["type"]) == (amap, tencent)


def test_a_hostile_name_stays_a_name() -> None:
    """Nothing in a name adds a parameter or moves the position."""
    plain, links = asked(), asked(name=HOSTILE)
    for word, (host, given) in links.items():
        assert host == plain[word][0]
        assert given.keys() == plain[word][1].keys()
    assert links["高德"][1]["to"].split(",")[:2] == plain["高德"][1]["to"].split(",")[:2]
    assert links["高德"][1]["to"].count(",") == 2
    assert links["腾讯"][1]["to"] == links["百度"][1]["title"] == HOSTILE


def test_no_stops() -> None:
    """A route without stops has no links."""
    assert navigation_links(pd.DataFrame({"name": [], "lon": [], "lat": []}), []) == []
