"""Who is heard, and what every answer carries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.security import MAP_POLICY, PAGE_POLICY, hardened
from api.serving import ServingProblem, serve
from api.settings import Settings

INSPECTION = '{"place_id": "x", "at": "2024-06-30T10:00:00+08:00"}'
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("path", ["/", "/hazards", "/maps/coverage", "/api/v1/town", "/static/wangge.css", "/nothing"])
def test_headers(client: TestClient, path: str) -> None:
    """Every answer carries the headers, also a refusal."""
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


def test_own_headers_stay() -> None:
    """What an answer says itself stays, but for the policy; a map's has its own."""
    own = [(b"cache-control", b"max-age=60"), (b"content-security-policy", b"default-src *"), (b"x", b"1")]
    page, of_map = (hardened(path, own) for path in ("/gaps", "/maps/coverage"))
    for headers in (page, of_map):
        assert [value for name, value in headers if name == b"cache-control"] == [b"max-age=60"]
        assert len([name for name, _ in headers if name == b"content-security-policy"]) == 1
        assert {(b"x", b"1"), (b"x-content-type-options", b"nosniff")} <= set(headers)
    assert (b"content-security-policy", PAGE_POLICY.encode()) in page
    assert (b"content-security-policy", MAP_POLICY.encode()) in of_map


def test_foreign_host(client: TestClient) -> None:
    """A request for another host name (DNS rebinding) is refused."""
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"host": "localhost:8000"}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({**JSON, "origin": "http://evil.example"}, 403),
        ({**JSON, "origin": "null"}, 403),
        ({**JSON, "sec-fetch-site": "cross-site"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({**JSON, "origin": "http://127.0.0.1:8000"}, 422),
        (JSON, 422),
    ],
)
def test_foreign_writes(client: TestClient, headers: Mapping[str, str], status: int) -> None:
    """Another page's writes are refused before they are read; our own page's are read (and here: place unknown)."""
    assert client.post("/api/v1/inspections", content=INSPECTION, headers=dict(headers)).status_code == status


def test_large_body(client: TestClient) -> None:
    """A body over the limit is refused."""
    assert client.post("/api/v1/inspections", content="x" * 300_000, headers=JSON).status_code == 413


def test_other_hosts_need_the_flag(village: Path) -> None:
    """Binding to anything but this machine is refused without the flag, in words that say why."""
    with pytest.raises(ServingProblem, match="--insecure-no-accounts"):
        serve(Settings(store=village, host="0.0.0.0", port=0))


def test_accounts_that_cannot_be_read(village: Path, tmp_path: Path) -> None:
    """Accounts that can't be read are no open door: 503 with what is wrong, under whatever name is asked."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(village.read_bytes())
    path.with_suffix(".accounts.db").write_bytes(b"no database at all, but long enough to be looked at" * 40)
    for host in ("127.0.0.1:8000", "town.example"):
        browser = TestClient(create_app(Settings(store=path)), base_url=f"http://{host}", raise_server_exceptions=False)
        answer = browser.get("/api/v1/town")
        assert (answer.status_code, "账号文件" in answer.json()["detail"]) == (503, True)
