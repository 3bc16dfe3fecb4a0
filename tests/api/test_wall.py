"""The slides of the big screen: what is watched, in which order, of which area."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from api.wall import MOST, tone, watched_hazards

DAY = "2024-06-15"


@pytest.fixture(scope="module")
def slides(client: TestClient) -> dict[str, Any]:
    """Give the slides of the village."""
    answer = client.get("/wall/data", params={"as_of": DAY})
    assert answer.status_code == 200
    content: dict[str, Any] = answer.json()
    return content


def rows(**columns: list[Any]) -> pd.DataFrame:
    """Give hazards as the clocks have them."""
    n = len(columns["id"])
    plain = {"major": [False] * n, "state": ["assigned"] * n, "clock": ["overdue"] * n, "days_left": [-1] * n}
    return pd.DataFrame(plain | columns)


def test_what_is_watched_and_in_which_order() -> None:
    """Major ones come first, then refused ones, then the longest overdue; what is in time and minor is not there."""
    found = watched_hazards(
        rows(
            id=["in time", "late", "later", "refused", "major", "major late"],
            major=[False, False, False, False, True, True],
            state=["assigned", "assigned", "assigned", "refused", "assigned", "assigned"],
            clock=["running", "overdue", "overdue", "running", "running", "overdue"],
            days_left=[5, -1, -9, 5, 20, -2],
        )
    )
    assert found["id"].tolist() == ["major late", "major", "refused", "later", "late"]


@pytest.mark.parametrize(
    ("state", "clock", "colour"),
    [
        ("assigned", "overdue", "late"),
        ("assigned", "due_soon", "soon"),
        ("rectifying", "running", "open"),
        ("found", "none", "open"),
        ("rectified", "none", "done"),
        ("rechecked", "overdue", "done"),
        ("refused", "overdue", "refused"),
    ],
)
def test_a_colour_says_how_it_stands(state: str, clock: str, colour: str) -> None:
    """What was mended is not late any more; a refusal is a refusal whatever the clock says."""
    assert tone({"state": state, "clock": clock}) == colour


def test_a_slide_for_the_town_and_one_for_each_area(slides: dict[str, Any], client: TestClient) -> None:
    """Each part of the town has its slide; their overdue hazards are those of the town."""
    town, *parts = slides["slides"]
    assert len(parts) == len(slides["areas"]) == len(slides["labels"])
    assert all(part["shapes"] for part in parts)
    watched = [slide["more"] + len(slide["hazards"]) for slide in slides["slides"]]
    assert watched[0] == sum(watched[1:]) > 0
    figures = {figure["word"]: figure["value"] for figure in town["figures"]}
    row = client.get("/api/v1/hazards/figures", params={"by": "town", "as_of": DAY})
    assert figures["逾期隐患"] == row.json()["rows"][0]["overdue"]
    assert figures["逾期隐患"] == sum(
        figure["value"] for part in parts for figure in part["figures"] if figure["word"] == "逾期隐患"
    )


def test_a_slide_lists_what_can_be_read(slides: dict[str, Any]) -> None:
    """So many at most, numbered from 1, each with a state in words and a place on the map."""
    for slide in slides["slides"]:
        assert [each["number"] for each in slide["hazards"]] == list(range(1, len(slide["hazards"]) + 1))
        assert len(slide["hazards"]) <= MOST
        assert all(each["state"] and each["place"] for each in slide["hazards"])
    assert any(each["spot"] for slide in slides["slides"] for each in slide["hazards"])


def test_the_same_slides_are_not_sent_twice(client: TestClient) -> None:
    """Who has them is told so; on another day they are others."""
    first = client.get("/wall/data", params={"as_of": DAY})
    again = client.get("/wall/data", params={"as_of": DAY}, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/wall/data", params={"as_of": "2024-05-01"}, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


def test_the_screen_turns_as_asked(client: TestClient) -> None:
    """The page says how often; seconds that nobody could read in are refused."""
    assert 'data-every="45"' in client.get("/wall?every=45").text
    assert client.get("/wall?every=1").status_code == 422
