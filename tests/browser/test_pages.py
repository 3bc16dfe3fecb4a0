"""The service's pages in a real browser: what is done on them; whether they are safe: test_every_page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.serving import serving
from tests.made_up import village_store

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the made-up village as a process of its own, on a free port."""
    with serving(village_store(tmp_path_factory.mktemp("served") / "village.gpkg")) as address:
        yield address


def test_filter_without_javascript(browser: Browser, address: str) -> None:
    """The filters work with JavaScript off."""
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(address)
    page.get_by_label("状态").select_option("never")
    page.get_by_role("button", name="筛选").click()
    assert "state=never" in page.url
    states = page.locator("table.gaps .state").all_inner_texts()
    assert states
    assert set(states) == {"从未检查"}
    context.close()


def test_from_the_town_down_to_a_row(browser: Browser, address: str) -> None:
    """By the map and the keyboard from the town to a grid, a place and one of its hazards; always the same day."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/board?as_of=2024-06-15")
    page.get_by_role("button", name="复制链接").click()
    expect(page.locator("#copied")).to_have_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#permanent").input_value()
    assert "as_of=2024-06-15" in copied
    figures = page.locator(".lead .big").all_inner_texts()
    depth = 1
    while page.locator(".area-map a").count():
        page.locator(".area-map a").first.focus()
        page.keyboard.press("Enter")
        depth += 1
        expect(page.locator(".crumbs li")).to_have_count(depth)
        assert "as_of=2024-06-15" in page.url
    assert depth > 2
    page.locator("#places tbody a").first.click()
    expect(page.get_by_role("heading", name="该查什么，查了没有")).to_be_visible()
    page.locator("a[href^='/hazards/']").first.click()
    expect(page).to_have_url(f"{address}/hazards/{page.url.rpartition('/')[2]}")
    assert "as_of=2024-06-15" in page.url
    page.goto(copied)
    assert page.locator(".lead .big").all_inner_texts() == figures
    assert complaints == []
    context.close()
