"""The map of hot spots: what its page carries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from coverage.hotspots.spots import HotSpots
from geodata.model import Level
from maps.backdrop import Backdrop
from maps.hotspots import CLASS_FILLS, hotspots_map
from tests.coverage.hotspots.made import corner, ledger_of, spots_of

SIZE = 6


@pytest.fixture(scope="module")
def spots() -> HotSpots:
    """Give a town with a hot corner, a column of grids that nobody looked at, and a hostile name."""
    looks, finds = np.full((SIZE * SIZE, 6), 10), corner(SIZE, 6, 20, 1)
    looks[SIZE - 1 :: SIZE] = finds[SIZE - 1 :: SIZE] = 0
    ledger = ledger_of(looks, finds, columns=SIZE)
    ledger.frames["areas"].loc[1, "name"] = "</script><img src=x onerror=alert(1)>"
    return spots_of(ledger)


@pytest.fixture(scope="module")
def html(spots: HotSpots) -> str:
    """Give the page."""
    ledger = ledger_of(np.zeros((1, 1), int), np.zeros((1, 1), int), columns=1)
    roads = ledger.frames["places"].iloc[:0].assign(**{"class": ""})
    backdrop = Backdrop.from_ledger(type(ledger).whole(ledger.town, {**ledger.frames, "roads": roads}))
    return hotspots_map({Level.GRID: spots}, backdrop)


def test_no_data_is_hatched(html: str, spots: HotSpots, data_of: Callable[[str, str], Any]) -> None:
    """Grids that nobody looked at have the hatch by both rates; the hot corner is dark red."""
    layer = data_of(html, "areas-grid")
    codes = [row[0] for row in layer["rows"]]
    for metric in ("inspection_class", "area_class"):
        fills = {code: layer["fills"][at] for code, at in zip(codes, layer["classes"][metric], strict=True)}
        assert fills[f"g{SIZE - 1}"] == CLASS_FILLS[-1] == "url(#hatch-nothing)"
        assert fills["g7"] == CLASS_FILLS[0]
    found = spots.frame["inspection_class"].value_counts()
    counts = {item["label"]: item["count"] for item in layer["legends"]["inspection_class"]["items"]}
    assert (counts["无数据"], counts["热点 99%"]) == (SIZE, found["hot99"])


def test_legend_tells_how(html: str, data_of: Callable[[str, str], Any]) -> None:
    """Method, weights, correction and bandwidth stand on the page in Chinese."""
    for word in ("Gi* 检验", "权重相等", "错误发现率", "带宽", "不足 5 次"):
        assert word in html
    assert "带宽" in data_of(html, "areas-grid")["legends"]["density"]["notes"][0]


def test_names_are_only_text(html: str) -> None:
    """A name like markup is no markup in the page."""
    assert "<img src=x" not in html
