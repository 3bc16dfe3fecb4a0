"""A map on paper (挂图): one sheet from A4 to A0 with title, legend, table, scale bar, north arrow, date and source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from maps.strips import Strips, joined
from maps.tables import typesetting
from maps.wall import svg
from maps.wall.content import Numbers, Roll, Wall, spots_of
from maps.wall.drawing import drawn
from maps.wall.inset import inset
from maps.wall.labels import Box
from maps.wall.layout import Layout
from maps.wall.numbers import Numbered, bare, crowded, numbered
from maps.wall.panel_sheet import PanelSheet
from maps.wall.plane import Plane
from maps.wall.words import corners, data_of, inside

PPI = 300.0
"""Pixels an inch of a sheet as a picture: what a printer wants of it."""
INSET = (34.0, 26.0)
"""Millimetres on A3 of the small map in the corner."""
MM = 25.4
"""Millimetres of an inch."""


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
    data, drawing = composed(wall, made, size, landscape=landscape)
    return picture("wall", data, drawing, made, ppi)


def panels_pdf(sheet: PanelSheet, made: datetime) -> bytes:
    """Give little maps as a PDF of one page, all of it vectors."""
    return typesetting.pdf("panels", sheet.data(made), made, {"map.svg": sheet.drawing()})


def panels_png(sheet: PanelSheet, made: datetime, ppi: float = PPI) -> bytes:
    """Give the same sheet as a picture of so many pixels an inch."""
    return picture("panels", sheet.data(made), sheet.drawing(), made, ppi)


def picture(template: str, data: Mapping[str, Any], drawing: bytes, made: datetime, ppi: float) -> bytes:
    """Set a sheet as a picture, a large one in strips."""
    pixels = round(data["height"] / MM * ppi)
    strips = Strips.of(round(data["width"] / MM * ppi), pixels)
    cut = {"count": strips.count, "height": strips.rows * MM / ppi if strips.count > 1 else data["height"]}
    pictures = typesetting.pngs(template, {**data, "strips": cut}, made, {"map.svg": drawing}, ppi)
    return pictures[0] if strips.count == 1 else joined(pictures, pixels)


def composed(wall: Wall, made: datetime, size: str, *, landscape: bool | None = None) -> tuple[dict[str, Any], bytes]:
    """Give what the template reads, and the drawing (SVG)."""
    layouts = [Layout.of(size, landscape=lying) for lying in ((True, False) if landscape is None else (landscape,))]
    bounds = wall.bounds
    if bounds is None:
        layout = layouts[0]
        return data_of(wall, made, layout, None, ()), svg.document(layout.map[2], layout.map[3], [])
    planes = [layout.plane(bounds) for layout in layouts]
    layout, plane = min(zip(layouts, planes, strict=True), key=lambda pair: pair[1].denominator)
    wall = _with_room(wall, layout)
    k = layout.k
    corner = inset(wall.backdrop, bounds, INSET[0] * k, INSET[1] * k)
    taken = list(corners(plane, k))
    if corner:
        taken.append((plane.width - INSET[0] * k, plane.height - INSET[1] * k, plane.width, plane.height))
    numbers = _numbers(wall, plane, k, taken)
    drawing = svg.document(plane.width, plane.height, drawn(wall, plane, layout.k, numbers))
    return data_of(wall, made, layout, plane, numbers, taken) | {"inset": corner, "inset_size": INSET}, drawing


def _with_room(wall: Wall, layout: Layout) -> Wall:
    """Cut the roll to what finds room: the first ones of a ranked one, else all or none."""
    if wall.roll is None:
        return wall
    room, many = layout.roll_room(len(wall.table.rows) if wall.table else 0), len(wall.roll.rows)
    if many <= room:
        return wall
    if not wall.roll.ranked:
        return replace(wall, roll=None, notes=[*wall.notes, f"{wall.roll.title} {many:,} 处，名单见清单。"])
    roll = replace(wall.roll, rows=wall.roll.rows[:room], title=f"{wall.roll.title}（前 {room} 处，共 {many:,} 处）")
    return replace(wall, roll=roll if room else None)


def _numbers(wall: Wall, plane: Plane, k: float, taken: Sequence[Box]) -> list[Numbered]:
    """Place what stands on discs: the numbers of the roll, then those of ways."""
    placed: list[Numbered] = []
    for each in [*([_of_roll(wall.roll)] if wall.roll and wall.roll.diameter else []), wall.numbers]:
        if each is not None:
            spots, diameter, sheet = plane.on_paper(each.spots), each.diameter * k, inside(plane, k)
            if crowded(len(spots), diameter, sheet):
                placed += bare(each.fills, spots, diameter, sheet)
            else:
                placed += numbered(each.texts, each.fills, spots, diameter, sheet, taken)
    return placed


def _of_roll(roll: Roll) -> Numbers:
    texts = [str(number) for number in range(1, len(roll.rows) + 1)]
    return Numbers(spots_of(roll.rows), texts, [roll.fill] * len(texts), roll.diameter)
