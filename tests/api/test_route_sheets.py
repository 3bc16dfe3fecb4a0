"""Route sheets: what is printed, and what a phone reads off the paper."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd
import pypdfium2
import pytest
import zxingcpp
from pyproj import Geod
from shapely.geometry import box

from api import route_sheets
from api.route_sheets import Printing, day_pdf, sheets
from coverage.routes.customs import parse_customs
from coverage.routes.result import DayPlan
from geodata.datum import bd09_to_wgs84, gcj02_to_wgs84
from geodata.errors import RulesProblem
from geodata.ledger import Ledger
from tests.fonts import needs_font
from tests.maps.conftest import SOUTH, WEST
from tests.maps.test_routes import plan_of

MARKUP = '#panic() $x$ </svg> "] `{'


def ledger_of(plan: DayPlan) -> Ledger:
    """Give the places of a plan, its two officers, and the town's border."""
    places = {
        "id": ["p1", "p2"],
        "address": ["大街 1 号", None],
        "industry": ["工贸", None],
        "risk": ["较大", None],
    }
    spots = gpd.points_from_xy(plan.visits["lon"].iloc[:2], plan.visits["lat"].iloc[:2])
    areas = {"code": ["1"], "name": ["一格"], "level": ["grid"]}
    around = [box(WEST - 0.1, SOUTH - 0.1, WEST + 0.1, SOUTH + 0.1)]
    frames = {
        "places": gpd.GeoDataFrame(places, geometry=spots, crs=4326),
        "areas": gpd.GeoDataFrame(areas, geometry=around, crs=4326),
        "officers": pd.DataFrame({"id": ["o1"], "area": ["1;9"], "shift": ["09:00-17:00"]}),
    }
    return Ledger(plan.town, frames)


@pytest.fixture(scope="module")
def plan() -> DayPlan:
    """Give a day of one officer with two stops, the second with a name like markup."""
    found = plan_of()
    return replace(found, visits=found.visits.assign(name=["甲厂", MARKUP], why=["逾期。", MARKUP]))


def text_of(page: pypdfium2.PdfPage) -> str:
    """Give the words of a page without blanks and line breaks."""
    text: str = page.get_textpage().get_text_bounded()
    return "".join(text.split())


@needs_font
def test_what_is_printed(plan: DayPlan) -> None:
    """Head, stops, reasons and the address are on one upright A4; a name like markup is a name."""
    (page,) = pypdfium2.PdfDocument(day_pdf(Printing.of(plan, ledger_of(plan), "")))
    assert [round(side / 72 * 25.4) for side in page.get_size()] == [210, 297]
    text = text_of(page)
    for words in (
        *("样板镇巡查路线单", "合成数据（非真实）", "2024年7月1日星期一", "网格一格、9", "班次09:00-17:00", "方式步行"),
        *("08:00–13:00", "午休12:00–12:30", "2处", "1.5公里，20分钟", "甲厂", "工贸，较大风险", "大街1号", "逾期。"),
        *("09:00–09:30", "10:00–10:30", "检查情况", "签字", "高德", "GCJ-02", "要联网", "注意这个。", "第1页，共1页"),
        "".join(MARKUP.split()),
    ):
        assert words in text, words


@needs_font
@pytest.mark.parametrize(("app", "host"), [("amap", "uri.amap.com"), ("baidu", "api.map.baidu.com")])
def test_a_phone_reads_the_codes(plan: DayPlan, app: str, host: str) -> None:
    """Off the paper at 200 dpi: a code a stop, its coordinates within 1 m of the place once shifted back."""
    printing = Printing.of(plan, ledger_of(plan), f'[routes]\nnavigation = "{app}"')
    (page,) = pypdfium2.PdfDocument(day_pdf(printing))
    found = zxingcpp.read_barcodes(page.render(scale=200 / 72, grayscale=True).to_pil())
    links = [urlsplit(each.text) for each in sorted(found, key=lambda each: each.position.top_left.y)]
    assert [link.hostname for link in links] == [host] * 2
    for link, lon, lat in zip(links, plan.visits["lon"], plan.visits["lat"], strict=True):
        asked = parse_qs(link.query)
        given = asked["to"][0].split(",")[:2] if app == "amap" else asked["location"][0].split(",")[::-1]
        back = gcj02_to_wgs84 if app == "amap" else bd09_to_wgs84
        x, y = (float(each[0]) for each in back(*(np.array([float(part)]) for part in given)))
        assert Geod(ellps="WGS84").inv(lon, lat, x, y)[2] <= 1


@needs_font
def test_long_routes_go_on(plan: DayPlan) -> None:
    """Thirty stops take more than one page; each has the table's head, the later ones say whose they are."""
    thirty = plan.visits.iloc[[0] * 30].assign(number=range(1, 31)).reset_index(drop=True)
    pages = [
        text_of(page)
        for page in pypdfium2.PdfDocument(day_pdf(Printing.of(replace(plan, visits=thirty), ledger_of(plan), "")))
    ]
    assert len(pages) >= 3
    assert all("检查情况签字导航" in text and "安全员签字：" in text for text in pages)
    assert all("（续）" in text for text in pages[1:])
    assert f"第{len(pages)}页，共{len(pages)}页" in pages[-1]


@needs_font
def test_many_are_set_by_children(plan: DayPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    """By child processes or by this one: the same papers in the same order."""
    people = ["o1", "o2"]
    routes = pd.concat([plan.routes.iloc[[0]].assign(officer=each) for each in people], ignore_index=True)
    visits = pd.concat([plan.visits.assign(officer=each) for each in people], ignore_index=True)
    many = replace(plan, routes=gpd.GeoDataFrame(routes), visits=gpd.GeoDataFrame(visits))
    printing = Printing.of(many, ledger_of(plan), "")
    alone = list(sheets(printing))
    monkeypatch.setattr(route_sheets, "FEW", 0)
    assert list(sheets(printing)) == alone
    assert [officer for officer, _ in alone] == people


def test_whose_navigation() -> None:
    """Amap unless the rules file says otherwise; a word that is none of the three is refused."""
    assert parse_customs("").navigation == "amap"
    with pytest.raises(RulesProblem, match="amap、baidu、tencent"):
        parse_customs('[routes]\nnavigation = "google"')
