"""Clocks, work lists, supervision and the list to publish through the service and its pages."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

DAY = {"as_of": "2024-04-15"}
HOSTILE = "<script>alert(1)</script>"
ROLES = ("inspector", "grid_manager", "clerk", "leader", "department", "enterprise")
NAVS = ('aria-label="主导航"', 'class="tabs" aria-label="隐患"', 'class="tabs" aria-label="谁的待办"')


def test_overdue_is_what_the_register_says(client: TestClient) -> None:
    """As many are overdue by their clocks as by the list of hazards; kinds and filters narrow."""
    total = client.get("/api/v1/hazards", params={**DAY, "state": "overdue"}).json()["total"]
    found = client.get("/api/v1/hazards/clocks", params={**DAY, "kind": "overdue", "limit": 1000}).json()
    assert found["total"] == total > 0
    assert all(row["days_left"] <= 0 for row in found["rows"])
    row = found["rows"][0]
    asked = {"department": row["department"], "officer": row["officer"], "place_id": row["place_id"]}
    narrow = client.get("/api/v1/hazards/clocks", params={**DAY, **asked, "state": row["state"]}).json()
    assert row in narrow["rows"]
    assert 0 < narrow["total"] <= total
    for kind in ("due_soon", "stale", "major", "unsupervised", "refused"):
        assert client.get("/api/v1/hazards/clocks", params={**DAY, "kind": kind}).status_code == 200
    assert client.get("/api/v1/hazards/clocks", params={**DAY, "kind": "late"}).status_code == 422


def test_work_lists_are_paged(client: TestClient) -> None:
    """Two pages of a list are the list; on a map they are points."""
    whole = client.get("/api/v1/todo", params={**DAY, "role": "clerk", "limit": 10}).json()
    parts = [
        client.get("/api/v1/todo", params={**DAY, "role": "clerk", "limit": 5, "offset": offset}).json()["rows"]
        for offset in (0, 5)
    ]
    assert whole["rows"] == parts[0] + parts[1]
    shapes = client.get("/api/v1/todo", params={**DAY, "role": "clerk", "format": "geojson"}).json()
    assert shapes["features"][0]["geometry"]["type"] == "Point"
    assert client.get("/api/v1/todo").status_code == 422
    assert client.get("/api/v1/todo", params={"role": "king"}).status_code == 422


def test_of_one_person(client: TestClient) -> None:
    """What an inspector has to do is a part of what inspectors have to do."""
    everybody = client.get("/api/v1/todo", params={**DAY, "role": "inspector", "limit": 1000}).json()
    who = everybody["rows"][0]["officer"]
    mine = client.get("/api/v1/todo", params={**DAY, "role": "inspector", "who": who, "limit": 1000}).json()
    assert mine["rows"] == [row for row in everybody["rows"] if row["officer"] == who]


@pytest.mark.parametrize("role", ROLES)
def test_the_page_of_a_role(client: TestClient, role: str) -> None:
    """The page has as many as the interface says; names stand in it as text; the tab of the role is marked."""
    total = client.get("/api/v1/todo", params={**DAY, "role": role}).json()["total"]
    page = client.get("/todo", params={**DAY, "role": role, "who": "", "area": ""}).text
    assert f"共 {total:,} 条" in page
    assert HOSTILE not in page
    marked = [page.split(f"<nav {name}")[1].split("</nav>")[0].count('aria-current="page"') for name in NAVS]
    assert marked == [1, 1, 1]
    assert page.count('aria-current="page"') == 3


def test_the_page_of_supervision(client: TestClient) -> None:
    """Every major one that stands is on it, with its day of zero, and as many drafts as the interface says."""
    majors = client.get("/api/v1/hazards/clocks", params={**DAY, "kind": "major"}).json()["rows"]
    due = client.get("/api/v1/hazards/supervision", params=DAY).json()
    page = client.get("/supervision", params=DAY).text
    assert f"共 {due['total']:,} 条" in page
    assert "12月31日前清零" in page
    for row in majors:
        assert row["id"] in page
    assert "还没有下发过督办单" in client.get("/supervision", params={**DAY, "issued": "true"}).text
    assert all(row["number"] is None for row in due["rows"])
    one = client.get("/api/v1/hazards/supervision", params={**DAY, "hazard_id": due["rows"][0]["hazard_id"]}).json()
    assert one["rows"] == due["rows"][:1]


def test_the_page_to_publish(client: TestClient) -> None:
    """It shows what the interface gives, and says what was left out."""
    rows = client.get("/api/v1/hazards/published", params=DAY).json()["rows"]
    majors = client.get("/api/v1/hazards/clocks", params={**DAY, "kind": "major"}).json()["rows"]
    assert len(rows) == len(majors)
    page = client.get("/published", params=DAY).text
    assert page.count("<tr>") == (len(rows) + 1 if rows else 0)
    for row in rows:
        assert row["withheld"] in page


def test_tabs_of_hazards(client: TestClient) -> None:
    """From each page of hazards the others are reached, on the same day."""
    for path in ("/hazards", "/todo", "/supervision", "/published"):
        page = client.get(path, params=DAY).text
        for other in ("hazards", "todo", "supervision", "published"):
            assert f'href="/{other}?as_of=2024-04-15"' in page


def test_a_draft_fills_the_form(client: TestClient) -> None:
    """The page of a hazard whose 督办单 is due has its addressee in the form."""
    due = client.get("/api/v1/hazards/supervision", params=DAY).json()["rows"][-1]
    page = client.get(f"/hazards/{due['hazard_id']}", params=DAY).text
    if "下发督办单" in page:
        assert due["addressee"].replace("<", "&lt;").replace(">", "&gt;") in page
