"""Which methods an address has."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from api.methods import methods_of, takes
from api.permissions import ROUTES

PATHS = sorted({route.partition(" ")[2] for route in ROUTES})


@pytest.mark.parametrize("path", PATHS)
def test_methods_are_those_of_the_path(path: str) -> None:
    """An address made from a path of the table has the methods of that path, and HEAD where it has GET."""
    own = {route.partition(" ")[0] for route in ROUTES if route.partition(" ")[2] == path}
    expected = own | ({"HEAD"} if "GET" in own else set())
    assert methods_of(re.sub(r"\{\w+\}", "x1", path)) == expected


def test_ids_with_a_slash() -> None:
    """An id of the town's own may hold a slash, unless the address means something else then."""
    assert methods_of("/api/v1/places/A/1") == {"GET", "HEAD"}
    assert methods_of("/api/v1/places/A/1/risk") == {"GET", "HEAD", "POST"}


def test_unknown_address() -> None:
    """Of an address that nobody knows, nobody knows the methods: it is not there, whatever is asked of it."""
    assert methods_of("/api/v1/nothing") == frozenset()
    assert takes("PUT", "/api/v1/nothing")


@pytest.mark.parametrize("path", ["2024-06-30/send", "2024-06-30/AQ001/changes", "2024-06-30/AQ001/replan"])
def test_address_of_another_route(client: TestClient, path: str) -> None:
    """GET of an address that takes posts alone is 405, not a question about an officer of an odd number."""
    answer = client.get(f"/api/v1/routes/{path}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.headers["content-type"] == "application/problem+json"
