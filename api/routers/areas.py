"""Areas of every level."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.listing import equals, in_box, page_of
from api.params import GeoJson, TheBox, TheDesk, ThePaging, Word

router = APIRouter(tags=["areas"])


@router.get("/areas")
def areas(
    request: Request,
    desk: TheDesk,
    paging: ThePaging,
    box: TheBox,
    geojson: GeoJson,
    level: Word = None,
    parent: Word = None,
) -> Response:
    """List areas: by level, by parent, by where their middle lies."""
    frame = desk.ledger().areas
    middle = frame.geometry.bounds
    kept = equals(frame["level"], level) & equals(frame["parent"], parent)
    kept &= in_box((middle.minx + middle.maxx) / 2, (middle.miny + middle.maxy) / 2, box)
    rows = frame[kept].sort_values(["level", "code"])
    return page_of(request, rows if geojson else rows.drop(columns="geometry"), paging, geojson=geojson)
