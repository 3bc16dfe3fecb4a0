"""What somebody may write: in the own area, in the own name, signed as who they are."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from geodata.store import open_store
from tests.access.conftest import FOREIGN, OWN, Let, Town
from tests.access.test_every_route import filled

NUMBERS = count()


def place(town: Town, community: str) -> str:
    """Give a place of a community's first grid."""
    return filled("{place_id}", town, community)


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
    body = visit(guarded, place_id=place(guarded, FOREIGN))
    for login in ("inspector", "manager"):
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
    own, foreign = (filled("/api/v1/hazards/{hazard_id}/steps", guarded, each) for each in (OWN, FOREIGN))
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
