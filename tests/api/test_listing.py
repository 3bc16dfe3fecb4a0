"""Filters of the lists against the frames below."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.day import Day
from api.desk import Desk
from api.settings import Settings


@pytest.fixture(scope="module")
def day(village: Path) -> Day:
    """Give the village on its last day, all read."""
    desk = Desk(Settings(store=village))
    day = desk.day()
    desk.close()
    return day


def total(client: TestClient, path: str, **params: Any) -> int:
    """Give how many rows there are in all."""
    return int(client.get(f"/api/v1/{path}", params={"limit": 1, **params}).json()["total"])


def test_inspections_of_places(client: TestClient, day: Day) -> None:
    """Area, industry and risk of an inspection are those of its place."""
    places, areas = day.assessment.places, day.assessment.areas
    position = int(places["community"].max())
    industry = places["industry"].mode().iloc[0]
    chosen = places[(places["community"] == position) & (places["industry"] == industry)]
    expected = int(day.inspections["place_id"].isin(chosen["id"]).sum())
    asked = {"area": f"community:{areas['code'].iat[position]}", "industry": industry}
    assert total(client, "inspections", **asked) == expected > 0


def test_inspections_in_a_box(client: TestClient, day: Day) -> None:
    """A box keeps the inspections whose own geotag lies in it; one without is in none."""
    west, south, east, north = day.inspections.total_bounds
    tagged = int(day.inspections.geometry.notna().sum())
    assert total(client, "inspections", bbox=f"{west},{south},{east},{north}") == tagged < len(day.inspections)


@pytest.mark.parametrize("state", ["done", "pending", "overdue", "exempt", "never"])
def test_places_by_state_of_a_duty(client: TestClient, day: Day, state: str) -> None:
    """A state keeps the places with at least one duty in it."""
    duties = day.assessment.duties
    wanted = duties[duties["never"] if state == "never" else duties["state"] == state]
    assert total(client, "places", state=state) == wanted["place"].nunique()


def test_gaps_on_the_map(client: TestClient, day: Day) -> None:
    """Gaps as GeoJSON have a point each, null where the place has none."""
    found = client.get("/api/v1/gaps", params={"format": "geojson", "limit": 1000}).json()["features"]
    assert [gap["geometry"] is None for gap in found] == day.gaps["lon"].isna().tolist()[:1000]


def test_pages_follow_one_another(client: TestClient) -> None:
    """The link of the next page keeps the filters and leads on; the last page has none."""
    first = client.get("/api/v1/places", params={"risk": "一般", "limit": 40}).json()
    ids, page = [row["id"] for row in first["rows"]], first
    while page["next"]:
        page = client.get(page["next"]).json()
        ids += [row["id"] for row in page["rows"]]
    assert len(ids) == len(set(ids)) == first["total"]


def test_no_such_hazard(client: TestClient) -> None:
    """A hazard that there is not is 404."""
    assert client.get("/api/v1/hazards/nothing").status_code == 404
