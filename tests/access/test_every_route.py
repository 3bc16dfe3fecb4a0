"""Every route × role × own and foreign area: nothing that the tables don't allow, nothing foreign told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from starlette.testclient import TestClient

from api.permissions import ALLOWED, PUBLIC_BELOW, ROUTES, WHOLE_TOWN, Action
from api.security import body_of
from geodata.accounts.model import ROLES
from tests.access.addresses import (
    ASKED,
    REPORTS,
    asked,
    filled,
    in_area,
    named,
    place_of,
    routes,
)
from tests.access.conftest import FOREIGN, OWN, Let, Town
from tests.access.foreign import foreign_to, text_of

LOGINS = {
    "clerk": "clerk",
    "leader": "leader",
    "grid_manager": "manager",
    "inspector": "inspector",
    "department": "farms",
}
NOTHING_THERE = {
    *("/backgrounds/{number}/file", "/backgrounds/{number}/{z}/{x}/{y}"),
    *("/login/service", "/login/service/end", "/login/service/callback"),
    "/api/v1/reports/{kind}/{period}/{name}",  # asked by `test_reports`
}
"""Routes that this town has nothing for."""
OF_OFFICERS = {"/api/v1/routes/{date}/{officer}", "/api/v1/routes/{date}/{officer}/gpx"}
"""Of these a department sees none."""


def sent(browser: TestClient, method: str, address: str) -> int:
    """Send a request with an empty object where it writes; give the status."""
    if method == "GET":
        return browser.get(address, headers={"Accept": "application/json"}, follow_redirects=False).status_code
    kind = sorted(body_of(method, address).types)[0]
    if kind == "multipart/form-data":
        return browser.post(address, files={"xml_submission_file": b"<data/>"}).status_code
    return browser.request(method, address, content=b"{}", headers={"content-type": kind}).status_code


def test_every_route_has_a_row(guarded: Town) -> None:
    """Each route says which action it is, and no row is of a route that is gone."""
    known = {f"{method} {path}" for method, path in routes(guarded)}
    known -= {"GET /api/v1/openapi.json"}  # behind the door, for every role
    assert known == set(ROUTES)
    assert {path for path in ASKED if f"GET {path}" not in ROUTES} == set()


def test_nobody_comes_in(guarded: Town, let_in: Let) -> None:
    """Without an account nothing is answered but what is public; and of that nothing of the town."""
    ids = named(guarded.ledger, place_of(guarded.ledger, OWN))
    for method, path in routes(guarded):
        status = sent(let_in(""), method, filled(path, ids))
        public = ROUTES.get(f"{method} {path}") is Action.ANYBODY
        assert (status != 401) == public, (method, path, status)
    assert PUBLIC_BELOW == ("/static/", "/assets/")


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_not(guarded: Town, let_in: Let, role: str) -> None:
    """What the table doesn't allow a role is refused with 403; of what writes and is allowed nothing is."""
    browser, ids = let_in(LOGINS[role]), named(guarded.ledger, place_of(guarded.ledger, OWN))
    for method, path in routes(guarded):
        action = ROUTES.get(f"{method} {path}", Action.SEE)
        may = action is Action.ANYBODY or role in ALLOWED[action]
        if may and (method == "GET" or path in ("/api/v1/session", "/api/v1/me/sessions")):
            continue  # read by the next test; or would end the session
        status = sent(browser, method, filled(path, ids))
        assert (status == 403) != may, (role, method, path, status)


def test_what_a_part_may_not(guarded: Town, let_in: Let) -> None:
    """What concerns the whole town is refused to a clerk who sees a part of it: drafts, jobs, imports, accounts."""
    ids = named(guarded.ledger, place_of(guarded.ledger, OWN))
    for method, path in routes(guarded):
        if ROUTES.get(f"{method} {path}") in WHOLE_TOWN:
            assert sent(let_in("helper"), method, filled(path, ids)) == 403, (method, path)


@pytest.mark.parametrize("login", ["helper", "inspector", pytest.param("farms", marks=pytest.mark.long)])
def test_nothing_foreign_is_told(guarded: Town, let_in: Let, marked: Mapping[str, str], login: str) -> None:
    """Whatever somebody may read, asked by ids of the own part or of another: nothing foreign is in it.

    The clerk of one community sees what its grid manager does, and all that is planned, printed and reported besides.
    """
    browser, ledger = let_in(login), guarded.ledger
    role = {"helper": "clerk", "inspector": "inspector", "farms": "department"}[login]
    foreign = foreign_to(ledger, login, marked)
    own = next(place for place in marked if place not in foreign.places)
    there = next(place for place in marked if place in foreign.places and in_area(ledger, FOREIGN, place))
    ids = [named(ledger, each, marked[each]) for each in (own, there)]
    told: dict[str, set[str]] = {}
    unanswered = set()
    for path, lists in _readable(guarded, role):
        if login == "inspector" and path.startswith("/maps/{kind}"):
            continue  # long to draw, and cut by areas as the clerk's
        of_own, of_foreign = (dict.fromkeys(asked(path, each, lists=lists)) for each in ids)
        statuses = []
        for address in of_own | of_foreign:
            answer = browser.get(address, headers={"Accept": "application/json"}, follow_redirects=False)
            assert answer.status_code not in (401, 403, 500), (address, answer.status_code, answer.text)
            found = foreign.told(text_of(answer)) - set(re.findall(r"[\w-]+", address))  # what was asked is told back
            if found:
                told[address] = found
            if address in of_own:
                statuses.append(answer.status_code)
        if min(statuses) >= 400:
            unanswered.add(path)
    assert not told
    assert unanswered - NOTHING_THERE == (OF_OFFICERS if login == "farms" else set())


def _readable(town: Town, role: str) -> Iterator[tuple[str, bool]]:
    """Give the path of each route that a role may read of a part of the town, and whether it lists rows."""
    described = town.app.openapi()["paths"]
    for method, path in routes(town):
        action = ROUTES.get(f"{method} {path}", Action.SEE)
        if method == "GET" and path != "/metrics" and action not in WHOLE_TOWN and role in ALLOWED[action]:
            parameters = described.get(path, {}).get("get", {}).get("parameters", ())
            yield path, any(each["name"] == "limit" for each in parameters)


@pytest.mark.parametrize(("kind", "period"), REPORTS)
def test_reports(guarded: Town, let_in: Let, marked: Mapping[str, str], kind: str, period: str) -> None:
    """No file of a report tells of another part, not even one that was frozen; to who sees all of the town they do."""
    foreign = foreign_to(guarded.ledger, "helper", marked)
    for login in ("helper", "clerk") if kind in ("monthly", "worksheet", "quarterly") else ("helper",):
        browser, told = let_in(login), set()
        files = browser.get(f"/api/v1/reports/{kind}/{period}").json()["files"]
        assert files
        for each in files:
            answer = browser.get(each["address"])
            assert answer.status_code == 200
            told |= foreign.told(each["name"] + text_of(answer))
            if told:
                break
        assert bool(told) == (login == "clerk"), (login, sorted(told)[:5])


def test_what_is_looked_for_is_found(guarded: Town, let_in: Let, marked: Mapping[str, str]) -> None:
    """To who sees all of the town, foreign things are told: in JSON, pages, vector tiles and PDF they are found."""
    foreign, clerk = foreign_to(guarded.ledger, "helper", marked), let_in("clerk")
    place = next(place for place in marked if in_area(guarded.ledger, FOREIGN, place))
    for path in (
        "/api/v1/places/{place_id}",
        "/api/v1/inspections/{inspection_id}/reviews",
        "/api/v1/photos/{photo_id}",
        "/places/{place_id}",
        "/ogc/collections/places/items/{feature_id}",
        "/ogc/collections/places/tiles/WebMercatorQuad/{level}/{row}/{column}",
        "/api/v1/routes/{date}/{officer}",
    ):
        address = filled(path, named(guarded.ledger, place, marked[place]))
        told = foreign.told(text_of(clerk.get(address))) - set(re.findall(r"[\w-]+", address))
        assert told, (address, clerk.get(address).status_code, clerk.get(address).content[:200])
