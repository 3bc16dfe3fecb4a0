"""A place found from the head of every page."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient


@pytest.fixture(scope="module")
def place(client: TestClient) -> dict[str, Any]:
    """Give a place of the village."""
    row: dict[str, Any] = client.get("/api/v1/places", params={"limit": 2}).json()["rows"][1]
    return row


def test_straight_to_the_one(client: TestClient, place: dict[str, Any]) -> None:
    """A number, or words that one place holds, lead to its page on the day that was looked at."""
    for asked in (place["id"], place["id"].lower(), f"{place['name']} {place['id']}"):
        answer = client.get("/find", params={"q": asked, "as_of": "2024-06-15"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/places/{place['id']}?as_of=2024-06-15")


def test_several_are_listed(client: TestClient) -> None:
    """Words that several places hold give their list; words of none, and no word, give a sentence."""
    page = client.get("/find", params={"q": "自建房"}).text
    assert page.count('<th scope="row"><a href="/places/') > 1
    assert "没有名称、编号或地址里有“不存在的店”的场所" in client.get("/find", params={"q": "不存在的店"}).text
    assert "在页首写" in client.get("/find", params={"q": " "}).text


def test_places_without_coordinates(client: TestClient) -> None:
    """The places that stand on no map are listed, as many as the desk counts."""
    rows = client.get("/api/v1/places", params={"limit": 1000}).json()["rows"]
    there = [row["id"] for row in rows if row["lon"] is None]
    page = client.get("/find", params={"unlocated": "true"}).text
    assert there
    assert f"{len(there)} 家" in page
    assert all(f"/places/{each}?" in page for each in there[:25])
