"""Phones: in the own name alone, of the own part of the town; a photo of elsewhere is not shown."""

from __future__ import annotations

from hashlib import sha256

from tests.access.conftest import FOREIGN, Let, Town
from tests.geodata.photos.pictures import jpeg, scene

TYPE = {"content-type": "image/jpeg"}


def test_in_the_own_name(guarded: Town, let_in: Let) -> None:
    """An inspector's photos and tracks are theirs; in another's name they are refused."""
    inspector = let_in("inspector")
    data = jpeg(scene(21))
    address = f"/api/v1/photos/{sha256(data).hexdigest()}"
    assert inspector.put(f"{address}?officer=AQ002", content=data, headers=TYPE).status_code == 403
    assert inspector.put(address, content=data, headers=TYPE).json()["officer"] == "AQ001"
    fixes = [{"at": f"2024-06-30T09:0{n}:00+08:00", "lon": 113.6, "lat": 22.8 + n * 1e-4} for n in range(2)]
    track = {"id": "T1", "officer": "AQ002", "fixes": fixes}
    assert inspector.post("/api/v1/tracks", json=track).status_code == 403
    assert inspector.get("/api/v1/phone?officer=AQ001&date=2024-06-30").status_code == 200


def test_photos_of_elsewhere(guarded: Town, let_in: Let) -> None:
    """A photo of a place outside is neither told nor shown, nor may one be put there."""
    places = guarded.ledger.places
    areas = guarded.ledger.areas
    ground = areas[areas["code"] == FOREIGN].geometry.iloc[0]
    place = places["id"][places.geometry.within(ground).to_numpy(dtype=bool)].iloc[0]
    data = jpeg(scene(22))
    photo = sha256(data).hexdigest()
    address = f"/api/v1/photos/{photo}?place_id={place}"
    inspector, clerk = let_in("inspector"), let_in("clerk")
    assert inspector.put(address, content=data, headers=TYPE).status_code == 422
    assert clerk.put(address, content=data, headers=TYPE).status_code == 201
    for rest in ("", "/thumbnail", "/picture"):
        assert clerk.get(f"/api/v1/photos/{photo}{rest}").status_code == 200
        assert inspector.get(f"/api/v1/photos/{photo}{rest}").status_code == 404


def test_as_another_than_meant(let_in: Let) -> None:
    """A page that means to write as one writes nothing under the session of another; who is meant may."""
    inspector = let_in("inspector")
    fixes = [{"at": f"2024-06-30T10:0{n}:00+08:00", "lon": 113.6, "lat": 22.8 + n * 1e-4} for n in range(2)]
    track = {"id": "T2", "officer": "AQ001", "fixes": fixes}
    for meant in ("%E8%B5%B5", ""):
        refused = inspector.post("/api/v1/tracks", json=track, headers={"X-Wangge-Login": meant})
        assert (refused.status_code, "另一个人" in refused.json()["detail"]) == (401, True)
    assert inspector.post("/api/v1/tracks", json=track, headers={"X-Wangge-Login": "inspector"}).status_code != 401


def test_home_screen(let_in: Let) -> None:
    """The own page begins at the plain address, so that it is the own one for whoever comes in; another's names it."""
    assert 'href="/today/manifest.webmanifest"' in let_in("inspector").get("/today").text
    assert 'href="/today/manifest.webmanifest?officer=AQ001"' in let_in("clerk").get("/today?officer=AQ001").text
