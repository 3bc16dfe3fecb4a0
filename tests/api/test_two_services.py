"""Two services of one PostgreSQL store: what one writes the other answers with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
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
    """Posts in turn: each answer after one holds it; a repetition is known by the other; the store stays sound."""
    for number in range(4):
        one, other = two[number % 2], two[1 - number % 2]
        body = {"id": f"I{number}", "place_id": "甲", "at": AT}
        assert one.post("/api/v1/inspections", json=body).status_code == 201
        assert other.get(f"/api/v1/inspections/I{number}").json()["place_id"] == "甲"
        assert other.post("/api/v1/inspections", json=body).status_code == 200
        assert one.post("/api/v1/inspections", json={**body, "note": "别的"}).status_code == 409
    with open_store(where) as store:
        assert store.check() == []
        assert len(store.ledger("inspections").inspections) == 4


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
