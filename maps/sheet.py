"""A map on paper (挂图): one sheet from A4 to A0 with title, legend, table, scale bar, north arrow, date and source."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from maps.tables import typesetting
from maps.wall import svg
from maps.wall.content import Wall
from maps.wall.drawing import drawn
from maps.wall.layout import Layout
from maps.wall.words import data_of


def sheet_pdf(wall: Wall, made: datetime, size: str = "A3") -> bytes:
    """Give a map as a PDF of one page, all of it vectors.

    Parameters
    ----------
    made
        The moment it is made, in the town's time: printed as a day, kept in the file's properties.
    size
        One of `maps.wall.layout.PAPERS`; upright or lying, as gives the larger scale.

    Raises
    ------
    PaperProblem, FontProblem
        No such paper; the machine has no Chinese font.
    """
    data, drawing = composed(wall, made, size)
    return typesetting.pdf("wall", data, made, {"map.svg": drawing})


def sheet_png(wall: Wall, made: datetime, size: str = "A3", ppi: float = typesetting.PPI) -> bytes:
    """Give the same sheet as a picture of so many pixels an inch."""
    data, drawing = composed(wall, made, size)
    return typesetting.png("wall", data, made, {"map.svg": drawing}, ppi)


def composed(wall: Wall, made: datetime, size: str) -> tuple[dict[str, Any], bytes]:
    """Give what the template reads, and the drawing (SVG)."""
    layouts = [Layout.of(size, landscape=landscape) for landscape in (True, False)]
    if wall.bounds is None:
        layout = layouts[0]
        return data_of(wall, made, layout, None), svg.document(layout.map[2], layout.map[3], [])
    planes = [layout.plane(wall.bounds) for layout in layouts]
    layout, plane = min(zip(layouts, planes, strict=True), key=lambda pair: pair[1].denominator)
    return data_of(wall, made, layout, plane), svg.document(plane.width, plane.height, drawn(wall, plane, layout.k))
