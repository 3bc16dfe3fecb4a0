"""The map of a division: before and after side by side."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from geodata.model import Level, Town
from maps.backdrop import Backdrop
from maps.division import Divided, division_map

TOWN = Town("样板镇", "440100001", synthetic=True)
HOSTILE = "</script><img src=x onerror=alert(1)>"
DAY = date(2024, 7, 1)


def divided(words: str, load: list[float], names: list[str] | None = None) -> Divided:
    """Give strips of ground that carry so much."""
    shapes = [box(113 + n / 100, 22, 113 + (n + 1) / 100, 22.01) for n in range(len(load))]
    columns = {"code": [f"g{n}" for n in range(len(load))], "name": names or [f"第{n}格" for n in range(len(load))]}
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)
    return Divided(words, frame.assign(load=load, compactness=0.5, places=[len(load)] * len(load)))


def moved(count: int = 2) -> pd.DataFrame:
    """Give places that change hands, the last without a position."""
    lon = [113.005] * (count - 1) + [np.nan] if count else []
    frame = pd.DataFrame({"name": [HOSTILE] * count, "lon": lon, "lat": [22.005 if x == x else np.nan for x in lon]})
    return frame.assign(old="第0格", new="第1格")


def drawn(after: Divided, before: Divided | None = None, places: pd.DataFrame | None = None) -> str:
    """Draw."""
    gone = moved(0) if places is None else places
    return division_map(TOWN, DAY, Level.GRID, after, before, gone, Backdrop.empty())


def data(html: str, identity: str) -> Any:
    """Give data of the page."""
    found = re.search(rf'<script type="application/json" id="{identity}">(.*?)</script>', html, re.S)
    assert found, identity
    return json.loads(found[1])


def test_off_the_mean_is_coloured() -> None:
    """Each area has the class of how far its work is off the mean, and the legend counts them."""
    layer = data(drawn(divided("现在", [100, 103, 79, 118])), "areas-grid")
    assert layer["classes"]["off"] == [3, 3, 0, 5]
    assert [row[3] for row in layer["rows"]] == pytest.approx([0, 0.03, -0.21, 0.18])
    assert [item["count"] for item in layer["legends"]["off"]["items"]] == [1, 0, 0, 2, 0, 1, 0]


def test_before_stands_beside_after() -> None:
    """Two maps, each with its areas, its words; the headline compares them."""
    html = drawn(divided("方案", [100, 100]), divided("现在", [50, 150, 100]), moved())
    assert len(data(html, "areas-before")["rows"]) == 3
    assert len(data(html, "areas-grid")["rows"]) == 2
    assert data(html, "beside") == {"before": "现在", "after": "方案"}
    assert "50.0% → 0.0%" in html
    assert html.count('class="folium-map"') == 2


def test_places_that_change_hands() -> None:
    """They are drawn with from and to; one without a position is counted in the headline only."""
    html = drawn(divided("方案", [1, 1]), divided("现在", [1, 1]), moved())
    assert data(html, "moved")["whys"] == [["第0格 → 第1格"]]
    assert data(html, "moved-legend")["items"][0]["count"] == 2


def test_a_first_division_is_one_map() -> None:
    """Without anything before there is one map, and no word of places that moved."""
    html = drawn(divided("现在", [1, 2]))
    assert html.count('class="folium-map"') == 1
    assert "换手" not in html.split("<script>")[0]


def test_no_work_at_all() -> None:
    """Without any work nothing is off."""
    assert data(drawn(divided("现在", [0, 0])), "areas-grid")["classes"]["off"] == [3, 3]


def test_names_are_never_markup() -> None:
    """A hostile name stays text."""
    assert HOSTILE not in drawn(divided("现在", [1], [HOSTILE]), divided("以前", [1]), moved())
