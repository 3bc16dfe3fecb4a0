"""What is written about another part of the town is refused, and leaves no trace; so is what would be lost there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from api.permissions import ROUTES, WHOLE_TOWN, WRITES, Action
from geodata.store import open_store
from tests.access.addresses import DAY, NEAR_OFFICER, filled, in_area, named
from tests.access.conftest import FOREIGN, OWN, Let, Town
from tests.access.marked import picture_of

Body = Callable[[str, str, str], Mapping[str, Any]]
"""Gives what is sent about a place, an inspection there and an officer."""
AT = f"{DAY}T12:00:00+08:00"
FIXES = [{"at": f"{DAY}T12:0{minute}:00+08:00", "lon": 113.66 + minute / 1e4, "lat": 22.79} for minute in range(3)]
WRITTEN: Mapping[str, Body] = {
    "POST /api/v1/inspections": lambda place, _, officer: {
        "id": f"w-{place}", "place_id": place, "officer": officer, "at": AT,
    },
    "POST /api/v1/hazards": lambda place, visit, _: {
        "id": f"w-{place}", "place_id": place, "inspection_id": visit, "found_at": AT,
    },
    "POST /api/v1/hazards/{hazard_id}/steps": lambda *_: {
        "action": "assign", "role": "clerk", "actor": "x", "responsible": "业主", "deadline": "2030-01-01",
    },
    "POST /api/v1/routes/skips": lambda place, _, officer: {
        "id": "w", "date": DAY, "officer": officer, "place_id": place, "at": AT, "reason": "无人",
    },
    "POST /api/v1/tracks": lambda _, __, officer: {"id": f"w-{officer}", "officer": officer, "fixes": FIXES},
    "POST /api/v1/inspections/{inspection_id}/reviews": lambda *_: {
        "verdict": "genuine", "reason": "去过", "actor": "x",
    },
    "POST /api/v1/places/{place_id}/risk": lambda *_: {"accepted": "一般", "reason": "看过", "actor": "x"},
    "POST /api/v1/routes": lambda _, __, officer: {"date": "2024-07-03", "officer": officer, "actor": "x"},
    "POST /api/v1/routes/{date}/{officer}/changes": lambda place, _, __: {
        "do": "lock", "place_id": place, "revision": 1, "actor": "x",
    },
    "POST /api/v1/routes/{date}/{officer}/replan": lambda *_: {"revision": 2, "at": "15:00", "actor": "x"},
    "POST /api/v1/routes/{date}/send": lambda _, __, officer: {"routes": {officer: 3}, "anyway": True, "actor": "x"},
    "PUT /api/v1/photos/{photo_id}": lambda *_: {},
}  # fmt: skip
"""What is written about the town, in an order in which each can be written."""
ELSEWHERE = {"POST /openrosa/submission"}
"""Asked in `test_openrosa.py`."""


def newest(town: Town) -> int:
    """Give the number of the newest row of the audit."""
    with open_store(town.path) as store:
        return store.version()


def test_nothing_foreign_is_written(guarded: Town, let_in: Let, marked: Mapping[str, str]) -> None:
    """Whatever a clerk of one community writes about another one is refused and leaves no trace; the own is written."""
    apart = {Action.ANYBODY, Action.OWN, *WHOLE_TOWN}
    writes = {route for route, action in ROUTES.items() if route.split()[0] in WRITES and action not in apart}
    assert writes == set(WRITTEN) | ELSEWHERE
    ledger, helper = guarded.ledger, let_in("helper")
    own, there = (next(each for each in marked if in_area(ledger, area, each)) for area in (OWN, FOREIGN))
    for route, body in WRITTEN.items():
        method, path = route.split()
        for place in (there, own):
            ids = named(ledger, place, marked[place]) | {"hazard_id": f"marked-{place}"}
            visit, officer = ids["inspection_id"], ids["officer"]
            address, before = filled(path, ids), newest(guarded)
            if method == "PUT":
                data = {"content": picture_of(list(marked).index(place) + 1), "headers": {"content-type": "image/jpeg"}}
                answer = helper.put(f"{address}?inspection_id={visit}", **data)
            else:
                answer = helper.request(method, address, json=body(place, visit, officer))
            written = newest(guarded) > before
            expected = (False, True) if place == there else (method != "PUT", False)
            assert (written, 400 <= answer.status_code < 500) == expected, (address, answer.status_code, answer.text)


@pytest.mark.parametrize("given", ["inspection_id", "place_id"])
def test_foreign_things_named_along(guarded: Town, let_in: Let, marked: Mapping[str, str], given: str) -> None:
    """A hazard of the own place that names a foreign visit, or of a foreign place that names an own one, is refused."""
    ledger = guarded.ledger
    own, there = (next(each for each in marked if in_area(ledger, area, each)) for area in (OWN, FOREIGN))
    body = {"id": "along", "place_id": own, "inspection_id": named(ledger, own)["inspection_id"], "found_at": AT}
    answer = let_in("helper").post("/api/v1/hazards", json=body | {given: named(ledger, there)[given]})
    assert (answer.status_code, "没有编号为" in answer.text) == (422, True)


@pytest.mark.parametrize("do", ["lock", "drop", "give", "replan", "send"])
def test_a_route_that_goes_elsewhere_too(guarded: Town, let_in: Let, marked: Mapping[str, str], do: str) -> None:
    """Who sees a part of a route doesn't write it: the stops elsewhere would be lost. They are told whom to ask."""
    assert marked
    whole, helper = let_in("clerk"), let_in("helper")
    address = f"/api/v1/routes/{DAY}/{NEAR_OFFICER}"
    stops = [stop["place_id"] for stop in whole.get(address).json()["route"]["stops"]]
    seen = helper.get(address).json()
    assert [stop["place_id"] for stop in seen["route"]["stops"]] == stops[:1]
    body = {"revision": 1, "actor": "x"}
    if do == "send":
        answer = helper.post(f"/api/v1/routes/{DAY}/send", json={"routes": {NEAR_OFFICER: 1}, "actor": "x"})
    elif do == "replan":
        answer = helper.post(f"{address}/replan", json=body | {"at": "12:30"})
    else:
        to = {"to_officer": "AQ003"} if do == "give" else {}
        answer = helper.post(f"{address}/changes", json=body | {"do": do, "place_id": stops[0]} | to)
    assert (answer.status_code, "范围以外" in answer.text) == (403, True), answer.text
    assert [stop["place_id"] for stop in whole.get(address).json()["route"]["stops"]] == stops
    changed = whole.get(address).json()["revisions"][0]
    assert (seen["revisions"][0]["reason"], changed["reason"][:8]) == ("", stops[1])
