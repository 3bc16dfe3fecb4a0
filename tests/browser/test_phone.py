"""The phone of an inspector: without a network, killed at the worst moment, refused: all arrives once, or says so."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from geodata.store import create_store, open_store
from tests.api.sent_routes import keep, places_in
from tests.browser.axe import findings
from tests.browser.serving import serving
from tests.coverage.evidence.towns import ledger
from tests.geodata.photos.pictures import MOMENT, jpeg, scene

pytestmark = pytest.mark.browser
DAY, NEXT, MONDAY, TUESDAY, LAST = "2024-06-28", "2024-06-29", "2024-07-01", "2024-07-02", "2024-07-03"
OFFICER, MARKUP = "o1", "<img src=x onerror=alert(1)>"
RULES = '\n[hazards]\nphotos = ["当场整改"]\ndeadline_days = { "一般" = 5 }\n'
Phone = Callable[..., BrowserContext]


def make_town(path: Path) -> Path:
    """Make a town of four places, the second of them named like markup, with sent routes of five days past all."""
    town = ledger({"甲": (0, 0), MARKUP: (900, 0), "丙": (0, 900), "丁": (900, 900)}, [])
    with create_store(path, town.town) as store:
        tables = {name: town.frames[name] for name in ("places", "officers")}
        store.write_many(tables, actor="t", action="demo", source="t")
        store.write_rules(store.rules_text() + RULES, actor="t", source="t")
    for day in (DAY, NEXT, MONDAY, TUESDAY, LAST):
        keep(path, day, OFFICER, places_in(path, 4))
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the town."""
    return make_town(tmp_path_factory.mktemp("phone") / "town.gpkg")


@pytest.fixture(scope="module")
def address(path: Path) -> Iterator[str]:
    """Serve it."""
    with serving(path) as address:
        yield address


@pytest.fixture
def phone(browser: Browser, path: Path) -> Iterator[Phone]:
    """Give a function that makes a phone at the first place, five past nine of the day."""
    _, lon, lat = places_in(path, 1)[0]
    made = []

    def make(**how: Any) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": 390, "height": 844},
            is_mobile=True,
            has_touch=True,
            locale="zh-CN",
            geolocation={"longitude": lon, "latitude": lat, "accuracy": 12},
            permissions=["geolocation"],
            **how,
        )
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


def opened(context: BrowserContext, address: str, ready: str = "data-ready", day: str = DAY) -> Page:
    """Open the page of the officer, and wait until it is there, or `data-kept`: it stands in the phone."""
    page = context.new_page()
    page.clock.install(time=f"{day}T01:05:00Z")
    page.goto(f"{address}/today?officer={OFFICER}&date={day}")
    page.wait_for_selector(f"html[{ready}]")
    return page


def begin(page: Page) -> Locator:
    """Open the form of the next stop, once the phone knows where it is."""
    page.locator("[data-part=next]").get_by_role("button", name="到了，登记检查").click()
    dialog = page.locator("#check")
    expect(dialog).to_contain_text("定位精度 ±12 米（WGS 84）")
    return dialog


def check_in(page: Page) -> None:
    """Check in at the next stop: nothing wrong; tapped twice."""
    dialog = begin(page)
    dialog.locator(".result").get_by_text("合格", exact=True).click()
    dialog.get_by_role("button", name="登记", exact=True).dblclick()


def asked(address: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Ask the service, or post to it."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{address}{path}", data, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def states(address: str, day: str = DAY) -> list[str]:
    """Give what the office knows of the stops."""
    return [stop["state"] for stop in asked(address, f"/api/v1/routes/today?officer={OFFICER}&date={day}")["stops"]]


def test_a_day_on_the_phone(phone: Phone, address: str, path: Path) -> None:
    """Checked in, left out; without a network a failed item with a photo, the page opened anew: all arrives once."""
    context = phone()
    page, complaints = opened(context, address, "data-kept"), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    progress, banner = page.locator("[data-part=progress]"), page.locator("[data-part=banner]")
    expect(progress).to_have_text("0/4")
    check_in(page)
    expect(progress).to_have_text("1/4")
    page.locator("[data-part=next]").get_by_role("button", name="去不了").click()
    page.locator("#skip").get_by_text("无人", exact=True).click()
    page.get_by_role("button", name="记下").click()
    expect(page.locator("li.over.skipped")).to_contain_text("去不了：无人")
    expect(page.locator("li.over.skipped")).to_contain_text(MARKUP)
    expect(banner).not_to_contain_text("没有上传")

    context.set_offline(True)
    page.reload()
    expect(banner).to_contain_text("没有网络")
    kept = "fetch(document.getElementById('today').dataset.address).then((answer) => answer.headers.get('x-kept'))"
    assert page.evaluate(kept) == "1"
    page.locator("[data-tab=where]").click()
    expect(page.locator("[data-part=here]")).to_contain_text("WGS 84")
    pins = page.locator("[data-part=map] path.leaflet-interactive")
    expect(pins).to_have_count(4)
    pins.nth(1).click(force=True)
    expect(page.locator("#place")).to_contain_text("离这里")
    page.locator("#place").get_by_role("button", name="返回").click()
    page.locator("[data-tab=route]").click()
    dialog = begin(page)
    item = dialog.locator(".item").nth(1)
    item.get_by_text("不合格", exact=True).click()
    dialog.get_by_role("button", name="其余全部合格").click()
    item.get_by_label("是什么").fill("灭火器过期")
    picture = jpeg(scene(3, (2400, 1800)), taken=MOMENT, gps={31: 8.0}, main={274: 6})
    item.locator("input[type=file]").set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": picture})
    expect(item.locator("canvas")).to_be_visible()
    assert findings(page) == []
    dialog.get_by_role("button", name="登记", exact=True).dblclick()
    expect(progress).to_have_text("3/4")
    expect(banner).to_contain_text("还有 1 次登记没有上传")
    page.reload()
    expect(banner).to_contain_text("还有 1 次登记没有上传")
    assert states(address) == ["visited", "skipped", "not_done", "not_done"]
    context.set_offline(False)
    expect(banner).not_to_contain_text("没有上传")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert complaints == []

    assert states(address) == ["visited", "skipped", "visited", "not_done"]
    with open_store(path) as store:
        told = store.ledger("inspections", "hazards", "photos", "steps")
    mine = told.inspections
    assert mine["result"].tolist() == ["合格", "发现隐患"]
    assert mine["accuracy"].tolist() == [12, 12]
    assert mine["geotag"].tolist() == ["gps", "gps"]
    assert mine["note"].iloc[1].startswith("通用检查表：合格 5 项，不合格 1 项（")
    found, photo, step = told.hazards.iloc[0], told.photos.iloc[0], told.frames["steps"].iloc[-1]
    assert (found["inspection_id"], found["description"], found["category"]) == (
        mine["id"].iloc[1],
        "灭火器过期",
        "消防",
    )
    assert (photo["inspection_id"], photo["name"], photo["width"], photo["height"]) == (
        mine["id"].iloc[1],
        "IMG_1.jpg",
        1200,
        1600,
    )
    assert (str(photo["taken_at"]), photo["accuracy"]) == ("2026-06-03 10:00:00+08:00", 8)
    assert (step["hazard_id"], step["action"], step["photos"]) == (found["id"], "register", photo["id"])


def test_killed_between_request_and_answer(phone: Phone, address: str, path: Path) -> None:
    """The office has it, the phone never heard so: sent again when the page is back, it stands once."""
    context = phone(service_workers="block")
    page, reached = opened(context, address, day=NEXT), []

    def cut(route: Route) -> None:
        reached.append(route.fetch().status)
        page.evaluate("document.title = 'reached'")

    page.route("**/api/v1/inspections", cut, times=1)
    before = len(told(path, "inspections"))
    check_in(page)
    expect(page).to_have_title("reached")
    expect(page.locator("[data-part=banner]")).to_contain_text("还有 1 次登记没有上传")
    assert reached == [201]
    page.close()
    again = opened(context, address, day=NEXT)
    expect(again.locator("[data-part=banner]")).not_to_contain_text("没有上传")
    assert len(told(path, "inspections")) == before + 1


def told(path: Path, table: str) -> Any:
    """Give a table of the store."""
    with open_store(path) as store:
        return store.ledger(table).frames[table]


def test_refused(phone: Phone, address: str, path: Path) -> None:
    """A re-check that somebody else did meanwhile is shown with what was said, and stays until it goes as a note."""
    place = places_in(path, 1)[0][0]
    moment = f"{DAY}T08:00:00+08:00"
    hazard = {"id": "H9", "place_id": place, "found_at": moment, "rectified_at": moment, "description": "通道堵塞"}
    hazard["photos"] = ["0" * 64]  # the rules ask for one
    asked(address, "/api/v1/hazards", hazard)
    page = opened(phone(), address)
    page.locator("[data-tab=again]").click()
    page.get_by_role("button", name="到现场复查").click()
    dialog = page.locator("#recheck")
    dialog.get_by_text("复查合格", exact=True).click()
    step = {"action": "pass", "actor": "别人", "role": "inspector", "at": f"{DAY}T09:00:00+08:00"}
    asked(address, "/api/v1/hazards/H9/steps", step)
    dialog.get_by_label("说明").fill("通道清空了")
    dialog.get_by_role("button", name="登记复查").click()
    card = page.locator(".refused")
    expect(card).to_contain_text("复查没有被接受")
    expect(card).to_contain_text("您写的：复查合格，通道清空了")
    page.reload()
    card.get_by_role("button", name="改成补充说明再发").click()
    expect(card).to_have_count(0)
    expect(page.locator("[data-part=banner]")).to_be_empty()
    last = told(path, "steps").iloc[-1]
    assert (last["action"], last["reason"]) == ("update", "复查合格（当时没有办成）：通道清空了")


def test_shut_out(phone: Phone, address: str) -> None:
    """A session that ended loses nothing: what was said waits, and the way in is shown."""
    page = opened(phone(service_workers="block"), address, day=NEXT)
    page.route("**/api/v1/routes/skips", lambda route: route.fulfill(status=401, json={"detail": "请先登录"}))
    page.locator("[data-part=next]").get_by_role("button", name="去不了").click()
    page.locator("#skip").get_by_text("无人", exact=True).click()
    page.get_by_role("button", name="记下").click()
    way = page.get_by_role("link", name="请重新登录")
    expect(way).to_have_attribute("href", f"/login?next=%2Ftoday%3Fofficer%3D{OFFICER}%26date%3D{NEXT}")
    expect(page.locator("[data-part=banner]")).to_contain_text("未上传的 1 次登记还在本机")


def test_given_up_only_when_asked_twice(phone: Phone, address: str) -> None:
    """What is not taken goes only after a second word, and takes along what can't go without it."""
    page = opened(phone(service_workers="block"), address)
    page.route("**/api/v1/inspections", lambda route: route.fulfill(status=422, json={"detail": "没有这个场所"}))
    page.evaluate(
        """async () => {
          const { put } = await import("/static/outbox.js");
          const post = { method: "POST", name: "甲", kind: "inspection" };
          await put({ ...post, id: "one", address: "/api/v1/inspections", body: { result: "合格" } },
                    { ...post, id: "two", kind: "hazard", address: "/never", needs: ["one"], body: {} });
        }"""
    )
    page.reload()
    card = page.locator(".refused")
    expect(card).to_contain_text("没有这个场所")
    expect(card).to_contain_text("跟着它的 1 条也在等")
    card.get_by_role("button", name="不要了").click()
    page.evaluate("window.dispatchEvent(new Event('offline'))")  # the page is drawn anew meanwhile
    card.get_by_role("button", name="留着").click()
    card.get_by_role("button", name="不要了").click()
    card.get_by_role("button", name="确定不要").click()
    expect(card).to_have_count(0)
    assert page.evaluate("import('/static/outbox.js').then((outbox) => outbox.waiting().length)") == 0


def test_what_the_service_fails_on_holds_up_nothing(phone: Phone, address: str) -> None:
    """One item is answered by 507: those behind it arrive, but for its own hazard; both arrive the next time."""
    page = opened(phone(service_workers="block"), address)
    page.route("**/fails", lambda route: route.fulfill(status=201))
    page.route("**/fails", lambda route: route.fulfill(status=507), times=1)  # the newest is asked first
    page.route("**/works", lambda route: route.fulfill(status=201))
    found = page.evaluate(
        """async () => {
          const outbox = await import("/static/outbox.js");
          const ids = () => outbox.waiting().map((item) => item.id), post = { method: "POST", body: {} };
          await outbox.put({ ...post, id: "one", address: "/fails" }, { ...post, id: "two", address: "/works" },
                           { ...post, id: "three", address: "/works", needs: ["one"] });
          const first = [await outbox.flush(), ids()];
          return [first, [await outbox.flush(), ids()]];
        }"""
    )
    assert found == [[True, ["one", "three"]], [True, []]]


def test_no_room(phone: Phone, address: str) -> None:
    """A phone that is full says so, keeps the check as long as the page is open, and sends it."""
    context = phone()
    page = opened(context, address, day=NEXT)
    full = context.new_cdp_session(page)
    full.send("Storage.overrideQuotaForOrigin", {"origin": address, "quotaSize": 1})
    page.route("**/api/v1/routes/skips", lambda route: route.abort())
    page.locator("[data-part=next]").get_by_role("button", name="去不了").click()
    page.locator("#skip").get_by_text("无人", exact=True).click()
    page.get_by_role("button", name="记下").click()
    expect(page.locator("[data-part=banner]")).to_contain_text("手机存不下了")
    full.send("Storage.overrideQuotaForOrigin", {"origin": address})
    page.unroute("**/api/v1/routes/skips")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-part=banner]")).to_be_empty()
    assert "skipped" in states(address, NEXT)


def test_a_track_only_after_a_yes(phone: Phone, address: str, path: Path) -> None:
    """Nothing is recorded before the plain yes; then a fix every ten seconds; what is not sent can be thrown away."""
    context = phone()
    page = opened(context, address)
    page.locator("[data-tab=where]").click()
    page.get_by_role("button", name="开始记录轨迹").click()
    page.get_by_role("button", name="不同意").click()
    expect(page.locator("[data-part=track-said]")).to_have_text("没有记录轨迹。")
    _, lon, lat = places_in(path, 1)[0]

    def walk(steps: int) -> None:
        page.get_by_role("button", name="开始记录轨迹").click()
        page.get_by_role("button", name="同意，开始记录").click()
        for step in range(1, steps + 1):
            page.clock.fast_forward(10_000)
            context.set_geolocation({"longitude": lon + step * 1e-4, "latitude": lat, "accuracy": 10})
            expect(page.locator("[data-part=track-said]")).to_contain_text(f"有 {step + 1} 个点")

    context.set_offline(True)
    walk(2)
    page.get_by_role("button", name="丢掉没上传的").click()
    expect(page.locator("[data-part=track-said]")).to_have_text("没有记录轨迹。")
    context.set_offline(False)
    walk(2)
    with page.expect_response("**/api/v1/tracks"):  # written when it is answered
        page.get_by_role("button", name="停止记录").click()
    expect(page.locator("[data-part=track-said]")).to_have_text("没有记录轨迹。")
    (track,) = told(path, "tracks").itertuples()
    assert (track.officer, track.times.count(";")) == (OFFICER, 2)


def test_pages_of_two_officers(phone: Phone, address: str) -> None:
    """Without accounts what is said is the officer's whose page it was; the page of another only tells of it."""
    context = phone(service_workers="block")
    page = opened(context, address, day=NEXT)
    page.route("**/api/v1/inspections", lambda route: route.abort())
    before = states(address, NEXT).count("visited")
    check_in(page)
    banner = page.locator("[data-part=banner]")
    expect(banner).to_contain_text("还有 1 次登记没有上传")
    page.goto(f"{address}/today?officer=o2&date={NEXT}")
    expect(banner).to_have_text("还有 1 条没有发出，属于o1，打开o1的页面后会自己发出。")
    page.unroute("**/api/v1/inspections")
    page.goto(f"{address}/today?officer={OFFICER}&date={NEXT}")
    page.wait_for_selector("html[data-ready]")
    expect(banner).to_be_empty()
    assert states(address, NEXT).count("visited") == before + 1


def test_what_is_said_of_found_hazards(phone: Phone, address: str, path: Path) -> None:
    """The kind; the rules' deadline untouched, another by a tap, put right on the spot with the photo that is asked."""
    context = phone(service_workers="block")
    page = opened(context, address, day=MONDAY)
    dialog, hazards = begin(page), page.locator("#check .hazard")
    context.set_offline(True)
    dialog.get_by_label("检查类型").select_option("突击检查")
    for number, what in enumerate(("照规定", "七天", "当场", "重大")):
        dialog.get_by_role("button", name="加一条隐患").click()
        hazards.nth(number).get_by_label("是什么").fill(what)
    until = hazards.locator(".until > [role=status]")
    expect(until.nth(0)).to_have_text("期限 2024-07-08。")
    hazards.nth(1).get_by_text("7 天", exact=True).click()
    hazards.nth(2).get_by_text("当场整改", exact=True).click()
    hazards.nth(3).get_by_text("当场整改", exact=True).click()
    hazards.nth(3).get_by_label("等级").select_option("重大")
    expect(hazards.nth(3).get_by_label("当场整改")).to_be_disabled()
    expect(until.nth(3)).to_have_text("期限由网格长交办时定。重大隐患不能当场整改了事。")
    dialog.get_by_role("button", name="登记", exact=True).click()
    expect(until.nth(2)).to_contain_text("请拍一张再登记")
    picture = {"name": "IMG_2.jpg", "mimeType": "image/jpeg", "buffer": jpeg(scene(4))}
    hazards.nth(2).locator("input[type=file]").set_input_files(picture)
    expect(hazards.nth(2).locator("canvas")).to_be_visible()
    dialog.get_by_role("button", name="登记", exact=True).dblclick()
    expect(page.locator("[data-part=banner]")).to_contain_text("还有 1 次登记没有上传")
    context.set_offline(False)
    expect(page.locator("[data-part=banner]")).not_to_contain_text("没有上传")
    visit = told(path, "inspections").iloc[-1]
    found = told(path, "hazards").set_index("description")
    found = found[found["inspection_id"] == visit["id"]]
    assert visit["kind"] == "surprise"
    deadlines = {name: str(day.date()) for name, day in found["deadline"].dropna().items()}
    assert deadlines == {"照规定": "2024-07-08", "七天": "2024-07-08"}
    assert found["rectified_at"].dropna().to_dict() == {"当场": visit["at"]}


class Slow:
    """A service whose answers at an address, the day's, are held back until they are let go."""

    def __init__(self, context: BrowserContext, page: Page, address: str = "**/api/v1/phone?*") -> None:
        self.held: list[Route] = []
        self.page = page
        context.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        self.held.append(route)
        self.page.evaluate("document.title = 'asked'")

    def wait(self) -> None:
        """Wait until the page has asked and its patience is at an end."""
        expect(self.page).to_have_title("asked")
        self.page.clock.fast_forward(6000)

    def answer(self) -> None:
        """Let them go."""
        while self.held:
            self.held.pop().continue_()


def test_behind_a_slow_service(phone: Phone, address: str, path: Path) -> None:
    """What the phone keeps is shown and used meanwhile, and said to be old; the late answer takes its place at once."""
    context = phone()
    page = opened(context, address, "data-kept", day=NEXT)
    banner, slow = page.locator("[data-part=banner]"), Slow(context, page)
    keep(path, NEXT, OFFICER, places_in(path, 3), revision=2)
    page.reload()
    slow.wait()
    expect(banner).to_contain_text("服务忙，先用")
    dialog = begin(page)
    dialog.get_by_label("备注").fill("写到一半")
    slow.answer()
    expect(banner).not_to_contain_text("服务忙")
    expect(banner).to_contain_text("路线改过了")
    expect(page.locator("[data-part=progress]")).to_contain_text("/3")
    expect(dialog.get_by_label("备注")).to_have_value("写到一半")


def test_a_slow_service_without_anything_kept(phone: Phone, address: str) -> None:
    """It is waited for, which is said; where it refuses, it can't be reached; where it is too busy it is asked anew."""
    context = phone(service_workers="block")
    page = context.new_page()
    page.clock.install(time=f"{NEXT}T01:05:00Z")
    banner, slow = page.locator("[data-part=banner]"), Slow(context, page)
    page.goto(f"{address}/today?officer={OFFICER}&date={NEXT}")
    slow.wait()
    expect(banner).to_have_text("服务忙，正在等今天的内容……")
    slow.answer()
    expect(banner).to_be_empty()
    expect(page.locator("[data-part=when]")).to_contain_text(NEXT)
    context.unroute_all()
    context.route("**/api/v1/phone?*", lambda route: route.abort("connectionrefused"))
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(banner).to_contain_text("连不上服务")
    context.unroute_all()
    context.route("**/api/v1/phone?*", lambda route: route.fulfill(status=503))
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(banner).to_contain_text("服务忙，先用")
    context.unroute_all()
    page.clock.fast_forward(15000)
    expect(banner).to_be_empty()


def test_a_page_that_comes_late(phone: Phone, address: str) -> None:
    """It opens from the phone once the worker's patience, here at an end at once, is over; what comes late is kept."""
    context = phone()
    page = opened(context, address, "data-kept", day=NEXT)
    context.service_workers[0].evaluate("self.setTimeout = (call) => Promise.resolve().then(call)")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    context.route("**/today?*", hold)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    page.evaluate("caches.open('wangge-days').then((days) => days.delete(location.href))")
    held[0].continue_()
    page.wait_for_function("caches.match(location.href, { ignoreVary: true }).then(Boolean)")


LATE_FIX = """
  const waiting = [];
  navigator.geolocation.watchPosition = (found) => waiting.push(found);
  window.fix = (longitude, latitude) => waiting.forEach(
    (found) => found({ coords: { longitude, latitude, accuracy: 9 } }));
"""


def fill_in(page: Page) -> Locator:
    """Open the form of the next stop and say that all is well, wherever the phone is."""
    page.locator("[data-part=next]").get_by_role("button", name="到了，登记检查").click()
    dialog = page.locator("#check")
    dialog.locator(".result").get_by_text("合格", exact=True).click()
    return dialog


def test_sent_before_the_phone_knows_where_it_is(phone: Phone, address: str, path: Path) -> None:
    """A check that is registered too soon waits for the position and has it; closed meanwhile it is not sent."""
    context = phone(service_workers="block")
    context.add_init_script(LATE_FIX)
    page = opened(context, address, day=TUESDAY)
    dialog, before = fill_in(page), len(told(path, "inspections"))
    dialog.get_by_role("button", name="登记", exact=True).dblclick()
    expect(dialog.locator("[data-part=wait]")).to_contain_text("正在定位，定位到了就自动登记")
    dialog.get_by_role("button", name="取消").click()
    dialog = fill_in(page)
    dialog.get_by_role("button", name="登记", exact=True).click()
    expect(dialog.locator("[data-part=wait]")).to_contain_text("正在定位")
    assert len(told(path, "inspections")) == before
    page.evaluate("([lon, lat]) => window.fix(lon, lat)", list(places_in(path, 1)[0][1:]))
    expect(page.locator("[data-part=sent]")).to_contain_text("已上传")
    assert told(path, "inspections")["geotag"].tolist()[before:] == ["gps"]


def test_without_a_position_only_after_a_word(phone: Phone, address: str, path: Path) -> None:
    """Who does not wait for the position says so, and the check has none."""
    context = phone(service_workers="block")
    context.add_init_script(LATE_FIX)
    page = opened(context, address, day=TUESDAY)
    dialog, before = fill_in(page), len(told(path, "inspections"))
    dialog.get_by_role("button", name="登记", exact=True).click()
    dialog.get_by_role("button", name="不等了，没有定位也登记").click()
    expect(page.locator("[data-part=sent]")).to_contain_text("已上传")
    assert told(path, "inspections")["geotag"].isna().tolist()[before:] == [True]


def test_a_position_that_is_not_allowed(phone: Phone, address: str) -> None:
    """It is said on every view and in every form for as long as it is so, with what to do; the check goes without."""
    context = phone(service_workers="block")
    context.clear_permissions()
    page = opened(context, address, day=TUESDAY)
    said = "没有允许定位。请在浏览器的网站设置里"
    page.locator("[data-tab=near]").click()
    expect(page.locator("[data-part=near-where]")).to_contain_text(said)
    page.locator("[data-tab=where]").click()
    expect(page.locator("[data-part=here]")).to_contain_text(said)
    page.locator("[data-tab=route]").click()
    for _ in range(2):
        dialog = fill_in(page)
        expect(dialog.locator("[data-part=position]")).to_contain_text(said)
        dialog.get_by_role("button", name="取消").click()
    fill_in(page).get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("[data-part=sent]")).to_contain_text("已上传")


def test_what_was_filled_in_stays(phone: Phone, address: str) -> None:
    """A form that was closed shows answers, hazard, photo and note again, of its place alone, until it is emptied."""
    page = opened(phone(service_workers="block"), address, day=LAST)
    dialog = page.locator("#check")
    cards = page.get_by_role("button", name="到了，登记检查")
    cards.first.click()
    item = dialog.locator(".item").nth(1)
    item.get_by_text("不合格", exact=True).click()
    item.get_by_label("是什么").fill("灭火器过期")
    picture = {"name": "IMG_3.jpg", "mimeType": "image/jpeg", "buffer": jpeg(scene(5))}
    item.locator("input[type=file]").set_input_files(picture)
    expect(item.locator("canvas")).to_be_visible()
    dialog.get_by_label("备注").fill("老板不在")
    page.keyboard.press("Escape")
    cards.nth(1).click()
    expect(dialog.get_by_label("备注")).to_have_value("")
    expect(dialog.locator(".hazard")).to_have_count(0)
    dialog.get_by_role("button", name="取消").click()
    cards.first.click()
    expect(dialog.locator("[data-part=left]")).to_contain_text("上次没登记完")
    expect(dialog.get_by_label("备注")).to_have_value("老板不在")
    expect(item.get_by_label("是什么")).to_have_value("灭火器过期")
    expect(item.locator("canvas")).to_be_visible()
    expect(dialog.locator("[name=result][value=发现隐患]")).to_be_checked()
    item.get_by_text("合格", exact=True).first.click()
    expect(dialog.locator(".hazard")).to_have_count(0)
    dialog.get_by_role("button", name="清空重填").click()
    expect(dialog.get_by_label("备注")).to_have_value("")
    expect(dialog.locator(".item :checked")).to_have_count(0)


def test_a_visit_is_told_of_as_one(phone: Phone, address: str) -> None:
    """What waits is listed visit by visit, and when it is there the page says so and when."""
    context = phone(service_workers="block")
    page = opened(context, address, day=LAST)
    dialog = begin(page)
    context.set_offline(True)
    for what in ("一", "二"):
        dialog.get_by_role("button", name="加一条隐患").click()
        dialog.locator(".hazard").last.get_by_label("是什么").fill(what)
    dialog.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("[data-part=sent]")).to_contain_text("还没有上传")
    page.get_by_text("还有 1 次登记没有上传").click()
    expect(page.locator("[data-part=waits] li")).to_contain_text(re.compile(r"店：检查、隐患 2，\d\d:05 登记"))
    context.set_offline(False)
    expect(page.locator("[data-part=sent]")).to_contain_text(re.compile(r"已登记“.+”，\d\d:05 已上传。"))


def test_another_photo_for_one_that_is_refused(phone: Phone, address: str, path: Path) -> None:
    """The card shows the photo; another is taken for the same visit, and the hazard's life names it."""
    context = phone(service_workers="block")
    page = opened(context, address, day=LAST)
    refused = {"status": 409, "json": {"detail": "请为这次检查另拍一张"}}
    page.route("**/api/v1/photos/*", lambda route: route.fulfill(**refused), times=1)
    dialog = begin(page)
    dialog.get_by_role("button", name="加一条隐患").click()
    hazard = dialog.locator(".hazard")
    hazard.get_by_label("是什么").fill("通道堵了")

    def take(box: Locator, seed: int) -> None:
        picture = {"name": f"IMG_{seed}.jpg", "mimeType": "image/jpeg", "buffer": jpeg(scene(seed))}
        box.locator("input[type=file]").set_input_files(picture)

    take(hazard, 21)
    expect(hazard.locator("canvas")).to_be_visible()
    dialog.get_by_role("button", name="登记", exact=True).click()
    card = page.locator(".refused")
    expect(card).to_contain_text("请为这次检查另拍一张")
    expect(card.locator("canvas")).to_have_count(1)
    take(card, 22)
    expect(card).to_have_count(0)
    expect(page.locator("[data-part=sent]")).to_contain_text("已上传")
    photo, step = told(path, "photos").iloc[-1], told(path, "steps").iloc[-1]
    assert (photo["name"], photo["inspection_id"]) == ("IMG_22.jpg", told(path, "inspections")["id"].iloc[-1])
    assert (step["action"], step["photos"]) == ("update", photo["id"])


def test_duties_of_others_and_an_empty_route(phone: Phone, address: str) -> None:
    """What others have to look at is said quietly and counts nowhere; without a route a button leads to the rest."""
    page = phone(service_workers="block").new_page()
    owes = {"state": "overdue", "why": "专业机构每月一次。"}

    def change(route: Route) -> None:
        document = route.fetch().json()
        document["route"] |= {"revision": None, "stops": [], "line": []}
        document["places"][0]["owes"] = [owes | {"own": False}]
        document["places"][1]["owes"] = [owes | {"own": True}]
        document["places"][1]["links"] = [["高德", "https://uri.amap.com/navigation"]]
        document["places"] = document["places"][:2]
        route.fulfill(json=document)

    page.route("**/api/v1/phone?*", change)
    page.goto(f"{address}/today?officer={OFFICER}&date={TUESDAY}")
    page.get_by_role("button", name="附近：该查还没查的 1 处").click()
    expect(page.locator("[data-part=near-head]")).to_have_text("该查还没查的 1 处")
    cards = page.locator("[data-part=near-list] > li")
    expect(cards).to_have_count(1)
    expect(cards.get_by_role("link", name="高德")).to_have_count(1)
    page.locator("[data-part=near-find]").fill("店")
    expect(cards).to_have_count(2)
    quiet = cards.filter(has_text="由别人检查：专业机构每月一次。")
    expect(quiet.locator(".time")).to_contain_text("没有您该查的")
    expect(quiet.locator(".late")).to_have_count(0)


def test_what_a_recheck_is_compared_with(phone: Phone, address: str) -> None:
    """A card says what is late, in red, and what was said when it was put right, with photos before and after."""
    page = phone(service_workers="block").new_page()
    asked_of: list[str] = []

    def change(route: Route) -> None:
        document = route.fetch().json()
        place = document["places"][0]["id"]
        hazard = {"place_id": place, "level": "一般", "found": "2024-06-01", "deadline": "2024-06-15"}
        late = {"id": "L", "late": 11, "state": "已交办", "recheck": False, "photos": [], "put_right": None}
        right = {"at": "2024-06-20", "reason": "换了软管", "photos": ["b" * 64]}
        ready = {"id": "R", "late": None, "state": "待复查", "recheck": True, "photos": ["a" * 64], "put_right": right}
        document["hazards"] = [hazard | {"description": each["id"]} | each for each in (ready, late)]
        route.fulfill(json=document)

    def picture(route: Route) -> None:
        asked_of.append(route.request.url)
        route.fulfill(status=404)

    page.route("**/api/v1/phone?*", change)
    page.route("**/thumbnail", picture)
    page.goto(f"{address}/today?officer={OFFICER}&date={TUESDAY}")
    page.wait_for_selector("html[data-ready]")
    page.locator("[data-tab=again]").click()
    late, ready = page.locator("[data-hazard=L]"), page.locator("[data-hazard=R]")
    expect(late.locator(".late")).to_have_text("逾期 11 个工作日")
    expect(ready).to_contain_text("2024-06-20 报整改完成：换了软管")
    expect(ready).to_contain_text("整改后的照片 1（这里看不到")
    assert {url.split("/")[-2][0] for url in asked_of} == {"a", "b"}
    ready.get_by_role("button", name="到现场复查").click()
    expect(page.locator("#recheck [data-part=evidence]")).to_contain_text("换了软管")


def test_a_hazard_that_is_at_no_place(phone: Phone, address: str, path: Path) -> None:
    """It stands where the phone is, with its address and photo; without a position it can't be sent."""
    context = phone(service_workers="block")
    context.add_init_script(LATE_FIX)
    page = opened(context, address, day=LAST)
    page.locator("[data-tab=near]").click()
    page.get_by_role("button", name="报别处的隐患").click()
    dialog = page.locator("#elsewhere")
    dialog.get_by_label("在哪里").fill("河边路 3 号旁")
    dialog.get_by_label("是什么").fill("井盖没了")
    picture = {"name": "IMG_9.jpg", "mimeType": "image/jpeg", "buffer": jpeg(scene(33))}
    dialog.locator("input[type=file]").set_input_files(picture)
    expect(dialog.locator("canvas")).to_be_visible()
    dialog.get_by_role("button", name="登记", exact=True).click()
    expect(dialog.locator("[data-part=wait]")).to_contain_text("要有手机的位置才能登记")
    _, lon, lat = places_in(path, 1)[0]
    page.evaluate("([lon, lat]) => window.fix(lon, lat)", [lon, lat])
    expect(dialog.locator("[data-part=position]")).to_contain_text("精度 ±9 米")
    dialog.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("[data-part=sent]")).to_contain_text("已登记“河边路 3 号旁”，")
    expect(page.locator("[data-part=sent]")).to_contain_text("已上传")
    hazard, photo = told(path, "hazards").iloc[-1], told(path, "photos").iloc[-1]
    assert hazard[["description", "address"]].tolist() == ["井盖没了", "河边路 3 号旁"]
    assert hazard[["place_id", "inspection_id"]].isna().all()
    assert (hazard.geometry.x, hazard.geometry.y) == pytest.approx((lon, lat))
    assert photo["name"] == "IMG_9.jpg"
