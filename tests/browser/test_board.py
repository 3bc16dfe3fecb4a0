"""The board of kept routes in a browser: kept, dragged, locked, handed on, added from the map, undone, sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from geodata.store import create_store
from tests.api.conftest import HOSTILE
from tests.browser.serving import serving
from tests.made_up import made_town

pytestmark = pytest.mark.browser

ASKED = "/routes?date=2024-07-01&officer=AQ001"


def names(page: Page) -> list[str]:
    """Give the names of the stops in the order of the list."""
    return page.locator("#stops .what > b").all_inner_texts()


def said(page: Page, text: str) -> None:
    """Wait until the page says so, and nothing is under way."""
    expect(page.locator("#said")).to_contain_text(text)
    expect(page.locator("body")).not_to_have_class("busy")


def test_a_day_is_changed_on_the_board(browser: Browser, tmp_path: Path) -> None:
    """A manager keeps a plan, changes it by pointer, key and button, takes a step back, sends it; text stays text."""
    path, made = tmp_path / "village.gpkg", made_town()
    places = made.frames["places"].copy()
    places["name"] = HOSTILE + places["id"]
    with create_store(path, made.town) as store:
        store.write_many(made.frames | {"places": places}, actor="t", action="demo", source="t")
    with serving(path) as address:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        page, complaints = context.new_page(), list[str]()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(address + ASKED)
        page.fill("#keep [name=actor]", "网格长")
        page.click("#keep button")
        page.wait_for_selector("html[data-ready]", state="attached")
        first = names(page)
        assert first[0].startswith(HOSTILE)
        expect(page.locator("#map .pin:not([class*=start])")).to_have_count(len(first) + 1)

        grip, target = page.locator(".grip").first, page.locator(".stop-row").nth(2)
        grip.hover()
        page.mouse.down()
        box = target.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 200, box["y"] + 20, steps=4)
        page.mouse.up()
        said(page, "第 2 版")
        assert names(page)[:3] == [first[1], first[2], first[0]]
        page.locator(".grip").nth(2).focus()
        page.keyboard.press("ArrowUp")
        said(page, "第 3 版")
        assert names(page)[:3] == [first[1], first[0], first[2]]

        page.locator(".lock").first.click()
        said(page, "第 4 版")
        expect(page.locator(".stop-row").first.get_by_role("button", name="去掉")).to_be_disabled()
        page.locator(".stop-row").nth(1).get_by_role("button", name="换人").click()
        page.fill("#give-to", "AQ002")
        page.click("#give [value=give]")
        said(page, "第 5 版")
        assert len(names(page)) == len(first) - 1
        page.click("#undo")
        said(page, "第 6 版")
        assert names(page)[:3] == [first[1], first[0], first[2]]

        page.evaluate("boardMap.waiting.getLayers()[0].fire('click')")
        said(page, "第 7 版")
        assert len(names(page)) == len(first) + 1
        page.click("#replan button")
        said(page, "没排上")
        page.click("#send")
        said(page, "已发到手机")
        expect(page.locator("#title")).to_contain_text("已发到手机")
        page.locator("details:has(#revisions) summary").click()
        expect(page.locator("#revisions li").first).to_contain_text("网格长 发到手机")
        assert complaints == []

        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(address + "/routes?date=2024-07-01")
        page.wait_for_selector("html[data-ready]", state="attached")
        page.locator("#people button").first.click()
        expect(page.locator("#title")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        lists, map_box = page.locator(".board-lists").bounding_box(), page.locator("#map").bounding_box()
        assert lists is not None
        assert map_box is not None
        assert lists["y"] < map_box["y"]
        assert complaints == []
        context.close()
