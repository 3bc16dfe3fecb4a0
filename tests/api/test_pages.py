"""The pages as HTML: figures, filters, escaping, the empty town."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from geodata.model import Town
from geodata.store import create_store
from tests.fonts import needs_font

HOSTILE = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


def test_home(client: TestClient) -> None:
    """The town's page says its name, that it is made up, the day, and the figures of the interface."""
    page = client.get("/").text
    row = client.get("/api/v1/coverage", params={"by": "town"}).json()["rows"][0]
    assert "合成数据（非真实）" in page
    assert 'value="2024-06-30"' in page
    assert f"{row['coverage_rate']:.1%}" in page
    assert f"{row['verified_rate']:.1%}" in page
    assert "只在这台电脑上开放" in page


@pytest.mark.parametrize("by", ["district", "community", "grid", "industry", "risk", "department", "officer", "rule"])
def test_home_by_group(client: TestClient, by: str) -> None:
    """Every group has its table, with a row for each row of the figures."""
    rows = client.get("/api/v1/coverage", params={"by": by}).json()["rows"]
    table = client.get("/", params={"by": by}).text.split('id="coverage"')[1].split('id="list"')[0]
    assert table.count("<tr>") == len(rows) + 1


def test_gaps_are_filtered_and_paged(client: TestClient) -> None:
    """Filters of the form are those of the interface; an empty field is none."""
    total = client.get("/api/v1/gaps", params={"state": "never"}).json()["total"]
    page = client.get("/", params={"state": "never", "area": "", "risk": ""}).text
    assert f"共 {total:,} 条" in page
    assert "没有符合条件的缺口" in client.get("/", params={"state": "never", "risk": "重大", "page": 99}).text


def test_hostile_names_are_text(client: TestClient, village: Path) -> None:
    """A place named like markup stands on its page as text."""
    place_id = client.get("/api/v1/places", params={"limit": 1}).json()["rows"][0]["id"]
    for path in (f"/places/{place_id}", "/", "/hazards"):
        assert HOSTILE not in client.get(path).text
    assert ESCAPED in client.get(f"/places/{place_id}").text


@pytest.mark.parametrize("kind", ["coverage", "hazards", "risk", "gaps", "streets", "ground", "hotspots"])
def test_maps(client: TestClient, kind: str) -> None:
    """Each map is a whole document; the page's names never stand in it as markup."""
    page = client.get(f"/maps/{kind}")
    assert page.status_code == 200
    assert page.text.lstrip().lower().startswith("<!doctype html")
    assert HOSTILE not in page.text


def test_hazards(client: TestClient) -> None:
    """The page of hazards has as many as the interface says, in every state."""
    for state in ("open", "overdue", "closed", "void"):
        total = client.get("/api/v1/hazards", params={"state": state}).json()["total"]
        assert f"共 {total:,} 条" in client.get("/hazards", params={"state": state}).text


def test_hazards_around_a_spot(client: TestClient) -> None:
    """The list around a spot has the hazards within its metres, in the order and with the form of any list."""
    rows = client.get("/api/v1/hazards", params={"limit": 1000, "state": "open"}).json()["rows"]
    x, y = next((row["lon"], row["lat"]) for row in rows if row["lon"] is not None)
    metres = [
        math.hypot((row["lon"] - x) * math.cos(math.radians(y)), row["lat"] - y) * 111_319.5
        for row in rows
        if row["lon"] is not None
    ]
    assert len(rows) < 1000
    page = client.get("/hazards", params={"state": "open", "near": f"{x},{y},300"}).text
    assert f"共 {sum(far <= 300 for far in metres):,} 条" in page
    assert "周围 300 米" in page


def test_no_such_page(client: TestClient) -> None:
    """A browser that asks for what there is not gets a page in Chinese."""
    page = client.get("/places/nobody", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "没有编号为“nobody”的场所" in page.text


def test_empty_town(tmp_path: Path) -> None:
    """A town without places says what to do next; the day is today."""
    path = tmp_path / "empty.gpkg"
    create_store(path, Town("空镇", "990001001")).close()
    with TestClient(create_app(Settings(store=path)), base_url="http://127.0.0.1:8000") as client:
        page = client.get("/").text
        assert "wangge import empty.gpkg areas" in page
        assert client.get("/hazards").status_code == 200
        assert "没有检查和隐患记录" in client.get("/hazards/rates").text
        for kind in ("coverage", "hazards", "risk", "gaps"):
            assert client.get(f"/maps/{kind}").status_code == 200


def test_gaps_map(client: TestClient) -> None:
    """The page of the map of gaps frames that map on the same day."""
    page = client.get("/map/gaps", params={"as_of": "2024-05-31"}).text
    assert 'src="/maps/gaps?as_of=2024-05-31"' in page


def test_empty_day_is_the_last_day(client: TestClient) -> None:
    """A form sent with an empty date shows the last day with an inspection, and says so."""
    page = client.get("/", params={"as_of": ""}).text
    assert 'value="2024-06-30"' in page
    assert "最后一条检查记录的日期" in page
    assert 'as_of=2024-06-30">2024-06-30</a>' in client.get("/", params={"as_of": "2024-03-05"}).text


def test_hazards_are_filtered(client: TestClient) -> None:
    """The filters of the page of hazards are those of the interface; void ones are left out and counted."""
    asked = {"industry": "燃气", "risk": "较大", "level": "一般"}
    total, void = (
        client.get("/api/v1/hazards", params={**asked, **more}).json()["total"] for more in ({}, {"state": "void"})
    )
    page = client.get("/hazards", params=asked).text
    assert f"共 {total - void:,} 条" in page
    assert (f"另有误录 {void:,} 条" in page) == (void > 0)


def test_place_says_where_it_is(client: TestClient) -> None:
    """A place's page names its areas, its officer, and what it owes and why."""
    gap = client.get("/api/v1/gaps", params={"limit": 1}).json()["rows"][0]
    page = client.get(f"/places/{gap['place_id']}").text
    grid = client.get(f"/api/v1/areas/grid/{gap['grid']}").json()["name"]
    for text in (grid, gap["officer_name"], gap["rule_name"], "适用于"):
        assert text in page


@pytest.mark.parametrize(
    "path",
    [
        "/?by=colour",
        "/?area=nowhere",
        "/?as_of=yesterday",
        "/hazards?state=lost",
        "/hazards?near=1,2",
        "/hazards?near=nan,2,3",
        "/hazards/rates?by=colour",
    ],
)
def test_wrong_questions(client: TestClient, path: str) -> None:
    """A question that makes no sense is answered by a page in Chinese, not by other figures."""
    page = client.get(path, headers={"accept": "text/html"})
    assert page.status_code == 422
    assert page.headers["content-type"].startswith("text/html")
    assert "回到总览" in page.text
    assert "<h1>页面无法显示</h1>" in page.text


@pytest.mark.parametrize("kind", ["", "places", "streets", "ground"])
def test_gaps_of_every_kind(client: TestClient, kind: str) -> None:
    """The page lists as many gaps of a kind as the interface, and the walks worth most."""
    asked = {"kind": kind} if kind else {}
    total = client.get("/api/v1/gaps/list", params={**asked, "limit": 1}).json()["total"]
    page = client.get("/gaps", params={"kind": kind}).text
    assert f"共 {total:,} 条" in page
    assert "第 1 趟" in page
    assert HOSTILE not in page


def test_walks_to_take_along(client: TestClient) -> None:
    """The walks of the page come as GPX, named, none longer than asked."""
    file = client.get("/gaps/walks.gpx", params={"minutes": 60, "first": 3})
    assert file.headers["content-type"] == "application/gpx+xml"
    assert file.text.count("<rte>") == 3
    walks = client.get("/api/v1/gaps/walks", params={"minutes": 60, "limit": 1000}).json()["rows"]
    assert all(walk["minutes"] <= 60 or walk["stops"] == 1 for walk in walks)


def test_gaps_of_one_area(client: TestClient) -> None:
    """An area keeps the gaps in it, of whatever kind."""
    rows = client.get("/api/v1/gaps/list", params={"limit": 1000}).json()["rows"]
    grid = rows[0]["grid"]
    mine = client.get("/api/v1/gaps/list", params={"limit": 1000, "area": f"grid:{grid}"}).json()["rows"]
    assert [row["rank"] for row in mine] == [row["rank"] for row in rows if row["grid"] == grid]


def test_forecast(client: TestClient) -> None:
    """The page says what more visits do, in the same figures as the interface."""
    found = client.get("/api/v1/what-if", params={"visits": 12, "by": "town"}).json()["rows"][0]
    page = client.get("/forecast", params={"visits": 12}).text
    assert f"{found['coverage_rate']:.1%}" in page
    assert f"{found['coverage_rate_after']:.1%}" in page


@needs_font
def test_risk_map_to_hang(client: TestClient) -> None:
    """The page of the risk map has the way to the sheet, a PDF of the day; no other paper is known."""
    assert 'href="/maps/risk.pdf?as_of=2024-06-30&amp;paper=A3"' in client.get("/map/risk").text
    sheet = client.get("/maps/risk.pdf", params={"as_of": "2024-06-30", "paper": "A4"})
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.headers["content-disposition"] == 'attachment; filename="risk-2024-06-30-A4.pdf"'
    assert sheet.content.startswith(b"%PDF")
    assert client.get("/maps/risk.pdf", params={"paper": "B5"}).status_code == 422


@pytest.mark.parametrize("kind", ["streets", "ground", "hotspots", "risk"])
def test_page_of_a_map(client: TestClient, kind: str) -> None:
    """Each map has its page with the way to the others."""
    page = client.get(f"/map/{kind}").text
    assert f'src="/maps/{kind}?as_of=2024-06-30"' in page
    assert 'href="/map/gaps?as_of=2024-06-30"' in page
    assert client.get("/map/nothing").status_code == 422
