"""Tiles, and what every map has around it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from geodata.errors import WanggeError
from geodata.model import Town
from maps.backdrop import Backdrop
from maps.backgrounds import Background
from maps.canvas import Heading, Sheet, Tiles, empty_map
from maps.shapes import Frame

TIANDITU = "https://t{s}.tianditu.gov.cn/vec_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=k"


def _sheet(town: Town, tiles: Tiles | None = None) -> str:
    heading = Heading("检查覆盖", town, date(2024, 6, 30), "台账", made=date(2024, 7, 1))
    return Sheet(heading, Frame((113.6, 22.8, 113.7, 22.9)), Backdrop.empty(), tiles).render()


def test_tiles_name_every_origin_of_their_subdomains() -> None:
    """`{s}` becomes one origin a subdomain."""
    tiles = Background(TIANDITU, "天地图", subdomains="07")
    assert tiles.origins == ("https://t0.tianditu.gov.cn", "https://t7.tianditu.gov.cn")
    assert Background("http://10.0.0.5:8080/{z}/{x}/{y}.png").origins == ("http://10.0.0.5:8080",)


@pytest.mark.parametrize(
    ("url", "subdomains"),
    [
        ("https://host/{z}/{x}.png", ""),
        ("file:///tiles/{z}/{x}/{y}.png", ""),
        ("https://a;script-src *;/{z}/{x}/{y}", ""),
        ("https://a b/{z}/{x}/{y}", ""),
        ("https://t{s}.host/{z}/{x}/{y}", ""),
        ("https://t{s}.host/{z}/{x}/{y}", "0 *"),
        ("https://host/{z}/{x}/{y}", "012"),
    ],
)
def test_tiles_refuse_what_is_no_tile_address(url: str, subdomains: str) -> None:
    """An address without x, y, z, of another scheme, or that would widen the policy is refused."""
    with pytest.raises(WanggeError, match="瓦片地址"):
        Background(url, subdomains=subdomains)


def test_tile_server_is_in_page_and_policy() -> None:
    """With tiles the page names the server and the policy allows exactly its images."""
    html = _sheet(Town("某镇", "440100001"), (Background("https://tiles.example/{z}/{x}/{y}.png", "某图"),))
    assert "img-src data: https://tiles.example;" in html
    assert "https://tiles.example/{z}/{x}/{y}.png" in html


def test_heading_says_town_day_source_and_synthetic() -> None:
    """Name, day, made-at day, source; a made-up town says so."""
    html = _sheet(Town("某镇", "440100001", synthetic=True))
    for words in (
        "某镇 · 检查覆盖",
        "2024年6月30日",
        "2024年7月1日",
        "来源：台账",
        "合成数据（非真实）",
        '<html lang="zh">',
    ):
        assert words in html
    assert "合成数据" not in _sheet(Town("某镇", "440100001"))


def test_town_name_is_escaped() -> None:
    """A town named like markup is text."""
    html = _sheet(Town("<img src=x>{{ 7*7 }}", "440100001"))
    assert "<img src=x>" not in html
    assert "&lt;img src=x&gt;{{ 7*7 }}" in html


@pytest.mark.parametrize("html", [empty_map(), _sheet(Town("某镇", "440100001"))])
def test_no_link_leaves_the_page(html: str) -> None:
    """No element loads anything by address."""
    assert not re.search(r"<(script|img|iframe|link)[^>]*\b(src|href)=(?![\"']data:)", html)
    assert not re.search(r"jsdelivr|cloudflare|bootstrapcdn|googleapis|jquery\.com", html)
