"""Hazards on pages: each is told by what was found, and where its time is over that stands beside the deadline."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

ON_THE_DAY = "/hazards?from=2024-06-01&to=2024-06-01"
WORDS = "配电箱门缺失"
OVER = re.compile(r"2024-06-03 +<span class=\"state overdue\">逾期")


@pytest.fixture
def overdue(writing: TestClient) -> tuple[str, str]:
    """Give a hazard that was to be put right weeks ago and was not, and its place."""
    place = writing.get("/api/v1/places?limit=2").json()["rows"][1]["id"]
    body = {"id": "SJ50a72d2dcf13e3aa11", "place_id": place, "found_at": "2024-06-01T09:00:00+08:00"}
    more = {"description": WORDS, "category": "电气线路", "deadline": "2024-06-03"}
    assert writing.post("/api/v1/hazards", json=body | more).status_code == 201
    return body["id"], place


def test_overdue_on_every_page(writing: TestClient, overdue: tuple[str, str]) -> None:
    """The hazard's page, its place, the list and the work lists say that its deadline is over."""
    hazard, place = overdue
    for path in (f"/hazards/{hazard}", f"/places/{place}", ON_THE_DAY, f"/todo?role=enterprise&who={place}"):
        assert OVER.search(writing.get(f"{path}{'&' if '?' in path else '?'}as_of=2024-06-30").text), path
    assert not OVER.search(writing.get(f"/hazards/{hazard}?as_of=2024-06-02").text)


def test_told_by_what_was_found(writing: TestClient, overdue: tuple[str, str]) -> None:
    """What was found heads the hazard's page and is its link in lists; a long number is cut there, not on its page."""
    hazard, place = overdue
    page = writing.get(f"/hazards/{hazard}").text
    assert f"<h1>{WORDS} " in page
    assert f"<dd>{hazard}</dd>" in page
    for path in (f"/places/{place}", ON_THE_DAY, f"/todo?role=enterprise&who={place}"):
        listed = writing.get(path).text
        assert f">{WORDS}</a>" in listed
        assert f">{hazard[:15]}…</small>" in listed


def test_put_right_too_late(writing: TestClient, overdue: tuple[str, str]) -> None:
    """A hazard that waits for the re-check says that it was put right after its deadline."""
    hazard, place = overdue
    for action, at in (("start", "05"), ("rectify", "06")):
        step = {"action": action, "role": "enterprise", "actor": "店主", "at": f"2024-06-{at}T09:00:00+08:00"}
        assert writing.post(f"/api/v1/hazards/{hazard}/steps", json=step).status_code == 201
    for path in (f"/hazards/{hazard}", f"/places/{place}", ON_THE_DAY):
        assert "超期整改" in writing.get(path).text
