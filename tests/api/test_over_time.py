"""Months and before/after in the service."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import HOSTILE
from tests.fonts import needs_font

DAY = {"as_of": "2024-06-30"}


def data_of(html: str) -> Any:
    """Read what a page carries."""
    found = re.search(r'<script type="application/json" id="panels-data">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_a_page_frames_the_months(client: TestClient) -> None:
    """The page of measures leads to it; it frames the same months, measure and level, and leads to the sheets."""
    assert 'href="/map/months?as_of=2024-06-30"' in client.get("/map/measures", params=DAY).text
    asked = {**DAY, "measure": "closed_rate", "months": 6, "counted": "month", "level": "grid"}
    page = client.get("/map/months", params=asked).text
    query = "as_of=2024-06-30&amp;measure=closed_rate&amp;months=6&amp;level=grid&amp;counted=month"
    assert f'src="/maps/months?{query}"' in page
    assert f'href="/maps/months.pdf?{query}&amp;paper=A3"' in page
    html = client.get("/maps/months", params=asked).text
    data = data_of(html)
    assert (data["open"], data["level"], len(data["panels"])) == ("closed_rate", "网格", 6)
    assert data["listing"] == "/map/measures"
    assert HOSTILE not in html


def test_a_month_opens_the_map_of_measures_as_of_it(client: TestClient) -> None:
    """The map of measures takes the measure and the level that it is to open with."""
    page = client.get("/map/measures", params={"as_of": "2024-05-31", "measure": "late_rate", "level": "grid"}).text
    assert 'src="/maps/measures?as_of=2024-05-31&amp;measure=late_rate&amp;level=grid"' in page
    html = client.get("/maps/measures", params={"as_of": "2024-05-31", "measure": "late_rate", "level": "grid"}).text
    assert "2024年5月31日" in html


def test_before_and_after(client: TestClient) -> None:
    """Without a word the month against the last; two named quarters; the form says what is shown."""
    data = data_of(client.get("/maps/change", params=DAY).text)
    assert [each["word"] for each in data["panels"]] == ["2024年5月", "2024年6月", "变化"]
    asked = {**DAY, "before": "2024Q1", "after": "2024Q2"}
    page = client.get("/map/change", params=asked).text
    assert 'name="before" value="2024Q1"' in page
    data = data_of(client.get("/maps/change", params=asked).text)
    rate = data["measures"]["overdue_rate"]
    for before, after, change in zip(*rate["values"], strict=True):
        if None not in (before, after):
            assert change == pytest.approx(after - before, abs=2e-4)


@pytest.mark.parametrize("against", ["month", "quarter"])
def test_the_form_as_it_opens(client: TestClient, against: str) -> None:
    """Empty fields of the form are as none."""
    empty = {**DAY, "against": against, "before": "", "after": "", "level": ""}
    assert client.get("/map/change", params=empty).status_code == 200


@pytest.mark.parametrize(
    ("path", "empty"),
    [("/hazards", "near"), ("/api/v1/plan/month", "month"), ("/routes/month", "month")],
)
def test_empty_fields_of_other_forms(client: TestClient, path: str, empty: str) -> None:
    """They are as none too."""
    answers = [client.get(path, params=asked).status_code for asked in ({}, {empty: ""})]
    assert answers[0] == answers[1] < 500


@needs_font
def test_sheets(client: TestClient) -> None:
    """Both are PDFs on the paper asked for."""
    for kind in ("months", "change"):
        sheet = client.get(f"/maps/{kind}.pdf", params={**DAY, "paper": "A4"})
        assert sheet.content.startswith(b"%PDF")
        name = f'attachment; filename="{kind}-2024-06-30-A4.pdf"'
        assert sheet.headers["content-disposition"] == name


@pytest.mark.parametrize(
    ("path", "asked", "words"),
    [
        ("months", {"months": "1"}, "不能小于 2"),
        ("months", {"measure": "speed"}, "没有指标“speed”，可选：overdue_rate"),
        ("months", {"as_of": "2031-06-30"}, "没有台账：台账从"),
        ("change", {"against": "decade"}, "应为其中之一"),
        ("change", {"before": "2024-06", "after": "2024-05"}, "要早于后一个"),
        ("change", {"before": "2022-05", "after": "2024-05"}, "没有台账，无从比较"),
        ("change", {"against": "year"}, "没有台账，无从比较"),
    ],
)
def test_what_cannot_be_shown_is_said(client: TestClient, path: str, asked: dict[str, str], words: str) -> None:
    """On the page and in its frame, as a sentence and never as a broken map."""
    for where in (f"/map/{path}", f"/maps/{path}"):
        answer = client.get(where, params={**DAY, **asked})
        assert answer.status_code == 422
        assert words in answer.json()["detail"]
