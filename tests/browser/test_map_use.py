"""Maps without a mouse, without motion, without colour on a screen: the data table, paper, who asked for calm."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_maps import ledger, pages  # noqa: F401  # fixtures: the village and its maps

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]


def first_column(page: Page) -> list[str]:
    """Give what the rows of the table are called."""
    return page.locator("dialog.data tbody th").all_inner_texts()


def numbers(page: Page, column: int) -> list[int]:
    """Give a column of whole numbers."""
    cells = page.locator(f"dialog.data tbody td:nth-child({column})").all_inner_texts()
    return [int(cell.replace(",", "")) for cell in cells]


def test_the_table_is_used_by_keys(visit: Open, pages: Mapping[str, str]) -> None:  # noqa: F811
    """Opened, sorted both ways and closed by keys: the figures are those of the map, the focus comes back."""
    seen = visit(pages["coverage"])
    page = seen.page
    button = page.get_by_role("button", name="数据表")
    button.focus()
    page.keyboard.press("Enter")
    table = page.get_by_role("table")
    expect(table.locator("caption")).to_have_text("村/社区")
    data = page.evaluate("wangge.data('areas-community').rows.map((row) => [row[1], row[4]])")
    assert first_column(page) == [name for name, _ in data]
    head = page.get_by_role("button", name="场所", exact=True)
    head.focus()
    page.keyboard.press("Enter")
    assert numbers(page, 5) == sorted(places for _, places in data)
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("场所")
    expect(head).to_be_focused()
    page.keyboard.press("Space")
    assert numbers(page, 5) == sorted((places for _, places in data), reverse=True)
    page.keyboard.press("Escape")
    expect(table).to_be_hidden()
    expect(button).to_be_focused()
    seen.check()


def test_many_rows_come_by_leaves(visit: Open, pages: Mapping[str, str]) -> None:  # noqa: F811
    """Of a thousand places 200 rows are there at once; the leaves hold each of them once."""
    page = visit(pages["coverage"]).page
    page.locator(".data-button").click()
    page.locator("select.which").select_option(label="场所点位")
    names = page.evaluate("wangge.data('places').names")
    listed = first_column(page)
    expect(page.locator("dialog .count")).to_have_text(f"第 1–200 行，共 {len(names)} 行")
    expect(page.get_by_role("button", name="上一页")).to_be_disabled()
    later = page.get_by_role("button", name="下一页")
    while later.is_enabled():
        later.click()
        assert len(first_column(page)) <= 200
        listed += first_column(page)
    assert listed == names


def test_heat_is_told_by_month_and_industry(visit: Open, pages: Mapping[str, str]) -> None:  # noqa: F811
    """Both tables of the heat add up to the hazards that it draws; one industry leaves its own months."""
    page = visit(pages["hazards"]).page
    total = page.evaluate("wangge.heatShown.all.hazards.x.length")
    for word in ("按月", "按行业"):
        page.locator(".data-button").click()
        page.locator("select.which").select_option(label=f"隐患和检查，{word}")
        assert sum(numbers(page, 2)) == total
        named, counts = first_column(page), numbers(page, 2)
        page.keyboard.press("Escape")
    page.get_by_label("行业", exact=True).select_option(label=named[0])
    page.locator(".data-button").click()
    page.locator("select.which").select_option(label="隐患和检查，按月")
    expect(page.locator("dialog caption")).to_contain_text(named[0])
    assert sum(numbers(page, 2)) == counts[0]


def test_a_map_on_paper(visit: Open, pages: Mapping[str, str], tmp_path: Path) -> None:  # noqa: F811
    """One A4 sheet with title, day, legend and source, no controls, its ground in colour; then all is as before."""
    page = visit(pages["coverage"]).page
    before = page.evaluate("[wangge.map.getZoom(), wangge.map.getSize().x]")
    file = tmp_path / "map.pdf"
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    document = pypdfium2.PdfDocument(file)
    assert len(document) == 1
    assert [round(side / 72 * 25.4) for side in document[0].get_size()] == [297, 210]
    text = re.sub(r"\s", "", document[0].get_textpage().get_text_range())
    for word in ("合成乡", "检查覆盖", "2024年6月30日", "上报覆盖率", "从未检查", "合成数据（非真实）", "来源"):
        assert word in text
    for word in ("数据表", "口径", "叠加"):
        assert word not in text
    drawn = document[0].render(scale=0.5).to_numpy()[:, :, :3].reshape(-1, 3)
    document.close()
    coloured = (drawn.max(axis=1).astype(int) - drawn.min(axis=1) > 20).mean()
    assert coloured > 0.1
    assert page.evaluate("[wangge.map.getZoom(), wangge.map.getSize().x]") == before
    assert page.locator("canvas.copy").count() == 0


def test_less_motion(browser: Browser, pages: Mapping[str, str], tmp_path: Path) -> None:  # noqa: F811
    """Where less motion is asked for, the map is where it goes at once, and nothing is animated or fades."""
    file = tmp_path / "map.html"
    file.write_text(pages["coverage"], encoding="utf-8")
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce", offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-drawn]")
    there = page.evaluate(
        """() => {
          const to = wangge.map.getCenter();
          to.lng += 0.002;
          wangge.map.panTo(to);
          const at = wangge.map.getCenter();
          wangge.map.zoomIn();
          return [at.lng - to.lng, wangge.map._animatingZoom];
        }"""
    )
    assert abs(there[0]) < 1e-4
    assert not there[1]
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate("getComputedStyle(document.querySelector('.leaflet-map-pane')).transitionDuration") == "0s"
    context.close()
