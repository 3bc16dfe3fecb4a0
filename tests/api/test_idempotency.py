"""Posts with a key: done once, answered alike."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.reviewing import write_review
from api.settings import Settings
from geodata.errors import StoreProblem
from geodata.store import Store
from geodata.store.keys import keys_path
from tests.durable.service import AT, make_store

NUMBERS = count()
REVIEW = {"verdict": "doubtful", "reason": "照片不对", "actor": "甲"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a small town with an inspection."""
    return make_store(tmp_path_factory.mktemp("keyed") / "town.gpkg")


def serving(store: Path) -> TestClient:
    """Give the service of the town."""
    return TestClient(
        create_app(Settings(store=store)), base_url="http://127.0.0.1:8000", raise_server_exceptions=False
    )


@pytest.fixture(scope="module")
def client(store: Path) -> Iterator[TestClient]:
    """Give the service of the town, which knows one inspection."""
    with serving(store) as client:
        client.post("/api/v1/inspections", json={"id": "i1", "place_id": "甲", "at": AT})
        yield client


@pytest.fixture
def key() -> str:
    """Give a key that nobody used."""
    return f"key-{next(NUMBERS)}"


def review(client: TestClient, key: str, **more: str) -> Any:
    """Review the inspection."""
    return client.post("/api/v1/inspections/i1/reviews", json={**REVIEW, **more}, headers={"Idempotency-Key": key})


def reviews(client: TestClient) -> int:
    """Count the reviews."""
    return len(client.get("/api/v1/inspections/i1/reviews").json()["rows"])


def test_same_answer(client: TestClient, key: str) -> None:
    """What was posted with a key is answered again with the same status, body and address, marked, and written once."""
    before, (first, again) = reviews(client), (review(client, key), review(client, f'"{key}"'))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert reviews(client) == before + 1
    assert review(client, key + "x").status_code == 201  # without it: once more
    assert reviews(client) == before + 2
    body, headers = {"place_id": "甲", "at": AT, "officer": key}, {"Idempotency-Key": key + "y"}
    new, same = (client.post("/api/v1/inspections", json=body, headers=headers) for _ in range(2))
    assert (new.status_code, same.status_code) == (201, 201)
    assert new.headers["location"] == same.headers["location"]
    assert "x-content-type-options" in same.headers


def test_other_post(client: TestClient, key: str) -> None:
    """A key that came with another body, or to another address, is refused and nothing is written."""
    assert review(client, key).status_code == 201
    before = reviews(client)
    assert review(client, key, reason="另一个").status_code == 422
    other = {"place_id": "甲", "at": AT}
    assert client.post("/api/v1/inspections", json=other, headers={"Idempotency-Key": key}).status_code == 422
    assert reviews(client) == before


@pytest.mark.parametrize("odd", ["", " ", '"', '""', "x" * 256, 'a"b', "a\\b"])
def test_odd_keys(client: TestClient, odd: str) -> None:
    """A key that is none is refused in words."""
    before, answer = reviews(client), review(client, odd)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["detail"]
    assert reviews(client) == before


def test_after_a_restart(client: TestClient, store: Path, key: str) -> None:
    """A service that is started anew knows the answer."""
    first = review(client, key)
    with serving(store) as later:
        assert review(later, key).content == first.content


def test_in_use(client: TestClient, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a post is being done, its key is refused with 409; afterwards it is answered as the first was."""
    begun, go_on = Event(), Event()
    write = Store.post

    def slow(store: Store, *posts: Any, **told: Any) -> Any:
        begun.set()
        go_on.wait(20)
        return write(store, *posts, **told)

    monkeypatch.setattr(Store, "post", slow)
    headers = {"Idempotency-Key": key}
    post = {"id": key, "place_id": "甲", "at": AT}
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, "/api/v1/inspections", json=post, headers=headers)
        begun.wait(20)
        meanwhile = client.post("/api/v1/inspections", json=post, headers=headers)
        go_on.set()
        assert first.result().status_code == 201
    assert (meanwhile.status_code, meanwhile.headers["retry-after"]) == (409, "5")
    assert client.post("/api/v1/inspections", json=post, headers=headers).content == first.result().content


def test_refused_is_forgotten(client: TestClient, key: str) -> None:
    """A refusal wrote nothing: the same post with the same key is done when it can be."""
    post, headers = {"place_id": "甲", "at": AT, "inspection_id": key}, {"Idempotency-Key": key}
    hazard = {"found_at": AT, "place_id": "甲", "inspection_id": key}
    assert client.post("/api/v1/hazards", json=hazard, headers=headers).status_code == 422
    client.post("/api/v1/inspections", json={"id": key, "place_id": post["place_id"], "at": AT})
    assert client.post("/api/v1/hazards", json=hazard, headers=headers).status_code == 201


def test_broken_before_writing(client: TestClient, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A post that failed and wrote nothing is done anew."""
    with monkeypatch.context() as patch:
        patch.setattr("api.routers.visits.write_review", _broken)
        assert review(client, key).status_code == 500
    before = reviews(client)
    assert review(client, key).status_code == 201
    assert reviews(client) == before + 1


@pytest.mark.parametrize("error", [RuntimeError, StoreProblem])
def test_broken_after_writing(
    client: TestClient, key: str, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """Of a post that failed after something was written nobody knows: its key stays in use, also after a restart."""
    before = reviews(client)
    with monkeypatch.context() as patch:
        patch.setattr("api.routers.visits.reviews_of", lambda *_: _broken(error=error))
        assert review(client, key).status_code >= 500
    assert reviews(client) == before + 1
    assert review(client, key).status_code == 409
    assert reviews(client) == before + 1


def test_killed_in_between(client: TestClient, store: Path, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of a service that was killed is done when nothing was written since, else refused."""
    with monkeypatch.context() as patch:  # as if it had been killed long ago: nothing is settled, no lease holds
        patch.setattr("geodata.store.keys.LEASE_S", 0.0)
        patch.setattr("api.idempotency.Keyed._settle", lambda *_: None)
        patch.setattr("api.routers.visits.write_review", _broken)
        assert review(client, key).status_code == 500
        assert review(client, key + "b").status_code == 500
    with serving(store) as later:
        assert review(later, key).status_code == 201
        assert review(later, key + "b").status_code == 409


def test_two_services(client: TestClient, store: Path, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one service does a post, another one refuses its key; done once, both give its answer."""
    begun, go_on = Event(), Event()

    def slow(*given: Any, **named: Any) -> Any:
        begun.set()
        go_on.wait(20)
        return write_review(*given, **named)

    before = reviews(client)
    with serving(store) as other, ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr("api.routers.visits.write_review", slow)
        first = pool.submit(review, client, key)
        begun.wait(20)
        meanwhile = review(other, key)
        go_on.set()
        assert first.result().status_code == 201
        assert (meanwhile.status_code, meanwhile.headers["retry-after"]) == (409, "5")
        assert review(other, key).content == first.result().content
    assert reviews(client) == before + 1


@pytest.mark.parametrize("path", ["/api/v1/session", "/api/v1/me/tokens", "/api/v1/users", "/api/v1/users/a/password"])
def test_no_keys_for_secrets(client: TestClient, path: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What hands out cookies, tokens and passwords is never kept to be answered again."""
    monkeypatch.setattr("geodata.store.keys.Keys.begin", _broken)
    answer = client.post(path, json={"login": "a", "password": "b"}, headers={"Idempotency-Key": key})
    assert answer.status_code < 500


def test_nothing_of_it_stands_open(client: TestClient, store: Path, key: str) -> None:
    """Keys and bodies are kept as hashes alone."""
    review(client, key, reason=f"暗号{key}")
    review(client, key + "c")
    kept = b"".join(file.read_bytes() for file in store.parent.glob(f"{keys_path(store).name}*"))
    assert key.encode() not in kept


def _broken(*_: Any, error: type[Exception] = RuntimeError, **__: Any) -> Any:
    raise error("出错了")
