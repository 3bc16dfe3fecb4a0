"""A plan of several days by the command, the interface and the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient

WEEK = ("--week", "2024-W27")
Wangge = Callable[..., Any]
Planned = tuple[Any, Path]


@pytest.fixture(scope="module")
def planned(wangge: Wangge, village: Path, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """Plan a week of an officer, with a promised place."""
    out = tmp_path_factory.mktemp("month") / "week"
    asked = ("--officer", "AQ001", "--must", "HC000187", "--out", out, "--format", "json")
    return wangge("plan", village, *WEEK, *asked), out


def test_the_document(planned: Planned) -> None:
    """Stops stand on working days, each route can be kept, the sums are those of the days."""
    said, out = planned
    document = said.document
    assert json.loads((out / "month.json").read_text(encoding="utf-8")) == document
    assert (document["from"], document["to"]) == ("2024-07-01", "2024-07-07")
    assert [day["date"] for day in document["days"]] == [f"2024-07-0{at}" for at in range(1, 6)]
    routes = [route for day in document["days"] for route in day["routes"]]
    assert all(route["feasible"] and route["stops"] for route in routes)
    officer = document["officers"][0]
    assert officer["stops"] == sum(len(route["stops"]) for route in routes)
    assert officer["travel_minutes"] == pytest.approx(sum(route["travel_minutes"] for route in routes), abs=0.2)
    assert officer["max_minutes"] >= officer["mean_minutes"]
    assert "HC000187" in {stop["place_id"] for route in routes for stop in route["stops"]}
    assert all(each["why"] and each["due"] for each in document["left_out"])


def test_the_workbook(planned: Planned) -> None:
    """The calendar has a column a working day, the visits a row each."""
    said, out = planned
    book = pd.read_excel(out / "month.xlsx", sheet_name=None, header=None, engine="calamine")
    assert list(book) == ["计划", "每日安排", "没有排上的"]
    words = [str(word) for word in book["计划"].to_numpy().ravel()]
    assert "一周巡查计划" in words[0]
    assert all(any(day in word for word in words) for day in ("7/1 一", "7/5 五"))
    stops = [stop for day in said.document["days"] for route in day["routes"] for stop in route["stops"]]
    ids = [stop["place_id"] for stop in stops]
    assert book["每日安排"].isin(ids).to_numpy().sum() == len(ids)


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (["--from", "2024-10-01", "--to", "2024-10-07"], 1, "没有工作日"),
        (["--from", "2024-07-01"], 2, "--to"),
        (["--week", "2024-W27", "--to", "2024-07-07"], 2, "--from"),
        (["--month", "2024-13"], 2, "2024-07"),
        (["--week", "27"], 2, "2024-W27"),
        (["--month", "2024-07", "--officer", "nobody"], 1, "台账里没有"),
        (["--month", "2024-07", "--must", "nowhere"], 1, "没有编号为"),
        ([], 2, "--date"),
    ],
)
def test_what_cannot_be_asked(
    wangge: Wangge, village: Path, tmp_path: Path, asked: list[str], code: int, said: str
) -> None:
    """No working day, half a horizon, no such month, officer or place: said, with what to do."""
    answer = wangge("plan", village, *asked, "--out", tmp_path / "out")
    assert answer.code == code
    assert said in answer.err


def test_the_interface_and_the_page(client: TestClient) -> None:
    """Both give the same plan; the map of a day is drawn; a day of rest has none."""
    asked = {"month": "2024-07", "officer": "AQ001"}
    document = client.get("/api/v1/plan/month", params=asked).json()
    assert document["officers"][0]["officer"] == "AQ001"
    assert document == client.get("/api/v1/plan/month", params=asked).json()
    page = client.get("/routes/month", params=asked)
    assert page.status_code == 200
    stops = [stop for day in document["days"] for route in day["routes"] for stop in route["stops"]]
    assert page.text.count("<li>") == len(stops) > 0
    days = {"from": "2024-07-01", "to": "2024-07-31", "officer": "AQ001"}
    assert client.get("/maps/routes/month", params={**days, "date": document["days"][0]["date"]}).status_code == 200
    assert "工作日" in client.get("/maps/routes/month", params={**days, "date": "2024-07-06"}).json()["detail"]
    assert client.get("/routes/month").status_code == 200
    assert client.get("/routes/month", params={"officer": "nobody"}).status_code == 422


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"month": "2024-07"}, "officer"),
        ({"month": "2024-13", "officer": "AQ001"}, "2024-07"),
        ({"month": "2024-07", "from": "2024-07-01", "officer": "AQ001"}, "只写一样"),
        ({"from": "2024-10-01", "to": "2024-10-07", "officer": "AQ001"}, "没有工作日"),
        ({"from": "0999-01-01", "officer": "AQ001"}, "请检查年份"),
        ({"as_of": "9999-12-31", "officer": "AQ001"}, "请检查年份"),
    ],
)
def test_questions_that_are_none(client: TestClient, asked: dict[str, str], said: str) -> None:
    """The interface says what is wrong."""
    answer = client.get("/api/v1/plan/month", params=asked)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
