"""Entity tags: what stands unchanged is not sent, what changed meanwhile is not changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.drafting import edited
from api.settings import Settings
from tests.api.test_drafts import neighbours
from tests.durable.service import AT, make_store


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give the service of a small town with a hazard."""
    store = make_store(tmp_path_factory.mktemp("tags") / "town.gpkg")
    with TestClient(create_app(Settings(store=store)), base_url="http://127.0.0.1:8000") as client:
        client.post("/api/v1/hazards", json={"id": "h1", "place_id": "甲", "found_at": AT})
        yield client


@pytest.mark.parametrize("path", ["places", "places?format=geojson", "coverage", "town", "hazards/h1/steps"])
def test_not_sent_again(small: TestClient, path: str) -> None:
    """An answer of the API has a tag; who has it already gets 304 without a body, in any form of the header."""
    first = small.get(f"/api/v1/{path}")
    tag = first.headers["etag"]
    assert small.get(f"/api/v1/{path}").headers["etag"] == tag
    for had in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = small.get(f"/api/v1/{path}", headers={"if-none-match": had})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert "content-type" not in again.headers
        assert again.headers["cache-control"] == "no-store"
    other = small.get(f"/api/v1/{path}", headers={"if-none-match": '"x"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_another_after_a_write(small: TestClient) -> None:
    """A write that shows in an answer gives it another tag."""
    before = small.get("/api/v1/inspections").headers["etag"]
    small.post("/api/v1/inspections", json={"id": "t1", "place_id": "甲", "at": AT})
    assert small.get("/api/v1/inspections", headers={"if-none-match": before}).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/places?colour=red", "/", "/healthz"])
def test_no_tag(small: TestClient, path: str) -> None:
    """Problems and pages get none from here, and are sent whole."""
    answer = small.get(path, headers={"if-none-match": "*"})
    assert "etag" not in answer.headers
    assert answer.content


def test_step_on_what_was_seen(small: TestClient) -> None:
    """A step asked for on a state that is gone is refused with 412 and not written; on the newest it is taken."""
    url = "/api/v1/hazards/h1/steps"
    seen = small.get(url).headers["etag"]
    step = {"action": "assign", "actor": "甲", "role": "grid_manager", "responsible": "乙", "deadline": "2024-07-15"}
    step["at"] = "2024-06-30T11:00:00+08:00"
    taken = small.post(url, json=step, headers={"if-match": seen})
    assert taken.status_code == 201, taken.text
    assert taken.headers["etag"] == small.get(url).headers["etag"]
    steps = small.get(url).json()
    late = small.post(url, json={**step, "action": "start"}, headers={"if-match": seen})
    assert late.status_code == 412
    assert "又有改动" in late.json()["detail"]
    assert small.get(url).json() == steps
    assert small.post(url, json=step, headers={"if-match": "*"}).status_code != 412


def test_drafts(writing: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft is changed, dropped and adopted as it was seen, or not at all; each change gives it another tag."""
    begun = writing.post("/api/v1/drafts", json={"name": "明年的网格"})
    url, first = f"/api/v1/drafts/{begun.json()['id']}", begun.headers["etag"]
    assert writing.get(url).headers["etag"] == first
    merge = {"do": "merge", "parts": list(neighbours(begun.json()))}
    done = writing.post(f"{url}/edits", json=merge, headers={"if-match": first})
    assert done.status_code == 200
    assert done.headers["etag"] != first
    assert writing.get(url).headers["etag"] == done.headers["etag"]
    for path, body in (("edits", merge), ("adopt", {"reason": "年度调整"}), ("drop", {})):
        assert writing.post(f"{url}/{path}", json=body, headers={"if-match": first}).status_code == 412
    assert writing.get(url).headers["etag"] == done.headers["etag"]
    again = {"do": "merge", "parts": list(neighbours(done.json()))}

    def slowly(*given: Any) -> Any:
        monkeypatch.undo()  # while this edit is computed, somebody else's is written
        assert writing.post(f"{url}/edits", json=again).status_code == 200
        return edited(*given)

    monkeypatch.setattr("api.routers.drafts.edited", slowly)
    assert writing.post(f"{url}/edits", json=again).status_code == 412
    newest = writing.get(url).headers["etag"]
    assert newest != done.headers["etag"]
    assert writing.post(f"{url}/drop", json={}, headers={"if-match": newest}).status_code == 200


def test_decision_on_what_was_seen(writing: TestClient) -> None:
    """A second decision about the risk of a place, by somebody who did not see the first, is refused with 412."""
    place = writing.get("/api/v1/risk", params={"limit": 1}).json()["rows"][0]["place_id"]
    url = f"/api/v1/places/{place}/risk"
    seen = writing.get(url).headers["etag"]
    decision = {"accepted": "重大", "reason": "现场看过", "actor": "甲"}
    assert writing.post(url, json=decision, headers={"if-match": seen}).status_code == 201
    assert writing.post(url, json={**decision, "actor": "乙"}, headers={"if-match": seen}).status_code == 412
    assert len(writing.get(url).json()["rows"]) == 1
