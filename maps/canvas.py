"""The base of every map: a Folium map in a page of ours, with backdrop, panel, legend, scale, date and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import folium
from folium.map import LayerControl
from jinja2 import Environment

from geodata.model import Town
from maps import assets
from maps.backdrop import Backdrop
from maps.backgrounds import Background
from maps.colours import RISK_FILLS
from maps.page import Call, Data, Fragment, Page
from maps.shapes import Frame

SCRIPTS = (
    "plain.js",
    "base.js",
    "look.js",
    "calm.js",
    "table.js",
    "print.js",
    "legend.js",
    "backdrop.js",
    "labels.js",
    "backgrounds.js",
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
    "heat_tables.js",
)
NOWHERE = (35.0, 105.0)
"""Middle of China, latitude and longitude: where a map without any position opens."""

Tiles = tuple[Background, ...]
"""Backgrounds that a map can be switched between, the first one shown at first; without any it asks for nothing."""


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
        backgrounds = self.tiles or ()
        origins = tuple(dict.fromkeys(origin for each in backgrounds for origin in each.origins))
        vector = any(each.vector for each in backgrounds)
        self.page = Page(f"{self.heading.town.name} {self.heading.subject}", origins, asks_home=vector)
        self.page.header.add_child(Fragment(_styles()))
        self.page.html.add_child(Fragment(_around(self.heading, backgrounds)))
        self.page.add_child(self.map)
        tiles = {"backgrounds": [each.as_data() for each in backgrounds]} if backgrounds else {}
        self.page.html.add_child(Data("sheet", {"origin": self.frame.origin, "bounds": self.frame.bounds, **tiles}))
        self.data("backdrop", self.backdrop.as_ground(self.frame))
        self.map.add_child(Call("sheet", "sheet"))
        self.map.add_child(Call("backdrop", "backdrop", self.roads_over))

    def data(self, identity: str, value: Any) -> None:
        """Put data into the page for our scripts: at its end, so that words and frame needn't wait for it."""
        self.page.data.add_child(Data(identity, value))

    def group(self, name: str, *calls: Call, show: bool = True, on: folium.Map | None = None) -> folium.FeatureGroup:
        """Add a layer, named with a word of ours, and what fills it, on the map or on the one beside it."""
        group = folium.FeatureGroup(name=name, show=show, control=False)
        for call in (Call("named", name), *calls):
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
        other = _leaflet_map(self.tiles)
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
        attribution_control=bool(tiles),
        zoom_snap=1 if tiles else 0.25,
        max_zoom=19,
    )


def _styles() -> str:
    sheets = (assets.leaflet_css(), assets.own("map.css"), assets.own("access.css"))
    return "".join(f"<style>{text}</style>" for text in sheets)


def _scripts(backgrounds: Tiles) -> str:
    """Give our own scripts; those of other datums only where a background needs them."""
    shifted = ("datum.js",) if any(each.datum != "wgs84" for each in backgrounds) else ()
    return "\n".join(assets.own(name) for name in (*SCRIPTS, *shifted))


def _libraries(backgrounds: Tiles) -> str:
    """Give Leaflet, and what draws vector tiles only where a background has them."""
    vector = any(each.vector for each in backgrounds)
    texts = [assets.leaflet_js(), *([assets.protomaps_js()] if vector else [])]
    return "".join(f"<script>{text}</script>" for text in texts)


def _around(heading: Heading, backgrounds: Tiles) -> str:
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
        risk_fills=RISK_FILLS,
    )
    return f"{html}{_libraries(backgrounds)}<script>{_scripts(backgrounds)}</script>"
