"""Photos: sent from the field, and shown."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from api.described.rows import Photo
from api.described.shapes import CONFLICT, answers
from api.params import TheActor, TheDesk
from api.photos import Links, keep_photo, row_said
from api.problems import NotFoundProblem
from api.security import PICTURE
from api.threads import aside
from api.wire import Id
from geodata.photos.keeping import find_picture
from geodata.store.thumbnails import read_thumbnail

router = APIRouter(tags=["photos"])
PhotoId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="照片内容的 SHA-256，小写十六进制")]
MEDIA_TYPES = {".jpg": "image/jpeg", ".heic": "image/heic", ".png": "image/png", ".webp": "image/webp"}
LinkedTo = Annotated[Id | None, Query()]


async def links(
    inspection_id: LinkedTo = None,
    hazard_id: LinkedTo = None,
    place_id: LinkedTo = None,
    officer: LinkedTo = None,
    name: Annotated[Id | None, Query(description="手机里的文件名")] = None,
) -> Links:
    """Give what a photo belongs to."""
    return Links(inspection_id, hazard_id, place_id, officer, name)


@router.put(
    "/photos/{photo_id}",
    status_code=201,
    responses=answers(Photo) | answers(Photo, status=201) | CONFLICT,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(PICTURE.types)},
        }
    },
)
async def put_photo(
    request: Request, desk: TheDesk, me: TheActor, photo_id: PhotoId, linked: Annotated[Links, Depends(links)]
) -> JSONResponse:
    """Keep a photo under the SHA-256 of its bytes: 201 new, 200 when it stands, 409 of another visit or place."""
    document, new = await aside(keep_photo, desk, me, photo_id, await request.body(), linked)
    return JSONResponse(document, 201 if new else 200, headers={"Location": f"/api/v1/photos/{photo_id}"})


@router.get("/photos/{photo_id}", responses=answers(Photo))
def photo(desk: TheDesk, photo_id: PhotoId) -> dict[str, Any]:
    """Give what is known of a photo."""
    found = row_said(desk, photo_id)
    if found is None:
        raise NotFoundProblem("没有这张照片。")
    return found


@router.get(
    "/photos/{photo_id}/thumbnail",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}, "description": "小图（JPEG）"}},
)
def thumbnail(desk: TheDesk, photo_id: PhotoId) -> Response:
    """Give the small picture of a photo, without anything that the camera wrote."""
    jpeg = read_thumbnail(desk.settings.store, photo_id) if desk.knows("photos", photo_id) else None
    if jpeg is None:
        raise NotFoundProblem("没有这张照片的小图。")
    return Response(jpeg, media_type="image/jpeg")


@router.get(
    "/photos/{photo_id}/picture",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in sorted(PICTURE.types)}, "description": "照片原样"}},
)
def picture(desk: TheDesk, photo_id: PhotoId) -> Response:
    """Give a photo as it was sent; those of imported folders are not kept here."""
    file = find_picture(desk.settings.store, photo_id) if desk.knows("photos", photo_id) else None
    if file is None:
        raise NotFoundProblem("这张照片不是从手机传来的，原照片不在这里。")
    return FileResponse(file, media_type=MEDIA_TYPES[file.suffix])
