"""The heat map's year beside the year: both sides hold the hazards of as many days, counted here by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from coverage.hazards import HazardRegister, hazard_register
from geodata.ledger import Ledger
from maps import assets
from maps.backdrop import Backdrop
from maps.heat import HAZARD_WEIGHTS, hazard_map
from tests.made_up import made_town

pytestmark = pytest.mark.browser
DAY = date(2024, 6, 12)
"""A Wednesday: neither week nor month is over."""
BEGUN = date(2023, 3, 8)
"""The ledger of the year before begins in its midst."""
SHIFT = timedelta(days=365)
SIDES = """() => wangge.heatShown.views.map((view) => {
  const heat = wangge.heatShown, { data, all } = heat;
  const chosen = wangge.heatChosen(heat, view.step), worth = wangge.heatWorth(data, heat.chosen, view.measure);
  const sums = wangge.heatSums(wangge.heatGrid(data), all.hazards, chosen, worth);
  return [view.word, view.count.total, sums.reduce((sum, each) => sum + each, 0)];
})"""


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Give the made-up village."""
    made = made_town()
    return Ledger.whole(made.town, made.frames)


@pytest.fixture(scope="module")
def register(ledger: Ledger) -> HazardRegister:
    """Give the village's hazards and inspections, and the same again a year before, but from `BEGUN` on."""
    now = hazard_register(ledger, DAY)
    hazards = now.hazards[now.hazards["found"].dt.date > BEGUN + SHIFT - timedelta(days=1)]
    looks = now.inspections[now.inspections["at"].dt.date > BEGUN + SHIFT - timedelta(days=1)]
    before = hazards.assign(found=hazards["found"] - SHIFT), looks.assign(at=looks["at"] - SHIFT)
    both = (pd.concat(each, ignore_index=True) for each in zip(before, (now.hazards, now.inspections), strict=True))
    return replace(now, **dict(zip(("hazards", "inspections"), both, strict=True)))


def counted(register: HazardRegister, first: date, last: date) -> tuple[int, float]:
    """Count the hazards with a position of some days, and what they weigh, one by one."""
    rows = register.hazards
    days = rows["found"].dt.date
    held = rows[(days >= first) & (days <= last) & ~rows["void"] & rows["lon"].notna()]
    return len(held), float(sum(HAZARD_WEIGHTS.get(level, 1.0) for level in held["level"]))


def test_both_sides_have_as_many_days(visit: Callable[..., Any], register: HazardRegister, ledger: Ledger) -> None:
    """The year so far, the running month and week, a whole month: days, numbers and weights of both sides."""
    seen = visit(hazard_map(register, Backdrop.from_ledger(ledger)))
    page: Page = seen.page
    page.wait_for_function("wangge.heatShown && wangge.heatShown.views")
    page.get_by_label("对比", exact=True).select_option("year")
    sides(page, register, [(date(2023, 1, 1), date(2023, 6, 12)), (date(2024, 1, 1), DAY)])
    note = page.locator(".legend:visible").first
    expect(note).to_contain_text("台账从 2023-03-08 才有，不完整")
    page.get_by_label("时间", exact=True).select_option("按周")
    sides(page, register, [(date(2023, 6, 12), date(2023, 6, 14)), (date(2024, 6, 10), DAY)])
    page.get_by_label("时间", exact=True).select_option("按月")
    sides(page, register, [(date(2023, 6, 1), date(2023, 6, 12)), (date(2024, 6, 1), DAY)])
    page.get_by_label("时段", exact=True).press("ArrowLeft")
    sides(page, register, [(date(2023, 5, 1), date(2023, 5, 31)), (date(2024, 5, 1), date(2024, 5, 31))])
    expect(page.locator(".which-map")).to_have_text(["去年同期 2023 年 5 月", "本期 2024 年 5 月"])
    page.get_by_label("时段", exact=True).press("Home")
    expect(page.locator(".which-map")).to_have_text(["去年同期 2022 年 3 月", "本期 2023 年 3 月"])
    expect(note).to_contain_text("去年同期 2022 年 3 月：没有台账。")
    seen.check()


def sides(page: Page, register: HazardRegister, spans: list[tuple[date, date]]) -> None:
    """Compare what the page shows on its two sides with what was counted."""
    for (_, total, weight), span in zip(page.evaluate(SIDES), spans, strict=True):
        assert total == counted(register, *span)[0], span
        assert np.isclose(weight, counted(register, *span)[1], rtol=1e-4), span
    assert page.evaluate(SIDES)[0][1] > 0


@pytest.mark.parametrize(
    ("day", "before", "end"),
    [
        ("2024-02-29", "2023-02-28", "2024-02-29"),
        ("2023-02-28", "2022-02-28", "2023-02-28"),
        ("2024-06-12", "2023-06-12", "2024-06-30"),
        ("2024-12-01", "2023-12-01", "2024-12-31"),
    ],
)
def test_no_day_is_shown_that_no_calendar_has(empty: Page, day: str, before: str, end: str) -> None:
    """The 29th of February has no day a year before; months end when they end."""
    assert empty.evaluate("(day) => [wangge.yearBefore(day), wangge.monthEnd(day)]", day) == [before, end]


@pytest.fixture(scope="module")
def empty(browser: Any) -> Page:
    """Give a blank page with the time of the heat map alone."""
    page: Page = browser.new_page()
    page.add_script_tag(content="window.wangge = {};\n" + assets.own("heat_time.js"))
    return page
