"""Graded visits through the service, and what people say of them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from api.described.visits import Review
from coverage.evidence.figures import GRADE_GROUPS, grade_figures
from coverage.evidence.grading import NEEDED, grade_visits
from coverage.figures import records
from geodata.store import open_store

WORD = {"verdict": "genuine", "reason": "现场核实，定位飘移", "actor": "李"}


@pytest.mark.parametrize("by", GRADE_GROUPS[1:])
def test_figures(client: TestClient, village: Path, by: str) -> None:
    """Figures by every group are those of the evidence."""
    with open_store(village) as store:
        graded = grade_visits(store.ledger(*NEEDED, columns=NEEDED), date(2024, 6, 30))
    assert client.get("/api/v1/visits/figures", params={"by": by}).json()["rows"] == records(grade_figures(graded, by))


def test_list_is_filtered(client: TestClient) -> None:
    """Grade, suspicion, officer and place keep their rows; all grades together are all visits."""
    total = client.get("/api/v1/visits", params={"limit": 1}).json()["total"]
    grades = [client.get("/api/v1/visits", params={"limit": 1, "grade": grade}).json()["total"] for grade in "ABCD"]
    assert sum(grades) == total
    suspect = client.get("/api/v1/visits", params={"suspect": "true", "limit": 1000}).json()
    assert suspect["total"] == grades[3]
    assert all(row["why"] for row in suspect["rows"])
    officer = suspect["rows"][0]["officer_name"]
    mine = client.get("/api/v1/visits", params={"officer": officer, "limit": 1000}).json()["rows"]
    assert {row["officer_name"] for row in mine} == {officer}
    place = mine[0]["place_id"]
    there = client.get("/api/v1/visits", params={"place_id": place, "limit": 1000}).json()
    assert {row["place_id"] for row in there["rows"]} == {place}
    assert there["total"] == client.get("/api/v1/inspections", params={"place_id": place, "limit": 1}).json()["total"]


def test_from_a_place_to_its_visits(client: TestClient) -> None:
    """A place's page leads to its visits with their grades, and from there back or to all; nobody else's are there."""
    place = client.get("/api/v1/visits", params={"grade": "D", "limit": 1}).json()["rows"][0]["place_id"]
    (link,) = re.findall(r'href="(/visits\?place_id=[^"#]*)#list"', client.get(f"/places/{place}").text)
    page = client.get(link.replace("&amp;", "&")).text
    places = set(re.findall(r'href="/places/([^"?]*)', page))
    assert places == {place}
    assert "看全部" in page
    assert f'name="place_id" value="{place}"' in page


def test_a_word_is_appended(writing: TestClient) -> None:
    """Each word stands, the latest beside the grade; no figure of coverage changes, the grade neither."""
    coverage = writing.get("/api/v1/coverage", params={"as_of": "2099-12-31"}).json()
    row = writing.get("/api/v1/visits", params={"limit": 1, "as_of": "2099-12-31"}).json()["rows"][0]
    address = f"/api/v1/inspections/{row['inspection_id']}/reviews"
    assert writing.get(address).json() == {"rows": []}
    first = writing.post(address, json={**WORD, "verdict": "doubtful"})
    second = writing.post(address, json=WORD)
    assert (first.status_code, second.status_code) == (201, 201)
    TypeAdapter(Review).validate_json(second.content)
    assert [each["verdict"] for each in writing.get(address).json()["rows"]] == ["doubtful", "genuine"]
    rows = writing.get("/api/v1/visits", params={"limit": 1000, "grade": "D", "as_of": "2099-12-31"}).json()["rows"]
    (now,) = [each for each in rows if each["inspection_id"] == row["inspection_id"]]
    assert (now["verdict"], now["reviewer"], now["grade"]) == ("genuine", "李", row["grade"])
    assert writing.get("/api/v1/coverage", params={"as_of": "2099-12-31"}).json() == coverage


def test_what_is_refused(writing: TestClient) -> None:
    """No such inspection, no reason, no such verdict."""
    row_id = writing.get("/api/v1/inspections", params={"limit": 1}).json()["rows"][0]["id"]
    address = f"/api/v1/inspections/{row_id}/reviews"
    assert writing.post("/api/v1/inspections/没有/reviews", json=WORD).status_code == 404
    assert writing.post(address, json={**WORD, "reason": " "}).status_code == 422
    assert writing.post(address, json={**WORD, "verdict": "fake"}).status_code == 422
    assert writing.get(address).json() == {"rows": []}


def test_page(client: TestClient) -> None:
    """The page has as many as the interface, in fair words."""
    total = client.get("/api/v1/visits", params={"grade": "D", "limit": 1}).json()["total"]
    page = client.get("/visits", params={"grade": "D"}).text
    assert f"共 {total:,} 条" in page
    assert "存疑，请核实" in page
    assert "造假" not in page
