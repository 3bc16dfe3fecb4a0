"""Whether the service lives, is ready, and what it counts."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from api.settings import Settings
from geodata.store import health
from tests.durable.service import AT, make_store

BASE = "http://127.0.0.1:8000"
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a small town."""
    return make_store(tmp_path_factory.mktemp("care") / "town.gpkg")


@pytest.fixture(scope="module")
def here(store: Path) -> Iterator[TestClient]:
    """Give its service, asked from this machine."""
    with TestClient(create_app(Settings(store=store)), base_url=BASE, client=("127.0.0.1", 5000)) as client:
        yield client


def samples(client: TestClient) -> Samples:
    """Give every figure of the metrics by name and labels; the text must be one that Prometheus reads."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    families = list(text_string_to_metric_families(answer.text))
    assert len({family.name for family in families}) == len(families)
    return {
        (each.name, tuple(sorted(each.labels.items()))): each.value for family in families for each in family.samples
    }


def grown(before: Samples, after: Samples, name: str) -> dict[tuple[tuple[str, str], ...], float]:
    """Give by how much the samples of a name grew, by labels; those that did not are left out."""
    found = {key[1]: value - before.get(key, 0) for key, value in after.items() if key[0] == name}
    return {labels: value for labels, value in found.items() if value}


def test_alive(here: TestClient, store: Path) -> None:
    """The process answers for itself, whatever became of the store."""
    store.rename(store.with_name("away.gpkg"))
    try:
        assert here.get("/healthz").json() == {"status": "ok"}
    finally:
        store.with_name("away.gpkg").rename(store)


def test_ready(here: TestClient, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ready; while another program writes it is not, says why, and where the store stands is not told."""
    assert here.get("/readyz").json() == {"status": "ready", "faults": []}
    monkeypatch.setattr(health._check_writer, "__defaults__", None)
    monkeypatch.setattr(health.faults, "__defaults__", (0.01,))
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = here.get("/readyz", headers={"accept": "text/html"})
        other.execute("ROLLBACK")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unready"
    assert [each["check"] for each in answer.json()["faults"]] == ["writer"]
    assert str(store.parent) not in answer.text


def test_requests_by_route(here: TestClient) -> None:
    """Requests are counted by the route that answered; whatever unknown path is asked for is one label."""
    before = samples(here)
    paths = ["/api/v1/town", "/api/v1/places/甲", "/api/v1/places/a%2Fb", "/static/wangge.css", "/no/1", "/no/2"]
    for path in paths:
        here.get(path)
    here.request("BREW", "/api/v1/town", content=b"{}", headers={"content-type": "application/json"})
    found = grown(before, samples(here), "wangge_http_requests_total")
    told = {tuple(value for _, value in sorted(labels)): count for labels, count in found.items()}
    assert told == {
        ("GET", "/api/v1/town", "200"): 1,
        ("GET", "/api/v1/places/{place_id}", "200"): 1,
        ("GET", "/api/v1/places/{place_id}", "404"): 1,
        ("GET", "/static/{path}", "200"): 1,
        ("GET", "(none)", "404"): 2,
        ("(none)", "/api/v1/town", "405"): 1,
        ("GET", "/metrics", "200"): 1,
    }


def test_posts(here: TestClient) -> None:
    """Rows are counted as written, unchanged or refused, with the rows of each commit; the store grows by those."""
    before = samples(here)
    for note in ("一", "一", "二"):
        here.post("/api/v1/inspections", json={"id": "m1", "place_id": "甲", "at": AT, "note": note})
    after = samples(here)
    found = {dict(labels)["outcome"]: count for labels, count in grown(before, after, "wangge_posts_total").items()}
    assert found == {"written": 1, "unchanged": 1, "refused": 1}
    assert grown(before, after, "wangge_commit_rows_sum") == {(): 3}
    assert grown(before, after, "wangge_commit_seconds_count") == {(): 3}
    assert grown(before, after, "wangge_store_rows") == {(("table", "inspections"),): 1}
    assert grown(before, after, "wangge_store_audit_id") == {(): 1}


def test_computations(here: TestClient) -> None:
    """What is computed or read anew is timed by its part."""
    before = samples(here)
    here.post("/api/v1/inspections", json={"id": "m2", "place_id": "乙", "at": AT})
    here.get("/api/v1/coverage")
    found = {dict(labels)["part"] for labels in grown(before, samples(here), "wangge_computation_seconds_count")}
    assert "assessment" in found
    assert found & {"follow", "read"}


def test_nothing_of_the_town(here: TestClient, store: Path) -> None:
    """The metrics hold no text of the town, of a request or of the machine."""
    here.get("/api/v1/places/甲?as_of=2024-06-30")
    text = here.get("/metrics").text
    assert text.isascii()
    assert str(store.parent) not in text
    assert "2024-06-30" not in text


def test_store_away(here: TestClient, store: Path) -> None:
    """A store that can't be read is told by a figure; what the process counted is still given."""
    store.rename(store.with_name("away.gpkg"))
    try:
        found = samples(here)
    finally:
        store.with_name("away.gpkg").rename(store)
    assert found[("wangge_store_readable", ())] == 0
    assert not any(name == "wangge_store_rows" for name, _ in found)
    assert any(name == "wangge_http_requests_total" for name, _ in found)


@pytest.mark.parametrize(
    ("host", "status"), [("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("10.1.2.3", 403), ("odd", 403)]
)
def test_who_sees_metrics(here: TestClient, host: str, status: int) -> None:
    """Metrics are shown to this machine; another is told which setting lets it see them."""
    answer = TestClient(here.app, base_url=BASE, client=(host, 5000)).get("/metrics")
    assert answer.status_code == status
    assert status == 200 or "WANGGE_METRICS_TO_OTHERS" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded"])
def test_metrics_through_a_proxy(here: TestClient, name: str) -> None:
    """Who asks through a proxy on this machine is not this machine, though no setting names the proxy."""
    browser = TestClient(here.app, base_url=BASE, client=("127.0.0.1", 5000))
    assert browser.get("/metrics", headers={name: "203.0.113.9"}).status_code == 403


def test_metrics_to_others(here: TestClient, store: Path) -> None:
    """With the setting another machine sees them."""
    desk = here.app.state.desk  # type: ignore[attr-defined]
    closed = desk.settings
    desk.settings = Settings(store=store, metrics_to_others=True)
    try:
        assert TestClient(here.app, base_url=BASE, client=("10.1.2.3", 5)).get("/metrics").status_code == 200
    finally:
        desk.settings = closed


def test_build(here: TestClient) -> None:
    """The version that runs is told."""
    assert re.search(r'wangge_build_info\{.*version="0\.1\.0"\} 1\.0', here.get("/metrics").text)
