"""The service's pages in a real browser, without its scripts; with them: test_every_page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

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
