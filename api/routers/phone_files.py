"""What makes the phone's page an app: the program that keeps it (service worker), its manifest, its icons."""

from __future__ import annotations

import io
import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from api.wire import Id
from maps import assets

router = APIRouter(include_in_schema=False)
STATIC = Path(__file__).parent.parent / "pages" / "static"
SCOPE = "/today"
OWN = (
    *("today.js", "check-in.js", "deadline.js", "elements.js", "outbox.js", "phone-data.js", "phone-day.js"),
    *("phone-again.js", "phone-draft.js", "phone-link.js", "phone-map.js", "phone-sent.js", "phone-spot.js"),
    *("pictures.js", "position.js", "refused.js", "track.js"),
    *("today.css", "wangge.css", "icon.svg"),
)
"""Files of `/static` that the page needs without a network."""
ICONS = (192, 512)
BLUE, WHITE, GREEN = (18, 56, 91), (255, 255, 255), (94, 200, 140)


@router.get("/today/worker.js")
def worker() -> Response:
    """Give the program that keeps the page in the phone, headed by the files to keep and a version of their content."""
    version, shell = _kept()
    head = f"const VERSION = {json.dumps(version)}, SHELL = {json.dumps(shell)};\n"
    headers = {"Service-Worker-Allowed": SCOPE, "Cache-Control": "no-cache"}
    return Response(head + _text("phone-worker.js"), media_type="text/javascript; charset=utf-8", headers=headers)


@router.get("/today/manifest.webmanifest")
def manifest(officer: Annotated[Id | None, Query()] = None) -> Response:
    """Give how the page stands among the phone's apps; asked without cookies, so it tells nothing of the town."""
    icons = [{"src": f"{SCOPE}/icon-{side}.png", "sizes": f"{side}x{side}", "type": "image/png"} for side in ICONS]
    document = {
        "name": "今日巡查",
        "short_name": "今日巡查",
        "lang": "zh-CN",
        "id": SCOPE,
        "start_url": f"{SCOPE}?{urlencode({'officer': officer})}" if officer else SCOPE,
        "scope": SCOPE,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#12385b",
        "icons": [{**icon, "purpose": "any maskable"} for icon in icons],
    }
    return JSONResponse(document, media_type="application/manifest+json")


@router.get("/today/icon-192.png")
def small_icon() -> Response:
    """Give the icon of 192 pixels."""
    return _png(192)


@router.get("/today/icon-512.png")
def large_icon() -> Response:
    """Give the icon of 512 pixels."""
    return _png(512)


def _png(side: int) -> Response:
    return Response(_icon(side), media_type="image/png", headers={"Cache-Control": "max-age=86400"})


def _kept() -> tuple[str, list[str]]:
    """Give a version that changes with any byte of the files, and their addresses."""
    texts = {f"/static/{name}": _text(name) for name in (*OWN, "phone-worker.js")}
    texts |= {"/assets/leaflet.js": assets.leaflet_js(), "/assets/leaflet.css": assets.leaflet_css()}
    version = sha256("\0".join(f"{address}\0{text}" for address, text in texts.items()).encode()).hexdigest()[:16]
    return version, [address for address in texts if not address.endswith("phone-worker.js")]


def _text(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


@cache
def _icon(side: int) -> bytes:
    """Draw the icon: a grid of nine, one of them seen. What matters lies in the middle four fifths (maskable)."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - slow import

    picture = Image.new("RGB", (side, side), BLUE)
    draw = ImageDraw.Draw(picture)
    edge, gap = side * 0.24, side * 0.03
    cell = (side - 2 * edge - 2 * gap) / 3
    for row in range(3):
        for column in range(3):
            x, y = edge + column * (cell + gap), edge + row * (cell + gap)
            seen = (row, column) == (1, 1)
            draw.rounded_rectangle((x, y, x + cell, y + cell), cell * 0.18, fill=GREEN if seen else WHITE)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
