"""What somebody may write: in the own area, in the own name, signed as who they are."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from geodata.store import open_store
from tests.access.addresses import filled, named, place_of
from tests.access.conftest import FOREIGN, OWN, Let, Town
from tests.api.sent_routes import keep

NUMBERS = count()


def place(town: Town, community: str) -> str:
    """Give a place of a community's first grid."""
    return place_of(town.ledger, community)


def grid_place(town: Town) -> str:
    """Give a place of the inspector's grid."""
    areas, places = town.ledger.areas, town.ledger.places
    grid = areas[areas["code"] == f"{OWN}001"].geometry.iloc[0]
    return str(places["id"][places.geometry.within(grid).to_numpy(bool)].iloc[0])


def visit(town: Town, **given: Any) -> dict[str, Any]:
    """Give a visit of the inspector in the own grid, with an id of its own."""
    values = {"id": f"access-{next(NUMBERS)}", "place_id": grid_place(town), "officer": "AQ001"}
    return {**values, "at": "2024-06-30T10:00:00+08:00", **given}


def newest_actor(town: Town) -> str:
    """Give who wrote the newest row of the audit."""
    with open_store(town.path) as store:
        return str(store.audit(limit=1)["actor"].iloc[0])


def test_own_visit(guarded: Town, let_in: Let) -> None:
    """A visit in the own grid is written, and the audit names the person, not the service."""
    assert let_in("inspector").post("/api/v1/inspections", json=visit(guarded)).status_code == 201
    assert newest_actor(guarded) == "安全员（inspector）"


def test_foreign_visit(guarded: Town, let_in: Let) -> None:
    """A visit at a place of another area is refused: for whoever may not see it, there is no such place."""
    for login, officer in (("inspector", "AQ001"), ("manager", None)):
        body = visit(guarded, place_id=place(guarded, FOREIGN), officer=officer)
        answer = let_in(login).post("/api/v1/inspections", json=body)
        assert answer.status_code == 422
        assert "没有编号为" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("login", "given"),
    [
        ("inspector", {"officer": "AQ002"}),
        ("inspector", {"by": "leader"}),
        ("inspector", {"officer": None}),
        ("leader", {"by": "inspector"}),
        ("farms", {"by": "expert"}),
    ],
)
def test_in_somebody_elses_name(guarded: Town, let_in: Let, login: str, given: dict[str, Any]) -> None:
    """Nobody records a visit in another's name or capacity; a clerk enters what was written on paper."""
    assert let_in(login).post("/api/v1/inspections", json=visit(guarded, **given)).status_code == 403
    assert let_in("clerk").post("/api/v1/inspections", json=visit(guarded, **given)).status_code == 201


def test_steps(guarded: Town, let_in: Let) -> None:
    """A step is taken in the own role, in the own area, and signed by who takes it whatever name is sent."""
    body = {"action": "extend", "actor": "别人", "role": "leader", "reason": "等材料", "deadline": "2024-12-30"}
    own, foreign = (
        filled("/api/v1/hazards/{hazard_id}/steps", named(guarded.ledger, place(guarded, each)))
        for each in (OWN, FOREIGN)
    )
    assert let_in("manager").post(own, json=body).status_code == 403
    mine = {**body, "role": "grid_manager"}
    assert let_in("manager").post(foreign, json=mine).status_code == 404
    found = {"id": f"access-{next(NUMBERS)}", "place_id": grid_place(guarded), "found_at": "2024-06-30T10:00:00+08:00"}
    assert let_in("inspector").post("/api/v1/hazards", json=found).status_code == 201
    address = f"/api/v1/hazards/{found['id']}/steps"
    assign = {
        "action": "assign",
        "actor": "别人",
        "role": "grid_manager",
        "responsible": "业主",
        "deadline": "2030-01-01",
    }
    answer = let_in("manager").post(address, json=assign)
    assert answer.status_code == 201, answer.text
    assert answer.json()["steps"][-1]["actor"] == "网格长（manager）"


def test_read_only_token(guarded: Town, let_in: Let) -> None:
    """A token for reading reads what its person sees, and writes nothing; taken back, it is nobody's."""
    made = let_in("inspector").post("/api/v1/me/tokens", json={"name": "QGIS"}).json()
    program = let_in("")
    headers = {"Authorization": f"Bearer {made['secret']}"}
    assert program.get("/api/v1/me", headers=headers).json()["user"]["login"] == "inspector"
    refused = program.post("/api/v1/inspections", json=visit(guarded), headers=headers)
    assert refused.status_code == 403
    assert program.post("/api/v1/me/tokens", json={"name": "x"}, headers=headers).status_code == 403
    assert let_in("inspector").delete(f"/api/v1/me/tokens/{made['number']}").status_code == 204
    assert program.get("/api/v1/me", headers=headers).status_code == 401


def test_basic(guarded: Town, let_in: Let) -> None:
    """Programs that know only HTTP Basic bring a token as their password."""
    made = let_in("manager").post("/api/v1/me/tokens", json={"name": "Collect", "read_only": False}).json()
    program = let_in("")
    assert program.get("/ogc/collections", auth=("manager", made["secret"])).status_code == 200
    assert program.get("/ogc/collections", auth=("clerk", made["secret"])).status_code == 401
    assert program.get("/ogc/collections").headers["www-authenticate"].startswith("Basic")


def test_write_from_nowhere(guarded: Town, let_in: Let) -> None:
    """A write with a cookie that says from no page where it comes is refused."""
    cookies = dict(let_in("inspector").cookies)
    bare = let_in("")
    answer = bare.post("/api/v1/inspections", json=visit(guarded), cookies=cookies, headers={"Origin": ""})
    assert answer.status_code == 403
    foreign = bare.post("/api/v1/inspections", json=visit(guarded), headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403


def test_stops_left_out(guarded: Town, let_in: Let) -> None:
    """Nobody leaves out a stop of another's route, whatever their role."""
    body = {"id": "x", "date": "2024-06-30", "officer": "AQ002", "place_id": grid_place(guarded)}
    body |= {"at": "2024-06-30T10:00:00+08:00", "reason": "无人"}
    for login in ("inspector", "leader", "farms", "manager"):
        assert let_in(login).post("/api/v1/routes/skips", json=body).status_code == 403
    assert let_in("clerk").post("/api/v1/routes/skips", json=body).status_code == 422  # nothing was sent to AQ002


def test_who_is_no_officer(guarded: Town, let_in: Let) -> None:
    """Whose account names no officer records in no officer's name: in their own, or without one."""
    given = {"by": "inspector", "place_id": grid_place(guarded)}
    for officer, status in (("AQ001", 403), ("网格长", 201), (None, 201)):
        body = visit(guarded, **given, officer=officer)
        assert let_in("manager").post("/api/v1/inspections", json=body).status_code == status


def test_routes_of_others(guarded: Town, let_in: Let, tmp_path: Path) -> None:
    """Of a day's routes each sees the own part: a department none, a manager no stop beyond the own community."""
    day = "2024-07-02"
    spots = {each: grid_place(guarded) if each == OWN else place(guarded, each) for each in (OWN, FOREIGN)}
    keep(guarded.path, day, "AQ001", [(spots[OWN], 1.0, 1.0), (spots[FOREIGN], 1.0, 1.1)])
    for login, seen in (("farms", []), ("manager", [spots[OWN]]), ("inspector", list(spots.values()))):
        answer = let_in(login).get(f"/api/v1/routes?date={day}")
        assert answer.status_code == 200, answer.text
        rows = answer.json()["routes"]
        assert [stop["place_id"] for row in rows for stop in row["stops"]] == seen


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("path", ["/reports", "/maps/areas", "/board", "/api/v1/coverage?by=town"])
def test_odd_days(let_in: Let, path: str, day: str) -> None:
    """A day for which there can be no figures is said to be one, on every page."""
    joined = "&" if "?" in path else "?"
    assert let_in("clerk").get(f"{path}{joined}as_of={day}").status_code == 422
