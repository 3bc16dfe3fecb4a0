"""Links begin with the address that the asker knows, by the word of trusted proxies alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings


@pytest.fixture(scope="module")
def behind(village: Path) -> Iterator[TestClient]:
    """Give the service of the village behind the trusted proxy 10.1.2.3."""
    app = create_app(Settings(store=village, trusted_proxies="10.1.0.0/16, 192.0.2.1"))
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("10.1.2.3", 5000)) as client:
        yield client


def root_of(client: TestClient, headers: dict[str, str]) -> Any:
    """Give where the landing page says that the data are."""
    response = client.get("/ogc/", headers=headers)
    assert response.status_code == 200, response.text
    return next(link["href"] for link in response.json()["links"] if link["rel"] == "data")


X = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "aq.example.cn", "X-Forwarded-Prefix": "/wangge"}


@pytest.mark.parametrize(
    ("headers", "root"),
    [
        ({}, "http://127.0.0.1:8000"),
        (X, "https://aq.example.cn/wangge"),
        ({"X-Forwarded-Proto": "https"}, "https://127.0.0.1:8000"),
        ({"X-Forwarded-Host": "evil.example, aq.example.cn:8443"}, "http://aq.example.cn:8443"),
        ({"Forwarded": 'for=1.2.3.4;proto=https;host="aq.example.cn:8443"'}, "https://aq.example.cn:8443"),
        ({"Forwarded": "host=evil.example, for=1.2.3.4;Proto=https;Host=aq.example.cn"}, "https://aq.example.cn"),
        ({"Forwarded": "host=[2001:db8::1]"}, "http://[2001:db8::1]"),
        ({"Forwarded": 'host="[2001:db8::1]:80"'}, "http://[2001:db8::1]:80"),
        ({"X-Forwarded-Prefix": "/wangge/"}, "http://127.0.0.1:8000/wangge"),
    ],
)
def test_a_trusted_proxy_is_believed(behind: TestClient, headers: dict[str, str], root: str) -> None:
    """Scheme, host and prefix are those that the trusted proxy says; of several the last, which it wrote itself."""
    assert root_of(behind, headers) == f"{root}/ogc/collections"


def test_every_link_of_a_page_goes_through_the_proxy(behind: TestClient) -> None:
    """next, self, alternate and the template of tiles begin with the public address, and keep the filters."""
    page = behind.get("/ogc/collections/places/items?limit=2&risk=一般", headers=X).json()
    assert all(link["href"].startswith("https://aq.example.cn/wangge/ogc/") for link in page["links"])
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    assert "limit=2" in following
    assert behind.get("/ogc/api", headers=X).json()["servers"] == [{"url": "https://aq.example.cn/wangge/ogc"}]
    listed = behind.get("/api/v1/places?limit=1", headers=X).json()
    assert listed["next"].startswith("https://aq.example.cn/wangge/api/v1/places")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "a b"},
        {"X-Forwarded-Host": "a/<script>"},
        {"X-Forwarded-Proto": "javascript"},
        {"X-Forwarded-Prefix": "//evil.example"},
        {"X-Forwarded-Prefix": "/a?b"},
        *({"X-Forwarded-Host": host} for host in ("[:::::]", "[1.2.3]", "[..]", "[::1]x")),
    ],
)
def test_nonsense_of_a_trusted_proxy_is_refused(behind: TestClient, headers: dict[str, str]) -> None:
    """What is no scheme, host or prefix is a problem, never a link."""
    assert behind.get("/ogc/", headers=headers).status_code == 400


@pytest.mark.parametrize("name", ["Host", "Proto", "Port", "Prefix"])
def test_two_ways_at_once_are_refused(behind: TestClient, name: str) -> None:
    """A proxy that writes the one lets the asker's own words through in the other: nobody knows which."""
    response = behind.get("/ogc/", headers={"Forwarded": "host=evil.example", f"X-Forwarded-{name}": "443"})
    assert response.status_code == 400
    assert "只用一种" in response.text


def test_the_last_of_several_lines_is_taken(behind: TestClient) -> None:
    """A proxy that adds a line of its own below the asker's is heard, not the asker."""
    lines = [("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Host", "aq.example.cn")]
    links = behind.get("/ogc/", headers=lines).json()["links"]
    assert all(link["href"].startswith("http://aq.example.cn/") for link in links)


def test_others_are_not_believed(client: TestClient) -> None:
    """Who is no trusted proxy can't say where links go."""
    assert root_of(client, X | {"Forwarded": "host=evil.example"}) == "http://127.0.0.1:8000/ogc/collections"


def test_a_setting_that_is_no_network_is_refused() -> None:
    """The setting names addresses and networks, nothing else."""
    with pytest.raises(ValueError, match="trusted_proxies 应为 IP 地址或网段"):
        Settings(store=Path("x.gpkg"), trusted_proxies="nginx")
    assert not Settings(store=Path("x.gpkg"), trusted_proxies="10.0.0.0/8").trusts("testclient")
