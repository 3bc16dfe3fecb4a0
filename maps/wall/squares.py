"""The grid of letters and numbers over a map, by which a name in a table is found on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from maps.shapes import Geometries
from maps.wall import svg
from maps.wall.content import Floats
from maps.wall.plane import Plane, round_length

ACROSS = 5
"""The longest round side of a square of which the map's width has at least so many."""
COLOUR, WIDTH = "#6d8196", 0.06
"""Of the lines (millimetres on A3)."""
STRIP = 3.2
"""Millimetres on A3 along the edges of the map where letters and numbers stand."""


@dataclass(frozen=True)
class Squares:
    """Cells of a map: letters from left to right, numbers from top to bottom, A1 in the upper left corner.

    Attributes
    ----------
    left, top, wide, high
        Millimetres of the upper left corner of A1, and of a cell.
    columns, rows
        How many there are each way.
    """

    left: float
    top: float
    wide: float
    high: float
    columns: int
    rows: int

    @classmethod
    def of(cls, plane: Plane) -> Squares:
        """Lay squares with a round side on the ground over a map; the last ones may be cut by its edge."""
        side = plane.millimetres(side_of(plane))
        return cls(0.0, 0.0, side, side, int(np.ceil(plane.width / side)), int(np.ceil(plane.height / side)))

    def name(self, column: int, row: int) -> str:
        """Give a cell's name: B3 is in the second column and third row; after Z comes AA."""
        return f"{letters(column)}{row + 1}"

    def names(self, spots: Floats) -> list[str]:
        """Give the cell of each of (n, 2) spots (millimetres), empty for one in none."""
        columns = np.floor((spots[:, 0] - self.left) / self.wide)
        rows = np.floor((spots[:, 1] - self.top) / self.high)
        inside = (columns >= 0) & (columns < self.columns) & (rows >= 0) & (rows < self.rows)
        return [
            self.name(int(column), int(row)) if there else ""
            for column, row, there in zip(columns.tolist(), rows.tolist(), inside.tolist(), strict=True)
        ]

    def cells(self) -> list[tuple[int, int]]:
        """Give column and row of each cell, row by row."""
        return [(column, row) for row in range(self.rows) for column in range(self.columns)]

    def boxes(self) -> Geometries:
        """Give the rectangle of each cell, in the order of `cells`."""
        column, row = np.array(self.cells(), dtype=float).T
        left, top = self.left + column * self.wide, self.top + row * self.high
        drawn: Geometries = shapely.box(left, top, left + self.wide, top + self.high)
        return drawn

    def drawn(self, plane: Plane, k: float) -> str:
        """Give the lines between cells."""
        across = np.arange(1, self.columns) * self.wide + self.left
        down = np.arange(1, self.rows) * self.high + self.top
        zero = np.zeros(len(across)), np.zeros(len(down))
        starts = np.vstack([np.column_stack([across, zero[0]]), np.column_stack([zero[1], down])])
        ends = np.vstack(
            [np.column_stack([across, zero[0] + plane.height]), np.column_stack([zero[1] + plane.width, down])]
        )
        return svg.strokes(starts, ends, COLOUR, WIDTH * k)

    def as_data(self, plane: Plane, k: float) -> dict[str, Any]:
        """Give what stands along the edges: the middle of what the map shows of each column and row."""
        across = _spans(self.left, self.wide, self.columns, plane.width)
        down = _spans(self.top, self.high, self.rows, plane.height)
        least = 1.5 * STRIP * k
        return {
            "strip": STRIP * k,
            "letters": [[letters(n), (a + b) / 2] for n, (a, b) in enumerate(across) if b - a > least],
            "numbers": [[str(n + 1), (a + b) / 2] for n, (a, b) in enumerate(down) if b - a > least],
        }


def _spans(first: float, size: float, many: int, end: float) -> list[tuple[float, float]]:
    return [(max(first + n * size, 0.0), min(first + (n + 1) * size, end)) for n in range(many)]


def side_of(plane: Plane) -> int:
    """Give the metres of a square's side."""
    return round_length(plane.width / ACROSS * plane.denominator / 1000)


def letters(column: int) -> str:
    """Give the letters of a column, as sheets of figures count: A … Z, AA, AB."""
    before, last = divmod(column, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)
