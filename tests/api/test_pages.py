"""The pages as HTML: figures, filters, escaping, the empty town."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from geodata.model import Town
from geodata.store import create_store

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
    table = client.get("/", params={"by": by}).text.split('id="coverage"')[1].split('id="gaps"')[0]
    assert table.count("<tr>") == len(rows) + 1


def test_gaps_are_filtered_and_paged(client: TestClient) -> None:
    """Filters of the form are those of the interface; an empty field is none."""
    total = client.get("/api/v1/gaps", params={"state": "never"}).json()["total"]
    page = client.get("/", params={"state": "never", "area": "", "risk": ""}).text
    assert f"共 {total:,} 条" in page
    assert "没有符合条件的漏查" in client.get("/", params={"state": "never", "risk": "重大", "page": 99}).text


def test_hostile_names_are_text(client: TestClient, village: Path) -> None:
    """A place named like markup stands on its page as text."""
    place_id = client.get("/api/v1/places", params={"limit": 1}).json()["rows"][0]["id"]
    for path in (f"/places/{place_id}", "/", "/hazards"):
        assert HOSTILE not in client.get(path).text
    assert ESCAPED in client.get(f"/places/{place_id}").text


@pytest.mark.parametrize("kind", ["coverage", "hazards", "gaps"])
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
        for kind in ("coverage", "hazards", "gaps"):
            assert client.get(f"/maps/{kind}").status_code == 200
