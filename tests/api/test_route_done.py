"""What phones show and say on the way, and what became of routes, through the service and the commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from api.app import create_app
from api.cli import main
from api.described.done import RoutesDone, RouteSkip, Stays, Today
from api.settings import Settings
from tests.api.conftest import HOSTILE
from tests.api.sent_routes import keep, places_in

DAY = "2024-06-28"
OFFICER = "AQ001"


@pytest.fixture
def path(village: Path, tmp_path: Path) -> Path:
    """Give a copy of the village with a sent route of four stops, and a draft of another officer."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(village.read_bytes())
    places = places_in(path, 6)
    keep(path, DAY, OFFICER, places[:4])
    keep(path, DAY, OFFICER, places[:1], revision=2, state="draft")
    keep(path, DAY, "AQ002", places[4:], state="draft")
    return path


@pytest.fixture
def client(path: Path) -> Iterator[TestClient]:
    """Give its service."""
    with TestClient(create_app(Settings(store=path)), base_url="http://127.0.0.1:8000") as client:
        yield client


def today(client: TestClient, officer: str = OFFICER, day: str = DAY) -> dict[str, Any]:
    """Give what the phone shows."""
    answer = client.get("/api/v1/routes/today", params={"officer": officer, "date": day})
    assert answer.status_code == 200, answer.text
    TypeAdapter(Today).validate_json(answer.content)
    document: dict[str, Any] = answer.json()
    return document


def skip(client: TestClient, place: str, **more: object) -> Any:
    """Say that a stop is left out."""
    body = {"id": "k1", "date": DAY, "officer": OFFICER, "place_id": place, "at": f"{DAY}T10:00:00+08:00"}
    return client.post("/api/v1/routes/skips", json={**body, "reason": "无人", **more})


def inspect(client: TestClient, place: str, at: str, officer: str = OFFICER, key: str = "c1") -> Any:
    """Post a check-in as the phone does."""
    body = {"id": key, "place_id": place, "officer": officer, "at": f"{DAY}T{at}:00+08:00", "result": "合格"}
    return client.post("/api/v1/inspections", json=body)


def test_the_phone_shows_what_was_sent(client: TestClient) -> None:
    """Stops of the last sent revision in order, not of a draft after it; each with its hour, reason, ways there."""
    document = today(client)
    assert (document["revision"], document["depart"], document["home"]) == (1, "08:30", "17:00")
    stops = document["stops"]
    assert [stop["number"] for stop in stops] == [1, 2, 3, 4]
    assert [stop["arrive"] for stop in stops] == ["09:00", "10:00", "11:00", "12:00"]
    assert {stop["state"] for stop in stops} == {"not_done"}
    assert [word for word, _ in stops[0]["links"]] == ["高德", "百度", "腾讯"]
    assert document["line"][0][0] == pytest.approx([stops[0]["lon"], stops[0]["lat"]], abs=1e-6)


def test_the_phone_says_who_comes_along(client: TestClient, path: Path) -> None:
    """Where two have to go together, each is told the other's name."""
    assert {stop["partner"] for stop in today(client)["stops"]} == {None}
    keep(path, DAY, OFFICER, places_in(path, 2), revision=3, partner="AQ002")
    assert {stop["partner"] for stop in today(client)["stops"]} == {"安全员002"}


def test_drafts_and_other_days_are_not_shown(client: TestClient) -> None:
    """A route that was never sent is none for the phone; somebody who is not there is told so."""
    assert (today(client, "AQ002")["revision"], today(client, "AQ002")["stops"]) == (None, [])
    assert today(client, day="2024-06-29")["stops"] == []
    answer = client.get("/api/v1/routes/today", params={"officer": "nobody"})
    assert answer.status_code == 404
    assert client.get("/api/v1/routes/today").status_code == 422


def test_a_check_in_and_a_skip_show_at_once(client: TestClient) -> None:
    """The phone's next question has them; a skip is taken back, an inspection after it counts."""
    places = [stop["place_id"] for stop in today(client)["stops"]]
    assert inspect(client, places[0], "09:12").status_code == 201
    assert skip(client, places[1]).status_code == 201
    stops = today(client)["stops"]
    assert [stop["state"] for stop in stops] == ["visited", "skipped", "not_done", "not_done"]
    assert (stops[0]["done_at"], stops[0]["inspection_id"]) == ("09:12", "c1")
    assert (stops[1]["reason"], stops[0]["reason"]) == ("无人", None)
    assert skip(client, places[1], id="k2", state="taken_back", reason=None).status_code == 201
    assert today(client)["stops"][1]["state"] == "not_done"
    skip(client, places[1], id="k3")
    inspect(client, places[1], "11:00", officer="AQ002", key="c2")
    assert [today(client)["stops"][1][name] for name in ("state", "reason")] == ["by_other", None]


def test_the_same_skip_twice_is_one(client: TestClient) -> None:
    """A retry answers 200 and writes nothing; another one under its id is refused."""
    place = today(client)["stops"][0]["place_id"]
    first, again = skip(client, place), skip(client, place)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    TypeAdapter(RouteSkip).validate_json(first.content)
    assert skip(client, place, reason="天气").status_code == 409


WRONG: list[tuple[dict[str, object], str]] = [
    ({"reason": None}, "reason"),
    ({"reason": "累了"}, "reason"),
    ({"reason": "其他"}, "note"),
    ({"reason": "其他", "note": " "}, "note"),
    ({"place_id": "HC999999"}, "发出的路线上没有"),
    ({"officer": "AQ002"}, "发出的路线上没有"),
    ({"date": "2024-06-27"}, "发出的路线上没有"),
    ({"at": "2999-06-28T10:00:00+08:00"}, "将来"),
    ({"lon": 113.0}, "lat"),
    ({"more": 1}, "more"),
]


def test_a_skip_that_is_none(client: TestClient) -> None:
    """It is refused with what is wrong; nothing is written."""
    place = today(client)["stops"][0]["place_id"]
    for more, said in WRONG:
        answer = skip(client, place, **more)
        assert answer.status_code == 422
        assert said in answer.text
    assert {stop["state"] for stop in today(client)["stops"]} == {"not_done"}


def test_the_phone_asks_whether_anything_changed(client: TestClient, path: Path) -> None:
    """304 as long as nothing did; a check-in or a new revision is another tag."""
    asked = {"officer": OFFICER, "date": DAY}
    first = client.get("/api/v1/routes/today", params=asked)
    tag = first.headers["ETag"]
    same = client.get("/api/v1/routes/today", params=asked, headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")
    inspect(client, first.json()["stops"][0]["place_id"], "09:12")
    after = client.get("/api/v1/routes/today", params=asked, headers={"If-None-Match": tag})
    assert after.status_code == 200
    keep(path, DAY, OFFICER, places_in(path, 2), revision=3)
    assert len(today(client)["stops"]) == 2


def test_planned_against_done(client: TestClient, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The service and the command tell the same: of each route, stop and extra, and the sums."""
    stops = [stop["place_id"] for stop in today(client)["stops"]]
    inspect(client, stops[0], "09:12")
    skip(client, stops[1], note="敲门没人应")
    others = [place for place, _, _ in places_in(path, 6)[4:]]
    inspect(client, others[0], "14:00", key="c2")
    for by in ("route", "stop", "extra", "officer", "day", "all", "grid", "community"):
        answer = client.get("/api/v1/routes/done", params={"date": DAY, "by": by})
        assert answer.status_code == 200, answer.text
        TypeAdapter(RoutesDone).validate_json(answer.content)
        if by in ("stop", "community"):
            assert main(["routes", str(path), "--date", DAY, "--by", by, "--format", "json"]) == 0
            assert json.loads(capsys.readouterr().out)["rows"] == answer.json()["rows"]
    (mine, draft) = client.get("/api/v1/routes/done", params={"date": DAY}).json()["rows"]
    assert (mine["state"], draft["state"]) == ("sent", "draft")
    counts = [mine[name] for name in ("stops", "visited", "skipped", "not_done", "extra", "done_rate")]
    assert counts == [4, 1, 1, 2, mine["extra"], 0.25]
    assert mine["planned_m"] == 2345.6
    rows = client.get("/api/v1/routes/done", params={"date": DAY, "by": "stop", "officer": OFFICER}).json()["rows"]
    assert [(row["planned"], row["late_minutes"]) for row in rows[:2]] == [("09:00", 12), ("10:00", None)]
    assert rows[1]["note"] == "敲门没人应"
    extra = client.get("/api/v1/routes/done", params={"date": DAY, "by": "extra", "officer": OFFICER}).json()["rows"]
    assert others[0] in {row["place_id"] for row in extra}


def test_days_that_are_no_question(client: TestClient) -> None:
    """A day or two ends, in their order; a year at most."""
    for asked in ({}, {"date": DAY, "from": DAY, "to": DAY}, {"from": DAY}):
        assert client.get("/api/v1/routes/done", params=asked).status_code == 422
    for asked in ({"from": DAY, "to": "2024-06-01"}, {"from": "2022-06-01", "to": DAY}):
        assert "时间段" in client.get("/api/v1/routes/done", params=asked).text


def test_stays(client: TestClient, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is accepted holds from its day on, in the plans of later days; before it nothing changes."""
    answer = client.get("/api/v1/stays", params={"from": "2024-01-01", "to": "2024-06-30"})
    TypeAdapter(Stays).validate_json(answer.content)
    command = ["stays", str(path), "--from", "2024-01-01", "--as-of", "2024-06-30", "--format", "json"]
    assert main(command) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["rows"] == answer.json()["rows"]
    proposed = {row["key"]: row["proposed_minutes"] for row in document["rows"] if row["proposed_minutes"]}
    name = next(iter(proposed))
    before = client.get("/api/v1/plan", params={"officer": OFFICER, "date": "2024-07-01"}).json()
    assert main([*command, "--accept", name, "--since", "2024-07-02", "--reason", "问过组长"]) == 0
    capsys.readouterr()
    assert main(["rules", str(path), "--format", "json"]) == 0
    version = json.loads(capsys.readouterr().out)["versions"][-1]
    assert version["from"] == "2024-07-02"
    assert version["reason"] == f"按实际停留：{name} {proposed[name]:.0f} 分钟（问过组长）"
    assert client.get("/api/v1/plan", params={"officer": OFFICER, "date": "2024-07-01"}).json() == before
    assert main([*command[:-2], "--as-of", "2024-07-02", "--format", "json"]) == 0
    after = {row["key"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert after[name]["rule_minutes"] == proposed[name]
    assert after[name]["proposed_minutes"] is None
    assert main([*command, "--accept", "没有的", "--since", "2024-07-09"]) == 1
    assert main([*command, "--accept", name, "--since", "2024-07-02"]) == 1
    assert main([*command, "--accept", name]) == 2


def test_the_pages(client: TestClient) -> None:
    """What is hostile stays text; a day without routes says what to do; a person sees every stop."""
    stops = today(client)["stops"]
    skip(client, stops[1]["place_id"], reason="其他", note=HOSTILE)
    assert stops[0]["name"] == HOSTILE
    for address in (f"/today?officer={OFFICER}", f"/routes/done?officer={OFFICER}"):
        page = client.get(f"{address}&date={DAY}")
        assert page.status_code == 200
        assert HOSTILE not in page.text
        # the phone's page asks for its day itself
        assert ("alert(1)" in page.text) == address.startswith("/routes/done")
        assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    done = client.get("/routes/done", params={"date": DAY}).text
    assert "有 1 条路线没有发出过" in done
    assert "跳过的原因：其他 1" in done
    assert "没有留下来的路线" in client.get("/routes/done", params={"date": "2024-06-27"}).text
    assert f"/today?officer={OFFICER}" in client.get("/today", params={"date": DAY}).text
    assert "还没有发出路线" in client.get("/today", params={"date": "2024-06-27"}).text
    nobody = client.get("/today", params={"officer": HOSTILE}, headers={"Accept": "text/html"})
    assert nobody.status_code == 404
    assert HOSTILE not in nobody.text


def test_another_origin_can_not_skip(client: TestClient) -> None:
    """As with every post."""
    answer = client.post("/api/v1/routes/skips", json={}, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
