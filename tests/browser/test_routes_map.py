"""The routes map in a browser: numbers, cards, officers shown and hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from maps.backdrop import Backdrop
from maps.routes import routes_map
from tests.browser.conftest import Visit
from tests.maps.conftest import HOSTILE
from tests.maps.test_routes import plan_of

pytestmark = pytest.mark.browser

MOVE = """() => {
  let cards = 0;
  wangge.map.panBy([0, 40], { animate: false });
  wangge.map.eachLayer((layer) => { cards += layer instanceof L.Popup; });
  return cards;
}"""
"""The map moves, as it does to show a card near its edge, and pins are drawn anew: how many cards are open then."""
SIZES = ({"width": 1440, "height": 900}, {"width": 390, "height": 844, "phone": True})


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
def test_stops_are_numbered(visit: Callable[..., Visit], size: dict[str, Any]) -> None:
    """Each stop has its number, the way has arrows, a click gives the card as text; nothing is asked for."""
    seen = visit(routes_map(plan_of(), Backdrop.empty()), **size)
    page = seen.page
    expect(page.locator(".stop:not(.start) span")).to_have_text(["1", "2"])
    assert page.locator(".arrow svg").count() >= 2
    page.locator(".stop:not(.start)").nth(1).click()
    card = page.locator(".leaflet-popup .card")
    expect(card.locator("h3")).to_have_text(f"2 {HOSTILE}")
    expect(card).to_contain_text("10:00 到，10:30 走")
    assert page.evaluate(MOVE) == 1
    assert page.locator("img[src='x']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    seen.check()


def test_officers_are_shown_and_hidden(visit: Callable[..., Visit]) -> None:
    """An officer's box takes the line and the numbers away and brings them back; the list leads to a stop."""
    seen = visit(routes_map(plan_of(), Backdrop.empty()))
    page = seen.page
    box = page.locator(".route input")
    box.uncheck()
    expect(page.locator(".stop")).to_have_count(0)
    box.check()
    expect(page.locator(".stop:not(.start)")).to_have_count(2)
    page.locator(".route summary").click()
    page.locator(".route ol button").first.click()
    expect(page.locator(".leaflet-popup h3")).to_have_text("1 甲厂")
    page.get_by_role("checkbox", name="没有排上的").check()
    expect(page.locator(".legend:visible h2").last).to_have_text("没有排上的场所")
    seen.check()
