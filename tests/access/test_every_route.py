"""Every route × role × own and foreign area: nothing that the tables don't allow, nothing foreign told."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from api.permissions import ALLOWED, PUBLIC_BELOW, ROUTES, Action
from geodata.accounts.model import ROLES
from tests.access.conftest import FOREIGN, OWN, Let, Town

LOGINS = {
    "clerk": "clerk",
    "leader": "leader",
    "grid_manager": "manager",
    "inspector": "inspector",
    "department": "farms",
}
MOUNTED = {"/static"}
DAY = "2024-06-30"
SLOW = re.compile(r"^/(maps/(routes|months|change)|api/v1/plan|.*\.pdf)|\{kind\}\.pdf")
"""Planned or printed: asked in tests of their own."""


def routes(town: Town) -> Iterator[tuple[str, str]]:
    """Give method and path, as the code writes it, of every route of the service."""
    for context in iter_route_contexts(town.app.routes):
        if context.path in MOUNTED or not context.path:
            continue
        for method in sorted(context.methods or ()):
            if method != "HEAD":
                yield method, context.path.replace(":path}", "}")


def filled(path: str, town: Town, community: str) -> str:
    """Give an address of a route with ids from a community."""
    ledger = town.ledger
    places = ledger.places
    at = places[places["address"].str.contains(_name(town, community), regex=False)]["id"].tolist()
    hazards = ledger.hazards[ledger.hazards["place_id"].isin(at)]["id"]
    inspections = ledger.inspections[ledger.inspections["place_id"].isin(at)]["id"]
    officers = ledger.officers[ledger.officers["area"].fillna("").str.startswith(community)]["id"]
    values = {
        "place_id": at[0], "hazard_id": hazards.iloc[0], "inspection_id": inspections.iloc[0],
        "officer": officers.iloc[0], "date": DAY, "level": "community", "code": community, "number": "1",
        "login": "spare", "kind": "coverage", "period": "2024-06", "name": "places",
        "feature_id": at[0], "row": "0", "column": "0", "z": "0", "x": "0", "y": "0",
    }  # fmt: skip
    if path.startswith("/api/v1/reports"):
        values["kind"] = "monthly"
    if "WebMercatorQuad/{level}" in path:
        values["level"] = "0"
    if path.startswith("/assets"):
        values["name"] = "leaflet.css"
    return re.sub(r"\{([^}]+)\}", lambda found: str(values[found[1]]), path)


def _name(town: Town, community: str) -> str:
    areas = town.ledger.areas
    return str(areas[areas["code"] == community]["name"].iloc[0])


def sent(browser: TestClient, method: str, address: str) -> int:
    """Send a request with an empty object where it writes; give the status."""
    if method == "GET":
        return browser.get(address, headers={"Accept": "application/json"}, follow_redirects=False).status_code
    return browser.request(method, address, json={}).status_code


def test_every_route_has_a_row(guarded: Town) -> None:
    """Each route says which action it is, and no row is of a route that is gone."""
    known = {f"{method} {path}" for method, path in routes(guarded)}
    known -= {"GET /api/v1/openapi.json"}  # behind the door, for every role
    assert known == set(ROUTES)


def test_nobody_comes_in(guarded: Town, let_in: Let) -> None:
    """Without an account nothing is answered but what is public; and of that nothing of the town."""
    for method, path in routes(guarded):
        status = sent(let_in(""), method, filled(path, guarded, OWN))
        public = ROUTES.get(f"{method} {path}") is Action.ANYBODY
        assert (status != 401) == public, (method, path, status)
    assert PUBLIC_BELOW == ("/static/", "/assets/")


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_not(guarded: Town, let_in: Let, role: str) -> None:
    """What the table doesn't allow a role is refused with 403; of what writes and is allowed nothing is."""
    browser = let_in(LOGINS[role])
    for method, path in routes(guarded):
        action = ROUTES.get(f"{method} {path}", Action.SEE)
        may = action is Action.ANYBODY or role in ALLOWED[action]
        if may and (method == "GET" or path in ("/api/v1/session", "/api/v1/me/sessions")):
            continue  # read by the next test; or would end the session
        status = sent(browser, method, filled(path, guarded, OWN))
        assert (status == 403) != may, (role, method, path, status)


@pytest.mark.parametrize("login", ["manager", "inspector", "farms"])
def test_nothing_foreign_is_told(guarded: Town, let_in: Let, login: str) -> None:
    """Whatever somebody may read, asked by ids of the own area or of another: no foreign place or hazard is in it."""
    browser, ledger = let_in(login), guarded.ledger
    role = next(role for role, each in LOGINS.items() if each == login)
    areas = ledger.areas
    if login == "farms":
        foreign = set(ledger.places["id"][ledger.places["department"] != "农业农村局"])
    else:
        own = areas[areas["code"] == (OWN if login == "manager" else f"{OWN}001")].geometry.iloc[0]
        foreign = set(ledger.places["id"][~ledger.places.geometry.intersects(own.buffer(1e-9)).to_numpy(bool)])
    foreign |= set(ledger.hazards["id"][ledger.hazards["place_id"].isin(foreign)])
    asked = 0
    for method, path in routes(guarded):
        action = ROUTES.get(f"{method} {path}", Action.SEE)
        if (
            method != "GET"
            or path == "/metrics"
            or SLOW.search(path)
            or (action is not Action.ANYBODY and role not in ALLOWED[action])
        ):
            continue
        for community in (OWN, FOREIGN):
            address = filled(path, guarded, community)
            answer = browser.get(address, headers={"Accept": "application/json"})
            assert answer.status_code not in (401, 403, 500), (path, answer.status_code)
            told = set(re.findall(r"HC\d{6}|YH\d{6,}|[A-Z]{2}\d{6,}", answer.text)) & foreign
            told -= set(re.findall(r"[A-Z]{2}\d{6,}", address))  # what was asked for is told back
            assert not told, (address, sorted(told)[:3])
            asked += 1
    assert asked > 100
