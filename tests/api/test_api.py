"""/api/v1: what it gives equals what the floors below compute; what it takes is in the figures of the next request."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from coverage.assess import Assessment, assess
from coverage.figures import coverage_figures, records
from coverage.gaps import find_gaps
from coverage.grouping import GROUPS, HAZARD_GROUPS
from coverage.hazards import hazard_figures, hazard_register
from coverage.rules import parse_rules
from coverage.scoring import hazard_history
from geodata.ledger import Ledger
from geodata.store import open_store

DAY = date(2024, 6, 30)


@pytest.fixture(scope="module")
def ledger(village: Path) -> Ledger:
    """Give the village's ledger."""
    with open_store(village) as store:
        return store.ledger()


@pytest.fixture(scope="module")
def assessment(village: Path, ledger: Ledger) -> Assessment:
    """Give the village's assessment."""
    with open_store(village) as store:
        return assess(ledger, parse_rules(store.rules_text()), DAY)


@pytest.fixture(scope="module")
def history(ledger: Ledger) -> pd.Series:
    """Give the hazards found at each place in the year before."""
    return hazard_history(ledger.hazards, ledger.town, DAY)


def get(client: TestClient, path: str, **params: Any) -> Any:
    """Get JSON."""
    response = client.get(f"/api/v1/{path}", params=params)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("by", GROUPS)
def test_coverage(client: TestClient, assessment: Assessment, by: str) -> None:
    """Coverage by every group is what the figures say."""
    found = get(client, "coverage", as_of=DAY, by=by)
    assert found["as_of"] == "2024-06-30"
    assert found["rows"] == records(coverage_figures(assessment, by))


@pytest.mark.parametrize("by", HAZARD_GROUPS)
def test_hazard_figures(client: TestClient, ledger: Ledger, by: str) -> None:
    """Hazards by every group are what the figures say."""
    assert get(client, "hazards/figures", as_of=DAY, by=by)["rows"] == records(
        hazard_figures(hazard_register(ledger, DAY), by)
    )


def test_gaps_by_pages(client: TestClient, assessment: Assessment, history: pd.Series) -> None:
    """All pages of gaps together are all gaps, worst first."""
    rows, offset = [], 0
    while True:
        page = get(client, "gaps", as_of=DAY, limit=37, offset=offset)
        rows += page["rows"]
        offset += 37
        if page["next"] is None:
            break
    assert rows == records(find_gaps(assessment, history=history))
    assert page["total"] == len(rows)


@pytest.mark.parametrize("state", ["overdue", "pending", "never"])
def test_gaps_by_state(client: TestClient, assessment: Assessment, history: pd.Series, state: str) -> None:
    """A state keeps the gaps in it."""
    all_gaps = records(find_gaps(assessment, history=history))
    wanted = [gap for gap in all_gaps if (gap["never"] if state == "never" else gap["state"] == state)]
    assert get(client, "gaps", as_of=DAY, limit=1000, state=state)["rows"] == wanted


def test_places_of_an_area(client: TestClient, assessment: Assessment) -> None:
    """The places of an area are as many as its row of figures says."""
    for row in records(coverage_figures(assessment, "community")):
        if "area" in row:
            assert get(client, "places", as_of=DAY, area=row["area"], limit=1)["total"] == row["places"]


def test_places_in_a_box(client: TestClient, ledger: Ledger) -> None:
    """A box keeps the places in it; GeoJSON has the same rows with points."""
    west, south, east, north = ledger.places.total_bounds
    half = f"{west},{south},{(west + east) / 2},{north}"
    expected = set(ledger.places.cx[west : (west + east) / 2, south:north]["id"])
    plain = get(client, "places", as_of=DAY, bbox=half, limit=1000)["rows"]
    shapes = get(client, "places", as_of=DAY, bbox=half, limit=1000, format="geojson")["features"]
    assert {row["id"] for row in plain} <= expected
    assert {row["id"] for row in plain} == {shape["properties"]["id"] for shape in shapes}
    assert all(shape["geometry"]["type"] == "Point" for shape in shapes)


def test_inspections_of_days(client: TestClient, ledger: Ledger) -> None:
    """Dates keep the inspections of these days, both included, newest first."""
    found = get(client, "inspections", **{"from": "2024-03-04", "to": "2024-03-05"}, limit=1000)["rows"]
    days = ledger.inspections["at"].dt.strftime("%Y-%m-%d")
    assert len(found) == int(days.between("2024-03-04", "2024-03-05").sum())
    assert [row["at"] for row in found] == sorted((row["at"] for row in found), reverse=True)


@pytest.mark.parametrize("state", ["open", "rectified", "closed", "overdue", "void"])
def test_hazards_by_state(client: TestClient, ledger: Ledger, state: str) -> None:
    """A state keeps the hazards in it."""
    total = get(client, "hazards", as_of=DAY, state=state, limit=1)["total"]
    assert total == int(hazard_register(ledger, DAY).hazards[state].sum())


def test_a_place_says_what_it_owes(client: TestClient, assessment: Assessment) -> None:
    """A place's route names each duty, its period, its state and the rule's source."""
    place_id = find_gaps(assessment)["place_id"].iloc[0]
    found = get(client, f"places/{place_id}", as_of=DAY)
    assert found["duties"]
    assert all(duty["source"] and duty["period"] and duty["state"] for duty in found["duties"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("places/nobody", 404),
        ("inspections/none", 404),
        ("nothing", 404),
        ("coverage?by=colour", 422),
        ("gaps?area=000", 422),
        ("gaps?state=lost", 422),
        ("places?bbox=1,2,3", 422),
        ("places?bbox=10,2,3,4", 422),
        ("places?limit=100000", 422),
        ("coverage?as_of=yesterday", 422),
    ],
)
def test_problems(client: TestClient, path: str, status: int) -> None:
    """What can't be answered is a problem document with its status, title and detail."""
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert {"title", "status", "detail"} <= set(response.json())


def overdue_place(client: TestClient) -> str:
    """Give a place with an overdue duty that inspectors may do."""
    rows = get(client, "gaps", as_of=DAY, state="overdue", limit=1000)["rows"]
    return str(next(row["place_id"] for row in rows if row["rule"].startswith("routine")))


def inspection(place_id: str, **more: Any) -> Mapping[str, Any]:
    """Give an inspection to post."""
    return {"place_id": place_id, "at": "2024-06-30T10:00:00+08:00", "officer": "甲", **more}


def test_posted_inspection_counts(writing: TestClient) -> None:
    """An inspection that is posted is in the figures of the next request, and in the audit's words of the store."""
    place_id = overdue_place(writing)
    before = get(writing, "coverage", as_of=DAY, by="town")["rows"][0]
    made = writing.post("/api/v1/inspections", json=inspection(place_id))
    assert made.status_code == 201
    assert writing.get(made.headers["location"]).json()["place_id"] == place_id
    after = get(writing, "coverage", as_of=DAY, by="town")["rows"][0]
    assert (after["done"], after["overdue"]) == (before["done"] + 1, before["overdue"] - 1)


def test_posted_hazard_counts(writing: TestClient) -> None:
    """A hazard that is posted is in the figures of the next request."""
    place_id = overdue_place(writing)
    before = get(writing, "hazards/figures", as_of=DAY, by="town")["rows"][0]
    hazard = {"place_id": place_id, "found_at": "2024-06-30T10:00:00+08:00", "level": "重大", "deadline": "2024-07-30"}
    assert writing.post("/api/v1/hazards", json=hazard).status_code == 201
    after = get(writing, "hazards/figures", as_of=DAY, by="town")["rows"][0]
    assert (after["found"], after["major_open"]) == (before["found"] + 1, before["major_open"] + 1)


def test_posting_again(writing: TestClient) -> None:
    """The same again under its id is 200 and changes nothing; something else under that id is 409."""
    place_id = overdue_place(writing)
    body = inspection(place_id, id="phone-1", lon=113.6, lat=22.8, accuracy=8)
    assert writing.post("/api/v1/inspections", json=body).status_code == 201
    total = get(writing, "inspections", limit=1)["total"]
    assert writing.post("/api/v1/inspections", json=body).status_code == 200
    assert writing.post("/api/v1/inspections", json={**body, "officer": "乙"}).status_code == 409
    assert get(writing, "inspections", limit=1)["total"] == total
    assert writing.get("/api/v1/inspections/phone-1").json()["officer"] == "甲"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"place_id": "nobody"}, "nobody"),
        ({"at": "2024-06-30T10:00:00"}, "at"),
        ({"at": "2999-01-01T00:00:00Z"}, "将来"),
        ({"lon": 113.6}, "lat"),
        ({"lon": 400, "lat": 22}, "lon"),
        ({"by": "somebody"}, "by"),
        ({"surprise": 1}, "surprise"),
        ({"note": "x" * 20_000}, "note"),
    ],
)
def test_bad_posts(writing: TestClient, change: Mapping[str, Any], word: str) -> None:
    """A bad post is a 422 that names the field; nothing is written."""
    body = {**inspection(overdue_place(writing)), **change}
    response = writing.post("/api/v1/inspections", json=body)
    assert response.status_code == 422
    assert word in response.json()["detail"]


def test_posts_side_by_side(writing: TestClient) -> None:
    """Twenty posts at the same time are twenty rows."""
    place_id = overdue_place(writing)
    before = get(writing, "inspections", limit=1)["total"]

    def one(number: int) -> int:
        return writing.post("/api/v1/inspections", json=inspection(place_id, id=f"n{number}")).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(20))) == {201}
    assert get(writing, "inspections", limit=1)["total"] == before + 20


def test_openapi(client: TestClient) -> None:
    """The description of the interface is served and names every route."""
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {f"/api/v1/{noun}" for noun in ("areas", "places", "inspections", "hazards", "coverage", "gaps")} <= set(
        paths
    )
