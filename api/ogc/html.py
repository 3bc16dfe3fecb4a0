"""The documents as pages: every value is text, every link can be followed."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from api.ogc.asking import Page
from api.ogc.geojson import properties
from api.ogc.layers import Layer
from api.ogc.links import Link, Links
from api.pages.rendering import render
from geodata.model import Town

Document = dict[str, Any]
DIGITS = 9
"""Decimals of coordinates on a page: a tenth of a millimetre in degrees."""


def page(template: str, town: Town, root: str, document: Document, **more: Any) -> str:
    """Render a document of the service that stands at `root`."""
    return render(f"ogc/{template}.html", town=town, root=root, document=document, **more)


def items_page(town: Town, links: Links, layer: Layer, found: Page, document: Document) -> str:
    """Render a page of features with all their properties and shapes."""
    return page(
        "items", town, links.root, document, layer=layer, system=found.system, features=_features(links, layer, found)
    )


def item_page(town: Town, links: Links, layer: Layer, found: Page, own: list[Link]) -> str:
    """Render one feature."""
    (feature,) = _features(links, layer, found)
    return page("item", town, links.root, {"links": own}, layer=layer, system=found.system, feature=feature)


def _features(links: Links, layer: Layer, found: Page) -> list[Document]:
    shapes = found.system.drawn(layer.shapes[found.at])
    texts = np.asarray(shapely.to_wkt(shapes, rounding_precision=DIGITS), dtype=object).tolist()
    return [
        {
            "id": layer.ids[at],
            "href": links.to("collections", layer.name, "items", layer.ids[at]) + "?f=html",
            "geometry": text,
            "properties": told,
        }
        for at, text, told in zip(found.at.tolist(), texts, properties(layer, found.at), strict=True)
    ]
