"""Photos of a hazard's steps: one picture is no proof of two places, nor of two people's work."""

from __future__ import annotations

from hashlib import sha256

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.geodata.photos.pictures import jpeg, scene

DATA = jpeg(scene(3, (64, 48)))
PHOTO = sha256(DATA).hexdigest()
TYPE = {"content-type": "image/jpeg"}


@pytest.fixture
def hazards(writing: TestClient) -> dict[str, str]:
    """Give three hazards that are being put right, two of them of one place; hazard → place."""
    here, there = (row["id"] for row in writing.get("/api/v1/places?limit=2").json()["rows"])
    held = {"H1": here, "H2": here, "H3": there}
    for hazard, place in held.items():
        body = {"id": hazard, "place_id": place, "found_at": "2024-06-20T09:00:00+08:00"}
        assert writing.post("/api/v1/hazards", json=body).status_code == 201
        assign = {"responsible": "店主", "deadline": "2024-07-01"}
        for step in ({"action": "assign", "role": "clerk", **assign}, {"action": "start", "role": "enterprise"}):
            assert take(writing, hazard, "店主", **step).status_code == 201
    return held


def take(client: TestClient, hazard: str, actor: str, query: str = "", **step: object) -> Response:
    """Take a step."""
    return client.post(f"/api/v1/hazards/{hazard}/steps{query}", json={**step, "actor": actor})


def send(client: TestClient, place: str) -> Response:
    """Send the photo as one of a place."""
    return client.put(f"/api/v1/photos/{PHOTO}?place_id={place}", content=DATA, headers=TYPE)


def rectify(client: TestClient, hazard: str, actor: str, query: str = "") -> Response:
    """Report a hazard as put right, with the photo."""
    return take(client, hazard, actor, query, action="rectify", role="enterprise", photos=[PHOTO])


def test_of_another_place(writing: TestClient, hazards: dict[str, str]) -> None:
    """A photo of one place is refused for another, sent or named, and is told before it is sent; no step is written."""
    assert send(writing, hazards["H1"]).status_code == 201
    assert send(writing, hazards["H1"]).status_code == 200  # a phone that did not hear the answer
    assert rectify(writing, "H1", "店主").status_code == 201
    refused = send(writing, hazards["H3"])
    assert (refused.status_code, "另一个场所" in refused.json()["detail"]) == (409, True)
    for query in ("?check=true", ""):
        told = rectify(writing, "H3", "店主", query)
        assert (told.status_code, "另一个场所" in told.json()["detail"]) == (409, True)
    assert writing.get("/api/v1/hazards/H3/steps").json()["state"] == "rectifying"


def test_only_named(writing: TestClient, hazards: dict[str, str]) -> None:
    """A photo that one place's step names and that has not arrived yet is no other place's either."""
    assert rectify(writing, "H1", "店主").status_code == 201
    assert rectify(writing, "H3", "店主").status_code == 409


def test_of_another_person(writing: TestClient, hazards: dict[str, str]) -> None:
    """At one place a person may show two hazards by one photo; another person needs an own one."""
    assert rectify(writing, "H1", "店主").status_code == 201
    told = rectify(writing, "H2", "店员")
    assert (told.status_code, "别人" in told.json()["detail"]) == (409, True)
    assert rectify(writing, "H2", "店主").status_code == 201
    assert hazards["H1"] == hazards["H2"]


def test_the_same_hazard_again(writing: TestClient, hazards: dict[str, str]) -> None:
    """Within one hazard's life a photo may be named again: what it shows has not changed."""
    assert rectify(writing, "H1", "店主").status_code == 201
    again = {"action": "fail", "role": "inspector", "reason": "没有整改", "photos": [PHOTO]}
    assert take(writing, "H1", "安全员", **again).status_code == 201
    assert len(hazards) == 3
