"""One phone, two people: what each said goes under the own name alone; what each saw goes with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from api.passwords import kept
from geodata.accounts.book import Accounts
from geodata.accounts.model import User
from geodata.store import create_store, open_store
from tests.api.sent_routes import keep, places_in
from tests.browser.serving import serving
from tests.coverage.evidence.towns import ledger

pytestmark = pytest.mark.browser
DAY, PASSWORD = "2024-06-28", "three brown cows at dawn"


def make_town(path: Path) -> Path:
    """Make a town of three places, with routes of two inspectors past all."""
    town = ledger({"甲": (0, 0), "乙": (900, 0), "丙": (0, 900)}, [])
    with create_store(path, town.town) as store:
        tables = {name: town.frames[name] for name in ("places", "officers")}
        store.write_many(tables, actor="t", action="demo", source="t")
    for officer in ("o1", "o2"):
        keep(path, DAY, officer, places_in(path, 3))
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the town, with an account of each; a hazard of it waits for its re-check."""
    path = make_town(tmp_path_factory.mktemp("shared") / "town.gpkg")
    with open_store(path) as store:
        root = store.ledger("areas").areas["code"].iloc[0]
    accounts = Accounts(path)
    secret = kept(PASSWORD, "nobody")
    for login, name, officer in (("jia", "赵甲", "o1"), ("yi", "钱乙", "o2")):
        user = User(login, name, "inspector", officer=officer, areas=(f"town:{root}",), password=secret)
        accounts.add(user, "t")
    accounts.close()
    return path


@pytest.fixture(scope="module")
def address(path: Path) -> Iterator[str]:
    """Serve it."""
    with serving(path) as address:
        yield address


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """Give the phone that both use."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="zh-CN"
    )
    yield context
    context.close()


def come_in(page: Page, address: str, login: str) -> None:
    """Come in, and be on the own page of the day, kept in the phone."""
    page.goto(f"{address}/login?next=/today?date={DAY}")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_selector("html[data-kept]")


def go_out(page: Page, address: str) -> None:
    """Log out, though something waits."""
    page.goto(f"{address}/me")
    page.get_by_role("button", name="退出登录").click()
    sure = page.get_by_role("button", name="仍要退出")
    expect(page.locator("#ended")).to_contain_text("退出后要等您再登录才会发")
    sure.click()
    page.wait_for_url("**/login")


def skip(page: Page) -> None:
    """Say of the next stop that nobody was there."""
    page.locator("[data-part=next]").get_by_role("button", name="去不了").click()
    page.locator("#skip").get_by_text("无人", exact=True).click()
    page.get_by_role("button", name="记下").click()


def cached(page: Page) -> list[str]:
    """Give the addresses of what the phone keeps of days."""
    found: list[str] = page.evaluate(
        """async () => (await caches.has("wangge-days"))
          ? (await (await caches.open("wangge-days")).keys()).map((each) => each.url) : []"""
    )
    return found


def skipped(path: Path) -> list[str]:
    """Give whose skips stand in the store."""
    with open_store(path) as store:
        return store.ledger("route_skips").frames["route_skips"]["officer"].tolist()


def test_two_people(phone: BrowserContext, address: str, path: Path) -> None:
    """Said by one, it waits while the other is in and is theirs again later; nothing seen stays after going out."""
    page = phone.new_page()
    come_in(page, address, "jia")
    assert f"{address}/today" in cached(page)  # as the home screen opens it
    phone.route("**/api/v1/routes/skips", lambda route: route.abort())
    skip(page)
    banner = page.locator("[data-part=banner]")
    expect(banner).to_contain_text("还有 1 次登记没有上传")
    other = phone.new_page()
    other.goto(f"{address}/today?date={DAY}")
    other.wait_for_selector("html[data-ready]")
    go_out(page, address)
    other.wait_for_url("**/login?next=*")
    assert cached(page) == []
    phone.unroute("**/api/v1/routes/skips")

    come_in(page, address, "yi")
    expect(banner).to_contain_text("还有 1 条没有发出，属于赵甲（jia），赵甲登录后会自己发出。")
    expect(banner.get_by_role("button")).to_have_count(0)
    skip(page)
    expect(page.locator("li.over.skipped")).to_have_text(re.compile("去不了：无人(?!，还没上传)"))
    assert skipped(path) == ["o2"]
    page.goto(f"{address}/me")
    page.get_by_role("button", name="退出登录").click()  # nothing of the own waits: not asked
    page.wait_for_url("**/login")

    come_in(page, address, "jia")
    expect(banner).to_be_empty()
    assert skipped(path) == ["o2", "o1"]


def test_another_came_in_in_another_window(phone: BrowserContext, address: str, path: Path) -> None:
    """The page of one that is still open sends nothing under the session of the other."""
    before = skipped(path)
    page, other = phone.new_page(), phone.new_page()
    come_in(page, address, "jia")
    phone.clear_cookies()
    come_in(other, address, "yi")
    skip(page)
    expect(page.locator("[data-part=banner]")).to_contain_text("请重新登录：未上传的 1 次登记还在本机")
    assert skipped(path) == before


def test_time_that_has_run_out(phone: BrowserContext, address: str, path: Path) -> None:
    """Day and queue stay in the phone and may be used; in again all goes on. Another who comes in finds nothing."""
    before, page = skipped(path), phone.new_page()
    come_in(page, address, "jia")
    days = cached(page)
    phone.clear_cookies()
    page.reload()
    page.wait_for_selector("html[data-kept]")
    expect(page.locator("[data-part=banner]")).to_contain_text("请重新登录")
    expect(page.locator("[data-part=next] li")).to_have_count(1)
    skip(page)
    expect(page.locator("[data-part=banner]")).to_contain_text("请重新登录：未上传的 1 次登记还在本机")
    assert (cached(page), skipped(path)) == (days, before)
    come_in(page, address, "jia")
    expect(page.locator("[data-part=banner]")).to_be_empty()
    assert skipped(path) == [*before, "o1"]
    phone.clear_cookies()
    come_in(page, address, "yi")
    owners = page.evaluate(
        """async () => {
          const days = await caches.open("wangge-days"), kept = await days.keys();
          return Promise.all(kept.map(async (each) => (await days.match(each)).headers.get("x-wangge-login")));
        }"""
    )
    assert set(owners) == {"yi"}


def test_session_that_was_ended(phone: BrowserContext, address: str, path: Path) -> None:
    """Where somebody ended the session, as of a lost phone, it forgets the day that it kept at the next contact."""
    page = phone.new_page()
    come_in(page, address, "jia")
    assert cached(page)
    accounts = Accounts(path)
    accounts.end_all("jia", "t")
    accounts.close()
    page.goto(f"{address}/today")
    page.wait_for_url("**/login?next=*")
    assert cached(page) == []


LEFT = """async () => {
  const { change } = await import("/static/phone-data.js"), owner = { login: "jia", officer: "o1", name: "赵甲" };
  const at = Date.parse("2024-06-28T09:00:00+08:00"), hour = 3600000;
  const fixes = [at, at + 10000, at + 20000 - hour].map((at, order) => (
    { id: "f" + (9 - order), order, owner, officer: "o1", at, lon: 113.7 + order / 1e4, lat: 22.8 }));
  await change({ put: { fixes } });
}"""
PIECES = """import("/static/phone-data.js").then(({ all }) => all("items")).then((items) => items
  .filter((item) => item.kind === "track")
  .map(({ owner, body }) => [owner.login, body.officer, body.fixes.map((fix) => fix.at)]))"""


def test_a_track_that_was_left(phone: BrowserContext, address: str) -> None:
    """What one recorded and left in the phone stays one's own, in the order of recording whatever the clock did."""
    page = phone.new_page()
    come_in(page, address, "jia")
    page.evaluate(LEFT)
    go_out(page, address)
    come_in(page, address, "yi")
    expect(page.locator("[data-part=banner]")).to_contain_text("属于赵甲（jia）")
    moments = ["2024-06-28T01:00:00.000Z", "2024-06-28T01:00:10.000Z", "2024-06-28T00:00:20.000Z"]
    assert page.evaluate(PIECES) == [["jia", "o1", moments]]


def test_order_when_the_clock_was_put_back(phone: BrowserContext, address: str) -> None:
    """What is said later goes later, also after the phone's clock was put back an hour and the page opened anew."""
    page = phone.new_page()
    come_in(page, address, "jia")
    phone.route("**/never", lambda route: route.abort())
    put = """(id) => import("/static/outbox.js").then(({ put }) => put(
      { id, kind: "note", method: "POST", name: "甲", address: "/never", body: {} }))"""
    page.evaluate(put, "z")
    page.clock.set_system_time("2020-01-01T00:00:00Z")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    page.evaluate(put, "a")
    ids = page.evaluate("import('/static/outbox.js').then((outbox) => outbox.waiting().map((item) => item.id))")
    assert ids == ["z", "a"]


def test_one_window_records(phone: BrowserContext, address: str) -> None:
    """While one window records a track, another neither takes its fixes nor begins its own; afterwards it may."""
    page, other = phone.new_page(), phone.new_page()
    come_in(page, address, "jia")
    start = "import('/static/track.js').then((track) => track.start())"
    assert page.evaluate(start) is True
    page.evaluate(LEFT)
    other.goto(f"{address}/today?date={DAY}")
    other.wait_for_selector("html[data-ready]")
    assert (
        other.evaluate("import('/static/phone-data.js').then(({ all }) => all('fixes')).then((all) => all.length)") == 3
    )
    assert other.evaluate(start) is False
    page.evaluate("import('/static/track.js').then((track) => track.stop())")
    assert other.evaluate(start) is True
