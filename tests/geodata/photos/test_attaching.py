"""Which inspection a photo belongs to."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geodata.photos.attaching import NONE, attach, metres, nearest_place

START = pd.Timestamp("2026-06-03 10:00", tz="Asia/Shanghai")
PLACE = (113.61, 22.85)
METRE = 1 / 111_195  # of latitude, in degrees


def table(rows: list[dict[str, Any]], texts: tuple[str, ...], moment: str) -> gpd.GeoDataFrame:
    """Make a frame of rows: minutes after the start, metres north of the place (None for no time, no position)."""
    frame = pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype="str") for name in texts})
    minutes = pd.Series([row.get("minutes") for row in rows], dtype=float)
    frame[moment] = START + pd.to_timedelta(minutes, unit="min")
    frame["accuracy"] = pd.Series([row.get("accuracy") for row in rows], dtype=float)
    north = [row.get("north") for row in rows]
    points = [None if n is None else shapely.Point(PLACE[0], PLACE[1] + n * METRE) for n in north]
    return gpd.GeoDataFrame(frame, geometry=gpd.array.from_shapely(points, crs=4326))


def photos_of(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    """Make photos, by default taken at the place at the start."""
    return table([{"name": "a.jpg", "minutes": 0, "north": 0} | row for row in rows], ("name", "officer"), "taken_at")


def visits_of(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    """Make inspections of the place."""
    given = [{"place_id": "P1", "minutes": 0, "north": 0} | row for row in rows]
    return table(given, ("place_id", "officer", "photos"), "at")


PLACES = gpd.GeoDataFrame({"id": ["P1"]}, geometry=[shapely.Point(PLACE)], crs=4326)


def attached(photos: gpd.GeoDataFrame, visits: gpd.GeoDataFrame) -> list[tuple[int, str]]:
    """Attach within 30 minutes and 100 m."""
    found = attach(photos, visits, PLACES, minutes=30, tolerance_m=100)
    assert [bool(why) for why in found.why] == [each == NONE for each in found.inspection]
    return list(zip(found.inspection.tolist(), found.how.tolist(), strict=True))


def test_by_name() -> None:
    """The inspection that names the file has it, whenever and wherever that was; folders and case don't matter."""
    visits = visits_of({"photos": "b.jpg;媒体/A.JPG", "minutes": 5_000, "north": 9_000}, {"photos": "c.jpg"})
    assert attached(photos_of({}, {"name": "c.jpg", "north": None}), visits) == [(0, "name"), (1, "name")]


def test_one_name_twice() -> None:
    """Cameras count from 1 again: of two inspections with one name each photo goes to the one of its time."""
    visits = visits_of({"photos": "a.jpg", "minutes": 3_000}, {"photos": "a.jpg"})
    assert attached(photos_of({}, {"minutes": 3_001}), visits) == [(1, "name"), (0, "name")]
    lost = attach(photos_of({"minutes": 1_500}), visits, PLACES, minutes=30, tolerance_m=100)
    assert "分不清" in lost.why[0]


@pytest.mark.parametrize(
    ("photo", "visit", "belongs"),
    [
        ({"minutes": 30}, {}, True),
        ({"minutes": 31}, {}, False),
        ({"minutes": -30}, {}, True),
        ({"north": 99}, {}, True),
        ({"north": 101}, {}, False),
        ({"north": 140, "accuracy": 50}, {}, True),
        ({"north": 250, "accuracy": 5_000}, {}, False),
        ({"officer": "A1"}, {"officer": "A1"}, True),
        ({"officer": "A1"}, {"officer": "A2"}, False),
        ({"officer": "A1"}, {}, True),
        ({"north": None}, {}, False),
        ({"minutes": None}, {}, False),
        ({}, {"minutes": None}, False),
        ({}, {"north": 5_000}, True),  # the place counts, not the geotag
        ({}, {"place_id": "P9"}, True),  # a place without position: the geotag counts
    ],
)
def test_by_time_and_place(photo: dict[str, Any], visit: dict[str, Any], belongs: bool) -> None:
    """Within the minutes, within the metres and the device's accuracy (up to 100 m), of the same officer if known."""
    assert attached(photos_of(photo), visits_of(visit)) == [(0, "time") if belongs else (NONE, "")]


@given(
    st.lists(st.tuples(st.integers(-90, 90), st.integers(-300, 300), st.sampled_from(["A", "B", None])), max_size=8),
    st.lists(st.tuples(st.integers(-90, 90), st.integers(-300, 300), st.sampled_from(["A", "B", None])), max_size=8),
)
def test_oracle(photos: list[tuple[int, int, str | None]], visits: list[tuple[int, int, str | None]]) -> None:
    """It is what a person would find who looks at each pair: nearest in time, then in place, then the first."""
    taken = photos_of(*[{"minutes": m, "north": n, "officer": o} for m, n, o in photos])
    done = visits_of(*[{"place_id": "P9", "minutes": m, "north": n, "officer": o} for m, n, o in visits])
    expected = []
    for m, n, o in photos:
        near = [
            (abs(m - vm), round(abs(n - vn), 3), k)
            for k, (vm, vn, vo) in enumerate(visits)
            if abs(m - vm) <= 30 and abs(n - vn) <= 100 and (o is None or vo is None or o == vo)
        ]
        expected.append(min(near)[2] if near else NONE)
    found = attach(taken, done, PLACES, minutes=30, tolerance_m=100.001)
    assert found.inspection.tolist() == expected


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-60, 60))
def test_metres(east: float, north: float, lat: float) -> None:
    """Distances are those on the ellipsoid within 0.6 % at a few hundred metres."""
    one, two = (113.0, lat), (113.0 + east / 1_000, lat + north / 1_000)
    true = Geod(ellps="WGS84").inv(*one, *two)[2]
    found = metres(*(np.array([value]) for value in (*one, *two)))[0]
    assert found == pytest.approx(true, rel=0.006, abs=1e-3)


def test_nearest_place() -> None:
    """The nearest place within the metres; none beyond, none without position."""
    points = [shapely.Point(PLACE), None, shapely.Point(PLACE[0], PLACE[1] + 150 * METRE)]
    places = gpd.GeoDataFrame({"id": ["P1", "P2", "P3"]}, geometry=points, crs=4326)
    photos = photos_of({"north": 60}, {"north": 90}, {"north": -101}, {"north": None})
    assert nearest_place(photos, places, 100).tolist() == [0, 2, NONE, NONE]
