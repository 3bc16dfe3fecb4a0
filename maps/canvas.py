"""The base of every map: a Folium map in a page of ours, with backdrop, panel, legend, scale, date and source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import folium
from folium.map import LayerControl
from jinja2 import Environment

from geodata.errors import WanggeError
from geodata.model import Town
from maps import assets
from maps.backdrop import Backdrop
from maps.page import Call, Data, Fragment, Page
from maps.shapes import Frame

SCRIPTS = (
    "base.js",
    "legend.js",
    "backdrop.js",
    "areas.js",
    "points.js",
    "lines.js",
    "pins.js",
    "routes.js",
    "compare.js",
    "heat_sums.js",
    "heat_time.js",
    "heat.js",
    "heat_controls.js",
)
NOWHERE = (35.0, 105.0)
"""Middle of China, latitude and longitude: where a map without any position opens."""

TILE_URL = re.compile(r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]*(?:\{s\})?[A-Za-z0-9.-]+(?::\d+)?)/\S*")


class TilesProblem(WanggeError):
    """The tile address of the settings can't be used."""


@dataclass(frozen=True)
class Tiles:
    """A tile server to draw under the map: Tianditu or one of the intranet. Without one a map asks for nothing.

    Attributes
    ----------
    url
        Template with `{x}`, `{y}`, `{z}`, and `{s}` where there are subdomains. WGS 84 / CGCS2000 in Web Mercator
        (Tianditu `_w` layers); Amap and Tencent tiles are GCJ-02 and would lie 300–700 m off.
    attribution
        Shown as text in the corner.
    max_zoom
        Deepest zoom the server has.
    subdomains
        One character each, for `{s}`.
    """

    url: str
    attribution: str = ""
    max_zoom: int = 18
    subdomains: str = ""

    def __post_init__(self) -> None:
        """Refuse an address that is none, or that could widen the page's policy."""
        missing = [part for part in ("{x}", "{y}", "{z}") if part not in self.url]
        if missing or not TILE_URL.fullmatch(self.url):
            raise TilesProblem(f"瓦片地址“{self.url}”不能用：要形如 https://主机/…{{z}}/{{x}}/{{y}}…。")
        if ("{s}" in self.url) != bool(self.subdomains) or not re.fullmatch("[A-Za-z0-9]*", self.subdomains):
            raise TilesProblem(f"瓦片地址“{self.url}”里的 {{s}} 要和子域（字母或数字）一起给。")

    @property
    def origins(self) -> tuple[str, ...]:
        """Origins that the page may fetch images from, for its policy."""
        match = TILE_URL.fullmatch(self.url)
        assert match is not None  # noqa: S101  # __post_init__ refuses others
        origin = f"{match['scheme']}://{match['host']}"
        return tuple(origin.replace("{s}", letter) for letter in self.subdomains) or (origin,)

    def as_data(self) -> dict[str, Any]:
        """Give the options of Leaflet's tile layer."""
        options = {"url": self.url, "attribution": self.attribution, "maxZoom": self.max_zoom}
        return options | ({"subdomains": self.subdomains} if self.subdomains else {})


class LeafletMap(folium.Map):
    """folium.Map without links: Leaflet is inlined by the page; jQuery, Bootstrap and icons are not used."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012  # folium's own type
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class Choice(LayerControl):
    """Folium's layer control for the layers named, docked in the panel under its own title."""

    def __init__(self, title: str, layers: Sequence[folium.map.Layer], *, radios: bool) -> None:
        super().__init__(collapsed=False)
        self.layers, self.radios = layers, radios
        self.add_child(Call("dock", title, radios))

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # as folium's own
        """Render with the layers named instead of all layers of the map."""
        self.reset()
        names = self.base_layers if self.radios else self.overlays
        names.update({layer.layer_name: layer.get_name() for layer in self.layers})
        super(LayerControl, self).render(**kwargs)  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Heading:
    """What stands around the map.

    Attributes
    ----------
    subject
        What it shows, after the town's name.
    town, as_of
        Whose map, of which day.
    source
        Where the figures come from.
    headline
        Word and figure, the most important first.
    notes
        What the map does not show, and why.
    made
        Day it was drawn; the town's today when left out.
    when
        Word before the day.
    """

    subject: str
    town: Town
    as_of: date
    source: str
    headline: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    made: date | None = None
    when: str = "截至"


@dataclass
class Sheet:
    """One map being drawn: add layers, then `render`.

    Attributes
    ----------
    heading, frame
        What stands around it, what it shows first.
    backdrop, tiles
        The ground.
    roads_over
        Roads above the areas (coloured areas would hide them), else below.
    """

    heading: Heading
    frame: Frame
    backdrop: Backdrop
    tiles: Tiles | None = None
    roads_over: bool = True
    map: folium.Map = field(init=False)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        """Lay out the page: libraries, heading and panel, the map, the backdrop."""
        self.map = _leaflet_map(self.tiles)
        self.page = Page(f"{self.heading.town.name} {self.heading.subject}", self.tiles.origins if self.tiles else ())
        self.page.header.add_child(Fragment(_styles()))
        self.page.html.add_child(Fragment(_around(self.heading)))
        self.page.add_child(self.map)
        tiles = {"tiles": self.tiles.as_data()} if self.tiles else {}
        self.page.html.add_child(Data("sheet", {"origin": self.frame.origin, "bounds": self.frame.bounds, **tiles}))
        self.data("backdrop", self.backdrop.as_data(self.frame) | {"tiles": bool(self.tiles)})
        self.map.add_child(Call("sheet", "sheet"))
        self.map.add_child(Call("backdrop", "backdrop", self.roads_over))

    def data(self, identity: str, value: Any) -> None:
        """Put data into the page for our scripts: at its end, so that words and frame needn't wait for it."""
        self.page.data.add_child(Data(identity, value))

    def group(self, name: str, *calls: Call, show: bool = True, on: folium.Map | None = None) -> folium.FeatureGroup:
        """Add a layer, named with a word of ours, and what fills it, on the map or on the one beside it."""
        group = folium.FeatureGroup(name=name, show=show, control=False)
        for call in calls:
            group.add_child(call)
        (on or self.map).add_child(group)
        return group

    def beside(self, before: str, after: str) -> folium.Map:
        """Put a second map beside the first, which shows the same ground; give it.

        Parameters
        ----------
        before, after
            What stands on the second one, to the left, and on the first.
        """
        other = _leaflet_map(None)
        self.page.add_child(other)
        self.page.html.add_child(Data("beside", {"before": before, "after": after}))
        other.add_child(Call("second", "beside"))
        other.add_child(Call("backdrop", "backdrop", self.roads_over))
        return other

    def choice(self, title: str, layers: Sequence[folium.map.Layer], *, radios: bool = True) -> None:
        """Add a layer switch to the panel; none where there is nothing to choose."""
        if len(layers) > int(radios):
            self.map.add_child(Choice(title, layers, radios=radios))

    def render(self) -> str:
        """Give the whole HTML document."""
        return self.page.render()


def empty_map() -> str:
    """Give an empty Folium map with the same Leaflet inlined and nothing of ours: the floor of the benchmark."""
    page, bare = Page("empty"), LeafletMap(location=NOWHERE, zoom_start=4, tiles=None)
    page.header.add_child(Fragment(f"<style>{assets.leaflet_css()}</style><script>{assets.leaflet_js()}</script>"))
    page.add_child(bare)
    return page.render()


def _leaflet_map(tiles: Tiles | None) -> folium.Map:
    return LeafletMap(
        location=NOWHERE,
        zoom_start=4,
        tiles=None,
        control_scale=True,
        attribution_control=tiles is not None,
        zoom_snap=1 if tiles else 0.25,
        max_zoom=tiles.max_zoom if tiles else 19,
    )


def _styles() -> str:
    return f"<style>{assets.leaflet_css()}</style><style>{assets.own('map.css')}</style>"


def _around(heading: Heading) -> str:
    """Give heading, panel and hatches, and the scripts after them: words are painted before Leaflet is read."""
    made = heading.made or datetime.now(heading.town.zone).date()
    template = Environment(autoescape=True).from_string(assets.own("frame.html"))
    html = template.render(
        title=f"{heading.town.name} · {heading.subject}",
        as_of=heading.as_of,
        when=heading.when,
        made=made,
        synthetic=heading.town.synthetic,
        headline=heading.headline,
        notes=heading.notes,
        source=heading.source,
    )
    own = "\n".join(assets.own(name) for name in SCRIPTS)
    return f"{html}<script>{assets.leaflet_js()}</script><script>{own}</script>"
