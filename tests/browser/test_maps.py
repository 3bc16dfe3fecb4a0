"""The maps in a real browser with the network off: on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

import coverage.rules
import geodata
from coverage.assess import assess
from coverage.gaps import find_gaps
from coverage.ground.seen import ground_seen
from coverage.hazards import hazard_register
from geodata.ledger import Ledger
from maps.areas import coverage_map
from maps.backdrop import Backdrop
from maps.backgrounds import Background
from maps.gaps import gaps_map
from maps.ground import ground_map
from maps.heat import hazard_map
from maps.measures import measures_map
from maps.risk import risk_map
from tests.made_up import made_town

pytestmark = pytest.mark.browser

HOSTILE = "</script><img src=x onerror=alert(1)>"
DAY = date(2024, 6, 30)
NAMES = ("coverage", "measures", "hazards", "gaps", "ground", "risk")
SIZES = ({"width": 1440, "height": 900}, {"width": 390, "height": 844, "phone": True})

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Give the made-up village; one of its communities and every fifth place are named like markup."""
    made = made_town()
    areas, places = made.frames["areas"].copy(), made.frames["places"].copy()
    areas.loc[areas["level"] == "community", "name"] = HOSTILE
    places.loc[places.index % 5 == 0, "name"] = HOSTILE
    hazards = made.frames["hazards"].copy()
    hazards.loc[hazards.index[:3], "level"] = "重大"
    hazards.loc[hazards.index[:3], ["rectified_at", "closed_at"]] = None
    hazards.loc[hazards.index[:3], "void"] = False
    return Ledger.whole(made.town, made.frames | {"areas": areas, "places": places, "hazards": hazards})


@pytest.fixture(scope="module")
def pages(ledger: Ledger) -> Mapping[str, str]:
    """Give the maps as HTML."""
    rules = coverage.rules.parse_rules(
        Path(geodata.__file__).with_name("default_rules.toml").read_text(encoding="utf-8")
    )
    assessment, backdrop = assess(ledger, rules, DAY), Backdrop.from_ledger(ledger)
    return {
        "coverage": coverage_map(assessment, backdrop),
        "measures": measures_map(assessment, hazard_register(ledger, DAY), backdrop),
        "hazards": hazard_map(hazard_register(ledger, DAY), backdrop),
        "gaps": gaps_map(assessment, find_gaps(assessment), backdrop),
        "ground": ground_map(ground_seen(ledger, DAY), backdrop),
        "risk": risk_map(assessment, backdrop),
    }


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_leaves_the_page(visit: Open, pages: Mapping[str, str], name: str, size: dict[str, Any]) -> None:
    """No request but the file itself, no error, no violation; every layer was switched on once."""
    seen = visit(pages[name], **size)
    if "phone" in size:
        seen.page.locator(".toggle").tap()
    for choice in seen.page.locator("#controls input:not([type=range])").all():
        choice.check()
    seen.page.locator(".leaflet-control-zoom-in").click()
    seen.check()


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
def test_figures_on_hover_and_on_tap(visit: Open, pages: Mapping[str, str], size: dict[str, Any]) -> None:
    """A mouse over an area shows its figures; a finger's tap does too."""
    page = visit(pages["coverage"], **size).page
    middle = (size["width"] * 0.6, 420)
    if "phone" in size:
        page.touchscreen.tap(*middle)
    else:
        page.mouse.move(*middle)
    card = page.locator(".leaflet-popup .card" if "phone" in size else ".area-tip .card")
    for word in ("覆盖率", "核实率", "场所", "应查", "已查", "待查", "逾期", "其中从未检查", "免查"):
        expect(card.get_by_text(word, exact=True)).to_be_visible()


def test_levels_and_figures_can_be_switched_by_keyboard(visit: Open, pages: Mapping[str, str]) -> None:
    """Tab and arrow keys reach every choice; the legend follows."""
    page = visit(pages["coverage"]).page
    page.get_by_role("radio", name="村/社区").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="网格")).to_be_checked()
    expect(page.locator(".legend:visible .unit").first).to_contain_text("网格个数，共 24 个")
    page.get_by_role("radio", name="上报覆盖率").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".legend:visible h2").first).to_have_text("核实覆盖率")


def test_one_heat_at_a_time(visit: Open, pages: Mapping[str, str]) -> None:
    """Each of the four choices shows its own picture and legend, alone."""
    page = visit(pages["hazards"]).page
    for word in ("全部", "未整改", "重大", "逾期"):
        page.get_by_label("隐患", exact=True).select_option(word)
        expect(page.locator(".leaflet-heat-pane canvas")).to_have_attribute(
            "aria-label", f"隐患热力：{word}，每平方公里"
        )
        expect(page.locator(".legend:visible h2").first).to_contain_text(f"每平方公里：{word}（")


def test_pins_open_from_the_list(visit: Open, pages: Mapping[str, str]) -> None:
    """A major hazard of the list opens its pin's card."""
    page = visit(pages["hazards"]).page
    page.locator(".legend ol button").first.click()
    expect(page.locator(".leaflet-popup .sub")).to_contain_text("重大隐患")


def test_a_circle_shows_its_place_above_the_area(visit: Open, pages: Mapping[str, str]) -> None:
    """The pointer on a circle gets the place's reason, not the area's figures."""
    page = visit(pages["gaps"]).page
    at = page.evaluate(
        """() => {
          const map = Object.values(window).find((each) => each instanceof L.Map);
          const data = wangge.layers[0];
          const point = map.latLngToContainerPoint(wangge.degrees(data.points.slice(0, 2))[0]);
          const box = map.getContainer().getBoundingClientRect();
          return [box.x + point.x, box.y + point.y];
        }"""
    )
    page.mouse.move(*at)
    expect(page.locator(".leaflet-tooltip:visible .sub")).to_have_text("从未检查")
    page.mouse.click(*at)
    expect(page.locator(".leaflet-popup .card p").nth(1)).to_contain_text("检查")


def test_the_worst_places_lie_on_top_in_whatever_order_they_are_shown(visit: Open, pages: Mapping[str, str]) -> None:
    """Red taken off and put on again is still above the others, and is what a click there opens, once."""
    page = visit(pages["risk"]).page
    red = page.get_by_role("checkbox", name="重大风险")
    red.uncheck()
    red.check()
    tops = page.evaluate(
        "[...document.querySelectorAll('.leaflet-points-pane canvas')].map((each) => +each.style.zIndex)"
    )
    assert sorted(tops) == [1, 2, 3, 4, 5]
    assert page.evaluate("wangge.layers.map((each) => each.over)") == [5, 4, 3, 2, 1]
    at = page.evaluate(
        """() => {
          const point = wangge.map.latLngToContainerPoint(wangge.degrees(wangge.layers[0].points.slice(0, 2))[0]);
          const box = wangge.map.getContainer().getBoundingClientRect();
          return [box.x + point.x, box.y + point.y];
        }"""
    )
    page.mouse.click(*at)
    expect(page.locator(".leaflet-popup .sub")).to_have_text("重大风险")


def test_areas_change_their_colours_with_the_rule(visit: Open, pages: Mapping[str, str]) -> None:
    """By shares, by the worst place, by density: the legend follows, with its rule."""
    page = visit(pages["risk"]).page
    for word, rule in (("就高", "取辖区内最高一级"), ("按密度", "平方公里"), ("按占比", "占 2% 及以上为红")):
        page.get_by_role("radio", name=word, exact=True).check()
        expect(page.locator(".legend:visible h2").first).to_have_text(f"村/社区风险（{word}）")
        expect(page.locator(".legend:visible .note").first).to_contain_text(rule)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_overlaps_on_a_phone(visit: Open, pages: Mapping[str, str], name: str) -> None:
    """Heading, map and panel stand one above the other, within the screen, panel closed or open."""
    page = visit(pages[name], **SIZES[1]).page
    for state in ("false", "true"):
        expect(page.locator(".panel")).to_have_attribute("data-open", state)
        head, chart, panel = (page.locator(each).bounding_box() for each in (".head", ".folium-map", ".panel"))
        assert head["y"] + head["height"] <= chart["y"] + 0.5
        assert chart["y"] + chart["height"] <= panel["y"] + 0.5
        assert panel["y"] + panel["height"] <= 844.5
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.locator(".toggle").tap()


def test_words_are_chinese(visit: Open, pages: Mapping[str, str]) -> None:
    """Language, title, zoom buttons; a made-up town says so."""
    page = visit(pages["coverage"]).page
    assert page.evaluate("document.documentElement.lang") == "zh"
    assert page.title() == "合成乡 检查覆盖"
    for word in ("放大", "缩小", "全图"):
        expect(page.get_by_role("button", name=word, exact=True)).to_be_visible()
    expect(page.get_by_text("合成数据（非真实）")).to_be_visible()
    assert page.locator(".leaflet-control-attribution").count() == 0


def test_tiles_are_asked_of_their_server_only(visit: Open, ledger: Ledger) -> None:
    """With a tile server the page asks it for images, and nobody else for anything."""
    page = hazard_map(
        hazard_register(ledger, DAY),
        Backdrop.from_ledger(ledger),
        tiles=(Background("https://t.example/{z}/{x}/{y}.png"),),
    )
    seen = visit(page)
    seen.page.wait_for_function("document.querySelectorAll('.leaflet-tile').length > 0")
    others = [url for url in seen.requests if not url.startswith("https://t.example/")]
    assert others == [seen.page.url]
    assert len(seen.requests) > 1
    assert seen.page.evaluate("window.violations") == []


def test_from_an_area_into_its_parts_and_back(visit: Open, pages: Mapping[str, str]) -> None:
    """The card of a community leads to its grids, with their figures on them; Escape leads back."""
    seen = visit(pages["measures"])
    page = seen.page
    page.get_by_role("radio", name="固定").check()
    expect(page.locator(".legend:visible .note").nth(1)).to_contain_text("固定分档")
    expect(page.locator(".place-name b").first).to_be_visible()
    page.mouse.click(800, 500)
    page.get_by_role("button", name="看里面的网格").click()
    expect(page.get_by_role("radio", name="网格")).to_be_checked()
    back = page.get_by_role("button", name="‹")
    expect(back).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("radio", name="村/社区")).to_be_checked()
    expect(back).to_have_count(0)
    seen.check()
