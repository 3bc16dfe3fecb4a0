"""Areas of every level."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from api.described.rows import Area
from api.described.shapes import answers
from api.described.shapes import page_of as shape_of_page
from api.listing import equals, features, meets_box, page_of, plain
from api.params import GeoJson, TheBox, TheDesk, ThePaging, Word
from api.problems import NotFoundProblem
from geodata.model import LEVELS, Level

router = APIRouter(tags=["areas"])
DEPTHS = {str(level): level.depth for level in LEVELS}


@router.get("/areas", responses=answers(shape_of_page(Area), geojson=True))
def areas(
    request: Request,
    desk: TheDesk,
    paging: ThePaging,
    box: TheBox,
    geojson: GeoJson,
    level: Level | None = None,
    parent: Word = None,
) -> Response:
    """List areas: by level, by parent, by a box that their bounds meet. Shapes are in the GeoJSON."""
    frame = desk.ledger().areas
    kept = equals(frame["level"], level) & equals(frame["parent"], parent) & meets_box(frame.geometry, box)
    rows = frame.iloc[np.lexsort((frame["code"].to_numpy(dtype=str), frame["level"].map(DEPTHS)))]
    rows = rows[kept[rows.index]]
    rows = rows if geojson else rows.drop(columns="geometry")
    return page_of(request, rows, paging, geojson=geojson, by=("level", "code"))


@router.get("/areas/{level}/{code:path}", responses=answers(Area, geojson=True))
def area(desk: TheDesk, level: Level, code: Annotated[str, Path(max_length=100)], geojson: GeoJson) -> Response:
    """Give one area; its shape is in the GeoJSON."""
    frame = desk.ledger().areas
    row = frame[equals(frame["level"], level) & equals(frame["code"], code)]
    if row.empty:
        raise NotFoundProblem(f"没有编码为“{code}”的{level.chinese}。")
    if geojson:
        return JSONResponse(features(row)[0], media_type="application/geo+json")
    return JSONResponse(plain(row.drop(columns="geometry"))[0])
