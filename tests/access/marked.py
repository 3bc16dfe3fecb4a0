"""What was written about places, in every way there is: each text names its place, by which it is known again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from starlette.testclient import TestClient

from api.reports.freezing import packed
from geodata.store import open_store
from tests.access.addresses import DAY, FOREIGN_OFFICER, NEAR_OFFICER, OWN_OFFICER, place_of
from tests.access.conftest import FOREIGN, OWN, Town
from tests.access.foreign import foreign_to
from tests.api.sent_routes import keep
from tests.geodata.photos.pictures import jpeg, scene

PERIODS = (("quarterly", "2024Q2"), ("assessment", "2024Q2"))
"""Of reports that are frozen."""


def said_at(place: str) -> str:
    """Give a text of a place."""
    return f"在 {place} 写的"


def picture_of(seed: int) -> bytes:
    """Give a picture that is like no other."""
    return jpeg(scene(seed, (64, 48)), taken=datetime(2024, 6, 30, 10, seed))


def mark(town: Town, clerk: TestClient, place: str, officer: str, seed: int) -> str:
    """Write a hazard, a review, a decision, a photo, a sent route and a skip of a place; give the photo's id."""
    visits, words = town.ledger.inspections, said_at(place)
    visit = str(visits["id"][visits["place_id"] == place].iloc[0])
    picture = picture_of(seed)
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
    keep(town.path, DAY, officer, [(place, spot.x, spot.y)], reason=words, start=(spot.x, spot.y))
    skip = {"id": "marked", "date": DAY, "officer": officer, "place_id": place, "at": f"{DAY}T11:00:00+08:00"}
    answer = clerk.post("/api/v1/routes/skips", json={**skip, "reason": "其他", "note": words})
    assert answer.status_code == 201, answer.text
    return photo


def freeze(town: Town, place: str) -> None:
    """Keep reports of the whole town as they were sent out; what they tell of is a place."""
    with open_store(town.path, write=True) as store:
        for kind, period in PERIODS:
            store.freeze_report(kind, period, packed({f"{place}.csv": said_at(place).encode()}), "t")


def mark_all(town: Town, clerk: TestClient) -> Mapping[str, str]:
    """Write about a place of the own grid, of a department and of the foreign area; give a photo of each place."""
    ledger = town.ledger
    by_login = {login: foreign_to(ledger, login, {}) for login in ("inspector", "farms")}
    spots = {
        place_of(ledger, OWN, by_login["inspector"]): OWN_OFFICER,
        place_of(ledger, OWN, by_login["farms"]): "AQ003",
        place_of(ledger, FOREIGN): FOREIGN_OFFICER,
    }
    photos = {place: mark(town, clerk, place, who, n) for n, (place, who) in enumerate(spots.items(), start=1)}
    near, far = place_of(ledger, OWN), place_of(ledger, FOREIGN)
    points = ledger.places.set_index("id").geometry
    stops = [(place, points[place].x, points[place].y) for place in (near, far)]
    reason = f"{far}：{NEAR_OFFICER} → {FOREIGN_OFFICER}"
    keep(town.path, DAY, NEAR_OFFICER, stops, state="draft", reason=reason, start=stops[0][1:])
    freeze(town, far)
    return photos
