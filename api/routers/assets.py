"""The locked JavaScript of the drawing page, as files of our own: nothing comes from a CDN."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response

from maps import assets

router = APIRouter(include_in_schema=False)

KEPT_S = 86_400


def calm_js() -> str:
    """Give what makes a Leaflet map keep still for who asked for less motion."""
    return assets.own("calm.js")


@router.get("/assets/{name}")
def asset(name: Literal["leaflet.js", "leaflet.css", "geoman.js", "geoman.css", "calm.js"]) -> Response:
    """Give a script or style sheet of a library."""
    text = {
        "leaflet.js": assets.leaflet_js,
        "leaflet.css": assets.leaflet_css,
        "geoman.js": assets.geoman_js,
        "geoman.css": assets.geoman_css,
        "calm.js": calm_js,
    }[name]()
    kind = "text/javascript" if name.endswith(".js") else "text/css"
    return Response(text, media_type=f"{kind}; charset=utf-8", headers={"Cache-Control": f"max-age={KEPT_S}"})
