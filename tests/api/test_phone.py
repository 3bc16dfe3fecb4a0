"""What phones take along and send: one document of a day; the same things in any order, ten times, make one state."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.described.phone import PhoneDay
from geodata.store import create_store, open_store
from tests.api.sent_routes import keep, places_in
from tests.coverage.evidence.towns import ledger
from tests.geodata.photos.pictures import jpeg, scene

DAY, OFFICER, AT = "2024-06-28", "o1", "2024-06-28T09:05:00+08:00"
WRITTEN = ("inspections", "hazards", "steps", "photos", "tracks")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Make a town of three places, with a sent route past them."""
    path = tmp_path / "town.gpkg"
    made = ledger({"甲": (0, 0), "乙": (900, 0), "丙": (0, 900)}, [])
    with create_store(path, made.town) as store:
        tables = {name: made.frames[name] for name in ("places", "officers")}
        store.write_many(tables, actor="t", action="demo", source="t")
    keep(path, DAY, OFFICER, places_in(path, 3))
    return path


@pytest.fixture
def phone(town: Path, open_service: Callable[[Path], TestClient]) -> TestClient:
    """Give the service of it."""
    return open_service(town)


@dataclass(frozen=True)
class Item:
    """One request of a phone."""

    method: str
    address: str
    body: Any
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})

    def send(self, client: TestClient) -> Response:
        """Send it."""
        how = {"content": self.body} if isinstance(self.body, bytes) else {"json": self.body}
        return client.request(self.method, self.address, headers=self.headers, **how)


def a_visit(place: str, lon: float, lat: float) -> list[Item]:
    """Give what a phone sends of a visit with a hazard: in the order of the phone."""
    photos = [jpeg(scene(seed)) for seed in (11, 12)]
    ids = [sha256(photo).hexdigest() for photo in photos]
    where = {"lon": lon, "lat": lat, "accuracy": 12}
    inspection = {
        "id": "V",
        "place_id": place,
        "officer": OFFICER,
        "at": AT,
        "kind": "surprise",
        "result": "发现隐患",
        "geotag": "gps",
    } | where
    hazard = {
        "id": "H",
        "inspection_id": "V",
        "place_id": place,
        "found_at": AT,
        "description": "灭火器过期",
        "rectified_at": AT,
        "photos": ids[1:],
    }
    step = {
        "action": "update",
        "actor": OFFICER,
        "role": "inspector",
        "at": AT,
        "reason": "现场照片",
        "photos": ids[1:],
    }
    skip = {"id": "S", "date": DAY, "officer": OFFICER, "place_id": place, "at": AT, "reason": "无人"}
    fixes = [{"at": f"2024-06-28T09:0{n}:00+08:00", "lon": lon + n * 1e-4, "lat": lat} for n in range(4)]
    picture, keyed = {"content-type": "image/jpeg"}, {"content-type": "application/json", "idempotency-key": "K"}
    return [
        Item("POST", "/api/v1/inspections", inspection),
        Item("PUT", f"/api/v1/photos/{ids[0]}?inspection_id=V&officer={OFFICER}", photos[0], picture),
        Item("POST", "/api/v1/hazards", hazard),
        Item("PUT", f"/api/v1/photos/{ids[1]}?hazard_id=H&officer={OFFICER}", photos[1], picture),
        Item("POST", "/api/v1/hazards/H/steps", step, keyed),
        Item("POST", "/api/v1/routes/skips", skip),
        Item("POST", "/api/v1/tracks", {"id": "T", "officer": OFFICER, "fixes": fixes}),
    ]


def state(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Give what stands in the store, times of writing apart."""
    day = date.fromisoformat(DAY)
    with open_store(path) as store:
        frames = {**store.ledger(*WRITTEN).frames, "skips": store.routes(day, day).frames["route_skips"]}
    return {name: sorted(frame.astype(str).to_dict("records"), key=str) for name, frame in frames.items()}


def test_in_any_order_ten_times(town: Path, tmp_path: Path, open_service: Callable[[Path], TestClient]) -> None:
    """Each request ten times, shuffled; those that came too early are sent again: the state of one quiet day."""
    twin = tmp_path / "twin.gpkg"
    twin.write_bytes(town.read_bytes())
    items = a_visit(*places_in(town, 1)[0])
    for each in items:
        assert each.send(open_service(twin)).status_code == 201
    shuffled = items * 10
    random.Random(1).shuffle(shuffled)
    client = open_service(town)
    early = [each for each in shuffled if each.send(client).status_code >= 400]
    for _ in range(3):  # an inspection, its hazard, the step of that: each may have to wait for the one before
        early = [each for each in early if each.send(client).status_code >= 400]
    assert early == []
    assert state(town) == state(twin)
    assert [len(state(town)[name]) for name in (*WRITTEN, "skips")] == [1, 1, 2, 2, 1, 1]


def test_document_of_a_day(phone: TestClient, town: Path) -> None:
    """Route, places with what they owe, hazards to re-check, checklists; unchanged it is not sent again."""
    place = places_in(town, 1)[0][0]
    hazard = {"id": "H1", "place_id": place, "found_at": AT, "rectified_at": AT, "description": "通道堵塞"}
    assert phone.post("/api/v1/hazards", json=hazard).status_code == 201
    assert phone.post("/api/v1/hazards", json=hazard | {"id": "H2", "closed_at": AT}).status_code == 201
    answer = phone.get(f"/api/v1/phone?officer={OFFICER}&date={DAY}")
    document = PhoneDay.model_validate(answer.json())
    assert [stop.place_id for stop in document.route.stops] == [each for each, _, _ in places_in(town, 3)]
    assert {each.id for each in document.places} >= {stop.place_id for stop in document.route.stops}
    assert [(each.id, each.state, each.recheck) for each in document.hazards] == [("H1", "待复查", True)]
    assert any(not each.industry for each in document.checklists)
    same = {"if-none-match": answer.headers["etag"]}
    assert phone.get(f"/api/v1/phone?officer={OFFICER}&date={DAY}", headers=same).status_code == 304
    assert phone.get("/api/v1/phone?officer=none").status_code == 404
    assert phone.get("/api/v1/checklists").json()["rows"] == answer.json()["checklists"]


def test_track(phone: TestClient, town: Path) -> None:
    """Cleaned as a recorder's file is; without a line nothing is written; another under its id is refused."""
    item = a_visit(*places_in(town, 1)[0])[-1]
    first, again = item.send(phone), item.send(phone)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    assert (first.json()["fixes"], first.json()["kept"]) == (4, 4)
    other = item.body | {"fixes": item.body["fixes"][:2]}
    assert phone.post("/api/v1/tracks", json=other).status_code == 409
    jump = [item.body["fixes"][0], item.body["fixes"][1] | {"lon": item.body["fixes"][0]["lon"] + 1}]
    nothing = phone.post("/api/v1/tracks", json=item.body | {"id": "T2", "fixes": jump})
    assert (nothing.status_code, nothing.json()["kept"]) == (200, 0)
    assert [row["id"] for row in state(town)["tracks"]] == ["T"]
    assert phone.post("/api/v1/tracks", json=item.body | {"fixes": jump[:1]}).status_code == 422


def test_what_makes_it_an_app(phone: TestClient) -> None:
    """The worker may rule the page alone and is headed by its files, all of which are there; manifest and icons too."""
    worker = phone.get("/today/worker.js")
    assert (worker.headers["service-worker-allowed"], worker.headers["cache-control"]) == ("/today", "no-cache")
    head = worker.text.splitlines()[0]
    files = head.split("SHELL = ")[1].rstrip(";")
    listed = [each.strip(' "[]') for each in files.split(",")]
    assert "/static/today.js" in listed
    assert {each: phone.get(each).status_code for each in listed} == dict.fromkeys(listed, 200)
    manifest = phone.get("/today/manifest.webmanifest?officer=o1").json()
    assert (manifest["start_url"], manifest["scope"]) == ("/today?officer=o1", "/today")
    icons = [phone.get(icon["src"]) for icon in manifest["icons"]]
    assert [icon.content[:4] for icon in icons] == [b"\x89PNG"] * 2
    page = phone.get(f"/today?officer={OFFICER}")
    assert "worker-src 'self'" in page.headers["content-security-policy"]


def test_a_hazard_with_its_photos(phone: TestClient, town: Path) -> None:
    """They stand in the first row of its life; sent again after the office assigned it, it is the same hazard."""
    place, photo = places_in(town, 1)[0][0], "a" * 64
    hazard = {"id": "H", "place_id": place, "found_at": AT, "photos": [photo]}
    assert phone.post("/api/v1/hazards", json=hazard).status_code == 201
    step = {"action": "assign", "actor": "办", "role": "clerk", "at": AT, "responsible": "甲", "deadline": "2024-07-09"}
    assert phone.post("/api/v1/hazards/H/steps", json=step).status_code == 201
    assert phone.post("/api/v1/hazards", json=hazard).status_code == 200
    assert phone.post("/api/v1/hazards", json=hazard | {"deadline": "2024-07-01"}).status_code == 409
    steps = phone.get("/api/v1/hazards/H/steps").json()["steps"]
    assert [(each["action"], each["photos"]) for each in steps] == [("register", photo), ("assign", None)]


def test_a_hazard_sent_again_when_its_life_has_gone_on(phone: TestClient, town: Path) -> None:
    """What steps changed since is no other hazard, whether it had a deadline or was put right; another way it is."""
    found = {"place_id": places_in(town, 1)[0][0], "found_at": AT}
    until, fixed = found | {"id": "U", "deadline": "2024-07-05"}, found | {"id": "F", "rectified_at": AT}
    assert [phone.post("/api/v1/hazards", json=each).status_code for each in (until, fixed)] == [201, 201]
    extend = {"action": "extend", "actor": "办", "role": "clerk", "at": AT, "reason": "备件", "deadline": "2024-07-20"}
    fail = {"action": "fail", "actor": "o2", "role": "inspector", "at": AT, "reason": "又堵上了"}
    taken = [phone.post(f"/api/v1/hazards/{key}/steps", json=step) for key, step in (("U", extend), ("F", fail))]
    assert [each.status_code for each in taken] == [201, 201]
    assert [phone.post("/api/v1/hazards", json=each).status_code for each in (until, fixed)] == [200, 200]
    stood = [phone.get(f"/api/v1/hazards/{key}").json() for key in ("U", "F")]
    assert [(each["deadline"], each["rectified_at"]) for each in stood] == [("2024-07-20", None), (None, None)]
    others = [{"deadline": "2024-07-06"}, {"rectified_at": AT}, {"description": "别的"}]
    assert [phone.post("/api/v1/hazards", json=until | each).status_code for each in others] == [409] * 3


def test_what_the_town_asks_of_a_hazard(phone: TestClient, town: Path) -> None:
    """Nothing where its rules are silent; else the deadline for each day that the phone may be without a network."""
    asked = f"/api/v1/phone?officer={OFFICER}&date={DAY}"
    assert phone.get(asked).json()["finding"] == {"deadlines": {}, "fix_photo": False}
    with open_store(town, write=True) as store:
        rules = '\n[hazards]\nphotos = ["当场整改"]\ndeadline_days = { "一般" = 5 }\n'
        store.write_rules(store.rules_text() + rules, actor="t", source="t")
    fixed = {"id": "h", "place_id": places_in(town, 1)[0][0], "found_at": AT, "rectified_at": AT}
    assert phone.post("/api/v1/hazards", json=fixed).status_code == 422
    assert phone.post("/api/v1/hazards", json=fixed | {"photos": ["0" * 64]}).status_code == 201
    finding = phone.get(asked).json()["finding"]
    assert (list(finding["deadlines"]), finding["fix_photo"]) == (["一般"], True)
    # a Friday, its weekend, the Monday
    assert finding["deadlines"]["一般"][:4] == ["2024-07-05", "2024-07-05", "2024-07-05", "2024-07-08"]


def test_duties_of_others_are_told_apart(phone: TestClient, town: Path) -> None:
    """A place where only a leader's visit counts is not the inspector's to go to: it comes last, without ways there."""
    asked = f"/api/v1/phone?officer={OFFICER}&date={DAY}"
    rules = """
[[rule]]
id = "own"
name = "普通"
duty = "检查"
applies = { industry = ["餐饮"] }
every = "month"
[[rule]]
id = "led"
name = "包保"
duty = "包保"
by = ["leader"]
every = "month"
"""
    with open_store(town, write=True) as store:
        store.write_rules(rules, actor="t", source="t")
        first = places_in(town, 1)[0][0]
        last = places_in(town, 3)[2][0]
        places = store.ledger("places").places
        places["industry"] = places["industry"].where(places["id"] != last, "餐饮")
        store.write("places", places, actor="t", action="t", source="t")
    document = PhoneDay.model_validate(phone.get(asked).json())
    owed = {each.id: [owes.own for owes in each.owes] for each in document.places}
    assert (document.places[0].id, owed[last], owed[first]) == (last, [True, False], [False])
    assert [app for app, _ in document.places[0].links] == ["高德", "百度", "腾讯"]
    assert not any(each.links for each in document.places[1:])


def test_what_is_known_of_a_hazard(phone: TestClient, town: Path) -> None:
    """Its working days overdue, the photos it was found with, and what was said when it was put right, with photos."""
    place, found, after = places_in(town, 1)[0][0], "a" * 64, "b" * 64
    hazard = {"id": "H", "place_id": place, "found_at": AT, "deadline": "2024-06-28", "photos": [found]}
    assert phone.post("/api/v1/hazards", json=hazard).status_code == 201

    for day in ("2024-06-30", "2024-07-02"):
        keep(town, day, OFFICER, places_in(town, 1))

    def told(day: str) -> Any:
        (row,) = phone.get(f"/api/v1/phone?officer={OFFICER}&date={day}").json()["hazards"]
        return [row[name] for name in ("late", "photos", "put_right")]

    assert told("2024-06-28") == [None, [found], None]
    assert told("2024-06-30") == [0, [found], None]  # a Sunday
    assert told("2024-07-02") == [2, [found], None]
    step = {"action": "start", "actor": "企", "role": "enterprise", "at": "2024-06-28T10:00:00+08:00"}
    done = step | {"action": "rectify", "at": "2024-06-29T10:00:00+08:00", "reason": "换了", "photos": [after]}
    taken = [phone.post("/api/v1/hazards/H/steps", json=each).status_code for each in (step, done)]
    assert taken == [201, 201]
    right = {"at": "2024-06-29", "reason": "换了", "photos": [after]}
    assert told("2024-07-02") == [None, [found], right]
