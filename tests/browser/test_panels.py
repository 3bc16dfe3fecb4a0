"""Little maps in a real browser with the network off: on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

import geodata
from coverage.rules import parse_rules
from geodata.ledger import Ledger
from geodata.model import Level
from maps.backdrop import Backdrop
from maps.change import change_panels
from maps.measuring import BY_KEY
from maps.multiples import months_panels
from maps.over_time import change_between, measured_days, months_up_to, pair_against
from maps.panels import Panels, panels_page
from tests.made_up import made_town

pytestmark = pytest.mark.browser

HOSTILE = "</script><img src=x onerror=alert(1)>"
DAY = date(2024, 3, 31)
RATE = BY_KEY["overdue_rate"]
MIDDLE = """(at) => {
  const canvas = document.querySelectorAll("#panels canvas")[at], box = canvas.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""


@pytest.fixture(scope="module")
def pages() -> tuple[Panels, Panels]:
    """Give the village's last four months, the first without ledger, and March against February."""
    made = made_town()
    areas = made.frames["areas"].copy()
    areas.loc[areas["level"] == "grid", "name"] = HOSTILE
    ledger = Ledger.whole(made.town, made.frames | {"areas": areas})
    rules = parse_rules(Path(geodata.__file__).with_name("default_rules.toml").read_text(encoding="utf-8"))
    backdrop, level = Backdrop.from_ledger(ledger), Level.GRID
    months = measured_days(ledger, lambda _: rules, months_up_to(DAY, 4), level)
    change = change_between(ledger, lambda _: rules, pair_against("month", DAY), level)
    return months_panels(months, backdrop, leads=True), change_panels(change, backdrop)


def test_an_area_lights_up_in_all_months(visit: Callable[..., Any], pages: tuple[Panels, Panels]) -> None:
    """By mouse over a map and by keyboard in the table; hostile names stay text; nothing leaves the page."""
    seen = visit(panels_page(pages[0], RATE))
    page = seen.page
    figures = page.locator("#panels figure")
    expect(figures).to_have_count(4)
    expect(figures.first).to_contain_text("没有台账")
    lit = page.locator("#panels small.of-area")
    page.mouse.move(*page.evaluate(MIDDLE, 1))
    expect(lit).to_have_count(4)
    expect(lit.nth(1)).to_contain_text(HOSTILE)
    expect(lit.first).to_contain_text("—")
    page.mouse.move(2, 2)
    expect(lit).to_have_count(0)
    page.locator("#areas tbody tr").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#areas tr.lit-row")).to_have_count(1)
    row = page.locator("#areas tr.lit-row td").all_inner_texts()
    assert [each.inner_text().split(" ")[-1] for each in lit.all()] == row
    page.get_by_label("指标").select_option("per_100_checks")
    expect(page.locator(".legend h2")).to_have_text(["检查发现率（每百次）"])
    assert page.locator("img[src='x']").count() == 0
    seen.check()


def test_a_month_with_a_ledger_is_not_called_one_without(
    visit: Callable[..., Any], pages: tuple[Panels, Panels]
) -> None:
    """Though nothing is known of the measure that is shown."""
    unknown = [
        replace(each, figures=each.figures.assign(overdue_rate=np.nan), whole=each.whole.assign(overdue_rate=np.nan))
        for each in pages[0].panels
    ]
    seen = visit(panels_page(replace(pages[0], panels=unknown), RATE))
    expect(seen.page.locator("#panels .frame p")).to_have_text(["没有台账", "", "", ""])
    expect(seen.page.locator(".legend")).to_contain_text("无数据")
    seen.check()


def test_a_month_leads_to_its_map(visit: Callable[..., Any], pages: tuple[Panels, Panels]) -> None:
    """Its address names the day, the measure that is shown and the level; a month without ledger leads nowhere."""
    page = visit(panels_page(pages[0], RATE, "/map/measures")).page
    page.get_by_label("指标").select_option("late_rate")
    links = [each.get_attribute("href") for each in page.locator("#panels figcaption a").all()]
    assert links == [
        f"/map/measures?as_of={day}&measure=late_rate&level=grid" for day in ("2024-01-31", "2024-02-29", "2024-03-31")
    ]


def test_change_on_a_phone(visit: Callable[..., Any], pages: tuple[Panels, Panels]) -> None:
    """Nothing is wider than the screen; a tap lights an area; rises and falls are ranked by their size."""
    seen = visit(panels_page(pages[1], RATE), width=390, height=844, phone=True)
    page = seen.page
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("#panels canvas").nth(2).tap()
    expect(page.locator("#panels small.of-area")).to_have_count(3)
    expect(page.locator(".legend").nth(1)).to_contain_text("变化")
    page.get_by_label("指标").select_option("open_per_100")
    listed = 0
    for section, sign in zip(page.locator(".ranks section").all(), ("+", "−"), strict=True):
        by = section.locator("tbody td:last-child").all_inner_texts()
        assert all(each.startswith(sign) for each in by if each != "0.0")
        sizes = [float(each.lstrip("+−").replace(",", "")) for each in by]
        assert sizes == sorted(sizes, reverse=True)
        listed += len(by)
    assert 0 < listed <= 20
    seen.check()
