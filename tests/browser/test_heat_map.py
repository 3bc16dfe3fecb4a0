"""The heat map in a browser: its picture against the exact density, time, comparison, what is behind a spot."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import expect

from coverage.density import EARTH_A, EARTH_E2, Grid
from coverage.hazards import hazard_register
from geodata.ledger import Ledger
from maps.backdrop import Backdrop
from maps.heat import HAZARD_WEIGHTS, hazard_map
from tests.made_up import made_town

pytestmark = pytest.mark.browser
DAY = date(2024, 6, 30)
PIXELS = """([measure, step]) => {
  const heat = wangge.heatShown, { data } = heat;
  const chosen = wangge.heatChosen(heat, heat.steps[step]);
  const drawn = wangge.heatValues(data, heat.all, chosen, wangge.heatWorth(data, heat.chosen), measure);
  const all = new Uint8Array(data.columns * data.rows).fill(1);
  const pixels = wangge.heatPixels(drawn, all, data.columns, data.rows), sample = [];
  for (let y = 0; y < data.rows; y += 29)
    for (let x = 0; x < data.columns; x += 29) sample.push(pixels[y * data.columns + x]);
  return sample;
}"""


def test_the_picture_is_faithful(visit: Callable[..., Any]) -> None:
    """Of any choice, per km² and for each month, the picture is within 2 % of the exact density's range."""
    made = made_town()
    ledger = Ledger.whole(made.town, made.frames)
    register, backdrop = hazard_register(ledger, DAY), Backdrop.from_ledger(ledger)
    seen = visit(hazard_map(register, backdrop))
    page = seen.page
    page.wait_for_function("wangge.heatShown && wangge.heatShown.views")
    valid = register.hazards[~register.hazards["void"] & register.hazards["lon"].notna()]
    grid = Grid.over(backdrop.frame().bounds or (0, 0, 0, 0))
    rare = valid["industry"].value_counts().index[-1]
    whole = _picture(page, grid, "km2", 0)
    assert _difference(whole, grid, valid) <= 0.02
    page.get_by_label("时间", exact=True).select_option("按月")
    months = json.loads(page.evaluate("JSON.stringify(wangge.heatShown.steps.map((step) => step.last))"))
    parts = [_picture(page, grid, "km2", step) for step in range(len(months))]
    assert np.abs(sum(parts) - whole).max() <= 1e-4 * whole.max()
    page.get_by_label("行业", exact=True).select_option(rare)
    last = valid[(valid["industry"] == rare) & (valid["found"].dt.strftime("%Y-%m") == "2024-06")]
    assert _difference(_picture(page, grid, "km2", len(months) - 1), grid, last) <= 0.02
    page.get_by_label("对比", exact=True).select_option("measure")
    expect(page.locator(".which-map")).to_have_text(["每平方公里", "每次检查"])
    page.get_by_role("button", name="播放").click()
    expect(page.locator(".player output")).to_have_text("2024 年 2 月")
    page.get_by_role("button", name="暂停").click()
    page.get_by_label("时段", exact=True).press("Home")
    expect(page.locator(".player output")).to_have_text("2024 年 1 月")
    page.get_by_label("未整改重大隐患").uncheck()
    page.mouse.click(800, 500)
    expect(page.locator(".leaflet-popup")).to_contain_text("周围")
    assert _outside_is_bare(page)
    seen.check()


def _picture(page: Any, grid: Grid, measure: str, step: int) -> npt.NDArray[np.float64]:
    """Give every 29th pixel of every 29th row."""
    return np.array(page.evaluate(PIXELS, [measure, step])).reshape(len(range(0, grid.rows, 29)), -1)


def _outside_is_bare(page: Any) -> bool:
    """Say whether no pixel outside the town has any colour."""
    bare: bool = page.evaluate(
        """() => wangge.heatShown.sides.every(({ canvas }) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return wangge.heatShown.land.every((land, at) => land || data[4 * at + 3] === 0);
        })"""
    )
    return bare


def _difference(picture: npt.NDArray[np.float64], grid: Grid, hazards: Any) -> float:
    """Compare with Σ w exp(−d²/2h²) / 2πh², d on the ground from each true position, on the pixels of `_picture`."""
    lon, lat = grid.middles()
    lon, lat = np.meshgrid(lon[::29], lat[::29])
    curve = 1 - EARTH_E2 * np.sin(np.radians(lat)) ** 2
    east, north = EARTH_A / np.sqrt(curve) * np.cos(np.radians(lat)), EARTH_A * (1 - EARTH_E2) / curve**1.5
    exact, h = np.zeros(lon.shape), grid.bandwidth
    for x, y, level in zip(hazards["lon"], hazards["lat"], hazards["level"], strict=True):
        square = (np.radians(x - lon) * east) ** 2 + (np.radians(y - lat) * north) ** 2
        exact += HAZARD_WEIGHTS.get(level, 1.0) * np.exp(-square / (2 * h * h))
    exact /= 2 * np.pi * (h / 1000) ** 2
    return float(np.abs(picture - exact).max() / np.ptp(exact))
