"""Photos sent from the field: looked at, kept beside the store once, attached, refused in clear words."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from geodata.store.thumbnails import read_thumbnail
from tests.geodata.photos.pictures import AT, jpeg, scene

JPEG = jpeg(scene(1), gps={31: 8.0})
TYPE = {"content-type": "image/jpeg"}


def put(client: TestClient, data: bytes, photo: str = "", kind: str = "image/jpeg", **links: str) -> Response:
    """Send a photo, under its own hash where no other is named."""
    address = f"/api/v1/photos/{photo or sha256(data).hexdigest()}"
    return client.put(address, content=data, params=links, headers={"content-type": kind})


def inspection(client: TestClient, number: str) -> str:
    """Post an inspection; give its place."""
    place: str = client.get("/api/v1/places?limit=1").json()["rows"][0]["id"]
    body = {"id": number, "place_id": place, "at": "2026-06-03T10:05:00+08:00", "officer": "o1"}
    assert client.post("/api/v1/inspections", json=body).status_code == 201
    return place


def files(client: TestClient) -> list[Path]:
    """Give the kept pictures."""
    store: Path = client.app.state.desk.settings.store  # type: ignore[attr-defined]
    return sorted(path for path in store.with_suffix(".photos").rglob("*") if path.is_file())


def test_kept_and_attached(writing: TestClient) -> None:
    """The bytes stand beside the store, what the camera wrote in the row; sent again nothing changes."""
    place = inspection(writing, "V1")
    first = put(writing, JPEG, inspection_id="V1", officer="o1", name="C:\\DCIM\\IMG 1.jpg")
    assert first.status_code == 201, first.text
    row: dict[str, Any] = first.json()
    assert (row["inspection_id"], row["place_id"], row["attached_by"]) == ("V1", place, "posted")
    assert (row["name"], row["taken_at"], row["accuracy"]) == ("IMG 1.jpg", "2026-06-03T10:00:00+08:00", 8.0)
    assert (row["lon"], row["lat"]) == pytest.approx(AT)
    again = [put(writing, JPEG, inspection_id="V1", name="other.jpg") for _ in range(3)]
    assert [each.status_code for each in again] == [200] * 3
    assert [each.json() for each in again] == [row] * 3
    photo = sha256(JPEG).hexdigest()
    (file,) = files(writing)
    assert (file.name, file.parent.name, file.read_bytes()) == (f"{photo}.jpg", photo[:2], JPEG)
    assert writing.get(f"/api/v1/photos/{photo}").json() == row
    whole = writing.get(f"/api/v1/photos/{photo}/picture")
    assert (whole.headers["content-type"], whole.content) == ("image/jpeg", JPEG)
    small = writing.get(f"/api/v1/photos/{photo}/thumbnail")
    store = writing.app.state.desk.settings.store  # type: ignore[attr-defined]
    assert (small.headers["content-type"], small.content) == ("image/jpeg", read_thumbnail(store, photo))


def test_attached_later_and_never_twice(writing: TestClient) -> None:
    """A photo that stands alone goes to the first inspection that names it, and to no other."""
    inspection(writing, "V1")
    inspection_of_other = {"id": "V2", "at": "2026-06-04T10:05:00+08:00", "place_id": ""}
    inspection_of_other["place_id"] = writing.get("/api/v1/places?limit=1").json()["rows"][0]["id"]
    assert writing.post("/api/v1/inspections", json=inspection_of_other).status_code == 201
    assert put(writing, JPEG).status_code == 201
    assert put(writing, JPEG, inspection_id="V1").json()["inspection_id"] == "V1"
    refused = put(writing, JPEG, inspection_id="V2")
    assert (refused.status_code, "另一次检查的" in refused.json()["detail"]) == (409, True)
    assert writing.get(f"/api/v1/photos/{sha256(JPEG).hexdigest()}").json()["inspection_id"] == "V1"


def test_of_a_hazard(writing: TestClient) -> None:
    """A hazard's photo is one of the inspection that found it."""
    place = inspection(writing, "V1")
    hazard = {"id": "H1", "inspection_id": "V1", "place_id": place, "found_at": "2026-06-03T10:05:00+08:00"}
    assert writing.post("/api/v1/hazards", json=hazard).status_code == 201
    row = put(writing, JPEG, hazard_id="H1").json()
    assert (row["inspection_id"], row["place_id"]) == ("V1", place)


def test_refused(writing: TestClient) -> None:
    """What is no picture, of another hash, another type, too long, or of nothing known is refused and not kept."""
    cut = JPEG[: len(JPEG) // 2]
    script = b"<svg onload=alert(1)>"
    answers = {
        "hash": put(writing, JPEG, "0" * 64),
        "name": put(writing, JPEG, "..%2F..%2Fetc"),
        "cut": put(writing, cut),
        "script": put(writing, script),
        "nobody": put(writing, JPEG, inspection_id="none"),
        "place": put(writing, JPEG, place_id="none"),
        "type": put(writing, JPEG, kind="text/html"),
        "form": put(writing, b"{}", kind="application/json"),
    }
    assert {name: each.status_code for name, each in answers.items()} == {
        **dict.fromkeys(("hash", "cut", "script", "nobody", "place"), 422),
        "name": 404,
        "type": 415,
        "form": 415,
    }
    assert "SHA-256" in answers["hash"].json()["detail"]
    assert "没有编号为“none”的检查" in answers["nobody"].json()["detail"]
    assert files(writing) == []
    long = {"content-type": "image/jpeg", "content-length": str(12 * 2**20 + 1)}
    assert writing.put(f"/api/v1/photos/{'0' * 64}", content=b"", headers=long).status_code == 413
    assert writing.post("/api/v1/inspections", content=JPEG, headers=TYPE).status_code == 415


def test_what_a_form_may_send(writing: TestClient) -> None:
    """A signature is a PNG: it is kept too, with no time and no position."""
    out = io.BytesIO()
    scene(2, (64, 48)).save(out, "PNG")
    row = put(writing, out.getvalue(), kind="image/png").json()
    assert (row["width"], row["height"], row["taken_at"], row["lon"]) == (64, 48, None, None)
    assert [path.suffix for path in files(writing)] == [".png"]
