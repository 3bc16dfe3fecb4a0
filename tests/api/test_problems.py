"""Whatever goes wrong is told in Chinese as a problem document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.signing_in import permitted


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("places?colour=red", "不认识的参数：colour。可用的有：area、as_of、bbox"),
        ("coverage?as_of=yesterday", "as_of：应为日期"),
        ("places?limit=0", "limit：不能小于 1"),
        ("places?limit=many", "limit：应为整数"),
        ("gaps?state=lost", "state：应为其中之一"),
        ("areas?level=moon", "level：应为其中之一"),
        ("coverage?as_of=1066-10-14", "1900"),
        ("coverage?as_of=9999-12-31", "2199"),
        ("places?bbox=nan,nan,nan,nan", "bbox"),
        ("nothing", "没有这个地址"),
        ("areas/grid/000", "没有编码为“000”的网格"),
    ],
)
def test_said_in_chinese(client: TestClient, path: str, said: str) -> None:
    """The detail says what is wrong and what may be asked."""
    assert said in client.get(f"/api/v1/{path}").json()["detail"]


def test_each_field_is_told(client: TestClient) -> None:
    """Every field that is wrong is named with its own problem; what was sent is not sent back."""
    answer = client.get("/api/v1/places", params={"limit": 0, "offset": "<script>"}).json()
    assert {error["field"] for error in answer["errors"]} == {"limit", "offset"}
    assert "<script>" not in str(answer)


def test_other_methods(client: TestClient) -> None:
    """A method that an address has not is 405 and names those it has."""
    answer = client.put("/api/v1/inspections", json={})
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert "GET" in answer.headers["allow"] or "POST" in answer.headers["allow"]


@pytest.mark.parametrize("host", ["[", "[::1", "evil.example:80:80", "", "127.0.0.1.evil.example"])
def test_malformed_host(client: TestClient, host: str) -> None:
    """A host that is none is refused, not a crash; the loopback addresses are heard."""
    assert client.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["[::1]:8000", "LOCALHOST", "127.0.0.1"])
def test_hosts_of_this_machine(client: TestClient, host: str) -> None:
    """The names of this machine are heard."""
    assert client.get("/api/v1/health", headers={"host": host}).status_code == 200


@pytest.fixture
def broken(village: Path) -> Iterator[TestClient]:
    """Give a service with a route that fails as no route should."""
    app: FastAPI = create_app(Settings(store=village))
    app.dependency_overrides[permitted] = lambda: None  # a route that no table knows is refused

    @app.get("/api/v1/broken")
    def fail() -> None:
        raise ZeroDivisionError

    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


def test_our_own_fault(broken: TestClient) -> None:
    """An error of ours is a problem document with all headers, and says nothing of the inside."""
    answer = broken.get("/api/v1/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "ZeroDivision" not in answer.text


def test_length_is_asked_for(client: TestClient) -> None:
    """A write that does not say its length is 411."""
    body = iter([b"{}"])
    answer = client.post("/api/v1/inspections", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 411
