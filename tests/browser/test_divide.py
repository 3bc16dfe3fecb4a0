"""The drawing page in a browser: a draft begun, changed on the map, adopted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from geodata.store import open_store
from tests.browser.serving import serving
from tests.made_up import village_store

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the village."""
    return village_store(tmp_path_factory.mktemp("divide") / "village.gpkg")


@pytest.fixture(scope="module")
def address(town: Path) -> Iterator[str]:
    """Serve the village."""
    with serving(town) as address:
        yield address


@pytest.fixture
def opened(address: str, browser: Browser) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """Give a function that opens the page at a size, with what it complains about."""
    contexts = []

    def open_page(width: int = 1440, height: int = 900) -> tuple[Page, list[str]]:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        contexts.append(context)
        page, complaints = context.new_page(), list[str]()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{address}/divide")
        page.wait_for_selector("html[data-ready]")
        return page, complaints

    yield open_page
    for context in contexts:
        context.close()


def test_merge_and_adopt(opened: Callable[..., tuple[Page, list[str]]], town: Path) -> None:
    """A clerk begins a draft, picks two grids on the map, merges them, sees the figures, adopts them with a reason."""
    page, complaints = opened()
    page.click("#begin button")
    page.wait_for_selector("html[data-draft]")
    before = page.evaluate("page.draft.areas")
    pair = page.evaluate(
        """() => {
          const bounds = (n) => page.layers.get(n).getBounds();
          const all = page.draft.features.map((each) => each.properties);
          for (const one of all) for (const other of all)
            if (one.number < other.number && one.parent === other.parent)
              if (bounds(one.number).intersects(bounds(other.number))) return [one.number, other.number];
        }"""
    )
    for number in pair:
        page.evaluate("(number) => page.layers.get(number).fire('click')", number)
    expect(page.locator("#said")).to_contain_text("已选")
    page.click("[data-tool=merge]")
    expect(page.locator("#said")).to_contain_text("最大偏差")
    assert page.evaluate("page.draft.areas") == before - 1
    page.fill("#adopt [name=reason]", "合并两个小网格")
    with page.expect_navigation():
        page.click("#adopt button:not(.quiet)")
    expect(page.locator("table").last).to_contain_text("合并两个小网格")
    assert complaints == []
    with open_store(town) as store:
        areas = store.ledger("areas").areas
    assert (areas["level"] == "grid").sum() == before - 1


def test_a_line_drawn_with_the_mouse(opened: Callable[..., tuple[Page, list[str]]]) -> None:
    """A line drawn across the map cuts the grids that it crosses; one that cuts nothing is said."""
    page, complaints = opened()
    page.click("#begin button")
    page.wait_for_selector("html[data-draft]")
    before = page.evaluate("page.draft.areas")
    page.locator("#map").scroll_into_view_if_needed()
    box = page.locator("#map").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.click("[data-tool=split]")
    for x in (box["x"] + 90, box["x"] + box["width"] / 2):
        page.mouse.click(x, middle)
    page.mouse.dblclick(box["x"] + box["width"] - 20, middle)
    expect(page.locator("#said")).to_contain_text("最大偏差")
    assert page.evaluate("page.draft.areas") > before
    page.click("[data-tool=move]")
    expect(page.locator("#said")).to_contain_text("请先点选一个区域")
    assert complaints == []


def test_on_a_phone_nothing_sticks_out(opened: Callable[..., tuple[Page, list[str]]]) -> None:
    """At 390 px the page is no wider than the screen, the map first."""
    page, complaints = opened(390, 844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    map_box, side = page.locator("#map").bounding_box(), page.locator(".side").bounding_box()
    assert map_box is not None
    assert side is not None
    assert map_box["y"] < side["y"]
    assert complaints == []
