"""Two services of one PostgreSQL store: what one writes the other answers with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.passwords import kept
from api.settings import Settings
from api.signing_in import MOST_TRIES
from geodata.accounts.book import Accounts
from geodata.accounts.model import User
from geodata.store import create_store, open_store
from geodata.store.location import Address
from tests.coverage.evidence.towns import ledger
from tests.postgres import fresh

AT = "2024-06-30T10:00:00+08:00"


@pytest.fixture
def where(postgres: str) -> Address:
    """Make a town of two places in a database."""
    where, town = fresh(postgres), ledger({"甲": (0, 0), "乙": (900, 0)}, [])
    with create_store(where, town.town) as store:
        tables = {name: town.frames[name] for name in ("places", "officers")}
        store.write_many(tables, actor="t", action="demo", source="t")
    return where


@pytest.fixture
def two(where: Address) -> Iterator[tuple[TestClient, TestClient]]:
    """Give two services of it."""
    settings = Settings(store=where, metrics_to_others=True)
    first, second = (TestClient(create_app(settings), base_url="http://127.0.0.1:8000") for _ in range(2))
    with first, second:
        yield first, second


def test_each_sees_what_the_other_wrote(two: tuple[TestClient, TestClient], where: Address) -> None:
    """Posts in turn: the next answer holds each, followed, not read anew; repetitions are known; the store is sound."""
    for client in two:
        client.get("/api/v1/coverage?by=town")
    reads = _reads(two[0])
    for number in range(4):
        one, other = two[number % 2], two[1 - number % 2]
        body = {"id": f"I{number}", "place_id": "甲", "at": AT}
        assert one.post("/api/v1/inspections", json=body).status_code == 201
        assert other.get(f"/api/v1/inspections/I{number}").json()["place_id"] == "甲"
        assert other.get("/api/v1/coverage?by=town").json() == one.get("/api/v1/coverage?by=town").json()
        assert other.post("/api/v1/inspections", json=body).status_code == 200
        assert one.post("/api/v1/inspections", json={**body, "note": "别的"}).status_code == 409
    assert _reads(two[0]) == reads
    with open_store(where, write=True) as store:
        store.write_rules(store.rules_text() + "# 改", actor="t", source="t")  # followed by no post
        assert two[0].post("/api/v1/inspections", json={"id": "I4", "place_id": "乙", "at": AT}).status_code == 201
        assert two[1].get("/api/v1/inspections/I4").json()["place_id"] == "乙"
        assert _reads(two[0]) > reads
        assert store.check() == []
        assert len(store.ledger("inspections").inspections) == 5


def _reads(client: TestClient) -> str:
    """Give how often tables were read, by both: they run in one process."""
    found = re.search(r'wangge_computation_seconds_count{part="read"} (\S+)', client.get("/metrics").text)
    assert found
    return found.group(1)


def test_people_are_known_to_both(two: tuple[TestClient, TestClient], where: Address) -> None:
    """Who came in at one is in at the other; wrong tries are counted together; who is shut out is out at both."""
    accounts, come_in = Accounts(where), {"login": "wang", "password": "three brown cows at dawn"}
    wang = User("wang", "王五", "leader", password=kept(come_in["password"], "wang"))
    accounts.add(User("clerk", "安委办", "clerk", password=wang.password), "t")
    accounts.add(wang, "t")
    for client in two:
        assert client.get("/api/v1/me").status_code == 401
        client.headers["Origin"] = "http://127.0.0.1:8000"
    assert two[0].post("/api/v1/session", json=come_in).status_code == 204
    two[1].cookies = two[0].cookies
    assert two[1].get("/api/v1/me").json()["user"]["login"] == "wang"
    accounts.change(replace(wang, disabled=True), "t")
    assert [client.get("/api/v1/me").status_code for client in two] == [401, 401]
    for _ in range(MOST_TRIES[0]):
        accounts.attempt("clerk", "testclient", 900, MOST_TRIES)
    assert {client.post("/api/v1/session", json=come_in | {"login": "clerk"}).status_code for client in two} == {429}
    accounts.close()


def test_a_key_is_known_to_both(two: tuple[TestClient, TestClient]) -> None:
    """A post with a key that one service answered is answered by the other as it was."""
    body = {"id": "H1", "place_id": "甲", "found_at": AT}
    headers = {"Idempotency-Key": "k1"}
    made = two[0].post("/api/v1/hazards", json=body, headers=headers)
    again = two[1].post("/api/v1/hazards", json=body, headers=headers)
    assert (made.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == made.json()


def test_care(two: tuple[TestClient, TestClient]) -> None:
    """It is ready, counts its rows, and its page names the schema; no answer holds the address of the database."""
    client = two[0]
    assert client.get("/readyz").json() == {"status": "ready", "faults": []}
    metrics = client.get("/metrics").text
    page = client.get("/").text
    assert 'wangge_store_rows{table="places"} 2.0' in metrics
    assert "postgresql" not in metrics + page


def test_settings_take_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store may be named in the environment; what is shown of the settings holds no password."""
    monkeypatch.setenv("WANGGE_STORE", "postgresql://u:geheim@h/d?schema=humen")
    settings = Settings()  # type: ignore[call-arg]
    assert isinstance(settings.store, Address)
    assert "geheim" not in repr(settings) + str(settings.store)
    assert Settings(store=Path("a.gpkg")).store == Path("a.gpkg")
