"""The service's pages in a real browser: what is done on them; whether they are safe: test_every_page."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import pytest
from playwright.sync_api import Browser, expect

from geodata.store import open_store
from tests.browser.serving import serving
from tests.geodata.photos.pictures import jpeg
from tests.made_up import village_store

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the made-up village, whose rules ask for photos, as a process of its own, on a free port."""
    path = village_store(tmp_path_factory.mktemp("served") / "village.gpkg")
    with open_store(path, write=True) as store:
        store.write_rules(store.rules_text() + '\n[hazards]\nphotos = ["报告整改完成"]\n', actor="t", source="t")
    with serving(path) as address:
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


def test_a_step_with_photos(browser: Browser, address: str) -> None:
    """Where photos are demanded the button says so; a step that is refused leaves no photo behind; then they show."""
    page = browser.new_page(locale="zh-CN")
    api, data = f"{address}/api/v1", jpeg()
    photo = f"{api}/photos/{sha256(data).hexdigest()}"
    place = page.request.get(f"{api}/places?limit=1").json()["rows"][0]["id"]
    found = {"id": "H1", "place_id": place, "found_at": "2024-06-20T09:00:00+08:00"}
    assert page.request.post(f"{api}/hazards", data=found).status == 201

    def take(action: str, role: str, **more: str) -> None:
        step = {"action": action, "role": role, "actor": "店主", **more}
        assert page.request.post(f"{api}/hazards/H1/steps", data=step).status == 201

    take("assign", "clerk", responsible="店主", deadline="2024-07-01")
    take("start", "enterprise")
    page.goto(f"{address}/hazards/H1")
    page.locator("select[name=action]").select_option("rectify")
    page.get_by_label("办理人").fill("安全员")
    button = page.locator("#step button:not(.small)")
    expect(button).to_have_text("请先上传照片")
    button.click()
    expect(page.locator("#said")).to_contain_text("镇里要求“报告整改完成”附照片")
    files = page.get_by_label("附照片（可以几张）")
    files.set_input_files([
        {"name": "账.txt", "mimeType": "text/plain", "buffer": b"no picture"},
        {"name": "整改后.jpg", "mimeType": "image/jpeg", "buffer": data},
    ])  # fmt: skip
    expect(button).to_have_text("提交")
    take("refuse", "inspector", reason="拒不整改")  # meanwhile
    button.click()
    expect(page.locator("#said")).to_contain_text("现在是“拒不整改”")
    assert page.request.get(photo).status == 404
    take("start", "enterprise")
    button.click()
    shown = page.locator("#photos img")
    expect(shown).to_have_count(1)
    expect(page.locator("#photos")).to_contain_text("报告整改完成")
    assert shown.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 0
    assert (page.request.get(photo).json()["place_id"], page.request.get(photo).json()["inspection_id"]) == (
        place,
        None,
    )
    page.close()
