"""A map on paper (挂图): one sheet from A4 to A0 with title, legend, table, scale bar, north arrow, date and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pypdfium2

from coverage.density import Bounds
from maps.strips import POINT, picture_of
from maps.tables import typesetting
from maps.wall import svg
from maps.wall.content import Numbers, Roll, Wall, spots_of
from maps.wall.drawing import drawn
from maps.wall.inset import inset
from maps.wall.layout import Layout
from maps.wall.names import inside
from maps.wall.numbers import Numbered, bare, crowded, numbered
from maps.wall.panel_sheet import PanelSheet
from maps.wall.plane import Plane
from maps.wall.room import Box
from maps.wall.squares import STRIP, Squares
from maps.wall.words import corners, data_of

PPI = 300.0
"""Pixels an inch of a sheet as a picture: what a printer wants of it."""
INSET = (34.0, 26.0)
"""Millimetres on A3 of the small map in the corner."""


def sheet_pdf(wall: Wall, made: datetime, size: str = "A3", *, landscape: bool | None = None) -> bytes:
    """Give a map as a PDF of one page, all of it vectors.

    Parameters
    ----------
    made
        The moment it is made, in the town's time: printed as a day, kept in the file's properties.
    size
        One of `maps.wall.layout.PAPERS`.
    landscape
        Whether the paper lies; None: as gives the larger scale.

    Raises
    ------
    PaperProblem, FontProblem
        No such paper; the machine has no Chinese font.
    """
    data, drawing = composed(wall, made, size, landscape=landscape)
    return typesetting.pdf("wall", data, made, {"map.svg": drawing})


def sheet_png(
    wall: Wall, made: datetime, size: str = "A3", *, landscape: bool | None = None, ppi: float = PPI
) -> bytes:
    """Give the same sheet as a picture of so many pixels an inch."""
    return _pictured(sheet_pdf(wall, made, size, landscape=landscape), ppi)


def panels_pdf(sheet: PanelSheet, made: datetime) -> bytes:
    """Give little maps as a PDF of one page, all of it vectors."""
    return typesetting.pdf("panels", sheet.data(made), made, {"map.svg": sheet.drawing()})


def panels_png(sheet: PanelSheet, made: datetime, ppi: float = PPI) -> bytes:
    """Give the same sheet as a picture of so many pixels an inch."""
    return _pictured(panels_pdf(sheet, made), ppi)


def _pictured(paper: bytes, ppi: float) -> bytes:
    """Give the one page of a PDF as a picture."""
    with pypdfium2.PdfDocument(paper) as document:
        width, height = (round(side / POINT * ppi) for side in document[0].get_size())
    return picture_of(paper, width, height, ppi)


def composed(wall: Wall, made: datetime, size: str, *, landscape: bool | None = None) -> tuple[dict[str, Any], bytes]:
    """Give what the template reads, and the drawing (SVG)."""
    layout, plane = fitting(wall.bounds, size, landscape=landscape)
    if plane is None:
        return data_of(wall, made, layout, None, ()), svg.document(layout.map[2], layout.map[3], [])
    squares = Squares.of(plane)
    return page(wall, made, layout, plane, squares, squares.drawn(plane, layout.k))


def fitting(bounds: Bounds | None, size: str, *, landscape: bool | None) -> tuple[Layout, Plane | None]:
    """Give the layout of a paper, lying or upright as gives the larger scale, and the plane of its map."""
    layouts = [Layout.of(size, landscape=lying) for lying in ((True, False) if landscape is None else (landscape,))]
    if bounds is None:
        return layouts[0], None
    return min(((each, each.plane(bounds)) for each in layouts), key=lambda pair: pair[1].denominator)


def page(
    wall: Wall,
    made: datetime,
    layout: Layout,
    plane: Plane,
    squares: Squares | None,
    lines: str,
    held: Sequence[Box] = (),
    panel: float = 0.0,
) -> tuple[dict[str, Any], bytes]:
    """Give what the template reads of one page, and its drawing.

    Parameters
    ----------
    squares, lines
        The grid of letters and numbers along the edges, and what is drawn of it.
    held
        Boxes (millimetres) that no name or number may touch.
    panel
        Millimetres on A3 of the panel that something else takes.
    """
    wall = _with_room(wall, layout, panel)
    k = layout.k
    corner = inset(wall.backdrop, plane.bounds, INSET[0] * k, INSET[1] * k) if squares else None
    taken = [*corners(plane, k), *held]
    if corner:
        off = STRIP * k
        right, bottom = plane.width - off, plane.height - off
        taken.append((right - INSET[0] * k, bottom - INSET[1] * k, right, bottom))
    numbers = _numbers(wall, plane, inside(plane, k, squares), k, taken)
    drawing = svg.document(plane.width, plane.height, drawn(wall, plane, k, numbers, lines))
    data = data_of(wall, made, layout, plane, numbers, taken, squares)
    return data | {"inset": corner, "inset_size": INSET}, drawing


def _with_room(wall: Wall, layout: Layout, panel: float) -> Wall:
    """Cut the roll to what finds room: the first ones of a ranked one, else all or none."""
    if wall.roll is None:
        return wall
    room, many = layout.roll_room(len(wall.table.rows) if wall.table else 0, panel), len(wall.roll.rows)
    if many <= room:
        return wall
    if not wall.roll.ranked:
        return replace(wall, roll=None, notes=[*wall.notes, f"{wall.roll.title} {many:,} 处，名单见清单。"])
    roll = replace(wall.roll, rows=wall.roll.rows[:room], title=f"{wall.roll.title}（前 {room} 处，共 {many:,} 处）")
    return replace(wall, roll=roll if room else None)


def _numbers(wall: Wall, plane: Plane, sheet: Box, k: float, taken: Sequence[Box]) -> list[Numbered]:
    """Place what stands on discs: the numbers of the roll, then those of ways."""
    placed: list[Numbered] = []
    for each in [*([_of_roll(wall.roll)] if wall.roll and wall.roll.diameter else []), wall.numbers]:
        if each is not None:
            spots, diameter = plane.on_paper(each.spots), each.diameter * k
            if crowded(len(spots), diameter, sheet):
                placed += bare(each.fills, spots, diameter, sheet)
            else:
                placed += numbered(each.texts, each.fills, spots, diameter, sheet, taken)
    return placed


def _of_roll(roll: Roll) -> Numbers:
    texts = [str(number) for number in range(1, len(roll.rows) + 1)]
    return Numbers(spots_of(roll.rows), texts, [roll.fill] * len(texts), roll.diameter)
