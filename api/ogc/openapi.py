"""The OpenAPI 3.0 description of the OGC part: one path a collection, so that each names its own properties."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.ogc.asking import DEFAULT_LIMIT, MAX_LIMIT
from api.ogc.crs import System
from api.ogc.documents import MATRIX_SET, TILED, schema_of
from api.ogc.layers import Layer
from api.ogc.links import GEOJSON, HTML, JSON, MVT, OPENAPI, SCHEMA
from api.ogc.tiling import DEEPEST
from geodata.model import Town

Document = dict[str, Any]


def description(root: str, version: str, town: Town, layers: Sequence[Layer], systems: Sequence[System]) -> Document:
    """Give the description of the service that stands at `root`."""
    paths: Document = {
        "/": _get("landingPage", "首页", _documents("LandingPage")),
        "/conformance": _get("conformance", "符合的标准", _documents("Conformance")),
        "/api": _get("api", "接口说明", {OPENAPI: {"schema": {"type": "object"}}, HTML: _TEXT}),
        "/collections": _get("collections", "图层", _documents("Collections")),
        "/tileMatrixSets": _get("tileMatrixSets", "瓦片的分级", {JSON: {"schema": {"type": "object"}}}, forms=False),
        f"/tileMatrixSets/{MATRIX_SET}": _get(
            "tileMatrixSet", "Web 墨卡托分级", {JSON: {"schema": {"type": "object"}}}, forms=False
        ),
    }
    for layer in layers:
        paths |= _of_layer(layer)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"{town.name} · 安全巡查网格 OGC API",
            "version": version,
            "description": "OGC API – Features 第 1、2、3 部分和矢量瓦片，只读。",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "servers": [{"url": root}],
        "tags": [{"name": layer.name, "description": layer.title} for layer in layers],
        "paths": paths,
        "components": {"parameters": _parameters(systems), "schemas": _SCHEMAS, "responses": _RESPONSES},
    }


def _of_layer(layer: Layer) -> Document:
    base, name = f"/collections/{layer.name}", layer.name
    own = [_ref("parameters", word) for word in _ITEMS]
    own += [
        {
            "name": field.name,
            "in": "query",
            "required": False,
            "description": f"只要{field.title}等于它的",
            "schema": {key: value for key, value in schema_of(field).items() if key != "title"},
            "style": "form",
            "explode": False,
        }
        for field in layer.fields
    ]
    features = {GEOJSON: {"schema": _ref("schemas", "FeatureCollection")}, HTML: _TEXT}
    one = {GEOJSON: {"schema": _ref("schemas", "Feature")}, HTML: _TEXT}
    paths = {
        base: _get(f"{name}.collection", layer.title, _documents("Collection"), tag=name),
        f"{base}/queryables": _get(f"{name}.queryables", "可筛选的属性", {SCHEMA: _OBJECT, HTML: _TEXT}, tag=name),
        f"{base}/schema": _get(f"{name}.schema", "各属性的类型", {SCHEMA: _OBJECT, HTML: _TEXT}, tag=name),
        f"{base}/items": _get(f"{name}.items", layer.description, features, tag=name, more=own),
        f"{base}/items/{{featureId}}": _get(
            f"{name}.item",
            f"{layer.title}中的一条",
            one,
            tag=name,
            more=[_ref("parameters", "featureId"), _ref("parameters", "crs")],
            missing=True,
        ),
    }
    if name in TILED:
        tile = [_ref("parameters", word) for word in ("tileMatrix", "tileRow", "tileCol")]
        answer = {MVT: {"schema": {"type": "string", "format": "binary"}}}
        address = f"{base}/tiles/{MATRIX_SET}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
        paths |= {
            f"{base}/tiles": _get(f"{name}.tilesets", "矢量瓦片", {JSON: _OBJECT}, tag=name, forms=False),
            f"{base}/tiles/{MATRIX_SET}": _get(f"{name}.tileset", "矢量瓦片", {JSON: _OBJECT}, tag=name, forms=False),
            address: _get(f"{name}.tile", "一张瓦片", answer, tag=name, more=tile, missing=True, f=False),
        }
        paths[address]["get"]["responses"]["204"] = {"description": "这张瓦片上什么也没有"}
    return paths


def _get(
    name: str,
    summary: str,
    content: Document,
    *,
    tag: str | None = None,
    more: Sequence[Document] = (),
    missing: bool = False,
    forms: bool = True,
    f: bool = True,
) -> Document:
    given = [_ref("parameters", "f" if forms else "f-json"), *more] if f else list(more)
    responses = {
        "200": {"description": summary, "content": content},
        "400": _ref("responses", "Problem"),
        "default": _ref("responses", "Problem"),
    }
    if missing:
        responses["404"] = _ref("responses", "Problem")
    told = {"operationId": name, "summary": summary, "parameters": given, "responses": responses}
    return {"get": told | ({"tags": [tag]} if tag else {})}


def _ref(kind: str, name: str) -> Document:
    return {"$ref": f"#/components/{kind}/{name}"}


def _documents(schema: str) -> Document:
    return {JSON: {"schema": _ref("schemas", schema)}, HTML: _TEXT}


_OBJECT: Document = {"schema": {"type": "object"}}
_TEXT: Document = {"schema": {"type": "string"}}
_ITEMS = ("limit", "after", "before", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs")


def _parameters(systems: Sequence[System]) -> Document:
    system = {"type": "string", "format": "uri", "enum": [each.uri for each in systems], "default": systems[0].uri}
    box = {
        "type": "array",
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
        "items": {"type": "number"},
    }
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    text = {"type": "string"}
    number = {"type": "integer", "minimum": 0}
    return {
        "f": _parameter("f", "形式，默认按 Accept", {"type": "string", "enum": ["json", "html"]}),
        "f-json": _parameter("f", "形式，只有 JSON", {"type": "string", "enum": ["json"]}),
        "limit": _parameter("limit", "一页最多多少条", limit),
        "after": _parameter("after", "从这一条之后开始（下一页）", text),
        "before": _parameter("before", "到这一条之前为止（上一页）", text),
        "bbox": _parameter("bbox", "方框；不知道位置的也在结果里", box),
        "bbox-crs": _parameter("bbox-crs", "bbox 的坐标系", system),
        "datetime": _parameter("datetime", "时刻或时段（RFC 3339），开口的一端写 ..", text),
        "crs": _parameter("crs", "结果的坐标系", system),
        "filter": _parameter("filter", "CQL2 文本，例如 risk = '重大' AND headcount > 10", text),
        "filter-lang": _parameter("filter-lang", "filter 的语言", {"type": "string", "enum": ["cql2-text"]}),
        "filter-crs": _parameter("filter-crs", "filter 里图形的坐标系", system),
        "featureId": _in_path("featureId", "编号", text),
        "tileMatrix": _in_path("tileMatrix", "级", {**number, "maximum": DEEPEST}),
        "tileRow": _in_path("tileRow", "行", number),
        "tileCol": _in_path("tileCol", "列", number),
    }


def _parameter(name: str, said: str, schema: Document) -> Document:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": said,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _in_path(name: str, said: str, schema: Document) -> Document:
    return {"name": name, "in": "path", "required": True, "description": said, "schema": schema}


def _object(required: Sequence[str], **properties: Document) -> Document:
    return {"type": "object", "required": list(required), "properties": properties}


def _many(items: Document) -> Document:
    return {"type": "array", "items": items}


_LINKS = _many(_ref("schemas", "Link"))
_GEOMETRY: Document = {"type": "object", "nullable": True, "required": ["type", "coordinates"]}
_SCHEMAS: Document = {
    "Link": _object(
        ("href", "rel"), href=_TEXT["schema"], rel=_TEXT["schema"], type=_TEXT["schema"], title=_TEXT["schema"]
    ),
    "LandingPage": _object(("links",), title=_TEXT["schema"], description=_TEXT["schema"], links=_LINKS),
    "Conformance": _object(("conformsTo",), conformsTo=_many(_TEXT["schema"]), links=_LINKS),
    "Collections": _object(
        ("links", "collections"),
        links=_LINKS,
        crs=_many(_TEXT["schema"]),
        collections=_many(_ref("schemas", "Collection")),
    ),
    "Collection": _object(
        ("id", "links"),
        id=_TEXT["schema"],
        title=_TEXT["schema"],
        description=_TEXT["schema"],
        itemType=_TEXT["schema"],
        extent={"type": "object"},
        crs=_many(_TEXT["schema"]),
        storageCrs=_TEXT["schema"],
        links=_LINKS,
    ),
    "Feature": _object(
        ("type", "id", "geometry", "properties"),
        type={"type": "string", "enum": ["Feature"]},
        id=_TEXT["schema"],
        geometry=_GEOMETRY,
        properties={"type": "object"},
        links=_LINKS,
    ),
    "FeatureCollection": _object(
        ("type", "features", "links"),
        type={"type": "string", "enum": ["FeatureCollection"]},
        features=_many(_ref("schemas", "Feature")),
        links=_LINKS,
        timeStamp={"type": "string", "format": "date-time"},
        numberMatched={"type": "integer", "minimum": 0},
        numberReturned={"type": "integer", "minimum": 0},
    ),
    "Problem": _object(
        ("type", "title", "status", "detail"),
        type=_TEXT["schema"],
        title=_TEXT["schema"],
        status={"type": "integer"},
        detail=_TEXT["schema"],
    ),
}
_RESPONSES: Document = {
    "Problem": {
        "description": "参数不对，或没有这一条",
        "content": {"application/problem+json": {"schema": _ref("schemas", "Problem")}},
    }
}
