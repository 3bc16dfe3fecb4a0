"""The routes map's data."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from coverage.routes.clock import HOUR, MINUTE
from coverage.routes.result import DayPlan
from maps import routes as module
from maps.backdrop import Backdrop
from maps.routes import routes_map
from tests.maps.conftest import HOSTILE, SOUTH, TOWN, WEST

DataOf = Callable[[str, str], Any]


def plan_of() -> DayPlan:
    """Give a day of one officer with two stops, one without any, and two places left out, one without a position."""
    route = {
        "officer": ["o1", "o2"],
        "name": [HOSTILE, "o2"],
        "mode": ["walk", "car"],
        "depart": [8 * HOUR, 9 * HOUR],
        "home": [13 * HOUR, 9 * HOUR],
        "lunch_from": [12 * HOUR, np.nan],
        "lunch_to": [12 * HOUR + 30 * MINUTE, np.nan],
        "stops": [2, 0],
        "travel_minutes": [20.0, 0.0],
        "stay_minutes": [60.0, 0.0],
        "wait_minutes": [0.0, 0.0],
        "length_m": [1_500.0, 0.0],
        "prize": [3.0, 0.0],
        "feasible": [True, True],
        "lon": [WEST, WEST],
        "lat": [SOUTH, SOUTH],
    }
    line = shapely.LineString([(WEST, SOUTH), (WEST + 0.01, SOUTH), (WEST + 0.01, SOUTH + 0.01), (WEST, SOUTH)])
    visit = {
        "officer": ["o1", "o1"],
        "number": [1, 2],
        "place_id": ["p1", "p2"],
        "name": ["甲厂", HOSTILE],
        "arrive": [9 * HOUR, 10 * HOUR],
        "begin": [9 * HOUR, 10 * HOUR],
        "leave": [9 * HOUR + 30 * MINUTE, 10 * HOUR + 30 * MINUTE],
        "travel_minutes": [10.0, 10.0],
        "length_m": [750.0, 750.0],
        "prize": [1.0, 2.0],
        "why": ["逾期。", HOSTILE],
        "lon": [WEST + 0.01, WEST + 0.01],
        "lat": [SOUTH, SOUTH + 0.01],
    }
    left = {
        "place_id": ["p3", "p4"],
        "name": ["丙厂", "丁厂"],
        "officer": ["o1", "o1"],
        "reason": ["no_time", "no_position"],
        "why": ["时间不够。", "没有坐标。"],
        "prize": [1.0, 1.0],
        "lon": [WEST, np.nan],
        "lat": [SOUTH, np.nan],
    }
    return DayPlan(
        TOWN,
        date(2024, 7, 1),
        gpd.GeoDataFrame(route, geometry=gpd.GeoSeries([line, None], crs=4326)),
        gpd.GeoDataFrame(visit, geometry=gpd.GeoSeries([line, line], crs=4326)),
        pd.DataFrame(left),
        ("注意这个。",),
        straight=True,
        cut_short=0,
    )


def test_each_officer_with_stops(data_of: DataOf) -> None:
    """Who has stops is drawn, with the sums, the times of the stops and the lunch; who has none is not."""
    html = routes_map(plan_of(), Backdrop.empty())
    (officer,) = data_of(html, "routes")["officers"]
    assert officer["times"] == ["09:00 到，09:30 走", "10:00 到，10:30 走"]
    assert officer["sums"] == "步行，08:00–13:00，路上 20 分钟（1.5 公里），停留 60 分钟，午休 12:00–12:30"
    assert len(officer["points"]) == 4
    assert len(officer["line"]) == 8
    assert "截至" not in html.partition("</header>")[0]


def test_what_is_not_drawn_is_said(data_of: DataOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes, places without a position, a cut and straight lines stand beside the map."""
    html = routes_map(plan_of(), Backdrop.empty())
    assert "注意这个。" in html
    assert "1 处没有坐标，没有排，也不在图上。" in html
    assert "路程按直线估计" in html
    assert data_of(html, "left")["whys"] == [["时间不够。"]]
    both = plan_of()
    more = pd.concat([both.left_out.head(1)] * 3, ignore_index=True)
    monkeypatch.setattr(module, "MOST_LEFT_OUT", 2)
    legend = data_of(routes_map(replace(both, left_out=more), Backdrop.empty()), "left-legend")
    assert legend["notes"] == ["图上只画分数最高的 2 处。"]
    assert legend["items"][0]["count"] == 3


def test_hostile_texts_stay_texts() -> None:
    """Names and reasons of a ledger are data of the page, never markup or template."""
    html = routes_map(plan_of(), Backdrop.empty())
    assert HOSTILE not in html
    assert "49" not in re.sub(r"sha256-\S+", "", html.partition("<body>")[0])


def test_a_day_without_routes() -> None:
    """Nobody with stops and nothing left out is a page all the same."""
    empty = plan_of()
    nothing = replace(empty, routes=empty.routes.iloc[1:], visits=empty.visits.head(0), left_out=empty.left_out.head(0))
    assert "巡查路线" in routes_map(nothing, Backdrop.empty())
