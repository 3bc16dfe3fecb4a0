"""Backgrounds that may lie under a map: tiles of a service, of a file that we serve, or inside the page itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from coverage.density import Bounds
from geodata.errors import WanggeError

Datum = Literal["wgs84", "gcj02", "bd09"]
"""What a background is drawn in: WGS 84 or CGCS2000 (Tianditu), GCJ-02 (Amap, Tencent), BD-09 (Baidu)."""

TILE_URL = re.compile(r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]*(?:\{s\})?[A-Za-z0-9.-]+(?::\d+)?)/[^\s\"'<>]*")
OWN_URL = re.compile(r"/backgrounds/\d+/\{z\}/\{x\}/\{y\}(\?[\w=-]*)?")
HOLES = re.compile(r"\{([^{}]*)\}")
SIGNED_IN = re.compile(r"(?<=//)[^/?#@]*(?=@)")
PARAMETER = re.compile(r"(?P<before>[?&;#](?:[^?&;#=]*=)?)(?P<value>[^?&;#]*)")
OPEN_PARAMETERS = frozenset(
    (
        *("service", "request", "version", "layer", "layers", "style", "styles", "format", "transparent", "exceptions"),
        *("tilematrixset", "tilematrix", "tilerow", "tilecol", "width", "height", "crs", "srs", "bbox", "dpi", "tiled"),
        *("x", "y", "z", "l", "s", "f", "v", "size", "tilesize", "scale", "scaler", "scl", "lang", "language", "hl"),
        *("gl", "ltype", "lstyle", "lyrs", "type", "mode", "qt", "udt", "styleid", "scene", "map", "time"),
    )
)
"""Parameters of WMTS, WMS and the usual tile services whose values may be seen; any other may be a key."""


class TilesProblem(WanggeError):
    """The tile address of the settings can't be used."""


@dataclass(frozen=True)
class Background:
    """One background in tiles of 256 pixels; a page asks nobody but the hosts of its backgrounds.

    Attributes
    ----------
    url
        Template with `{z}`, `{x}` and `{y}` (or `{-y}`: rows counted from the south), `{s}` where there are
        subdomains, `{key}` where there is a key. Tiles in Web Mercator, of Baidu (`bd09`) in Baidu's own plane.
    attribution
        Shown as text in the corner: the source, and the number of the map's approval (审图号).
    name
        What the switch calls it.
    datum
        What it is drawn in: the page moves the town's layers there.
    labels
        Template of a second layer with names, laid over the town's areas.
    min_zoom, max_zoom
        First and deepest zoom the source has; beyond them its tiles are made smaller and larger.
    subdomains
        One character each, for `{s}`.
    key
        Of a licensed service; never in a message.
    bounds
        West, south, east, north: outside of it nothing is asked for.
    vector
        Whether the tiles are Mapbox vector tiles, not pictures.
    inside
        Pictures carried by the page, `z/x/y` to a data URI; then `url` is not asked.
    """

    url: str
    attribution: str = ""
    name: str = "在线底图"
    datum: Datum = "wgs84"
    labels: str = ""
    max_zoom: int = 18
    subdomains: str = ""
    key: str = field(default="", repr=False)
    bounds: Bounds | None = None
    vector: bool = False
    inside: Mapping[str, str] = field(default_factory=dict, repr=False)
    min_zoom: int = 0

    def __post_init__(self) -> None:
        """Refuse an address that is none, or that could widen the page's policy."""
        for url in (self.url, self.labels):
            if url and not OWN_URL.fullmatch(url):
                self._check(url)
        used = any("{s}" in url for url in (self.url, self.labels))
        if used != bool(self.subdomains) or not re.fullmatch("[A-Za-z0-9]*", self.subdomains):
            raise TilesProblem(f"瓦片地址“{without_secret(self.url)}”里的 {{s}} 要和子域（字母或数字）一起给。")
        if not re.fullmatch("[A-Za-z0-9]*", self.key):
            raise TilesProblem(f"底图“{self.name}”的密钥不对：只能有字母和数字。")

    def _check(self, url: str) -> None:
        shown = without_secret(url)
        holes = HOLES.findall(url)
        rows = {"y", "-y"} & set(holes)
        if not {"x", "z"} <= set(holes) or len(rows) != 1 or not TILE_URL.fullmatch(url):
            raise TilesProblem(f"瓦片地址“{shown}”不能用：要形如 https://主机/…{{z}}/{{x}}/{{y}}…。")
        if "key" in holes and not self.key:
            raise TilesProblem(f"瓦片地址“{shown}”里有 {{key}}，但没有给密钥。")
        unknown = sorted(set(holes) - {"x", "y", "-y", "z", "s", "key"})
        if unknown:
            raise TilesProblem(
                f"瓦片地址“{shown}”里有不认识的 {{{unknown[0]}}}；可以用 {{z}}、{{x}}、{{y}}、{{-y}}、{{s}}、{{key}}。"
            )

    @property
    def origins(self) -> tuple[str, ...]:
        """Origins that the page may fetch images from, for its policy."""
        if self.inside:
            return ()
        found: list[str] = []
        for url in filter(None, (self.url, self.labels)):
            match = TILE_URL.fullmatch(url)
            origin = f"{match['scheme']}://{match['host']}" if match else "'self'"
            found += [origin.replace("{s}", letter) for letter in self.subdomains] if "{s}" in origin else [origin]
        return tuple(dict.fromkeys(found))

    @property
    def secret(self) -> bool:
        """Say whether a page that carries it gives away a key."""
        return bool(self.key) or any(without_secret(url) != url for url in (self.url, self.labels))

    def holding(self, inside: Mapping[str, str], zooms: tuple[int, int]) -> Background:
        """Give it with its pictures of some zooms inside the page."""
        return replace(self, inside=inside, min_zoom=zooms[0], max_zoom=zooms[1])

    def as_data(self) -> dict[str, Any]:
        """Give what the page's script needs; the options of Leaflet's tile layer in its own words."""
        west, south, east, north = self.bounds or (0, 0, 0, 0)
        said: dict[str, Any] = {
            "subdomains": self.subdomains,
            "key": self.key,
            "labels": self.labels,
            "bounds": [[south, west], [north, east]] if self.bounds and self.datum == "wgs84" else None,
            "vector": self.vector,
            "inside": dict(self.inside),
            "minNativeZoom": self.min_zoom,
        }
        url = "" if self.inside else self.url
        must = {"name": self.name, "url": url, "datum": self.datum, "attribution": self.attribution}
        return must | {"maxNativeZoom": self.max_zoom} | {name: value for name, value in said.items() if value}


def without_secret(url: str) -> str:
    """Give an address to be shown: left out is who signs in, and each value of the query that may be a key.

    Keys go by too many names (`apikey`, `sk`, `subscription-key`, `sig`, …) to list; so a value is shown where it has
    a hole or its parameter is one of OPEN_PARAMETERS.
    """
    path, mark, query = url.partition("?")
    return SIGNED_IN.sub("…", path) + PARAMETER.sub(_shown, mark + query)


def _shown(parameter: re.Match[str]) -> str:
    before, value = parameter["before"], parameter["value"]
    is_open = before[1:-1].lower() in OPEN_PARAMETERS and before.endswith("=")
    return before + (value if not value or is_open or HOLES.search(value) else "…")
