"""Requirements class HTML of Part 1; and that texts of files stay texts."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import HOSTILE
from tests.api.ogc.conftest import Get

DOCUMENTS = ("/", "/conformance", "/api", "/collections", "/collections/places", "/collections/places/queryables")
ITEMS = (
    "/collections/places/items?limit=3",
    "/collections/areas/items/town:990001002",
    "/collections/gaps/items?limit=2",
)
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


class Read(HTMLParser):
    """The links, the text and the tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.text = ""
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and where a link goes."""
        self.tags.add(tag)
        self.links |= {value for name, value in attrs if tag == "a" and name == "href" and value}

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


@pytest.fixture(scope="module")
def paths(get: Get) -> list[str]:
    """Give an address of every kind."""
    item = get("/collections/areas/items", limit=1)["features"][0]["id"]
    return [*DOCUMENTS, "/collections/places/items?limit=3", f"/collections/areas/items/{item}"]


def test_definition(client: TestClient, paths: list[str]) -> None:
    """/req/html/definition: every document comes as text/html where a browser asks."""
    for path in paths:
        response = client.get(f"/ogc{path}", headers=BROWSER)
        assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8"), path
        assert response.text.startswith("<!doctype html>")


def test_content(client: TestClient, paths: list[str]) -> None:
    """/req/html/content: the page holds the links of the document as <a>, and its facts as text."""
    for path in paths:
        page = Read(client.get(f"/ogc{path}", headers=BROWSER).text)
        document = client.get(f"/ogc{path}").json()
        for link in document.get("links", []):
            assert link["href"] in page.links or link["rel"] in ("self", "alternate"), (path, link)
        for key in ("title", "description", "id"):
            if key in document:
                assert document[key] in page.text
        for each in document.get("conformsTo", []) + document.get("crs", []):
            assert each in page.text
        for feature in document.get("features", []):
            assert all(value in page.text for value in feature["properties"].values() if isinstance(value, str))


def test_the_form_is_asked_for_by_f_before_accept(client: TestClient) -> None:
    """`f` decides, then Accept by its weights; JSON where both please alike."""
    kinds = {
        ("html", "application/json"): "text/html",
        ("json", "text/html"): "application/json",
        (None, "text/html;q=0.5, application/json;q=0.6"): "application/json",
        (None, "text/html;q=0.7, application/json;q=0.6"): "text/html",
        (None, "*/*"): "application/json",
        (None, "text/html;q=x"): "application/json",
    }
    for (asked, accept), kind in kinds.items():
        response = client.get("/ogc", params={"f": asked} if asked else {}, headers={"Accept": accept})
        assert response.headers["content-type"].startswith(kind)
        assert "accept" in response.headers["vary"].lower()


def test_texts_of_files_stay_texts(client: TestClient) -> None:
    """A name that looks like markup is shown as it is written, under a policy that runs no script of the page."""
    for path in ("/collections/places/items?limit=5", "/collections/places/items/HC000001"):
        response = client.get(f"/ogc{path}", headers=BROWSER)
        page = Read(response.text)
        assert HOSTILE in page.text
        assert "script" not in page.tags
        assert "script-src 'self'" in response.headers["content-security-policy"]


def test_a_problem_is_a_page_for_a_browser(client: TestClient) -> None:
    """Who looks at pages gets problems as pages."""
    response = client.get("/ogc/collections/places/items?limit=x", headers=BROWSER)
    assert response.status_code == 400
    assert "limit 应为" in response.text
