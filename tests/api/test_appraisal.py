"""The quarterly appraisal through the service."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient


def test_scores(client: TestClient) -> None:
    """Communities are ranked by their scores, whose points add up; every address opens."""
    answer = client.get("/api/v1/appraisal", params={"as_of": "2024-06-30"}).json()
    assert (answer["unit"], answer["period"], answer["as_of"]) == ("community", "2024Q2", "2024-06-30")
    scores = [row["score"] for row in answer["rows"]]
    assert scores == sorted(scores, reverse=True)
    for row in answer["rows"]:
        assert sum(each["points"] or 0 for each in row["indicators"].values()) == pytest.approx(row["score"], abs=0.01)
    assert answer["rows"][0]["name"] in answer["notice"]
    opens = answer["rows"][0]["indicators"]["on_schedule"]["opens"]
    assert client.get(opens).status_code == 200


def test_an_earlier_quarter(client: TestClient) -> None:
    """A quarter that is over is scored as of its last day."""
    answer = client.get("/api/v1/appraisal", params={"period": "2024Q1", "unit": "department"}).json()
    assert (answer["as_of"], answer["period"]) == ("2024-03-31", "2024Q1")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"period": "2024-06"}, "不是季度"),
        ({"period": "2024Q3", "as_of": "2024-06-30"}, "还没有开始"),
        ({"unit": "grid"}, "应为其中之一"),
    ],
)
def test_what_is_refused(client: TestClient, asked: dict[str, str], said: str) -> None:
    """No such quarter, one to come, no such unit."""
    answer = client.get("/api/v1/appraisal", params=asked)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


@pytest.mark.parametrize("unit", ["community", "department"])
def test_the_page(client: TestClient, unit: str) -> None:
    """The page has every unit with its score; each of its links opens, those of duties to as many as are missed."""
    answer = client.get("/api/v1/appraisal", params={"as_of": "2024-06-30", "unit": unit}).json()
    page = client.get("/appraisal", params={"as_of": "2024-06-30", "unit": unit}).text
    for row in answer["rows"]:
        assert row["name"] in page
        assert f"<b>{row['score']:.2f}</b>" in page
    for each in answer["rows"][0]["indicators"].values():
        assert each["opens"].replace("&", "&amp;") in page or not each["whole"]
        assert client.get(each["opens"]).status_code == 200
    assert "通报文字" in page


def test_the_page_of_a_quarter_to_come(client: TestClient) -> None:
    """A quarter that has not begun is refused in words."""
    answer = client.get(
        "/appraisal", params={"as_of": "2024-06-30", "period": "2024Q3"}, headers={"accept": "text/html"}
    )
    assert answer.status_code == 422
    assert "还没有开始" in answer.text
