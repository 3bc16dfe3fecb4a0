"""The rules at the desk: read, checked, compared, brought into force."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

NEW = '[[rule]]\nid = "only"\nname = "只有一条"\nevery = "month"\n'


@pytest.fixture(scope="module")
def text(client: TestClient) -> str:
    """Give the village's rules as they stand."""
    return str(client.get("/api/v1/rules", params={"text": True}).json()["versions"][-1]["text"])


def test_rules_of_a_day(client: TestClient) -> None:
    """Each rule says in words what it asks, and its places are those of the figures by rule."""
    rows = client.get("/api/v1/rules").json()["rows"]
    figures = {row["key"]: row for row in client.get("/api/v1/coverage", params={"by": "rule"}).json()["rows"]}
    assert {row["id"]: row["overdue"] for row in rows if row["places"]} == {
        key: row["overdue"] for key, row in figures.items() if row["duties"]
    }
    assert all(row["asks"] and row["applies"] for row in rows)


def test_the_same_changes_nothing(client: TestClient, text: str) -> None:
    """The rules as they stand are right, and change no figure."""
    told = client.post("/api/v1/rules/check", json={"text": text}).json()
    assert (told["ok"], [row["id"] for row in told["preview"]["rows"] if row["changed"]]) == (True, [])
    assert all(row["before"] == row["after"] for row in told["preview"]["rows"])


def test_others_are_compared(client: TestClient) -> None:
    """A file of one rule for all: the old ones go, every open place owes the new one."""
    preview = client.post("/api/v1/rules/check", json={"text": NEW}).json()["preview"]
    states = {row["id"]: (row["before"] is not None, row["after"] is not None) for row in preview["rows"]}
    assert states.pop("only") == (False, True)
    assert set(states.values()) == {(True, False)}
    (only,) = [row["after"] for row in preview["rows"] if row["id"] == "only"]
    assert only["places"] == preview["places"]["after"] > 900


def test_a_mistake_has_its_line(client: TestClient) -> None:
    """What is wrong is told with its line, and is not brought into force."""
    wrong = NEW + "times = 0\n"
    told = client.post("/api/v1/rules/check", json={"text": wrong}).json()
    assert (told["ok"], told["problems"][0]["line"]) == (False, 5)
    assert "times" in told["problems"][0]["problem"]
    refused = client.post("/api/v1/rules", json={"text": wrong})
    assert (refused.status_code, refused.json()["detail"].startswith("第 5 行")) == (422, True)


def test_in_force_from_a_day(writing: TestClient) -> None:
    """A new file holds from its day; who saw the rules before it can't bring in another over it."""
    seen = writing.get("/api/v1/rules").headers["etag"]
    new = {"text": NEW, "from": "2024-06-01", "reason": "试行"}
    answer = writing.post("/api/v1/rules", json=new, headers={"if-match": seen})
    assert (answer.status_code, answer.json()) == (201, {"rules": 1, "from": "2024-06-01", "replaced": []})
    versions = writing.get("/api/v1/rules").json()["versions"]
    assert [(each["from"], each["reason"]) for each in versions] == [(None, ""), ("2024-06-01", "试行")]
    assert [row["id"] for row in writing.get("/api/v1/rules").json()["rows"]] == ["only"]
    assert len(writing.get("/api/v1/rules", params={"as_of": "2024-05-31"}).json()["rows"]) > 1
    assert writing.post("/api/v1/rules", json=new, headers={"if-match": seen}).status_code == 412
