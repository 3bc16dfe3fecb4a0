"""The village behind OGC API – Features: asked in the process, and by programs over loopback."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.day import Day
from geodata.store import open_store

Get = Callable[..., Any]


@pytest.fixture(scope="session")
def get(client: TestClient) -> Get:
    """Give a function that asks for a document below /ogc and takes nothing but 200 and JSON."""

    def asked(path: str, **query: Any) -> Any:
        response = client.get(f"/ogc{path}", params={"f": "json", **query})
        assert response.status_code == 200, response.text
        return response.json()

    return asked


@pytest.fixture(scope="session")
def day(client: TestClient) -> Day:
    """Give the town that the service tells of."""
    return cast(Day, client.app.state.desk.day())  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def stored(village: Path) -> Any:
    """Give the frames of the store, read without the service."""
    with open_store(village) as store:
        return store.ledger("areas", "places", "inspections", "hazards", "tracks")


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an app on a free port of this machine; give its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", proxy_headers=False))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def address(client: TestClient) -> Iterator[str]:
    """Give the address of the village's service on this machine."""
    with served(cast(FastAPI, client.app)) as root:
        yield root


def rels(document: Any) -> dict[str, list[dict[str, str]]]:
    """Give the links of a document by their relation."""
    found: dict[str, list[dict[str, str]]] = {}
    for link in document["links"]:
        found.setdefault(link["rel"], []).append(link)
    return found


def walk(client: TestClient, address: str) -> Iterator[Any]:
    """Give each page of a list from an address on, along its links `next`."""
    following: str | None = address
    while following is not None:
        response = client.get(following, headers={"Accept": "application/geo+json"})
        assert response.status_code == 200, response.text
        page = json.loads(response.text)
        yield page
        following = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
