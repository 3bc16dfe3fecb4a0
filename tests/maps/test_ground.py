"""The ground map's picture and legend."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from collections.abc import Callable
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image

from coverage.density import mercator
from coverage.ground.cells import Raster
from coverage.ground.seen import ground_seen
from geodata.datum import metric_crs
from geodata.ledger import Ledger
from maps.backdrop import Backdrop
from maps.ground import ground_map, picture_of

DataOf = Callable[[str, str], Any]
DAY = date(2024, 6, 30)


@pytest.fixture
def html(ledger: Ledger) -> str:
    """Give the map of the town with one check-in in June and no track."""
    return ground_map(ground_seen(ledger, DAY, width_m=40), Backdrop.from_ledger(ledger))


def test_a_pixel_shows_the_cell_under_it() -> None:
    """A point of the ground lies at its place of Web Mercator in the picture, within a pixel, 1.5° off the meridian."""
    crs = metric_crs(115.4, 40.0)
    middle = gpd.GeoSeries([shapely.Point(115.4, 40.0)], crs=4326).to_crs(crs).iloc[0]
    raster = Raster.over((middle.x - 8000, middle.y - 8000, middle.x + 8000, middle.y + 8000), 30, crs)
    classes = np.zeros((raster.rows, raster.columns), dtype=np.uint8)
    at = np.array([[500, 700], [2800, 300], [1500, 3000]])
    for row, column in at:
        classes[row - 5 : row + 6, column - 5 : column + 6] = 1
    picture = picture_of(raster, classes)
    west, south, east, north = picture.bounds
    left, bottom = mercator(west, south)
    right, top = mercator(east, north)
    rows, columns = picture.pixels.shape
    places = shapely.points(raster.in_metres(at[:, 1] + 0.5, at[:, 0] + 0.5))
    for place in gpd.GeoSeries(places, crs=crs).to_crs(4326):
        x, y = mercator(place.x, place.y)
        column, row = int((x - left) / (right - left) * columns), int((top - y) / (top - bottom) * rows)
        assert picture.pixels[row - 1 : row + 2, column - 1 : column + 2].all()
    square = (right - left) / columns, (top - bottom) / rows
    assert square[0] == pytest.approx(square[1], rel=1e-6)


def test_the_picture_is_a_palette_png(html: str) -> None:
    """It lies in the page, is transparent beside the town, and has the classes that there are: seen, no data."""
    data = max(re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", html), key=len)  # Leaflet has small ones
    image = Image.open(io.BytesIO(b64decode(data)))
    assert (image.mode, image.info["transparency"]) == ("P", 0)
    assert set(np.unique(np.asarray(image))) == {0, 1, 3, 5}


def test_the_legend_says_width_and_figures(html: str, data_of: DataOf) -> None:
    """The width, what is not counted, and km² of each class; no word of masks where there are none."""
    legend = data_of(html, "ground")
    assert "两侧各 40 米" in legend["unit"]
    assert [item["label"] for item in legend["items"]] == ["看到", "没有人到过", "无数据（没有轨迹来源）"]
    assert legend["items"][0]["count"] == "0.01 平方公里"
    assert "不等于没有人到过" in "".join(legend["notes"])
    assert "本期没有轨迹" in html


def test_areas_carry_the_ground_figures(html: str, data_of: DataOf) -> None:
    """一格 has the disc of the check-in; nothing is missed, the rest is no data."""
    first = data_of(html, "areas-grid")["rows"][0]
    assert first[3:] == pytest.approx([1.139, 0.005, 0.0, 1.134, 0.0], abs=0.01)
