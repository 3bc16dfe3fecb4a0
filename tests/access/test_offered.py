"""Pages offer what the account may do, and nothing that would be refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest

from tests.access.conftest import OWN, Let, Town
from tests.access.test_writing import grid_place


def offered(let_in: Let, login: str, hazard: str) -> list[dict[str, Any]]:
    """Give the steps that a hazard's page offers somebody."""
    (held,) = re.findall(r'data-possible="([^"]*)"', let_in(login).get(f"/hazards/{hazard}").text)
    found: list[dict[str, Any]] = json.loads(unescape(held))
    return found


@pytest.fixture(scope="module")
def hazard(guarded: Town, let_in: Let) -> str:
    """Give a new hazard of the inspector's grid."""
    body = {"id": "offered", "place_id": grid_place(guarded), "found_at": "2024-06-30T09:00:00+08:00"}
    assert let_in("clerk").post("/api/v1/hazards", json=body).status_code == 201
    return "offered"


@pytest.mark.parametrize("login", ["clerk", "leader", "manager", "inspector"])
def test_only_the_own_role(let_in: Let, hazard: str, login: str) -> None:
    """A hazard's page offers the own role, the first, and the enterprise; a step of neither is not offered."""
    own = {"manager": "grid_manager"}.get(login, login)
    steps = offered(let_in, login, hazard)
    told = [[role["role"] for role in step["roles"]] for step in steps]
    assert told
    assert {*map(tuple, told)} <= {(own,), ("enterprise",), (own, "enterprise")}
    assert ("assign" in {step["action"] for step in steps}) == (login != "inspector")


def test_refused_in_words(let_in: Let, hazard: str) -> None:
    """A step in another's role is refused in words of the page, without a name of a field."""
    body = {"action": "assign", "role": "grid_manager", "actor": "x", "responsible": "店主", "deadline": "2030-01-01"}
    answer = let_in("clerk").post(f"/api/v1/hazards/{hazard}/steps", json=body)
    assert answer.status_code == 403
    assert answer.json()["detail"] == "只能以自己的身份（安委办）办理；企业报来的可以代为登记，身份选“企业”。"


def test_what_was_just_done_is_not_proposed(let_in: Let, hazard: str) -> None:
    """The step that moves a hazard on stands first; where it is not the own turn, one has to be chosen."""
    clerk = let_in("clerk")
    assert offered(let_in, "clerk", hazard)[0]["action"] == "assign"
    body = {"action": "assign", "role": "clerk", "actor": "x", "responsible": "店主", "deadline": "2030-01-01"}
    assert clerk.post(f"/api/v1/hazards/{hazard}/steps", json=body).status_code == 201
    assert offered(let_in, "clerk", hazard)[0]["action"] == "start"
    start = {"action": "start", "role": "enterprise", "actor": "x"}
    assert clerk.post(f"/api/v1/hazards/{hazard}/steps", json=start).status_code == 201
    assert clerk.post(f"/api/v1/hazards/{hazard}/steps", json={**start, "action": "rectify"}).status_code == 201
    assert '<option value="">请选择</option>' in clerk.get(f"/hazards/{hazard}").text
    assert '<option value="">请选择</option>' not in let_in("inspector").get(f"/hazards/{hazard}").text


def test_links_that_open(guarded: Town, let_in: Let, marked: Mapping[str, str]) -> None:
    """An inspector's pages have no link to what only the office may open; the office has them."""
    assert marked
    place = grid_place(guarded)
    for login, there in (("inspector", False), ("manager", True)):
        page = let_in(login)
        assert ('href="/visits?place_id=' in page.get(f"/places/{place}").text) == there
        tabs = page.get("/hazards").text
        assert [f'href="/{path}?' in tabs for path in ("supervision", "published")] == [there] * 2
    for login, there in (("leader", False), ("manager", True)):
        assert ('class="review"' in let_in(login).get("/visits").text) == there


@pytest.mark.parametrize(
    ("login", "role"), [("inspector", "安全员"), ("manager", "网格长"), ("farms", "行业部门"), ("clerk", "安委办")]
)
def test_own_work(let_in: Let, login: str, role: str) -> None:
    """The work list opens on the own role."""
    assert re.search(f'aria-current="page">{role}</a>', let_in(login).get("/todo").text)


def test_boxes_count_the_list(guarded: Town, let_in: Let) -> None:
    """The boxes of grades count the visits that the filters of place, person and area leave, whatever the grade."""
    place = grid_place(guarded)
    clerk = let_in("clerk")
    total = clerk.get(f"/api/v1/visits?limit=1&place_id={place}").json()["total"]
    for query in (f"place_id={place}", f"place_id={place}&grade=A", f"place_id={place}&area=community:{OWN}"):
        boxes = re.findall(r'<p class="big">([\d,]+)</p>', clerk.get(f"/visits?{query}").text)
        assert sum(int(each.replace(",", "")) for each in boxes) == total
