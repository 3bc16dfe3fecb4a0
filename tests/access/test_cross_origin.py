"""Pages of other sites: what a browser is told to let them read."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.access.conftest import BASE, Let, Town
from tests.made_up import village_store

ELSEWHERE = {"origin": "https://map.example"}
FIRST = {**ELSEWHERE, "access-control-request-method": "GET", "access-control-request-headers": "authorization"}
ITEMS = "/ogc/collections/places/items?limit=1&f=json"
ALLOWED = "access-control-allow-origin"


def test_by_token(guarded: Town) -> None:
    """A page that was given a token asks first, may send it, and reads the answer and the system it is in."""
    page = TestClient(guarded.app, base_url=BASE)
    first = page.options(ITEMS, headers=FIRST)
    assert (first.status_code, first.content) == (204, b"")
    assert "Authorization" in first.headers["access-control-allow-headers"]
    assert "POST" not in first.headers["access-control-allow-methods"]
    secret = guarded.accounts.make_token("leader", "t", 1, read_only=True)[1]
    answer = page.get(ITEMS, headers={**ELSEWHERE, "authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    assert answer.headers[ALLOWED] == "*"
    assert "Content-Crs" in answer.headers["access-control-expose-headers"]


def test_never_by_cookie(guarded: Town, let_in: Let) -> None:
    """No answer lets a page use the cookie of who sits there: to all sites, and never with credentials."""
    answer = let_in("leader").get(ITEMS, headers=ELSEWHERE)
    assert answer.headers[ALLOWED] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    refused = TestClient(guarded.app, base_url=BASE).get(ITEMS, headers=ELSEWHERE)
    assert (refused.status_code, refused.headers[ALLOWED]) == (401, "*")


@pytest.mark.parametrize("path", ["/api/v1/places", "/", "/ogcx", "/openrosa/formList", "/login"])
def test_nothing_else_is_shared(guarded: Town, path: str) -> None:
    """Whatever does not lie below /ogc is for pages of this service alone."""
    page = TestClient(guarded.app, base_url=BASE, follow_redirects=False)
    for answer in (page.get(path, headers=ELSEWHERE), page.options(path, headers=FIRST)):
        assert ALLOWED not in answer.headers


def test_not_where_there_is_no_door(tmp_path: Path) -> None:
    """Where nobody has an account no site is let in: any page that the clerk opens could read the town."""
    app = create_app(Settings(store=village_store(tmp_path / "village.gpkg")))
    page = TestClient(app, base_url=BASE)
    answers = page.get(ITEMS, headers=ELSEWHERE), page.options(ITEMS, headers=FIRST)
    assert [each.status_code for each in answers] == [200, 405]
    assert not any(ALLOWED in each.headers for each in answers)
    app.state.desk.close()
