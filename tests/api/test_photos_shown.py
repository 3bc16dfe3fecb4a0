"""Photos on pages: where they show, what is said of each, and of one that can't be looked at any more."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.own_desk import OwnDesk
from api.pages.photos import PLACE_PHOTOS, VISIT_PHOTOS, of_place
from api.scope import Scope
from geodata.store.thumbnails import thumbnails_path
from tests.geodata.photos.pictures import jpeg, scene

TYPE = {"content-type": "image/jpeg"}
VISITS, ON = PLACE_PHOTOS + 3, "2024-06-30"


def put(client: TestClient, seed: int, at: tuple[float, float] | None, **links: str) -> str:
    """Send a photo of its own; give its id."""
    data = jpeg(scene(seed, (64, 48)), at=at, taken=datetime(2024, 6, 3, 9, seed))
    photo = sha256(data).hexdigest()
    answer = client.put(f"/api/v1/photos/{photo}", content=data, params=links, headers=TYPE)
    assert answer.status_code == 201, answer.text
    return photo


@pytest.fixture
def shown(writing: TestClient) -> dict[str, Any]:
    """Give a place with photos of an inspection, and a hazard that names one of its own and one that never came."""
    places = writing.get("/api/v1/places", params={"limit": 1000}).json()["rows"]
    place = next(each for each in places if each["lon"] is not None)
    visit = {"id": "V1", "place_id": place["id"], "at": "2024-06-03T09:05:00+08:00", "officer": "AQ001"}
    assert writing.post("/api/v1/inspections", json=visit).status_code == 201
    here = place["lon"], place["lat"]
    photos = [put(writing, seed, here, inspection_id="V1", officer="AQ001") for seed in range(VISITS - 1)]
    own = put(writing, 50, (here[0], here[1] + 0.01), place_id=place["id"], name="<b>.jpg")
    hazard = {"id": "H1", "place_id": place["id"], "inspection_id": "V1", "found_at": "2024-06-03T09:05:00+08:00"}
    assert writing.post("/api/v1/hazards", json=hazard | {"photos": [own, "f" * 64]}).status_code == 201
    return {"place": place["id"], "photos": photos, "own": own}


def pictures(page: str) -> list[str]:
    """Give the photos that a page has pictures of."""
    return re.findall(r'<img src="/api/v1/photos/([0-9a-f]{64})/thumbnail"', page)


def test_photos_on_every_page(writing: TestClient, shown: dict[str, Any]) -> None:
    """The place shows the newest first, leaf by leaf; a check its first few; the hazard its own, then the others."""
    first, second = (
        writing.get(f"/places/{shown['place']}", params={"as_of": ON, "leaf": leaf}).text for leaf in (1, 2)
    )
    newest_first = [shown["own"], *reversed(shown["photos"])]
    assert pictures(first) + pictures(second) == newest_first
    assert len(pictures(first)) == PLACE_PHOTOS
    assert f"照片（{VISITS} 张" in first
    assert "离场所 0 米" in first
    assert '<span class="away">离场所 1,112 米</span>' in first
    assert pictures(writing.get(f"/places/{shown['place']}", params={"as_of": "2024-06-02"}).text) == []
    visits = writing.get("/visits", params={"as_of": "2024-06-03", "officer": "AQ001"}).text
    row = next(each for each in visits.split("<tr>") if "/inspections/V1/reviews" in each)
    assert (pictures(row), f"共 {VISITS - 1} 张" in row) == (shown["photos"][:VISIT_PHOTOS], True)
    hazard = writing.get("/hazards/H1").text
    assert pictures(hazard) == newest_first
    assert "这张照片还没有传到，或不在您的查看范围内：编号 ffffffff…" in hazard
    assert '<a href="#photos">照片 2 张</a>' in hazard


def test_photos_that_are_gone_and_of_others(writing: TestClient, shown: dict[str, Any]) -> None:
    """Without the picture its thumbnail is opened, without both words stand there; other parts of the town see none."""
    desk = writing.app.state.desk  # type: ignore[attr-defined]
    store: Path = desk.settings.store
    own = store.with_suffix(".photos") / shown["own"][:2] / f"{shown['own']}.jpg"
    own.unlink()
    page = writing.get("/hazards/H1").text
    assert f'<a href="/api/v1/photos/{shown["own"]}/thumbnail" target="_blank" rel="noopener"><img' in page
    assert "原照片不在这里" in page
    thumbnails_path(store).unlink()
    page = writing.get("/hazards/H1").text
    assert "<img" not in page
    assert "照片文件已不在，只留有记录：&lt;b&gt;.jpg" in page
    assert page.count("缩略图不在了，看原图") == len(shown["photos"])
    elsewhere = OwnDesk(desk, Scope(industries=frozenset({"没有的行业"})))
    assert of_place(elsewhere, elsewhere.day(), shown["place"], ["H1"], 1) == ([], 0)
