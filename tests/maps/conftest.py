"""A town by hand: two communities of two square grids each, a sixth place beside them, a seventh without position."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, box

from coverage.assess import Assessment, assess
from coverage.rules import parse_rules
from geodata.ledger import Ledger
from geodata.model import Town

TOWN = Town("样板镇", "440100001", synthetic=True)
WEST, SOUTH, SIDE = 113.60, 22.80, 0.01
RULES = """
[[rule]]
id = "monthly"
name = "每月例行检查"
duty = "routine"
every = "month"
"""
HOSTILE = "</script><img src=x onerror=alert(1)>{{ 7*7 }}{% raw %}"


def _square(column: int, wide: int = 1) -> MultiPolygon:
    west = WEST + column * SIDE
    return MultiPolygon([box(west, SOUTH, west + wide * SIDE, SOUTH + SIDE)])


def _geo(columns: dict[str, list[object]], shapes: list[object]) -> gpd.GeoDataFrame:
    frame = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in columns.items()})
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs="EPSG:4326"), crs="EPSG:4326")


def _areas() -> gpd.GeoDataFrame:
    shapes = [None, _square(0, 2), _square(2, 2), *(_square(column) for column in range(4))]
    return _geo(
        {
            "code": [TOWN.code, "A", "B", "A1", "A2", "B1", "B2"],
            "name": [TOWN.name, "东村", HOSTILE, "一格", "二格", "三格", "四格"],
            "level": ["town", "community", "community", "grid", "grid", "grid", "grid"],
        },
        shapes,
    ).assign(since=pd.Series([pd.NaT] * 7).astype("datetime64[s]"))


def _places() -> gpd.GeoDataFrame:
    """Grid 一格: one done, one overdue; 二格: never; 三格: exempt (closed); 四格: nothing; one outside, one nowhere."""
    middle = [Point(WEST + (at + 0.5) * SIDE, SOUTH + SIDE / 2) for at in (0, 0.1, 1, 2, 9)]
    frame = _geo(
        {
            "id": ["p1", "p2", "p3", "p4", "p5", "p6"],
            "name": ["甲厂", "乙厂", HOSTILE, "丁厂", "戊厂", "己厂"],
            "industry": ["工贸"] * 6,
            "risk": ["重大", "一般", None, "低", "低", "较大"],
            "department": [None] * 6,
            "tags": [None] * 6,
            "status": ["open", "open", "open", "closed", "open", "open"],
        },
        [*middle, None],
    )
    day = pd.Series(pd.to_datetime(["2020-01-01"] * 6)).astype("datetime64[s]")
    closed = pd.Series(pd.to_datetime([None, None, None, "2023-01-01", None, None])).astype("datetime64[s]")
    return frame.assign(headcount=10.0, opened=day, closed=closed)


def _inspections() -> gpd.GeoDataFrame:
    frame = _geo(
        {
            "id": ["i1", "i2"],
            "place_id": ["p1", "p2"],
            "officer": ["张", "张"],
            "by": ["inspector"] * 2,
            "geotag": ["gps"] * 2,
            "covers": pd.Series([None] * 2, dtype="str"),
        },
        [Point(WEST + SIDE / 2, SOUTH + SIDE / 2), None],
    )
    at = pd.to_datetime(["2024-06-05 10:00", "2024-03-05 10:00"]).tz_localize(TOWN.timezone).as_unit("s")
    return frame.assign(at=at, accuracy=[5.0, float("nan")])


def _hazards() -> gpd.GeoDataFrame:
    """Five hazards: open and overdue, rectified, void, an open major one, an open one of a place without position."""
    frame = _geo(
        {
            "id": ["h1", "h2", "h3", "h4", "h5"],
            "inspection_id": ["i1", "i1", "i1", None, None],
            "place_id": ["p1", "p1", "p1", "p3", "p6"],
            "level": ["一般", "一般", "一般", "重大", "一般"],
            "category": ["消防", "消防", "用电", HOSTILE, "用电"],
        },
        [None] * 5,
    )
    at = pd.to_datetime(["2024-06-05"] * 5).tz_localize(TOWN.timezone).as_unit("s")
    rectified = pd.Series(pd.to_datetime([None, "2024-06-08", None, None, None])).dt.tz_localize(TOWN.timezone)
    deadline = pd.Series(pd.to_datetime(["2024-06-10", None, None, "2024-07-30", None])).astype("datetime64[s]")
    nothing = pd.Series(pd.to_datetime([None] * 5)).dt.tz_localize(TOWN.timezone).dt.as_unit("s")
    return frame.assign(
        found_at=at,
        deadline=deadline,
        rectified_at=rectified.dt.as_unit("s"),
        closed_at=nothing,
        void=[False, False, True, False, False],
    )


@pytest.fixture
def ledger() -> Ledger:
    """Give the town's ledger."""
    officers = pd.DataFrame({name: pd.Series([], dtype="str") for name in ("id", "name", "role", "area")})
    roads = _geo(
        {"name": ["大街"], "class": ["primary"]}, [shapely.from_wkt("MULTILINESTRING ((113.6 22.805, 113.64 22.805))")]
    )
    frames = {
        "areas": _areas(),
        "places": _places(),
        "inspections": _inspections(),
        "officers": officers,
        "hazards": _hazards(),
        "roads": roads,
    }
    return Ledger.whole(TOWN, frames)


@pytest.fixture
def assessment(ledger: Ledger) -> Assessment:
    """Give the town assessed on 2024-06-30 by one monthly rule."""
    return assess(ledger, parse_rules(RULES), date(2024, 6, 30))


@pytest.fixture
def data_of() -> Callable[[str, str], object]:
    """Give a reader of the data that a page carries: (html, id) → value."""

    def read(html: str, identity: str) -> object:
        found = re.search(rf'<script type="application/json" id="{identity}">(.*?)</script>', html, re.DOTALL)
        assert found is not None, identity
        return json.loads(found[1])

    return read
