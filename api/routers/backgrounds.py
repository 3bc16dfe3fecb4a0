"""Tiles of a background file: known by their content, kept by the browser, nothing else of the disk in reach."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse, Response

from api.backgrounds import Backgrounds
from api.problems import NotFoundProblem
from geodata.tiles import MEDIA, TileFile
from geodata.tiles.kinds import exists

router = APIRouter(include_in_schema=False)

KEPT = "private, max-age=86400"
Number = Annotated[int, InPath(ge=0)]


def _of(request: Request, number: int) -> tuple[Path, TileFile]:
    backgrounds: Backgrounds = request.app.state.desk.backgrounds
    if number not in backgrounds.files:
        raise NotFoundProblem(f"没有第 {number} 个底图文件。")
    return backgrounds.files[number]


@router.get("/backgrounds/{number}/file")
def whole(request: Request, number: Number) -> FileResponse:
    """Give the file, or a range of it, for programs beside the service."""
    path, _ = _of(request, number)
    return FileResponse(path, media_type="application/octet-stream", headers={"Cache-Control": KEPT})


@router.get("/backgrounds/{number}/{z}/{x}/{y}")
def tile(request: Request, number: Number, z: Number, x: Number, y: Number) -> Response:
    """Give a tile; 204 where the file has none, 404 for one that can't be."""
    _, file = _of(request, number)
    if not exists(z, x, y):
        raise NotFoundProblem(f"没有瓦片 {z}/{x}/{y}。")
    content = file.tile(z, x, y)
    if content is None:
        return Response(status_code=204, headers={"Cache-Control": KEPT})
    tag = f'"{blake2b(content, digest_size=12).hexdigest()}"'
    headers = {"Cache-Control": KEPT, "ETag": tag}
    if tag in (each.strip() for each in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    if file.info.kind == "mvt":
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type=MEDIA[file.info.kind], headers=headers)
