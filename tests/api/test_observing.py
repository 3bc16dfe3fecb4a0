"""Numbers of requests, and lines of the log."""

from __future__ import annotations

import io
import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import uvicorn
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.logs import JsonLines, log_as_json
from api.observing import SANE
from api.serving import serve
from api.settings import Settings
from api.signing_in import permitted
from tests.coverage.test_against_oracle import SOME
from tests.durable.service import AT, make_store

PHONE, PERSON, PLACE, POSITION = "13800138000", "欧阳娜娜", "虎门大道一号", "113.654321"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give the service of a small town; one of its routes fails with what was posted in its error."""
    app = create_app(Settings(store=make_store(tmp_path_factory.mktemp("log") / "town.gpkg")))
    app.dependency_overrides[permitted] = lambda: None  # a route that no table knows is refused

    @app.get("/broken/{word}")
    def broken(word: str) -> None:
        held = word
        try:
            int(held)
        except ValueError as error:
            raise RuntimeError(f"{held} 找不到") from error

    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Log as JSON; give what is written."""
    root, ours = logging.getLogger(), logging.getLogger("wangge")
    before = (root.handlers[:], root.level, ours.level)
    stream = io.StringIO()
    log_as_json(stream)
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    """Give the lines of requests; every line must be an object."""
    return [each for each in map(json.loads, log.getvalue().splitlines()) if each["event"] == "request"]


def test_number_made_or_taken(client: TestClient) -> None:
    """A UUID that came is given back, any other text is not taken: a new one is given."""
    taken = "0af7651916cd43dd8448eb211c80319c"
    assert client.get("/healthz", headers={"x-request-id": taken}).headers["x-request-id"] == taken
    for odd in ("", PHONE, "a" * 500, "440106199001011234"):
        made = client.get("/healthz", headers={"x-request-id": odd}).headers["x-request-id"]
        assert str(UUID(made)) == made


@SOME
@given(st.uuids(), st.text())
def test_sane(uuid: UUID, text: str) -> None:
    """Every UUID is taken, in both forms; what is taken is always one."""
    assert SANE.fullmatch(str(uuid))
    assert SANE.fullmatch(uuid.hex)
    assert not SANE.fullmatch(text) or UUID(text)


def test_a_line_a_request(client: TestClient, log: io.StringIO) -> None:
    """A request is one line: when, method, route, status, milliseconds, bytes, number."""
    answer = client.get("/api/v1/places/甲")
    (line,) = lines(log)
    assert line == {
        "time": line["time"],
        "level": "info",
        "logger": "wangge.requests",
        "event": "request",
        "method": "GET",
        "route": "/api/v1/places/{place_id}",
        "status": 200,
        "ms": line["ms"],
        "bytes": len(answer.content),
        "request_id": answer.headers["x-request-id"],
    }


def test_no_line_else(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """Unless it is asked for, nothing is logged of a request."""
    client.get("/api/v1/town")
    assert not [each for each in caplog.records if each.name.startswith("wangge")]


def test_nothing_personal(client: TestClient, log: io.StringIO) -> None:
    """What is posted, asked for or in the path never stands in the log, answered, refused or broken."""
    body = {"place_id": "甲", "at": AT, "officer": PERSON, "note": f"{PHONE} {PLACE}", "lon": 113.654321, "lat": 22.8}
    assert client.post("/api/v1/inspections", json=body, headers={"idempotency-key": PHONE}).status_code == 201
    assert client.post("/api/v1/inspections", json={**body, PERSON: PHONE, "id": PLACE}).status_code == 422
    hazard = {"place_id": "甲", "found_at": AT, "description": PLACE, "responsible": PERSON}
    assert client.post("/api/v1/hazards", json=hazard).status_code == 201
    asked = {"officer": PERSON, "place_id": PLACE}
    assert client.get("/api/v1/inspections", params=asked, headers={"x-request-id": PHONE}).status_code == 200
    assert client.get(f"/{PERSON}/{PHONE}").status_code == 404
    assert client.get(f"/broken/{PERSON}{PHONE}{PLACE}").status_code == 500
    assert len(lines(log)) == 6
    for told in (PHONE, PERSON, PLACE, POSITION):
        assert told not in log.getvalue()
        assert json.dumps(told).strip('"') not in log.getvalue()


def test_errors(client: TestClient, log: io.StringIO) -> None:
    """An error of ours is told with its kind, what caused it and where; its number is in the answer."""
    answer = client.get("/broken/x")
    (line,) = lines(log)
    assert (line["level"], line["status"], line["route"]) == ("error", 500, "/broken/{word}")
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["request_id"] in answer.json()["detail"]
    assert [each["type"] for each in line["error"]] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert any(each.endswith(" broken") and "test_observing.py:" in each for each in line["error"][0]["passed"])
    assert not any(each.startswith("/") for each in line["error"][0]["passed"])


def test_told_once(client: TestClient, log: io.StringIO) -> None:
    """The server, which tells every error again, adds no second line."""
    logger = logging.getLogger("uvicorn.error")
    try:
        with TestClient(client.app, base_url="http://127.0.0.1:8000") as raising:
            raising.get("/broken/x")
    except RuntimeError as error:
        logger.error("Exception in ASGI application\n", exc_info=error)
    assert len(log.getvalue().splitlines()) == 1


def test_lines_of_others() -> None:
    """What a library logs is told without its arguments: they may quote a row."""
    record = logging.LogRecord("lib", logging.WARNING, "f", 1, "row %s is odd\nvalues: ...", (PERSON,), None)
    assert json.loads(JsonLines().format(record))["event"] == "row %s is odd"


def test_served(
    client: TestClient, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Started with JSON, the service writes nothing else on stderr, and the server's own lines go the same way."""
    configured = []

    class Server:
        def __init__(self, config: uvicorn.Config) -> None:
            configured.append(config)

        def run(self, sockets: list[socket.socket]) -> None:
            logging.getLogger("uvicorn.error").error("Invalid HTTP request received.")
            sockets[0].close()

    monkeypatch.setattr(uvicorn, "Server", Server)
    store = client.app.state.desk.settings.store  # type: ignore[attr-defined]
    serve(Settings(store=store, port=0, log="json"))
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [each["event"] for each in told] == ["reading the store", "Invalid HTTP request received."]
    assert not configured[0].access_log


def test_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment may ask for JSON; another word is refused."""
    monkeypatch.setenv("WANGGE_LOG", "json")
    assert Settings(store=tmp_path / "t.gpkg").log == "json"
    monkeypatch.setenv("WANGGE_LOG", "xml")
    with pytest.raises(ValueError, match="log"):
        Settings(store=tmp_path / "t.gpkg")
