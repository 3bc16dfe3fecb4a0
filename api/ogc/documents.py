"""The documents around the features: landing page, conformance, collections, what can be filtered by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from api.ogc.crs import System
from api.ogc.layers import Field, Layer, Times
from api.ogc.links import GEOJSON, HTML, JSON, MVT, OPENAPI, SCHEMA, Links, link
from geodata.model import Town

Document = dict[str, Any]
_SPEC = "http://www.opengis.net/spec/"
CONFORMS = (
    *(f"{_SPEC}ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "html", "geojson")),
    f"{_SPEC}ogcapi-features-2/1.0/conf/crs",
    *(f"{_SPEC}ogcapi-features-3/1.0/conf/{name}" for name in ("queryables", "queryables-query-parameters")),
    *(f"{_SPEC}ogcapi-features-3/1.0/conf/{name}" for name in ("filter", "features-filter")),
    *(f"{_SPEC}cql2/1.0/conf/{name}" for name in ("cql2-text", "basic-cql2", "advanced-comparison-operators")),
    *(f"{_SPEC}cql2/1.0/conf/{name}" for name in ("case-insensitive-comparison", "basic-spatial-functions")),
    *(f"{_SPEC}ogcapi-tiles-1/1.0/conf/{name}" for name in ("core", "tileset", "tilesets-list")),
    *(f"{_SPEC}ogcapi-tiles-1/1.0/conf/{name}" for name in ("geodata-tilesets", "mvt")),
)
_REL = "http://www.opengis.net/def/rel/ogc/1.0/"
TILED = ("places", "hazards")
MATRIX_SET = "WebMercatorQuad"
_SCHEMA_TYPES: dict[str, Document] = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "flag": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
}


def landing(links: Links, form: str, town: Town) -> Document:
    """Give the landing page."""
    api = links.to("api")
    return {
        "title": f"{town.name} · 安全巡查网格",
        "description": f"{'合成数据（非真实）。' if town.synthetic else ''}区域、监管场所、检查记录、隐患、缺口和轨迹，"
        "按 OGC API – Features 提供，可在 QGIS、ArcGIS、GDAL 中打开。",
        "links": [
            *links.both(form),
            link(api + "?f=json", "service-desc", OPENAPI, "接口说明（OpenAPI 3.0）"),
            link(api + "?f=html", "service-doc", HTML, "接口说明（网页）"),
            link(links.to("conformance"), "conformance", JSON, "符合的标准"),
            link(links.to("collections"), "data", JSON, "图层"),
            link(links.to("tileMatrixSets"), _REL + "tiling-schemes", JSON, "瓦片的分级"),
        ],
    }


def conformance(links: Links, form: str) -> Document:
    """Give the list of conformance classes."""
    return {"conformsTo": list(CONFORMS), "links": links.both(form)}


def collections(links: Links, form: str, layers: Sequence[Layer], systems: Sequence[System]) -> Document:
    """Give the list of collections, with the coordinate systems that all are offered in."""
    return {
        "links": links.both(form),
        "crs": [system.uri for system in systems],
        "collections": [collection(links, layer, systems) for layer in layers],
    }


def collection(links: Links, layer: Layer, systems: Sequence[System], form: str | None = None) -> Document:
    """Describe one collection; with `form` as the document of its own, else as an entry of the list."""
    items = links.to("collections", layer.name, "items")
    own = links.to("collections", layer.name)
    told: Document = {
        "id": layer.name,
        "title": layer.title,
        "description": layer.description,
        "itemType": "feature",
        "extent": _extent(layer),
        "crs": [system.uri for system in systems],
        "storageCrs": systems[0].uri,
        "links": [
            *(links.both(form) if form else [link(own, "self", JSON, layer.title)]),
            link(items + "?f=json", "items", GEOJSON, f"{layer.title}（GeoJSON）"),
            link(items + "?f=html", "items", HTML, f"{layer.title}（网页）"),
            link(links.to("collections", layer.name, "queryables"), _REL + "queryables", SCHEMA, "可筛选的属性"),
            link(links.to("collections", layer.name, "schema"), "describedby", SCHEMA, "各属性的类型"),
        ],
    }
    if layer.name in TILED:
        tiles = links.to("collections", layer.name, "tiles")
        told["links"].append(link(tiles, _REL + "tilesets-vector", JSON, "矢量瓦片"))
    return told


def _extent(layer: Layer) -> Document:
    extent: Document = {}
    if layer.extent is not None:
        extent["spatial"] = {"bbox": [list(layer.extent)], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
    if layer.begins is not None and layer.ends is not None:
        first, last = _outermost(layer.begins, np.min), _outermost(layer.ends, np.max)
        extent["temporal"] = {
            "interval": [[first, last]],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    return extent


def _outermost(moments: Times, of: Callable[[Times], np.datetime64]) -> str | None:
    """Give the first or the last moment; None where one is open or there is none."""
    return None if not len(moments) or np.isnat(moments).any() else f"{np.datetime_as_string(of(moments))}Z"


def schema(links: Links, layer: Layer, which: str) -> Document:
    """Give the properties that features have (`schema`), filters know (`queryables`): the same, as a JSON Schema."""
    properties: Document = {field.name: schema_of(field) for field in layer.fields}
    properties["geometry"] = {"title": "图形", "format": "geometry-any", "x-ogc-role": "primary-geometry"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": links.to("collections", layer.name, which),
        "type": "object",
        "title": layer.title,
        "description": layer.description,
        "properties": properties,
        "additionalProperties": False,
    }


def schema_of(field: Field) -> Document:
    """Give the schema of a property."""
    told = {"title": field.title, **_SCHEMA_TYPES.get(field.kind, {"type": "string"})}
    return told | ({"enum": list(field.words)} if field.words else {})


def feature_links(links: Links, layer: Layer, form: str) -> list[Document]:
    """Give the links of one feature."""
    own = links.to("collections", layer.name)
    return [*links.both(form, GEOJSON), link(own, "collection", JSON, layer.title)]


def page_links(links: Links, form: str, *, first: str | None, last: str | None) -> list[Document]:
    """Give the links of a page of features: to the pages before its first and after its last, where there are any."""
    media, told = (GEOJSON, links.both(form, GEOJSON)) if form == "json" else (HTML, links.both(form, GEOJSON))
    if last is not None:
        told.append(link(links.again(after=last, before=None), "next", media, "下一页"))
    if first is not None:
        told.append(link(links.again(before=first, after=None), "prev", media, "上一页"))
    return told


def tilesets(links: Links, layer: Layer) -> Document:
    """List the sets of tiles of a collection: one."""
    own = links.to("collections", layer.name, "tiles")
    return {"links": [link(own, "self", JSON, "矢量瓦片")], "tilesets": [tileset(links, layer)]}


def tileset(links: Links, layer: Layer) -> Document:
    """Describe the tiles of a collection."""
    own = links.to("collections", layer.name, "tiles", MATRIX_SET)
    scheme = links.to("tileMatrixSets", MATRIX_SET)
    template = own + "/{tileMatrix}/{tileRow}/{tileCol}"
    return {
        "title": layer.title,
        "dataType": "vector",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "tileMatrixSetURI": f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX_SET}",
        "links": [
            link(own, "self", JSON, f"{layer.title}的瓦片"),
            link(scheme, _REL + "tiling-scheme", JSON, "瓦片的分级"),
            link(template, "item", MVT, "瓦片", templated=True),
        ],
    }


def matrix_sets(links: Links) -> Document:
    """List the tile matrix sets: one."""
    own = links.to("tileMatrixSets", MATRIX_SET)
    uri = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX_SET}"
    sets = [{"id": MATRIX_SET, "title": "Web 墨卡托", "uri": uri, "links": [link(own, "self", JSON, "分级")]}]
    return {"links": [link(links.to("tileMatrixSets"), "self", JSON, "瓦片的分级")], "tileMatrixSets": sets}


def matrix_set(deepest: int) -> Document:
    """Describe WebMercatorQuad (OGC 17-083r4, annex D) down to a level."""
    half = 20037508.342789244
    pixels = [2 * half / 256 / 2**level for level in range(deepest + 1)]
    return {
        "id": MATRIX_SET,
        "title": "Web 墨卡托",
        "uri": f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX_SET}",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "orderedAxes": ["E", "N"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [
            {
                "id": str(level),
                "scaleDenominator": pixel / 0.00028,
                "cellSize": pixel,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-half, half],
                "matrixWidth": 2**level,
                "matrixHeight": 2**level,
                "tileWidth": 256,
                "tileHeight": 256,
            }
            for level, pixel in enumerate(pixels)
        ],
    }
