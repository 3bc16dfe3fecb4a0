"""Pages of features: none twice, none lost, whatever is written meanwhile."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from api.ogc.asking import page_of
from api.ogc.crs import offered
from tests.api.ogc.conftest import Get, rels, walk
from tests.api.ogc.layers import layer_of

ZONE = ZoneInfo("Asia/Shanghai")
words = st.text("ab/%?&#é中 ", min_size=1, max_size=4)


@given(st.lists(st.sets(words, max_size=12), min_size=1, max_size=8), st.integers(1, 5))
@settings(max_examples=40)
def test_who_stays_is_met_once(states: list[set[str]], limit: int) -> None:
    """Rows come and go between the pages: those there all along are met once, nobody twice."""
    met: list[str] = []
    after: dict[str, str] = {}
    for number in range(100):
        ids = sorted(states[min(number, len(states) - 1)])
        layer = layer_of([{} for _ in ids], ids)
        page = page_of(layer, {"limit": str(limit), **after}, offered(None), ZONE)
        met += [ids[at] for at in page.at]
        if not page.more_after:
            break
        after = {"after": met[-1]}
    seen = states[: number + 1]
    assert len(met) == len(set(met))
    assert set.intersection(*seen) <= set(met) <= set.union(*seen)


@given(st.sets(words, min_size=1, max_size=12), st.integers(1, 5))
@settings(max_examples=30)
def test_the_way_back_is_the_way_there(ids: set[str], limit: int) -> None:
    """From the last row back along `before` the same rows are met, in the same order."""
    ordered = sorted(ids)
    layer = layer_of([{} for _ in ordered], ordered)
    met, before = [ordered[-1]], {"before": ordered[-1]}
    while True:
        page = page_of(layer, {"limit": str(limit), **before}, offered(None), ZONE)
        met = [ordered[at] for at in page.at] + met
        if not page.more_before:
            break
        before = {"before": met[0]}
    assert met == ordered


def test_the_links_lead_through_everything(client: TestClient, get: Get) -> None:
    """Along `next` every row of every collection is met once, as on one large page; `prev` leads back."""
    for name, limit in (("areas", 7), ("gaps", 40), ("places", 500)):
        pages = list(walk(client, f"/ogc/collections/{name}/items?limit={limit}"))
        met = [feature["id"] for page in pages for feature in page["features"]]
        assert met == [feature["id"] for feature in get(f"/collections/{name}/items", limit=10000)["features"]]
        assert "prev" not in rels(pages[0])
        back = client.get(rels(pages[-1])["prev"][0]["href"]).json()
        assert back["features"] == pages[-2]["features"]


def test_a_writer_between_the_pages(writing: TestClient) -> None:
    """While inspections are posted, those of before are met once each, and no row twice."""
    before = {
        each["id"]
        for page in walk(writing, "/ogc/collections/inspections/items?limit=2000")
        for each in page["features"]
    }
    met: list[str] = []
    for number, page in enumerate(walk(writing, "/ogc/collections/inspections/items?limit=2000")):
        met += [each["id"] for each in page["features"]]
        for name in (f"A-{number}", f"JC000{number}9-x", f"zz-{number}"):  # before, among and after those there
            body: dict[str, Any] = {"id": name, "place_id": "HC000002", "officer": "AQ001"}
            response = writing.post("/api/v1/inspections", json=body | {"at": "2024-06-30T09:00:00+08:00"})
            assert response.status_code == 201, response.text
    assert len(met) == len(set(met))
    assert before <= set(met)
    assert "zz-0" in met


def test_after_and_before_together_are_refused(client: TestClient) -> None:
    """A page begins after one row or ends before another, not both."""
    response = client.get("/ogc/collections/places/items?after=a&before=b")
    assert response.status_code == 400
