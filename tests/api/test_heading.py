"""HEAD."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

ADDRESSES = (
    "/api/v1/town", "/api/v1/places?limit=1", "/api/v1/places/none", "/api/v1/places?limit=0", "/ogc", "/ogc/api",
    "/ogc/collections/places/items?limit=2&f=json", "/ogc/collections/none", "/healthz", "/login", "/static/wangge.css",
    "/openrosa/formList", "/nothing",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_is_get_without_its_body(client: TestClient, address: str) -> None:
    """HEAD has the status and the headers of GET, its length too, and no body; refusals as well."""
    asked, headed = client.get(address), client.head(address)
    changing = {"x-request-id", "date", "last-modified"}
    assert headed.status_code == asked.status_code
    assert headed.content == b""
    told = [{name: value for name, value in each.headers.items() if name not in changing} for each in (asked, headed)]
    assert told[0] == told[1]


def test_head_where_there_is_no_get(client: TestClient) -> None:
    """An address that takes posts alone has no HEAD."""
    answer = client.head("/api/v1/tracks")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
