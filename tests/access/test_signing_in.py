"""Coming in: the door, the cookie, how often it may be tried."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.signing_in import COOKIE, MOST_TRIES
from geodata.accounts.book import Accounts
from geodata.accounts.model import User
from tests.access.conftest import BASE, PASSWORD, Let, Town, hashed

PAGE = {"Accept": "text/html"}


def test_page_without_a_session(let_in: Let) -> None:
    """Who opens a page is asked to come in, and goes on to that page; a program is told so."""
    answer = let_in("").get("/gaps?as_of=2024-06-30", headers=PAGE, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fgaps%3Fas_of%3D2024-06-30"
    told = let_in("").get("/api/v1/town")
    assert told.status_code == 401
    assert told.headers["www-authenticate"] == "Bearer"
    assert told.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("away", ["https://a.example/", "//a.example/", "/\\a.example", "javascript:alert(1)", "/\t/x"])
def test_nobody_is_led_away(let_in: Let, away: str) -> None:
    """The door leads on to addresses of this service alone."""
    assert 'data-back="/"' in let_in("").get("/login", params={"next": away}, headers=PAGE).text


def test_cookie(guarded: Town) -> None:
    """The cookie is not for scripts or other sites, ends after 12 hours, and goes encrypted ways where there are."""
    browser = TestClient(guarded.app, base_url=BASE, headers={"Origin": BASE})
    cookie = browser.post("/api/v1/session", json={"login": "leader", "password": PASSWORD}).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Max-Age=43200", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    safe = TestClient(guarded.app, base_url="https://127.0.0.1:8000", headers={"Origin": "https://127.0.0.1:8000"})
    assert (
        "Secure" in safe.post("/api/v1/session", json={"login": "leader", "password": PASSWORD}).headers["set-cookie"]
    )


def test_going_out(guarded: Town) -> None:
    """Whoever goes out is nobody, though a copy of the cookie is kept."""
    browser = TestClient(guarded.app, base_url=BASE, headers={"Origin": BASE})
    browser.post("/api/v1/session", json={"login": "leader", "password": PASSWORD})
    kept = browser.cookies[COOKIE]
    assert browser.get("/api/v1/me").status_code == 200
    assert browser.delete("/api/v1/session").status_code == 204
    browser.cookies.set(COOKIE, kept)
    assert browser.get("/api/v1/me").status_code == 401


def test_wrong_is_wrong(let_in: Let) -> None:
    """A wrong password, an unknown login and a shut door are answered alike."""
    answers = [
        let_in("").post("/api/v1/session", json={"login": login, "password": "not the right one"})
        for login in ("farms", "nobody at all", "leader")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


def served(path: Path) -> TestClient:
    """Serve accounts of a store that nobody else uses."""
    return TestClient(create_app(Settings(store=path)), base_url=BASE, headers={"Origin": BASE})


def test_tried_too_often(guarded: Town, tmp_path: Path) -> None:
    """After ten wrong tries from an address even the right password waits; another address does not."""
    path = tmp_path / "v.gpkg"
    path.write_bytes(guarded.path.read_bytes())
    accounts = Accounts(path)
    accounts.add(User("wang", "王五", "clerk", password=hashed()), "t")
    for _ in range(MOST_TRIES[0]):
        accounts.attempt("wang", "testclient", 900, MOST_TRIES)
    browser = served(path)
    answer = browser.post("/api/v1/session", json={"login": "wang", "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"
    other = TestClient(browser.app, base_url=BASE, client=("10.0.0.9", 5000))
    assert other.post("/api/v1/session", json={"login": "wang", "password": PASSWORD}).status_code == 204


def test_first_account_shuts_the_door(guarded: Town, tmp_path: Path) -> None:
    """Before the first account this machine may do all; from then on, while it runs, nobody comes in without one."""
    path = tmp_path / "v.gpkg"
    path.write_bytes(guarded.path.read_bytes())
    browser = served(path)
    assert browser.get("/api/v1/me").json()["user"] is None
    assert browser.post("/api/v1/users", json={"login": "x", "name": "x", "role": "clerk"}).status_code == 403
    Accounts(path).add(User("wang", "王五", "clerk", password=hashed()), "t")
    assert browser.get("/api/v1/me").status_code == 401


def test_password_changed(guarded: Town, tmp_path: Path) -> None:
    """Whoever changes the password stays in here and is out elsewhere; the old one is asked for."""
    path = tmp_path / "v.gpkg"
    path.write_bytes(guarded.path.read_bytes())
    Accounts(path).add(User("wang", "王五", "clerk", password=hashed()), "t")
    here = served(path)
    there = TestClient(here.app, base_url=BASE, headers={"Origin": BASE})
    for browser in (here, there):
        assert browser.post("/api/v1/session", json={"login": "wang", "password": PASSWORD}).status_code == 204
    new = "a quite different phrase"
    assert here.put("/api/v1/me/password", json={"old": "no", "new": new}).status_code == 403
    assert here.put("/api/v1/me/password", json={"old": PASSWORD, "new": new}).status_code == 204
    assert here.get("/api/v1/me").status_code == 200
    assert there.get("/api/v1/me").status_code == 401


def test_users_by_the_clerk(let_in: Let) -> None:
    """A clerk adds, changes and shuts out; what the town has not got is refused; passwords are never told."""
    clerk = let_in("clerk")
    body = {"login": "li", "name": "李四", "role": "grid_manager", "areas": ["community:1"], "password": PASSWORD}
    assert clerk.post("/api/v1/users", json=body).status_code == 422
    body["areas"] = ["community:990001002001"]
    assert clerk.post("/api/v1/users", json=body).status_code == 201
    facts = {"name": "李四", "role": "leader", "areas": [], "disabled": True}
    told = clerk.put("/api/v1/users/li", json=facts).json()
    assert (told["role"], told["disabled"], told["has_password"]) == ("leader", True, True)
    assert "argon2" not in clerk.get("/api/v1/users").text + clerk.get("/users", headers=PAGE).text
    assert clerk.get("/api/v1/user-changes?limit=2").json()["rows"][0]["action"] == "change"


def test_two_clerks(let_in: Let) -> None:
    """Of two clerks who saw the same account the second changes nothing until they have seen what the first wrote."""
    clerk = let_in("clerk")
    assert clerk.post("/api/v1/users", json={"login": "zhou", "name": "周七", "role": "leader"}).status_code == 201
    (tag,) = (row["tag"] for row in clerk.get("/api/v1/users").json()["rows"] if row["login"] == "zhou")
    first, second = {"name": "周七七", "role": "leader"}, {"name": "周七", "role": "leader", "disabled": True}
    seen, address = {"If-Match": tag}, "/api/v1/users/zhou"
    newer = clerk.put(address, json=first, headers=seen).json()["tag"]
    refused = clerk.put(address, json=second, headers=seen)
    assert (refused.status_code, "又有改动" in refused.json()["detail"]) == (412, True)
    assert clerk.put(address, json=second, headers={"If-Match": newer}).json()["disabled"]


def test_own_phone_page(let_in: Let) -> None:
    """An inspector's phone page is the own one; whoever has none chooses among those whose routes were sent."""
    assert "officer=AQ001" in let_in("inspector").get("/today", headers=PAGE).text
    assert "officer=AQ001" not in let_in("manager").get("/today", headers=PAGE).text
