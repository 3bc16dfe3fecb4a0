"""Coming in, making users and tokens, going out: as a clerk does it, in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from api.passwords import kept
from geodata.accounts.book import Accounts
from geodata.accounts.model import User
from tests.browser.axe import findings
from tests.browser.payloads import PAYLOADS
from tests.browser.serving import serving
from tests.made_up import village_store

pytestmark = pytest.mark.browser

PASSWORD = "three brown cows at dawn"
NAMES = [each for each in PAYLOADS if each.isprintable() and 0 < len(each.strip()) <= 100]
"""Payloads that may be somebody's name."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the village; its people are called like payloads."""
    path = village_store(tmp_path_factory.mktemp("accounts") / "town.gpkg")
    accounts = Accounts(path)
    accounts.add(User("wang", NAMES[0], "clerk", password=kept(PASSWORD, "wang")), "t")
    for number, name in enumerate(NAMES):
        accounts.add(User(f"u{number}", name, "leader", department=name), "t")
    accounts.close()
    with serving(path) as address:
        yield address


@pytest.fixture
def door(browser: Browser, address: str) -> Iterator[Page]:
    """Give the page that somebody meets who wanted to see the accounts."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(f"{address}/users")
    yield page
    context.close()


def come_in(page: Page) -> None:
    """Come in as the clerk."""
    page.get_by_label("登录名").fill("wang")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/users")


def accessible(page: Page) -> None:
    """Assert that axe-core finds nothing, on a phone and on a desktop, and nothing runs off the side."""
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_wrong_password(door: Page) -> None:
    """A wrong password is said, and nothing of the town was shown before."""
    accessible(door)
    door.get_by_label("登录名").fill("wang")
    door.get_by_label("密码").fill("something else")
    door.get_by_role("button", name="登录").click()
    expect(door.get_by_role("status")).to_have_text("登录名或密码不对，或账号已停用。")


def test_before_the_scripts(browser: Browser, address: str) -> None:
    """Until its scripts have come, a page sends nothing: a password never becomes part of an address."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.route("**/static/*.js", lambda route: route.abort())
    page.goto(f"{address}/login")
    page.get_by_label("登录名").fill("wang")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("密码").press("Enter")
    expect(page.get_by_role("button", name="登录")).to_be_disabled()
    assert page.url == f"{address}/login"
    context.close()


def test_new_user(door: Page) -> None:
    """A clerk makes an account with an area that is offered, changes it, and sees both among the changes."""
    come_in(door)
    accessible(door)
    form = door.locator("#user")
    form.get_by_label("登录名").fill("li")
    form.get_by_label("姓名").fill("李四")
    form.get_by_label("角色").select_option("grid_manager")
    form.get_by_label("加一个区域").fill("community:990001002001")
    form.get_by_label("加一个区域").press("Tab")
    form.get_by_label("密码").fill(PASSWORD)
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_role("status")).to_have_text("已保存：李四（li）")
    row = door.locator("tr", has=door.get_by_role("rowheader", name="li", exact=True))
    expect(row).not_to_contain_text("990001002001")  # its name stands there
    row.get_by_role("button", name="修改").click()
    expect(form.get_by_label("管哪些区域")).to_have_value(re.compile(r"^community:990001002001 \S+$"))
    expect(form.get_by_label("姓名")).to_have_value("李四")
    form.get_by_label("状态").select_option("true")
    form.get_by_role("button", name="保存").click()
    expect(row).to_contain_text("已停用")
    shown = door.locator("main").text_content() or ""
    assert [name for name in NAMES if name not in shown] == []


def test_an_area_by_its_name(door: Page) -> None:
    """A name that one area has is taken for it, picked or typed; a role shows its own fields; 取消 leaves a change."""
    come_in(door)
    form = door.locator("#user")
    form.get_by_label("角色").select_option("leader")
    expect(form.get_by_label("人员编号")).to_be_hidden()
    form.get_by_label("角色").select_option("grid_manager")
    expect(form.get_by_label("人员编号")).to_be_visible()
    expect(form.get_by_label("部门（场所的监管部门）")).to_be_hidden()
    name = door.locator("#areas option[value='community:990001002001']").text_content() or ""
    form.get_by_label("加一个区域").fill(name)
    form.get_by_label("加一个区域").press("Tab")
    expect(form.get_by_label("管哪些区域")).to_have_value(f"community:990001002001 {name}")
    form.get_by_label("管哪些区域").fill("没有的社区")
    form.get_by_label("登录名").fill("zhao")
    form.get_by_label("姓名").fill("赵六")
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_role("status")).to_contain_text("没有区域“没有的社区”")
    form.get_by_label("管哪些区域").fill(name)
    form.get_by_role("button", name="保存").click()
    row = door.locator("tr", has=door.get_by_role("rowheader", name="zhao", exact=True))
    expect(row).to_contain_text(name)
    row.get_by_role("button", name="修改").click()
    expect(door.get_by_role("heading", name="修改账号：zhao")).to_be_visible()
    accessible(door)
    form.get_by_role("button", name="取消").click()
    expect(door.get_by_role("heading", name="新建账号")).to_be_visible()
    expect(form.get_by_label("登录名")).to_be_editable()
    expect(form.get_by_label("登录名")).to_have_value("")


def test_token_and_going_out(door: Page, address: str) -> None:
    """A token is shown once and taken back; whoever goes out is asked to come in again."""
    come_in(door)
    door.goto(f"{address}/me")
    accessible(door)
    form = door.locator("#token")
    form.get_by_label("做什么用").fill("QGIS")
    form.get_by_role("button", name="做一个令牌").click()
    secret = form.locator("code").text_content() or ""
    assert secret.startswith("wg_")
    door.reload()
    assert secret not in door.content()
    door.get_by_role("button", name="收回").click()
    expect(door.get_by_text("已收回")).to_be_visible()
    door.get_by_role("button", name="退出登录").click()
    door.wait_for_url("**/login")
    door.goto(f"{address}/users")
    door.wait_for_url("**/login?next=*")
