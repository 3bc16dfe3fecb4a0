"""Links into the navigation of phones: plain https addresses that open the app, each in its maker's datum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from geodata.datum import wgs84_to_bd09, wgs84_to_gcj02

Link = tuple[str, str]
APPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"amap": ("高德", "GCJ-02"), "baidu": ("百度", "BD-09"), "tencent": ("腾讯", "GCJ-02")}
)
"""By the word of the rules file: what people call it, and its datum; in the order of `navigation_links`."""
SHORT = 6
"""Characters of a name in a printed code: each is nine bytes there, and codes of few bytes are easier to read."""


def code_links(visits: pd.DataFrame, modes: Sequence[str], app: str) -> list[str]:
    """Give for each stop the address that its printed code opens, of one of `APPS`; else as `navigation_links`."""
    short = visits.assign(name=visits["name"].astype(str).str[:SHORT])
    at = list(APPS).index(app)
    # a comma needs no escape in a query (RFC 3986, 3.4)
    return [links[at][1].replace("%2C", ",") for links in navigation_links(short, modes)]


def navigation_links(visits: pd.DataFrame, modes: Sequence[str]) -> list[list[Link]]:
    """Give for each stop the ways to navigate there: the word of the app and the address.

    Amap and Tencent take GCJ-02, Baidu BD-09. Baidu's address shows the place, from which its own button leads there:
    the one for a way wants to know where from. The formats are those of the makers' URI APIs.

    Parameters
    ----------
    visits
        name, lon, lat (WGS 84 degrees).
    modes
        Of each: `walk` or `car`.
    """
    degrees = (visits["lon"].to_numpy(dtype=float), visits["lat"].to_numpy(dtype=float))
    positions = np.round(np.column_stack([*wgs84_to_gcj02(*degrees), *wgs84_to_bd09(*degrees)]), 6).tolist()
    return [
        [("高德", _amap(x, y, name, mode)), ("百度", _baidu(u, v, name)), ("腾讯", _tencent(x, y, name, mode))]
        for (x, y, u, v), name, mode in zip(positions, visits["name"].astype(str), modes, strict=True)
    ]


def _amap(lon: float, lat: float, name: str, mode: str) -> str:
    to = f"{lon},{lat},{name.replace(',', '，')}"  # a comma would end the name
    asked = {"to": to, "mode": mode, "coordinate": "gaode", "src": "wangge", "callnative": 1}
    return f"https://uri.amap.com/navigation?{urlencode(asked)}"


def _baidu(lon: float, lat: float, name: str) -> str:
    asked = {"location": f"{lat},{lon}", "title": name, "content": name, "coord_type": "bd09ll"}
    return f"https://api.map.baidu.com/marker?{urlencode(asked | {'output': 'html', 'src': 'wangge'})}"


def _tencent(lon: float, lat: float, name: str, mode: str) -> str:
    asked = {"type": "walk" if mode == "walk" else "drive", "to": name, "tocoord": f"{lat},{lon}", "referer": "wangge"}
    return f"https://apis.map.qq.com/uri/v1/routeplan?{urlencode(asked)}"
