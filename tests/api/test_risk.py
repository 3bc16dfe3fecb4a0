"""Proposals of risk through the service and on the page, and what a person decides about them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from api.described.risk import RiskDecisions
from coverage.assess import assess
from coverage.figures import records
from coverage.hazards import hazard_register
from coverage.risk_policy import parse_risk
from coverage.risk_score import propose_risks, worst_changes_first
from coverage.rulebook import Rulebook
from geodata.store import open_store

DAY = date(2024, 6, 30)
WORD = {"reason": "现场核实", "actor": "李"}


def changed(client: TestClient) -> dict[str, str]:
    """Give the first proposal that is another colour than the place has."""
    row: dict[str, str] = client.get("/api/v1/risk", params={"change": "changed", "limit": 1}).json()["rows"][0]
    return row


def test_the_list(client: TestClient, village: Path) -> None:
    """The proposals are those of the score, in its order; filters keep theirs."""
    with open_store(village) as store:
        ledger, texts = store.ledger(), store.rule_texts()
    assessment = assess(ledger, Rulebook.read(texts).on(DAY), DAY)
    frame = propose_risks(assessment, hazard_register(ledger, DAY), parse_risk(texts[-1].text))
    answer = client.get("/api/v1/risk", params={"as_of": "2024-06-30", "limit": 1000}).json()
    assert answer["rows"] == records(worst_changes_first(frame))
    for name in ("industry", "risk", "proposed", "change"):
        word = answer["rows"][0][name]
        rows = client.get("/api/v1/risk", params={"as_of": "2024-06-30", "limit": 1000, name: word}).json()["rows"]
        assert rows == [row for row in answer["rows"] if row[name] == word]
    area = answer["rows"][0]["community"]
    rows = client.get("/api/v1/risk", params={"as_of": "2024-06-30", "limit": 1000, "area": area}).json()["rows"]
    assert rows == [row for row in answer["rows"] if row["community"] == area]


def test_a_decision_is_kept(writing: TestClient) -> None:
    """The place gets the colour, the decision says what it was; figures of the day before stay as they were."""
    row = changed(writing)
    before = writing.get("/api/v1/coverage", params={"by": "risk", "as_of": "2024-06-30"}).json()
    address = f"/api/v1/places/{row['place_id']}/risk"
    assert writing.get(address).json() == {"rows": []}
    answer = writing.post(address, json={**WORD, "proposed": row["proposed"]})
    assert answer.status_code == 201
    TypeAdapter(RiskDecisions).validate_json(answer.content)
    (made,) = answer.json()["rows"]
    assert (made["before"], made["accepted"], made["actor"]) == (row["risk"], row["proposed"], "李")
    assert writing.get(f"/api/v1/places/{row['place_id']}").json()["risk"] == row["proposed"]
    assert writing.get("/api/v1/coverage", params={"by": "risk", "as_of": "2024-06-30"}).json() == before
    again = writing.get("/api/v1/risk", params={"as_of": "2099-12-31", "place_id": row["place_id"]}).json()["rows"]
    assert [each["risk"] for each in again] == [row["proposed"]]


def test_the_page_tells_of_a_later_decision(writing: TestClient) -> None:
    """Who looks at a past day sees that somebody has decided since, by whom and why."""
    row = changed(writing)
    writing.post(f"/api/v1/places/{row['place_id']}/risk", json={**WORD, "accepted": "低"})
    page = writing.get("/risk").text
    assert "已定为低" in page
    assert "现场核实" in page


def test_a_person_may_decide_otherwise(writing: TestClient) -> None:
    """A colour that is posted holds, beside what was proposed; a second decision comes after the first."""
    row = changed(writing)
    address = f"/api/v1/places/{row['place_id']}/risk"
    for accepted in ("红", "低"):
        assert writing.post(address, json={**WORD, "accepted": accepted}).status_code == 201
    rows = writing.get(address).json()["rows"]
    assert [each["accepted"] for each in rows] == ["重大", "低"]
    assert rows[1]["before"] == "重大"
    assert {each["proposed"] for each in rows} == {row["proposed"]}


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"actor": "李"}, 422, "reason：必须填写"),
        ({**WORD, "accepted": "高"}, 422, "应为其中之一"),
        ({**WORD, "more": 1}, 422, "没有这个字段"),
    ],
)
def test_what_is_refused(writing: TestClient, body: dict[str, str], status: int, said: str) -> None:
    """A reason, a known colour and nothing else."""
    answer = writing.post(f"/api/v1/places/{changed(writing)['place_id']}/risk", json=body)
    assert answer.status_code == status
    assert said in answer.json()["detail"]


def test_a_proposal_that_changed(writing: TestClient) -> None:
    """When something else is proposed than the person saw, nothing is written; neither for a place that is none."""
    row = changed(writing)
    other = "低" if row["proposed"] != "低" else "重大"
    answer = writing.post(f"/api/v1/places/{row['place_id']}/risk", json={**WORD, "proposed": other})
    assert answer.status_code == 409
    assert f"建议已变为{row['proposed']}" in answer.json()["detail"]
    assert writing.post("/api/v1/places/没有/risk", json=WORD).status_code == 404
    assert writing.get(f"/api/v1/places/{row['place_id']}/risk").json() == {"rows": []}


def test_the_page(client: TestClient) -> None:
    """The page lists what would change with its sentence, and offers the form with what is proposed."""
    row = changed(client)
    page = client.get("/risk").text
    assert row["why"] in page
    assert f'data-proposed="{row["proposed"]}"' in page
    assert "<script>alert(1)</script>" not in client.get("/risk", params={"change": ""}).text
    assert "没有符合条件的场所" in client.get("/risk", params={"industry": "没有"}).text
