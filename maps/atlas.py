"""A map as an atlas (分幅图册): an overview with the grid of sheets, a page a sheet at a larger scale, an index."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import shapely

from maps.shapes import Geometries, simplify_areas
from maps.sheet import fitting, page
from maps.tables import typesetting
from maps.wall import svg
from maps.wall.content import Wall
from maps.wall.drawing import LAND, OUTLINE
from maps.wall.gazetteer import index_of
from maps.wall.inset import HERE
from maps.wall.labels import LINE, width
from maps.wall.parted import part_of
from maps.wall.plane import Plane
from maps.wall.room import Box
from maps.wall.sheets import AtlasProblem, Sheets

JOINS = (60.0, 42.0)
"""Millimetres on A3 of the table of joining sheets at most."""
JOINS_ROOM = 52.0
"""Millimetres on A3 that it takes of the panel with its title."""
NEIGHBOUR, SHEET = 2.5, 3.0
"""Millimetres on A3 of the text of a neighbour at the edge, and of a sheet's name on the overview."""
FRAME = 0.35
"""Millimetres on A3 of the lines between sheets."""

Data = dict[str, Any]


def atlas_pdf(
    wall: Wall, made: datetime, size: str = "A3", *, landscape: bool | None = None, scale: int | None = None
) -> bytes:
    """Give a map as a PDF of many pages.

    Parameters
    ----------
    wall, made, size, landscape
        As of `maps.sheet.sheet_pdf`; all pages have one size.
    scale
        The n of 1:n of the sheets; None: of the national series, at least twice as large as the overview.

    Raises
    ------
    AtlasProblem
        Nothing has a position; the scale is not larger than the overview's, or needs too many sheets.
    PaperProblem, FontProblem
        No such paper; the machine has no Chinese font.
    """
    data, drawings = composed_atlas(wall, made, size, landscape=landscape, scale=scale)
    return typesetting.pdf("atlas", data, made, drawings)


def composed_atlas(
    wall: Wall, made: datetime, size: str, *, landscape: bool | None = None, scale: int | None = None
) -> tuple[Data, dict[str, bytes]]:
    """Give what the template reads, and the drawings (SVG) of the pages by their names."""
    layout, overview = fitting(wall.bounds, size, landscape=landscape)
    if overview is None:
        raise AtlasProblem("没有带坐标的数据，画不成图册：先导入区域或场所的坐标。")
    sheets = Sheets.of(wall, overview, layout, scale)
    pages = [_overview(wall, made, sheets), *(_sheet(wall, made, sheets, at) for at in range(len(sheets.cells)))]
    names = [f"page-{number}.svg" for number in range(1, len(pages) + 1)]
    whole = [data | {"drawing": name} for name, (data, _) in zip(names, pages, strict=True)]
    drawings = {name: drawing for name, (_, drawing) in zip(names, pages, strict=True)}
    return {"pages": whole, "index": index_of(wall, sheets), "index_title": f"{wall.town.name}索引"}, drawings


def _overview(wall: Wall, made: datetime, sheets: Sheets) -> tuple[Data, bytes]:
    """Compose the first page: the whole town, the sheets as frames with their names and pages."""
    k, plane = sheets.layout.k, sheets.overview
    frames = svg.outlined(sheets.boxes, HERE, FRAME * k)
    corners = shapely.bounds(sheets.boxes)[:, :2] + 0.6 * k
    spots = np.clip(corners, 0.6 * k, (plane.width, plane.height))
    texts = [f"{name} · {sheets.page(at)}" for at, name in enumerate(sheets.names)]
    held = [_box(x, y, text, SHEET * k, 0.8 * k) for text, (x, y) in zip(texts, spots.tolist(), strict=True)]
    data, drawing = page(wall, made, sheets.layout, plane, sheets.squares, frames, held)
    items = [
        {"x": x, "y": y, "text": text, "page": sheets.page(at)}
        for at, (text, (x, y)) in enumerate(zip(texts, spots.tolist(), strict=True))
    ]
    note = f"红框是分幅，每幅 1:{_spaced(sheets.scale)}；“B2 · 7”：B2 幅在第 7 页。"
    return data | {"sheets": items, "notes": [note, *data["notes"]]}, drawing


def _sheet(wall: Wall, made: datetime, sheets: Sheets, at: int) -> tuple[Data, bytes]:
    """Compose the page of a sheet, its neighbours named at the edges."""
    layout, plane = sheets.layout, sheets.plane(at)
    beside = _neighbours(sheets, at, plane)
    held = [each.pop("box") for each in beside]
    data, drawing = page(part_of(wall, plane, sheets.bounds(at)), made, layout, plane, None, "", held, panel=JOINS_ROOM)
    title = f"{data['title']}　{sheets.names[at]}"
    return data | {"title": title, "neighbours": beside, "joins": _joins(sheets, at)}, drawing


def _neighbours(sheets: Sheets, at: int, plane: Plane) -> list[Data]:
    """Give the words at the edges: where, how they are turned, the page that they lead to, what they take."""
    k, off = sheets.layout.k, 3.2 * sheets.layout.k
    where = {
        "left": (off, plane.height / 2, -90),
        "right": (plane.width - off, plane.height / 2, 90),
        "top": (plane.width / 2, off, 0),
        "bottom": (plane.width / 2, plane.height - off, 0),
    }
    items = []
    for side, number in sheets.neighbours(at).items():
        x, y, angle = where[side]
        text = f"{sheets.names[number]}（第 {sheets.page(number)} 页）"
        wide, high = width(text) * NEIGHBOUR * k + 4 * k, LINE * NEIGHBOUR * k + 2 * k
        right, down = (high / 2, wide / 2) if angle else (wide / 2, high / 2)
        box = (x - right, y - down, x + right, y + down)
        items.append({"x": x, "y": y, "angle": angle, "text": text, "page": sheets.page(number), "box": box})
    return items


def _joins(sheets: Sheets, here: int) -> Data:
    """Give the table of joining sheets (图幅接合表): the town small, this sheet filled."""
    k, grid = sheets.layout.k, sheets.squares
    most = JOINS[0] * k, JOINS[1] * k
    shrunk = min(most[0] / (grid.columns * grid.wide), most[1] / (grid.rows * grid.high))

    def small(geometries: Geometries) -> Geometries:
        return np.asarray(shapely.transform(geometries, lambda xy: (xy - (grid.left, grid.top)) * shrunk), dtype=object)

    boxes, names = small(sheets.boxes), sheets.names
    outline = simplify_areas(small(sheets.overview.shapes(sheets.outline)), svg.FINEST)
    parts = [
        svg.filled(outline, LAND),
        svg.outlined(outline, OUTLINE[0], 0.2 * k),
        svg.filled(boxes[here : here + 1], HERE),
        svg.outlined(boxes, OUTLINE[0], 0.1 * k),
    ]
    size = grid.columns * grid.wide * shrunk, grid.rows * grid.high * shrunk
    middles = shapely.get_coordinates(shapely.centroid(boxes)).tolist()
    return {
        "size": size,
        "drawing": svg.document(*size, parts).decode(),
        "text": min(2.6 * k, 0.5 * grid.high * shrunk, 0.3 * grid.wide * shrunk),
        "sheets": [
            {"x": x, "y": y, "text": name, "here": number == here, "page": sheets.page(number)}
            for number, (name, (x, y)) in enumerate(zip(names, middles, strict=True))
        ],
    }


def _box(x: float, y: float, text: str, size: float, inset: float) -> Box:
    return x, y, x + width(text) * size + 2 * inset, y + LINE * size + 2 * inset


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")
