"""Steps of a hazard's life through the service."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from api.app import create_app
from api.described.hazards import HazardLife
from api.problems import ConflictProblem, NotFoundProblem
from api.settings import Settings
from api.stepping import take_step
from api.wire import NewStep
from coverage.course.replay import Policy
from coverage.workdays import working_day_after
from geodata.store import open_store


@pytest.fixture
def hazard_id(writing: TestClient) -> str:
    """Give a new general hazard of the village."""
    place = writing.get("/api/v1/places", params={"limit": 1}).json()["rows"][0]["id"]
    body = {"place_id": place, "found_at": "2024-06-20T09:00:00+08:00", "description": "灭火器失压"}
    return str(writing.post("/api/v1/hazards", json=body).json()["id"])


def take(client: TestClient, hazard_id: str, action: str, role: str, actor: str, **more: Any) -> Any:
    """Post a step."""
    body = {"action": action, "role": role, "actor": actor, **more}
    return client.post(f"/api/v1/hazards/{hazard_id}/steps", json=body)


ASSIGN = {"responsible": "店主", "deadline": "2024-07-01", "at": "2024-06-20T10:00:00+08:00"}


def test_a_life_through_the_service(writing: TestClient, hazard_id: str) -> None:
    """Each step answers with the whole life; the hazard's own row and the day's figures follow."""
    life = writing.get(f"/api/v1/hazards/{hazard_id}/steps")
    TypeAdapter(HazardLife).validate_json(life.content)
    assert (life.json()["state"], life.json()["steps"]) == ("found", [])
    steps = [
        ("assign", "clerk", "文员", ASSIGN),
        ("start", "enterprise", "店主", {"at": "2024-06-21T10:00:00+08:00"}),
        ("rectify", "enterprise", "店主", {"at": "2024-06-22T10:00:00+08:00", "photos": ["p1"]}),
        ("pass", "inspector", "安全员", {"at": "2024-06-23T10:00:00+08:00", "lon": 113.6, "lat": 22.8, "accuracy": 9}),
        ("close", "grid_manager", "网格长", {"at": "2024-06-24T10:00:00+08:00"}),
    ]
    for action, role, actor, more in steps:
        made = take(writing, hazard_id, action, role, actor, **more)
        assert made.status_code == 201, made.text
        TypeAdapter(HazardLife).validate_json(made.content)
    assert made.json() == writing.get(f"/api/v1/hazards/{hazard_id}/steps").json()
    assert [step["action"] for step in made.json()["steps"]] == ["register", *(step[0] for step in steps)]
    assert made.json()["steps"][4]["lon"] == 113.6
    row = writing.get(f"/api/v1/hazards/{hazard_id}").json()
    assert (row["closed_at"], row["responsible"]) == ("2024-06-24T10:00:00+08:00", "店主")
    for day, closed, rectified in (("2024-06-21", 0, 0), ("2024-06-23", 0, 1), ("2024-06-24", 1, 1)):
        found = writing.get("/api/v1/hazards", params={"as_of": day, "place_id": row["place_id"], "limit": 1000})
        (mine,) = [each for each in found.json()["rows"] if each["id"] == hazard_id]
        assert (mine["closed"], mine["rectified"]) == (bool(closed), bool(rectified))


def test_what_can_not_be_is_refused_whole(writing: TestClient, hazard_id: str) -> None:
    """409 with everything in the way; nothing is written."""
    refused = take(writing, hazard_id, "close", "enterprise", "店主")
    assert refused.status_code == 409
    assert "现在是“待交办”" in refused.json()["detail"]
    assert "企业不能办理" in refused.json()["detail"]
    assert writing.get(f"/api/v1/hazards/{hazard_id}/steps").json()["steps"] == []
    assert take(writing, "没有", "close", "clerk", "文员").status_code == 404
    assert take(writing, hazard_id, "fly", "clerk", "文员").status_code == 422
    later = take(writing, hazard_id, "assign", "clerk", "文员", **{**ASSIGN, "at": "2199-01-01T00:00:00Z"})
    assert later.status_code == 422


def test_two_at_once(writing: TestClient, hazard_id: str) -> None:
    """Of ten who take the same step at the same moment one does; the others are told."""
    assert take(writing, hazard_id, "assign", "clerk", "文员", **ASSIGN).status_code == 201

    def start(number: int) -> int:
        return int(take(writing, hazard_id, "start", "enterprise", f"店主{number}").status_code)

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(start, range(10)))
    assert sorted(statuses) == [201] + [409] * 9


def test_photos_as_the_town_asks(village: Path, tmp_path: Path) -> None:
    """The rules file says which steps need a photo; the answer tells it before somebody tries, or asks with `check`."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(village.read_bytes())
    with open_store(path, write=True) as store:
        store.write_rules(store.rules_text() + '\n[hazards]\nphotos = ["当场整改"]\n', actor="t", source="t")
        hazards = store.ledger("hazards").hazards
        open_ones = hazards[hazards["rectified_at"].isna() & hazards["closed_at"].isna() & ~hazards["void"]]
        store.write(
            "hazards", open_ones.head(1)[["id"]].assign(id="新").assign(
                found_at=open_ones["found_at"].head(1), level="一般"), actor="t", action="t", source="t",
        )  # fmt: skip
    with TestClient(create_app(Settings(store=path)), base_url="http://127.0.0.1:8000") as client:
        (fix,) = [one for one in client.get("/api/v1/hazards/新/steps").json()["possible"] if one["action"] == "fix"]
        assert fix["needs"] == ["photo"]
        assert "照片" in take(client, "新", "fix", "inspector", "安全员").json()["detail"]
        asked = "/api/v1/hazards/新/steps?check=true"
        body = {"action": "fix", "role": "inspector", "actor": "安全员"}
        assert "照片" in client.post(asked, json=body).json()["detail"]
        assert client.post(asked, json=body | {"photos": ["p1"]}).json()["state"] == "found"  # nothing is written
        assert client.get("/api/v1/hazards/新/steps").json()["steps"] == []
        assert take(client, "新", "fix", "inspector", "安全员", photos=["p1"]).status_code == 201


def test_the_page_tells_the_life(writing: TestClient, hazard_id: str) -> None:
    """The page of a hazard shows every step as text, and what can be done next."""
    take(writing, hazard_id, "assign", "clerk", "<b>文员</b>", reason="<script>", **ASSIGN)
    page = writing.get(f"/hazards/{hazard_id}").text
    assert "&lt;b&gt;文员&lt;/b&gt;" in page
    assert "<script>" not in page
    assert '<option value="start">开始整改</option>' in page
    assert writing.get("/hazards/没有").status_code == 404


def test_a_step_is_audited(writing: TestClient, hazard_id: str, tmp_path: Path) -> None:
    """Who took it stands in the audit, for the step and for the hazard."""
    take(writing, hazard_id, "assign", "clerk", "文员", **ASSIGN)
    with open_store(tmp_path / "town.gpkg") as store:
        audit = store.audit(2)
    assert audit[["actor", "action", "table"]].to_numpy().tolist() == [
        ["文员", "assign", "hazards"],
        ["文员", "assign", "steps"],
    ]


URGE = {"addressee": "某店（责任人 店主）", "answer_by": "2024-07-08", "at": "2024-07-03T10:00:00+08:00"}


def test_notices_are_numbered(writing: TestClient, hazard_id: str) -> None:
    """The service gives the number and says which it is; without addressee and day it is refused."""
    take(writing, hazard_id, "assign", "clerk", "文员", **ASSIGN)
    refused = take(writing, hazard_id, "urge", "clerk", "文员", at=URGE["at"])
    assert refused.status_code == 409
    assert "要写明督办单的送达、督办期限" in refused.json()["detail"]
    assert take(writing, hazard_id, "urge", "inspector", "安全员", **URGE).status_code == 409
    for number in (1, 2):
        made = take(writing, hazard_id, "urge", "clerk", "文员", **URGE)
        assert made.status_code == 201, made.text
        facts = json.loads(made.json()["steps"][-1]["facts"])
        assert facts == {
            "number": f"督〔2024〕00{number}号", "nth": str(number), "addressee": URGE["addressee"],
            "answer_by": "2024-07-08",
        }  # fmt: skip
    assert made.json()["facts"]["deadline"] == "2024-07-01"
    asked = {"issued": "true", "as_of": "2024-07-03"}
    rows = writing.get("/api/v1/hazards/supervision", params=asked).json()["rows"]
    assert [row["number"] for row in rows] == ["督〔2024〕002号", "督〔2024〕001号"]
    page = writing.get("/supervision", params=asked).text
    assert "督〔2024〕002号" in page
    assert "督〔2024〕002号" in writing.get(f"/hazards/{hazard_id}").text
    assert take(writing, hazard_id, "update", "clerk", "文员", addressee="某店").status_code == 409


def test_ten_notices_at_once(writing: TestClient) -> None:
    """Of ten that are issued in the same moment each has a number of its own."""
    place = writing.get("/api/v1/places", params={"limit": 1}).json()["rows"][0]["id"]
    ids = []
    for number in range(10):
        body = {"place_id": place, "found_at": "2024-06-20T09:00:00+08:00", "description": f"第 {number} 处"}
        ids.append(writing.post("/api/v1/hazards", json=body).json()["id"])
    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(lambda each: take(writing, each, "urge", "clerk", "文员", **URGE), ids))
    assert [each.status_code for each in made] == [201] * 10
    numbers = {json.loads(each.json()["steps"][-1]["facts"])["number"] for each in made}
    assert numbers == {f"督〔2024〕{number:03d}号" for number in range(1, 11)}


def test_a_notice_of_another_process(writing: TestClient, hazard_id: str, tmp_path: Path) -> None:
    """Two processes that read the same state never give the same number: the second is refused and may try again."""
    take(writing, hazard_id, "assign", "clerk", "文员", **ASSIGN)
    new = NewStep.model_validate({"action": "urge", "role": "clerk", "actor": "文员", **URGE})
    with open_store(tmp_path / "town.gpkg", write=True) as store:
        version, ledger = store.version(), store.ledger("hazards", "steps")
        assert take(writing, hazard_id, "urge", "clerk", "文员", **URGE).status_code == 201
        held = ledger.hazards
        standing = held["rectified_at"].isna() & held["closed_at"].isna() & ~held["void"] & (held["id"] != hazard_id)
        open_one = held["id"][standing].iloc[0]
        with pytest.raises(ConflictProblem, match="没有写入"):
            take_step(store, ledger, open_one, new, Policy(), version=version, source="t")
        version, ledger = store.version(), store.ledger("hazards", "steps")
        take_step(store, ledger, open_one, new, Policy(), version=version, source="t")
        facts = store.ledger("steps").frames["steps"]["facts"].iloc[-1]
    assert json.loads(facts)["number"] == "督〔2024〕002号"


def test_a_hazard_that_is_gone(village: Path, tmp_path: Path) -> None:
    """A hazard whose import was undone since it was read is no hazard: no step, and no half of it comes back."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(village.read_bytes())
    found = {"id": ["x"], "level": ["一般"], "found_at": pd.to_datetime(["2024-06-20T01:00:00Z"]).as_unit("s")}
    frame = pd.DataFrame(found).astype({"id": "str", "level": "str"})
    new = NewStep.model_validate({"action": "assign", "role": "clerk", "actor": "文员", **ASSIGN})
    with open_store(path, write=True) as store:
        brought = store.import_rows({"hazards": frame}, actor="clerk", source="隐患.csv")["hazards"][1]
        ledger, rows = store.ledger("hazards", "steps"), len(store.ledger("hazards").hazards)
        store.undo(brought or 0, actor="clerk")
        with pytest.raises(NotFoundProblem, match="没有编号为“x”的隐患"):
            take_step(store, ledger, "x", new, Policy(), version=0, source="t")
        assert len(store.ledger("hazards").hazards) == rows - 1


def test_a_deadline_is_proposed_never_taken(village: Path, tmp_path: Path) -> None:
    """The rules file may propose one; the form gets it, an assignment without a deadline is still refused."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(village.read_bytes())
    with open_store(path, write=True) as store:
        text = store.rules_text() + '\n[hazards]\ndeadline_days = { "一般" = 10 }\n'
        store.write_rules(text, actor="t", source="t")
    with TestClient(create_app(Settings(store=path)), base_url="http://127.0.0.1:8000") as client:
        place = client.get("/api/v1/places", params={"limit": 1}).json()["rows"][0]["id"]
        body = {"place_id": place, "found_at": "2024-06-20T09:00:00+08:00"}
        hazard_id = client.post("/api/v1/hazards", json=body).json()["id"]
        proposed = client.get(f"/api/v1/hazards/{hazard_id}/steps").json()["proposed_deadline"]
        today = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()
        assert proposed == working_day_after(today, 10).isoformat()
        assert f'data-deadline="{proposed}"' in client.get(f"/hazards/{hazard_id}").text
        assert take(client, hazard_id, "assign", "clerk", "文员", responsible="店主").status_code == 409
