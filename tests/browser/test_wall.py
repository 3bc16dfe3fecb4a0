"""The big screen in a browser: it turns, stops, comes back to where it was, and outlives its service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from geodata.store import create_store
from tests.browser.serving import serving
from tests.made_up import made_town

pytestmark = pytest.mark.browser
HOSTILE = '"><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the made-up village whose places and areas are all named like markup."""
    path = tmp_path_factory.mktemp("wall") / "village.gpkg"
    made = made_town()
    frames = {name: frame.copy() for name, frame in made.frames.items()}
    frames["places"]["name"] = HOSTILE
    frames["areas"].loc[frames["areas"]["level"] != "town", "name"] = HOSTILE
    with create_store(path, made.town) as store:
        store.write_many(frames, actor="t", action="demo", source="t")
    with serving(path) as address:
        yield address


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (390, 844)], ids=["screen", "4K", "phone"])
def test_the_big_screen(browser: Browser, address: str, size: tuple[int, int]) -> None:
    """By keys and by its clock it turns; a reload shows the same slide; without the service the old one stays."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.clock.install()
    page.goto(f"{address}/wall?as_of=2024-06-15&every=20")
    name = page.locator("#name")
    expect(name).to_have_text("全镇")
    expect(page.locator("#hazards li").first).to_be_visible()
    page.clock.run_for(20_500)
    expect(page.locator("#dots [aria-selected=true]")).to_have_text("1")
    expect(name).to_have_text(HOSTILE)
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="继续")).to_be_visible()
    page.clock.run_for(45_000)
    expect(page.locator("#dots [aria-selected=true]")).to_have_text("2")
    page.reload()
    expect(page.locator("#dots [aria-selected=true]")).to_have_text("2")
    expect(page.get_by_role("button", name="继续")).to_be_visible()
    page.route("**/wall/data*", lambda route: route.abort())
    page.clock.run_for(61_000)
    expect(page.locator("#when")).to_contain_text("连不上服务，显示的是")
    expect(page.locator("#hazards li").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    listed = page.locator("#hazards")
    assert listed.evaluate("list => list.scrollHeight <= list.clientHeight + 1")
    assert complaints == []
    context.close()
