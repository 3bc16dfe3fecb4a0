"""What was written about places, in every way there is: each text names its place, by which it is known again."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from starlette.testclient import TestClient

from api.reports.freezing import packed
from geodata.store import open_store
from tests.access.conftest import Town
from tests.api.sent_routes import keep
from tests.geodata.photos.pictures import jpeg, scene

DAY = "2024-06-30"
PERIODS = (("quarterly", "2024Q2"), ("assessment", "2024Q2"))
"""Of reports that are frozen."""


def said_at(place: str) -> str:
    """Give a text of a place."""
    return f"在 {place} 写的"


def mark(town: Town, clerk: TestClient, place: str, officer: str, seed: int) -> str:
    """Write a hazard, a review, a decision, a photo, a sent route and a skip of a place; give the photo's id."""
    visits, words = town.ledger.inspections, said_at(place)
    visit = str(visits["id"][visits["place_id"] == place].iloc[0])
    picture = jpeg(scene(seed, (64, 48)), taken=datetime(2024, 6, 30, 10, seed))
    photo = sha256(picture).hexdigest()
    links = {"inspection_id": visit, "officer": officer, "name": f"{words}.jpg"}
    jpeg_type = {"content-type": "image/jpeg"}
    assert clerk.put(f"/api/v1/photos/{photo}", content=picture, params=links, headers=jpeg_type).status_code == 201
    hazard = {"id": f"marked-{place}", "place_id": place, "found_at": f"{DAY}T10:00:00+08:00", "description": words}
    for address, body in (
        ("hazards", {**hazard, "photos": [photo], "level": "重大"}),
        (f"inspections/{visit}/reviews", {"verdict": "doubtful", "reason": words, "actor": "x"}),
        (f"places/{place}/risk", {"accepted": "较大", "reason": words, "actor": "x"}),
    ):
        answer = clerk.post(f"/api/v1/{address}", json=body)
        assert answer.status_code == 201, answer.text
    spot = town.ledger.places.set_index("id").geometry[place]
    keep(town.path, DAY, officer, [(place, spot.x, spot.y)], reason=words)
    skip = {"id": "marked", "date": DAY, "officer": officer, "place_id": place, "at": f"{DAY}T11:00:00+08:00"}
    answer = clerk.post("/api/v1/routes/skips", json={**skip, "reason": "其他", "note": words})
    assert answer.status_code == 201, answer.text
    return photo


def freeze(town: Town, place: str) -> None:
    """Keep reports of the whole town as they were sent out; what they tell of is a place."""
    with open_store(town.path, write=True) as store:
        for kind, period in PERIODS:
            store.freeze_report(kind, period, packed({f"{place}.csv": said_at(place).encode()}), "t")
