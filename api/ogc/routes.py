"""The addresses below /ogc: documents, features, one feature."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from api.day import Day
from api.ogc import documents, geojson, html
from api.ogc.asking import Form, Page, form_of, names_of, page_of, parameters, system_of
from api.ogc.crs import System, offered
from api.ogc.layers import TITLES, Layer
from api.ogc.links import GEOJSON, JSON, OPENAPI, SCHEMA, Links
from api.ogc.openapi import description
from api.params import desk_of
from api.problems import NotFoundProblem
from geodata.model import Town

VERSION = "1.0.0"
HEAD = {"Vary": "Accept"}


class Asked:
    """What every answer needs: the request, its links and form, the town as it is now."""

    def __init__(self, request: Request) -> None:
        desk = desk_of(request)
        self.request = request
        self.links = Links.of(request)
        self.day: Day = desk.day()
        self.town: Town = self.day.ledger.town

    @property
    def form(self) -> Form:
        """Whether JSON or a page is wanted."""
        return form_of(self.request)

    @property
    def layers(self) -> list[Layer]:
        """All collections."""
        return [self.day.layer(name) for name in TITLES]

    @property
    def systems(self) -> tuple[System, ...]:
        """The coordinate systems offered, by where the town's areas lie, else its places."""
        extents = [self.day.layer(name).extent for name in ("areas", "places")]
        extent = next((each for each in extents if each is not None), None)
        return offered(None if extent is None else (extent[0] + extent[2]) / 2)

    def layer(self, name: str) -> Layer:
        """Give a collection; NotFoundProblem when there is none of that name."""
        if name not in TITLES:
            raise NotFoundProblem(f"没有“{name}”这个图层。可用的有：{'、'.join(TITLES)}。")
        return self.day.layer(name)

    def answer(self, template: str, document: dict[str, Any], media: str = JSON, **more: Any) -> Response:
        """Give a document in the form asked for."""
        if self.form == "html":
            return HTMLResponse(html.page(template, self.town, self.links.root, document, **more), headers=HEAD)
        return JSONResponse(document, media_type=media, headers=HEAD)


TheAsked = Annotated[Asked, Depends(Asked)]
router = APIRouter(prefix="/ogc", include_in_schema=False)


@router.get("")
@router.get("/")
def landing(asked: TheAsked) -> Response:
    """Give the landing page."""
    parameters(asked.request, "f")
    return asked.answer("landing", documents.landing(asked.links, asked.form, asked.town))


@router.get("/conformance")
def conformance(asked: TheAsked) -> Response:
    """Say to which conformance classes the service keeps."""
    parameters(asked.request, "f")
    return asked.answer("conformance", documents.conformance(asked.links, asked.form))


@router.get("/api")
def api(asked: TheAsked) -> Response:
    """Describe the service by OpenAPI 3.0."""
    parameters(asked.request, "f")
    told = description(asked.links.root, VERSION, asked.town, asked.layers, asked.systems)
    return asked.answer("api", told, OPENAPI, links=asked.links.both(asked.form, OPENAPI))


@router.get("/collections")
def collections(asked: TheAsked) -> Response:
    """List the collections."""
    parameters(asked.request, "f")
    told = documents.collections(asked.links, asked.form, asked.layers, asked.systems)
    return asked.answer("collections", told)


@router.get("/collections/{name}")
def collection(asked: TheAsked, name: str) -> Response:
    """Describe one collection."""
    layer = asked.layer(name)
    parameters(asked.request, "f")
    return asked.answer("collection", documents.collection(asked.links, layer, asked.systems, asked.form), layer=layer)


@router.get("/collections/{name}/queryables")
@router.get("/collections/{name}/schema")
def schema(asked: TheAsked, name: str) -> Response:
    """Give the properties that features have and filters know: the same."""
    layer = asked.layer(name)
    parameters(asked.request, "f")
    told = documents.schema(asked.links, layer, asked.request.url.path.rsplit("/", 1)[1])
    return asked.answer("queryables", told, SCHEMA, layer=layer, links=asked.links.both(asked.form, SCHEMA))


@router.get("/collections/{name}/items")
def items(asked: TheAsked, name: str) -> Response:
    """Give one page of the features that match every filter, in the order of their ids."""
    layer, links, form = asked.layer(name), asked.links, asked.form
    found = page_of(layer, parameters(asked.request, *names_of(layer)), asked.systems, asked.town.zone)
    first = layer.ids[found.at[0]] if found.more_before and len(found.at) else None
    last = layer.ids[found.at[-1]] if found.more_after and len(found.at) else None
    facts = {
        "links": documents.page_links(links, form, first=first, last=last),
        "timeStamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberMatched": found.matched,
        "numberReturned": len(found.at),
    }
    if form == "html":
        return HTMLResponse(html.items_page(asked.town, links, layer, found, facts), headers=_head(found))
    texts = geojson.feature_texts(layer, found.at, found.system)
    return Response(geojson.collection_text(texts, **facts), media_type=GEOJSON, headers=_head(found))


@router.get("/collections/{name}/items/{feature_id:path}")
def item(asked: TheAsked, name: str, feature_id: str) -> Response:
    """Give one feature."""
    layer, links, form = asked.layer(name), asked.links, asked.form
    system = system_of(parameters(asked.request, "f", "crs"), "crs", asked.systems)
    at = layer.at(feature_id)
    if at is None:
        raise NotFoundProblem(f"{layer.title}里没有编号为“{feature_id}”的一条。")
    found = Page(np.array([at]), 1, more_before=False, more_after=False, system=system)
    own = documents.feature_links(links, layer, form)
    if form == "html":
        return HTMLResponse(html.item_page(asked.town, links, layer, found, own), headers=_head(found))
    (text,) = geojson.feature_texts(layer, found.at, system)
    return Response(geojson.feature_text(text, links=own), media_type=GEOJSON, headers=_head(found))


def _head(found: Page) -> dict[str, str]:
    return {**HEAD, "Content-Crs": f"<{found.system.uri}>"}
