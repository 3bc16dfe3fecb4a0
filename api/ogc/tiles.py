"""Vector tiles of places and hazards, by the addresses of OGC API – Tiles."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.ogc import documents
from api.ogc.asking import parameters
from api.ogc.layers import Layer
from api.ogc.links import MVT
from api.ogc.routes import Asked, TheAsked
from api.ogc.tiling import DEEPEST, tile
from api.problems import NotFoundProblem, ParameterProblem

router = APIRouter(prefix="/ogc", include_in_schema=False)


@router.get("/tileMatrixSets")
def matrix_sets(asked: TheAsked) -> Response:
    """List the ways that the world is cut into tiles: one."""
    _json_alone(asked)
    return JSONResponse(documents.matrix_sets(asked.links))


@router.get(f"/tileMatrixSets/{documents.MATRIX_SET}")
def matrix_set(asked: TheAsked) -> Response:
    """Describe that way."""
    _json_alone(asked)
    return JSONResponse(documents.matrix_set(DEEPEST))


@router.get("/collections/{name}/tiles")
def tilesets(asked: TheAsked, name: str) -> Response:
    """List the tiles of a collection."""
    _json_alone(asked)
    return JSONResponse(documents.tilesets(asked.links, _tiled(asked, name)))


@router.get(f"/collections/{{name}}/tiles/{documents.MATRIX_SET}")
def tileset(asked: TheAsked, name: str) -> Response:
    """Describe the tiles of a collection."""
    _json_alone(asked)
    return JSONResponse(documents.tileset(asked.links, _tiled(asked, name)))


@router.get(f"/collections/{{name}}/tiles/{documents.MATRIX_SET}/{{level}}/{{row}}/{{column}}")
def one(asked: TheAsked, name: str, level: str, row: str, column: str) -> Response:
    """Give a tile; 204 for one without any point, 304 for one that the asker has already."""
    parameters(asked.request)
    layer = _tiled(asked, name)
    numbers = [
        int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1 for text in (level, row, column)
    ]
    if not (0 <= numbers[0] <= DEEPEST and all(0 <= number < 2 ** numbers[0] for number in numbers[1:])):
        raise NotFoundProblem(f"没有这张瓦片：级 0 到 {DEEPEST}，行和列从 0 到 2 的级次方减 1。")
    content = tile(layer, asked.day.tile_plane(name), *numbers)
    head = {"ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"', "Cache-Control": "private, no-cache"}
    known = asked.request.headers.get("if-none-match", "")
    if head["ETag"] in [each.strip().removeprefix("W/") for each in known.split(",")]:
        return Response(status_code=304, headers=head)
    return Response(content, 200 if content else 204, head, MVT if content else None)


def _json_alone(asked: Asked) -> None:
    """Refuse parameters but `f=json`: these documents have no page."""
    if parameters(asked.request, "f").get("f", "json") != "json":
        raise ParameterProblem("这份文档只有 JSON。")


def _tiled(asked: Asked, name: str) -> Layer:
    layer = asked.layer(name)
    if name not in documents.TILED:
        raise NotFoundProblem(f"{layer.title}没有矢量瓦片。有瓦片的是：{'、'.join(documents.TILED)}。")
    return layer
