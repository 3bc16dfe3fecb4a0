"""Kept routes through the service: kept, changed, undone, planned anew, sent; what can't be, and who was first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import gpxpy
import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from api.app import create_app
from api.described.kept_routes import AddablePlaces, ChangedRoutes, KeptRoutes, RouteHistory
from api.keeping import write
from api.settings import Settings
from coverage.routes.kept_rows import Histories
from geodata.store import open_store
from tests.api.conftest import HOSTILE

DAY = "2024-07-01"
ONE, TWO = "AQ001", "AQ002"
Json = dict[str, Any]


class Office:
    """The service, and who asks it."""

    def __init__(self, client: TestClient, path: Path) -> None:
        self.client, self.path = client, path

    def post(self, tail: str, *, status: int = 201, **body: Any) -> Json:
        """Post, and give the answer."""
        answer = self.client.post(f"/api/v1/routes{tail}", json={"actor": "网格长", **body})
        assert answer.status_code == status, answer.text
        document: Json = answer.json()
        return document

    def get(self, tail: str = "", **asked: Any) -> Json:
        """Ask, and give the answer."""
        answer = self.client.get(f"/api/v1/routes{tail}", params=asked)
        assert answer.status_code == 200, answer.text
        document: Json = answer.json()
        return document

    def route(self, officer: str = ONE) -> Json:
        """Give an officer's route as it stands."""
        route: Json = self.get(f"/{DAY}/{officer}")["route"]
        return route

    def change(
        self, do: str, *, officer: str = ONE, status: int = 201, revision: int | None = None, **what: Any
    ) -> Json:
        """Change an officer's route from the revision that stands."""
        seen = self.route(officer)["revision"] if revision is None else revision
        return self.post(f"/{DAY}/{officer}/changes", status=status, do=do, revision=seen, **what)


@pytest.fixture(scope="module")
def kept(village: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a village whose first officer has a kept route."""
    path = tmp_path_factory.mktemp("kept") / "town.gpkg"
    path.write_bytes(village.read_bytes())
    with TestClient(create_app(Settings(store=path)), base_url="http://127.0.0.1:8000") as client:
        Office(client, path).post("", date=DAY, officer=ONE)
    return path


@pytest.fixture(scope="module")
def still(kept: Path) -> Iterator[Office]:
    """Give its service, for tests that write nothing."""
    with TestClient(create_app(Settings(store=kept)), base_url="http://127.0.0.1:8000") as client:
        yield Office(client, kept)


@pytest.fixture
def office(kept: Path, tmp_path: Path) -> Iterator[Office]:
    """Give the service of a copy of it."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(kept.read_bytes())
    with TestClient(create_app(Settings(store=path)), base_url="http://127.0.0.1:8000") as client:
        yield Office(client, path)


def places(route: Json) -> list[str]:
    """Give the ids of the stops."""
    return [stop["place_id"] for stop in route["stops"]]


def test_kept_as_planned(still: Office) -> None:
    """What is kept is what the plan of the day says; kept again nothing is written; the answers fit their shapes."""
    plan = still.client.get("/api/v1/plan", params={"date": DAY, "officer": ONE}).json()["routes"][0]
    route = still.route()
    assert (route["revision"], route["state"], route["actor"], route["feasible"]) == (1, "draft", "网格长", True)
    same = ("place_id", "arrive", "leave", "why", "name", "travel_minutes")
    assert [[stop[name] for name in same] for stop in route["stops"]] == [
        [stop[name] for name in same] for stop in plan["stops"]
    ]
    assert (route["length_m"], route["home"]) == (plan["length_m"], plan["home"])
    assert len(route["line"]) == len(route["stops"]) + 1
    again = still.post("", date=DAY, officer=ONE, status=200)
    assert [each["revision"] for each in again["routes"]] == [1]
    TypeAdapter(KeptRoutes).validate_python(again)
    TypeAdapter(KeptRoutes).validate_python(still.get(date=DAY, brief=True))
    TypeAdapter(RouteHistory).validate_python(still.get(f"/{DAY}/{ONE}"))
    TypeAdapter(AddablePlaces).validate_python(still.get(f"/{DAY}/{ONE}/places"))


def test_changed_step_by_step_and_back(office: Office) -> None:
    """Each change is a revision with its times; undone one by one the first route stands again, and all can be read."""
    first = office.route()
    one, two, *_ = places(first)
    moved = office.change("move", place_id=one, to=2)
    TypeAdapter(ChangedRoutes).validate_python(moved)
    assert places(moved["routes"][0])[:2] == [two, one]
    office.change("lock", place_id=one)
    assert office.change("drop", place_id=one, status=422)["detail"] == f"“{one}”已锁定，请先解锁。"
    dropped = office.change("drop", place_id=two)["routes"][0]
    assert two not in places(dropped)
    waiting = {row["place_id"]: row["state"] for row in office.get(f"/{DAY}/{ONE}/places")["rows"]}
    assert waiting[two] == "dropped"
    back = office.change("add", place_id=two, to=1)["routes"][0]
    assert (places(back)[0], back["stops"][0]["locked"]) == (two, True)
    for _ in range(4):
        office.change("undo")
    now = office.get(f"/{DAY}/{ONE}")
    assert now["route"]["stops"] == first["stops"]
    assert not now["can_undo"]
    said = [(each["revision"], each["action_name"], each["actor"]) for each in now["revisions"]]
    assert said[0] == (9, "撤回", "网格长")
    assert said[-1] == (1, "排出", "网格长")
    assert office.change("undo", status=422)["detail"].startswith("没有可以撤回的改动")


def test_who_was_first(office: Office) -> None:
    """A change of a revision that is not the newest is refused; the very same change asked again is answered again."""
    one, two, *_ = places(office.route())
    office.change("drop", place_id=one)
    assert office.change("drop", place_id=one, revision=1, status=200)["routes"][0]["revision"] == 2
    refused = office.change("drop", place_id=two, revision=1, status=409)
    office.change("move", place_id=two, to=2)
    assert office.change("move", place_id=two, to=2, revision=2, status=200)["routes"][0]["revision"] == 3
    office.change("move", place_id=two, to=900, revision=2, status=409)
    office.change("undo")
    assert "已到第 2 版（网格长，去掉）" in refused["detail"]
    assert office.route()["revision"] == 4
    with open_store(office.path) as store:
        audit = store.audit(limit=10)
    assert audit["table"].tolist()[:2] == ["planned_stops", "planned_routes"]
    assert set(audit["actor"][:2]) == {"网格长"}


def test_handed_to_another(office: Office) -> None:
    """A stop goes to somebody who had no route yet; undone, both routes are as before."""
    one = places(office.route())[0]
    taken = office.change("give", place_id=one, to_officer=TWO)["routes"]
    assert [(each["officer"], one in places(each)) for each in taken] == [(ONE, False), (TWO, True)]
    assert [each["action"] for each in office.get(f"/{DAY}/{TWO}")["revisions"]] == ["take", "plan"]
    office.change("give", place_id=one, to_officer=TWO, revision=1, status=200)
    office.change("give", place_id=one, to_officer="AQ003", revision=1, status=409)
    held = office.change("add", place_id=one, status=422)["detail"]
    assert held == f"“{one}”已经在 {TWO} 的路线上：请从那条路线“换人”。"
    undone = office.change("undo", officer=TWO)["routes"]
    assert {each["officer"]: one in places(each) for each in undone} == {ONE: True, TWO: False}
    assert (
        office.change("give", place_id=one, to_officer="nobody", status=422)["detail"] == "没有编号为“nobody”的人员。"
    )


def test_what_was_added_to_another_route_before_is_said(office: Office) -> None:
    """Who is planned later may get a place that somebody else was given by hand: the answer names it."""
    plan = office.client.get("/api/v1/plan", params={"date": DAY, "officer": TWO}).json()
    place = plan["routes"][0]["stops"][0]["place_id"]
    office.change("add", place_id=place)
    notes = office.post("", date=DAY, officer=TWO)["notes"]
    assert notes[-1] == f"“{place}”（{ONE}、{TWO}）在两个人的路线上：请去掉一个。"


def test_planned_anew_at_midday(office: Office) -> None:
    """What was inspected stands first, the locked stop stays, the rest begins after lunch where the officer was."""
    first = office.route()
    done, others, locked = first["stops"][0], first["stops"][1], first["stops"][-1]
    office.change("lock", place_id=locked["place_id"])
    for stop, officer, at in ((done, ONE, "09:10"), (others, TWO, "10:00")):
        row = {"place_id": stop["place_id"], "officer": officer, "at": f"{DAY}T{at}:00+08:00", "accuracy": 5}
        answer = office.client.post("/api/v1/inspections", json=row | {"lon": stop["lon"], "lat": stop["lat"]})
        assert answer.status_code == 201
    found = office.post(f"/{DAY}/{ONE}/replan", revision=2, at="12:30")
    TypeAdapter(ChangedRoutes).validate_python(found)
    route = found["routes"][0]
    assert (route["stops"][0]["place_id"], route["stops"][0]["done"]) == (done["place_id"], True)
    assert route["stops"][0]["arrive"] == f"{DAY}T09:10:00+08:00"
    assert route["start"] == pytest.approx([done["lon"], done["lat"]], abs=0.003)
    assert route["depart"] >= f"{DAY}T13:00:00"
    assert others["place_id"] not in places(route)
    assert locked["place_id"] in places(route)
    left = {each["place_id"]: each["reason"] for each in found["left_out"]}
    assert left[others["place_id"]] == "gone"
    assert not set(places(route)) & set(left)
    assert set(places(first)) - set(places(route)) <= set(left)
    assert office.post(f"/{DAY}/{ONE}/replan", status=409, revision=2, at="12:30")["status"] == 409
    again = office.post(f"/{DAY}/{ONE}/replan", revision=3, at="12:30")["routes"][0]
    assert again["stops"] == route["stops"]
    missing = office.post(f"/{DAY}/{ONE}/replan", status=422, revision=4)
    assert missing["detail"] == "at：这一天不是今天，请写明从几点起重排，例如 12:30。"


def test_what_is_on_two_routes_stays_on_both(office: Office) -> None:
    """A place for two officers is not lost when one of them is planned anew."""
    day = date.fromisoformat(DAY)
    with open_store(office.path, write=True) as store:
        mine = Histories(store.routes(day, day))[ONE][-1]
        first, *others = mine.stops
        both = mine.following(action="plan", actor="a", at=mine.at)
        both = replace(both, stops=(replace(first, partner=TWO), *others))
        write(store, [both, replace(mine, officer=TWO)], actor="a", action="plan", source="test")
    found = office.post(f"/{DAY}/{ONE}/replan", revision=2, at="10:00")
    assert f"“{first.place_id}”要和 {TWO} 同去" in "".join(found["notes"])
    assert set(places(found["routes"][0])) & set(mine.places)
    assert not [each for each in found["left_out"] if each["reason"] == "gone"]


def test_sent_to_phones(office: Office) -> None:
    """A sent revision says so; sent again nothing changes; a change makes a draft; what can't be kept needs a word."""
    assert office.post(f"/{DAY}/send", status=200, routes={ONE: 1})["routes"][0]["state"] == "sent"
    assert office.post(f"/{DAY}/send", status=200, routes={ONE: 1})["routes"][0]["revision"] == 2
    assert office.post("", date=DAY, officer=ONE, status=200)["notes"][-1].startswith(f"{ONE}的路线已经改过或发出")
    far = office.get(f"/{DAY}/{ONE}/places")["rows"]
    added = 0
    while office.route()["feasible"] and added < len(far):
        office.change("add", place_id=far[added]["place_id"])
        added += 1
    route = office.route()
    assert (route["state"], route["feasible"]) == ("draft", False)
    asked = {"routes": {ONE: route["revision"]}}
    assert "没有发出" in office.post(f"/{DAY}/send", status=422, **asked)["detail"]
    assert office.post(f"/{DAY}/send", status=200, anyway=True, **asked)["routes"][0]["state"] == "sent"
    assert office.post(f"/{DAY}/send", status=409, routes={ONE: 1})["status"] == 409


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"do": "add", "place_id": "nobody"}, "没有编号为“nobody”的场所。"),
        ({"do": "move", "place_id": "x"}, "没有“x”"),
        ({"do": "lock"}, "要写明 place_id"),
        ({"do": "give", "place_id": "x"}, "要写明 to_officer"),
    ],
)
def test_what_cannot_be(still: Office, what: Json, said: str) -> None:
    """A change that can't be made says why, and nothing is written."""
    assert said in still.change(status=422, **({"to": 1} | what if what["do"] == "move" else what))["detail"]
    assert still.route()["revision"] == 1


def test_who_has_no_route(still: Office) -> None:
    """An officer without a route, or unknown, is told to be planned first."""
    for officer in (TWO, "nobody"):
        answer = still.client.get(f"/api/v1/routes/{DAY}/{officer}")
        assert (answer.status_code, "先排路线" in answer.json()["detail"]) == (404, True)
    assert "没有" in still.post("", date=DAY, officer="nobody", status=422)["detail"]
    foreign = still.client.post(f"/api/v1/routes/{DAY}/send", json={}, headers={"origin": "http://evil.example"})
    assert foreign.status_code == 403


def test_the_pages(still: Office) -> None:
    """Whoever has a kept route gets the board, others a plan that can be kept; only the area's people are offered."""
    board = still.client.get("/routes", params={"date": DAY, "officer": ONE}).text
    assert 'id="board"' in board
    assert HOSTILE not in board
    plain = still.client.get("/routes", params={"date": DAY, "officer": TWO}).text
    assert "保存为草稿" in plain
    area = still.client.get("/routes", params={"date": DAY, "area": "community:990001002001"}).text
    offered = area[area.index('name="officer"') : area.index("</select>", area.index('name="officer"'))]
    assert 1 < offered.count("<option") < still.client.get("/routes").text.count("（AQ")
    whole = still.client.get("/routes", params={"date": DAY}).text
    assert 'id="board"' in whole


def test_as_gpx_and_by_search(still: Office) -> None:
    """The route as it stands is a GPX file; a search finds places of the whole town, and says who has them."""
    one = places(still.route())[0]
    made = gpxpy.parse(still.client.get(f"/api/v1/routes/{DAY}/{ONE}/gpx").text)
    assert len(made.routes[0].points) == len(places(still.route())) + 1
    (row,) = still.get(f"/{DAY}/{ONE}/places", search=one)["rows"]
    assert (row["place_id"], row["holder"]) == (one, ONE)
    assert still.get(f"/{DAY}/{ONE}/places", search="没有这样的场所")["rows"] == []
