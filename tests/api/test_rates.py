"""Rates of hazards through the interface and on their page: each number opens to its rows."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.changes import change
from api.hazards_asked import filter_of
from coverage.figures import records
from coverage.grouping import HAZARD_GROUPS
from coverage.hazard_rates import asked_period, compare, hazard_rates, period_before
from coverage.hazards import hazard_register
from geodata.ledger import Ledger

DAY = date(2024, 6, 20)
STATES = ("rectified", "closed", "open", "overdue", "in_time", "late", "recurring", "major", "major_open", "void")


def get(client: TestClient, path: str, **asked: Any) -> Any:
    """Give the JSON of a route."""
    answer = client.get(f"/api/v1/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def ledger(client: TestClient) -> Ledger:
    """Give the village's ledger."""
    held: Ledger = client.app.state.desk.ledger()  # type: ignore[attr-defined]
    return held


@pytest.mark.parametrize("by", HAZARD_GROUPS)
def test_a_period_beside_the_one_before(client: TestClient, ledger: Ledger, by: str) -> None:
    """The interface gives what the figures say, and what was compared with what."""
    now = asked_period(DAY, "month")
    assert now is not None
    before, day = period_before(now, DAY, "month")
    one, other = (
        hazard_rates(hazard_register(ledger, *at), by, days) for at, days in (((DAY,), now), ((day,), before))
    )
    found = get(client, "hazards/figures", as_of=DAY, by=by, period="month", compare=True)
    assert found["rows"] == records(compare(one, other))
    assert (found["period"], found["from"], found["to"]) == ("2024-06", "2024-06-01", "2024-06-20")
    assert found["before"] == {"period": "2024-05", "from": "2024-05-01", "to": "2024-05-20"}
    alone = get(client, "hazards/figures", as_of=DAY, by=by, period="month")
    assert alone["rows"] == records(one)
    assert "before" not in alone


def test_all_and_days_of_choice(client: TestClient) -> None:
    """`all` has no first day; a first day stands for a period."""
    (row,) = get(client, "hazards/figures", as_of=DAY, period="all")["rows"]
    (plain,) = get(client, "hazards/figures", as_of=DAY)["rows"]
    assert plain.items() <= row.items()
    asked = get(client, "hazards/figures", as_of=DAY, since="2024-06-11", compare=True)
    assert asked["before"] == {"period": "2024-06-01/2024-06-10", "from": "2024-06-01", "to": "2024-06-10"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"period": "fortnight"},
        {"compare": True},
        {"compare": True, "period": "all"},
        {"since": "2024-06-21"},
        {"since": "2024-06-01", "period": "month"},
        {"since": "0001-01-02", "compare": True},
    ],
)
def test_wrong_questions(client: TestClient, wrong: dict[str, Any]) -> None:
    """What makes no sense is refused in words."""
    answer = client.get("/api/v1/hazards/figures", params={"as_of": DAY, **wrong})
    assert answer.status_code == 422
    assert answer.json()["detail"]


@pytest.mark.parametrize("by", [group for group in HAZARD_GROUPS if group != "city"])
def test_each_number_opens_to_its_rows(client: TestClient, ledger: Ledger, by: str) -> None:
    """The list that a number leads to has as many hazards, in the interface and on the page, for every group."""
    areas = hazard_register(ledger, DAY).areas
    rows = get(client, "hazards/figures", as_of=DAY, by=by, period="quarter")["rows"]
    for row in [*rows[:3], *rows[-2:]]:  # the last ones are those without position, those not known
        asked = {"as_of": DAY, "from": "2024-04-01", "to": DAY, **filter_of(by, row, areas)}
        for state in STATES:
            assert get(client, "hazards", **asked, state=state, limit=1)["total"] == row[state], (row["name"], state)
        page = client.get("/hazards", params=asked).text
        assert f"共 {row['found']:,} 条" in page


def links(page: str) -> list[tuple[str, int]]:
    """Give the address of each number that leads to hazards, and the number."""
    found = re.findall(r'<a href="(/hazards\?[^"]+)">([\d,]+)</a>', page)
    return [(unescape(address), int(number.replace(",", ""))) for address, number in found]


@pytest.mark.parametrize("asked", ["by=risk&period=month", "by=community&period=all", "by=officer&since=2024-06-01"])
def test_the_numbers_of_the_page(client: TestClient, asked: str) -> None:
    """Every link on the page leads to a list of as many hazards as it says."""
    page = client.get(f"/hazards/rates?as_of={DAY}&{asked}").text
    numbers = links(page)
    assert len(numbers) > 10
    for address, number in numbers[:: max(1, len(numbers) // 25)]:
        assert f"共 {number:,} 条" in client.get(address).text, address


@pytest.mark.parametrize("by", ["district", "grid", "industry", "department", "officer", "level", "category"])
def test_the_page(client: TestClient, by: str) -> None:
    """A row for each group; the period before is named; what changed is said in words."""
    page = client.get("/hazards/rates", params={"as_of": DAY, "by": by}).text
    rows = get(client, "hazards/figures", as_of=DAY, by=by, period="month", compare=True)["rows"]
    assert page.split('id="groups"')[1].count("<tr>") == len(rows) + 1
    assert "上期是 2024-05-01 至 2024-05-20" in page
    assert re.search("比上期[多少高低]", page)
    assert 'href="/hazards/rates?as_of=' in client.get("/hazards").text


def test_a_period_without_one_before(client: TestClient) -> None:
    """Where nothing is known of the period before, the page says so and shows no change."""
    page = client.get("/hazards/rates", params={"as_of": DAY, "period": "half-year"}).text
    assert "2023年下半年没有检查和隐患记录，无从对比" in page
    assert "上期无数据" in page
    assert "比上期" not in page.split('aria-label="全')[1]


def test_filters_of_the_list_stay(client: TestClient) -> None:
    """The form of the list shows what a number asked for, also what is no area and no word."""
    page = client.get(
        "/hazards", params={"area": "grid:unlocated", "officer": "unknown", "from": "2024-06-01", "to": ""}
    )
    assert '<option value="grid:unlocated" selected>无坐标</option>' in page.text
    assert 'name="from" value="2024-06-01"' in page.text
    assert client.get("/hazards", params={"area": "grid:nowhere"}).status_code == 422


@pytest.mark.parametrize(
    ("figure", "by", "said"),
    [
        ("found", 3, {"arrow": "▲", "said": "多 3", "way": "same"}),
        ("overdue", 1600, {"arrow": "▲", "said": "多 1,600，变差", "way": "worse"}),
        ("in_time_rate", 0.0123, {"arrow": "▲", "said": "高 1.2 个百分点，好转", "way": "better"}),
        ("rectified_rate", -0.0001, {"arrow": "＝", "said": "持平", "way": "same"}),
        ("median_days", -1.5, {"arrow": "▼", "said": "短 1.5 天，好转", "way": "better"}),
        ("recurring", 0, {"arrow": "＝", "said": "持平", "way": "same"}),
        ("recurring", None, None),
    ],
)
def test_a_change_in_words(figure: str, by: float | None, said: dict[str, str] | None) -> None:
    """Arrow, words, and whether it is better or worse; what is unknown is not said."""
    assert change({f"{figure}_change": by}, figure) == said
