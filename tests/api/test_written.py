"""Days are text: a number is no day."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient


@pytest.mark.parametrize("text", ["0", "20240630", "1719705600", "-1", "1e9", "2024.063"])
def test_numbers(client: TestClient, text: str) -> None:
    """A number is refused where a day is wanted: it would be so many seconds since 1970."""
    for path in (f"places?as_of={text}", f"routes/{text}/AQ001", f"inspections?from={text}"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 422
        assert "2024-06-30" in answer.json()["detail"]


@pytest.mark.parametrize("at", [0, 1719705600, 1.5, "1719705600", True])
def test_numbers_in_a_body(client: TestClient, at: object) -> None:
    """The same holds for the moment of an inspection."""
    answer = client.post("/api/v1/inspections", json={"place_id": "HC000001", "at": at})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["at"]


def test_days(client: TestClient) -> None:
    """A day is read as ever; an empty field is none."""
    assert client.get("/api/v1/town?").status_code == 200
    assert client.get("/api/v1/places?as_of=2024-06-01&limit=1").json()["as_of"] == "2024-06-01"
    assert client.get("/api/v1/places?as_of=&limit=1").json()["as_of"] == "2024-06-30"


@pytest.mark.parametrize("wrong", [True, False, "1", "113.7", ""])
def test_what_is_no_number(client: TestClient, wrong: object) -> None:
    """True, false and text are no numbers, though a program could read them as some."""
    for path, field, body in (
        ("inspections", "lon", {"place_id": "HC000001", "at": "2024-06-30T09:00:00+08:00", "lat": 22.8}),
        ("routes/2024-06-30/AQ001/changes", "revision", {"actor": "a", "do": "undo"}),
        ("me/tokens", "days", {"name": "a"}),
    ):
        answer = client.post(f"/api/v1/{path}", json={**body, field: wrong})
        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"field": field, "problem": "应为数"}]
