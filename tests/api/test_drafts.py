"""Drafts of a division in the service."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("few_tries")


def begun(client: TestClient, **body: Any) -> dict[str, Any]:
    """Begin a draft of the grids that there are."""
    answer = client.post("/api/v1/drafts", json={"name": "明年的网格", **body})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def part(draft: dict[str, Any], number: int) -> dict[str, Any]:
    """Give the feature of an area of a draft."""
    return next(each for each in draft["features"] if each["properties"]["number"] == number)


def shape(draft: dict[str, Any], number: int) -> shapely.Geometry:
    """Give the shape of an area of a draft."""
    return shapely.geometry.shape(part(draft, number)["geometry"])


def neighbours(draft: dict[str, Any]) -> tuple[int, int]:
    """Give two areas of one community that lie side by side."""
    parts = [each["properties"] for each in draft["features"]]
    for one in parts:
        for other in parts:
            if one["number"] < other["number"] and one["parent"] == other["parent"]:
                common = shape(draft, one["number"]).intersection(shape(draft, other["number"]))
                if common.length > 1e-4:
                    return one["number"], other["number"]
    raise AssertionError("no neighbours")


def test_a_draft_of_what_there_is(writing: TestClient) -> None:
    """It has every grid with its figures, is listed, changes nothing, and is thrown away."""
    before = writing.get("/api/v1/areas?level=grid").json()["total"]
    draft = begun(writing)
    assert draft["areas"] == before == len(draft["features"])
    assert draft["stale"] is False
    one = draft["features"][0]["properties"]
    assert one["load"] > 0
    assert one["places"] > 0
    assert 0 < one["compactness"] < 1
    assert draft["max_deviation"] == pytest.approx(max(abs(each["properties"]["off"]) for each in draft["features"]))
    rows = writing.get("/api/v1/drafts").json()["rows"]
    assert [(row["id"], row["name"], row["level"]) for row in rows] == [(draft["id"], "明年的网格", "grid")]
    assert writing.post(f"/api/v1/drafts/{draft['id']}/drop", json={}).status_code == 200
    url = f"/api/v1/drafts/{draft['id']}"
    gone = [writing.get(url), writing.get(f"{url}/plan"), writing.post(f"{url}/drop", json={})]
    gone += [writing.post(f"{url}/edits", json={"do": "merge", "parts": [1, 2]})]
    gone += [writing.post(f"{url}/adopt", json={"reason": "x"})]
    assert [answer.status_code for answer in gone] == [404] * 5
    assert {answer.json()["detail"] for answer in gone} == {f"没有编号为 {draft['id']} 的方案草稿。"}
    described = writing.get("/api/v1/openapi.json").json()["paths"]["/api/v1/drafts/{number}"]["get"]["responses"]
    assert "方案草稿" in described["404"]["description"]
    assert "409" not in described


def test_merge_split_move_adopt(writing: TestClient) -> None:
    """Each change gives the draft as it is then; adopted, it is what the figures of the day count by."""
    draft = begun(writing)
    url = f"/api/v1/drafts/{draft['id']}"
    one, two = neighbours(draft)
    together = part(draft, one)["properties"]["load"] + part(draft, two)["properties"]["load"]
    draft = writing.post(f"{url}/edits", json={"do": "merge", "parts": [one, two]}).json()
    assert part(draft, one)["properties"]["load"] == pytest.approx(together)
    west, south, east, north = shape(draft, one).bounds
    middle = (south + north) / 2
    line = [[west - 0.001, middle], [east + 0.001, middle]]
    cut = writing.post(f"{url}/edits", json={"do": "split", "parts": [one], "line": line}).json()
    assert cut["areas"] >= draft["areas"] + 1
    fresh = max(each["properties"]["number"] for each in cut["features"])
    ring = [[west, middle - 2e-4], [east, middle - 2e-4], [east, middle + 2e-4], [west, middle + 2e-4]]
    moved = writing.post(f"{url}/edits", json={"do": "move", "parts": [fresh], "line": ring}).json()
    assert shape(moved, fresh).area > shape(cut, fresh).area
    assert sum(each["properties"]["places"] for each in moved["features"]) == sum(
        each["properties"]["places"] for each in cut["features"]
    )
    plan = writing.get(f"{url}/plan").json()
    assert plan["moved_places"] > 0
    assert plan["changed"] >= 2
    done = writing.post(f"{url}/adopt", json={"reason": "新增小区"})
    assert done.status_code == 200, done.text
    codes = {row["code"] for row in writing.get("/api/v1/areas?level=grid&limit=1000").json()["rows"]}
    assert codes == set(plan["codes"])
    assert writing.get("/api/v1/drafts").json()["total"] == 0
    rows = writing.get("/api/v1/coverage?by=grid&as_of=2024-06-30").json()["rows"]
    assert {row["area"] for row in rows if row.get("area")} & set(plan["ended"])


def test_divided_anew(writing: TestClient) -> None:
    """A draft can begin with a division by wangge."""
    draft = begun(writing, **{"from": "anew", "into": 10})
    assert draft["areas"] == 10


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"do": "merge", "parts": [1]}, "两个或更多"),
        ({"do": "merge", "parts": [1, 9999]}, "没有编号 9999"),
        ({"do": "split", "line": [[0, 0], [1, 1]]}, "没有把任何区域切开"),
        ({"do": "split", "line": [[0, 0]]}, "至少点两个点"),
        ({"do": "move", "parts": [1], "line": [[0, 0], [1, 0]]}, "至少点三个点"),
        ({"do": "move", "line": [[0, 0], [1, 0], [1, 1]]}, "先点选一个区域"),
        ({"do": "move", "parts": [1], "line": [[0, 0], [1, 0], [1, 1]]}, "没有可以划给"),
    ],
)
def test_what_cannot_be_done(writing: TestClient, body: dict[str, Any], sentence: str) -> None:
    """What can't be done is said, and the draft stays as it was."""
    draft = begun(writing)
    answer = writing.post(f"/api/v1/drafts/{draft['id']}/edits", json=body)
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]
    assert writing.get(f"/api/v1/drafts/{draft['id']}").json() == draft


def test_nothing_to_adopt(writing: TestClient) -> None:
    """A draft as things are, or of areas that changed meanwhile, is not adopted."""
    one, other = begun(writing), begun(writing)
    answer = writing.post(f"/api/v1/drafts/{one['id']}/adopt", json={"reason": "x"})
    assert answer.status_code == 409
    assert "和现有的区域一样" in answer.json()["detail"]
    pair = list(neighbours(one))
    for draft in (one, other):
        writing.post(f"/api/v1/drafts/{draft['id']}/edits", json={"do": "merge", "parts": pair})
    assert writing.post(f"/api/v1/drafts/{one['id']}/adopt", json={"reason": "x"}).status_code == 200
    answer = writing.post(f"/api/v1/drafts/{other['id']}/adopt", json={"reason": "x"})
    assert answer.status_code == 409
    assert "区域又有改动" in answer.json()["detail"]
    assert writing.get(f"/api/v1/drafts/{other['id']}").json()["stale"] is True
    later = writing.post(f"/api/v1/drafts/{other['id']}/adopt", json={"reason": "x", "day": "2999-01-01"})
    assert later.status_code == 409
