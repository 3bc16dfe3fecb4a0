"""An officer's day on a phone: check in, leave out, without a network, and everything arrives once."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from geodata.store import create_store, open_store
from tests.api.sent_routes import keep, places_in
from tests.browser.serving import serving
from tests.coverage.evidence.towns import ledger

pytestmark = pytest.mark.browser
DAY, OFFICER, MARKUP = "2024-06-28", "o1", "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a town of four places, the second of them named like markup, with a sent route past all."""
    path = tmp_path_factory.mktemp("phone") / "town.gpkg"
    town = ledger({"甲": (0, 0), MARKUP: (900, 0), "丙": (0, 900), "丁": (900, 900)}, [])
    with create_store(path, town.town) as store:
        tables = {name: town.frames[name] for name in ("places", "officers")}
        store.write_many(tables, actor="t", action="demo", source="t")
    keep(path, DAY, OFFICER, places_in(path, 4))
    return path


@pytest.fixture(scope="module")
def address(path: Path) -> Iterator[str]:
    """Serve it."""
    with serving(path) as address:
        yield address


def check_in(page: Page, result: str) -> None:
    """Check in at the next stop."""
    page.locator("[data-part=next]").get_by_role("button", name="到了，登记检查").click()
    dialog = page.locator("#check")
    expect(dialog).to_contain_text("定位精度 ±12 米")
    dialog.get_by_text(result, exact=True).click()
    if result == "发现隐患":
        dialog.get_by_label("是什么").fill("灭火器过期")
    dialog.get_by_role("button", name="登记", exact=True).dblclick()


def states(address: str) -> list[str]:
    """Give what the office knows of the stops."""
    with urllib.request.urlopen(f"{address}/api/v1/routes/today?officer={OFFICER}&date={DAY}") as answer:
        document: dict[str, Any] = json.load(answer)
    return [stop["state"] for stop in document["stops"]]


def test_a_day_on_the_phone(browser: Browser, address: str, path: Path) -> None:
    """Tapped twice, and with the network gone meanwhile: exactly one inspection each, the skip with its reason."""
    first = places_in(path, 1)[0]
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
        geolocation={"longitude": first[1], "latitude": first[2], "accuracy": 12},
        permissions=["geolocation"],
    )
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.clock.install(time=f"{DAY}T01:05:00Z")
    page.goto(f"{address}/today?officer={OFFICER}&date={DAY}")
    progress = page.locator("[data-part=progress]")
    expect(progress).to_have_text("0/4")

    check_in(page, "合格")
    expect(progress).to_have_text("1/4")
    expect(page.locator("[data-part=banner]")).not_to_contain_text("没有上传")

    page.locator("[data-part=next]").get_by_role("button", name="去不了").click()
    page.locator("#skip").get_by_text("无人", exact=True).click()
    page.get_by_role("button", name="记下").click()
    expect(page.locator("li.over.skipped")).to_contain_text("去不了：无人")
    expect(page.locator("li.over.skipped")).to_contain_text(MARKUP)
    expect(page.locator("[data-part=banner]")).not_to_contain_text("没有上传")

    context.set_offline(True)
    check_in(page, "发现隐患")
    expect(progress).to_have_text("3/4")
    expect(page.locator("[data-part=banner]")).to_contain_text("还有 2 条没有上传")
    assert states(address) == ["visited", "skipped", "not_done", "not_done"]
    context.set_offline(False)
    expect(page.locator("[data-part=banner]")).not_to_contain_text("没有上传")
    page.reload()
    expect(progress).to_have_text("3/4")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("localStorage.getItem('wangge-outbox')") == "[]"
    assert complaints == []
    context.close()

    assert states(address) == ["visited", "skipped", "visited", "not_done"]
    with open_store(path) as store:
        told = store.ledger("inspections", "hazards")
    mine = told.inspections[told.inspections["id"].str.startswith("SJ")]
    assert mine["result"].tolist() == ["合格", "发现隐患"]
    assert mine["accuracy"].tolist() == [12, 12]
    assert mine["geotag"].tolist() == ["gps", "gps"]
    found = told.hazards[told.hazards["id"].str.startswith("SJ")]
    assert (found["inspection_id"].tolist(), found["description"].tolist()) == ([mine["id"].iloc[1]], ["灭火器过期"])


def test_what_the_service_fails_on_holds_up_nothing(browser: Browser, address: str) -> None:
    """One item is answered by 507: those behind it arrive, but for its own hazard; both arrive the next time."""
    page = browser.new_page()
    page.goto(f"{address}/today?officer={OFFICER}&date={DAY}")
    page.route("**/fails", lambda route: route.fulfill(status=201))
    page.route("**/fails", lambda route: route.fulfill(status=507), times=1)  # the newest is asked first
    page.route("**/works", lambda route: route.fulfill(status=201))
    found = page.evaluate(
        """async () => {
          const outbox = await import("/static/outbox.js");
          const ids = () => outbox.waiting().map((item) => item.body.id);
          const hazard = { address: "/works", body: { id: "three", inspection_id: "one" } };
          outbox.put({ address: "/fails", body: { id: "one" } }, { address: "/works", body: { id: "two" } }, hazard);
          const first = [await outbox.flush(), ids()];
          return [first, [await outbox.flush(), ids()]];
        }"""
    )
    assert found == [[True, ["one", "three"]], [True, []]]
    page.close()
