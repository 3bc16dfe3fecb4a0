"""How a town is cut into the sheets of an atlas (分幅), and which sheet joins which (接图)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from coverage.density import Bounds
from geodata.errors import WanggeError
from maps.shapes import Geometries
from maps.wall.content import Floats, Wall
from maps.wall.layout import Layout
from maps.wall.plane import Plane
from maps.wall.squares import Squares

SCALES = (500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000)
"""The national series of scales: GB/T 13989 (from 1:5 000 on), GB/T 20257.1 (1:500 to 1:2 000)."""
LARGER = 2
"""The sheets are drawn at least so many times as large as the overview, unless a scale is asked for."""
OVERLAP = 5.0
"""Millimetres on A3 that a sheet shows of its neighbour."""
MOST = 150
"""Sheets of an atlas."""
SIDES = {"left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1)}


class AtlasProblem(WanggeError):
    """A town can't be cut at that scale."""


@dataclass(frozen=True)
class Sheets:
    """The sheets of an atlas.

    Attributes
    ----------
    squares
        The grid on the overview (millimetres there), a cell a sheet.
    cells
        Column and row of those that hold anything of the town, row by row: the order of their pages.
    outline
        The town's ground (degrees).
    overview, layout, scale
        The plane of the overview; how each page is laid out; the n of 1:n of the sheets.
    """

    squares: Squares
    cells: Sequence[tuple[int, int]]
    outline: Geometries
    overview: Plane
    layout: Layout
    scale: int

    @classmethod
    def of(cls, wall: Wall, overview: Plane, layout: Layout, scale: int | None) -> Sheets:
        """Cut what the overview shows.

        Raises
        ------
        AtlasProblem
            The overview is as large; there would be more than `MOST` sheets.
        """
        n = scale or default_scale(overview.denominator)
        if n >= overview.denominator:
            raise AtlasProblem(
                f"整个范围一张纸就画得下（1:{overview.denominator}），分幅的比例尺要更大："
                f"--scale 后面写小一些的数，或者用小一些的纸。"
            )
        k = layout.k
        wide, high = ((side - 2 * OVERLAP * k) * n / overview.denominator for side in (layout.map[2], layout.map[3]))
        (left, top), (right, bottom) = _extent(overview)
        columns, rows = (
            max(1, int(np.ceil(round(size, 6)))) for size in ((right - left) / wide, (bottom - top) / high)
        )
        if columns * rows > 4 * MOST:
            raise _too_many(n)
        squares = Squares(
            (left + right - columns * wide) / 2, (top + bottom - rows * high) / 2, wide, high, columns, rows
        )
        tree = shapely.STRtree(_ground(wall, overview))
        held = np.unique(tree.query(squares.boxes(), predicate="intersects")[0])
        cells = squares.cells()
        if len(held) > MOST:
            raise _too_many(n)
        return cls(squares, [cells[at] for at in held], wall.backdrop.outline, overview, layout, n)

    @cached_property
    def names(self) -> list[str]:
        """The name of each sheet: B3."""
        return [self.squares.name(*cell) for cell in self.cells]

    @cached_property
    def boxes(self) -> Geometries:
        """The rectangle of each sheet on the overview (millimetres), without what it shows of its neighbours."""
        at = {cell: number for number, cell in enumerate(self.squares.cells())}
        drawn: Geometries = self.squares.boxes()[[at[cell] for cell in self.cells]]
        return drawn

    def page(self, at: int) -> int:
        """Give the page of a sheet: the overview is the first."""
        return at + 2

    def plane(self, at: int) -> Plane:
        """Give the plane of a sheet."""
        return Plane(self.bounds(at), self.layout.map[2], self.layout.map[3], OVERLAP * self.layout.k, self.scale)

    def bounds(self, at: int) -> Bounds:
        """Give west, south, east, north of a sheet (degrees)."""
        degrees = self.overview.in_degrees(shapely.get_coordinates(self.boxes[at]))
        (west, south), (east, north) = degrees.min(axis=0).tolist(), degrees.max(axis=0).tolist()
        return west, south, east, north

    def neighbours(self, at: int) -> dict[str, int]:
        """Give the sheets on the `SIDES` of a sheet; a side where none is stays out."""
        numbers = {cell: number for number, cell in enumerate(self.cells)}
        column, row = self.cells[at]
        beside = {side: numbers.get((column + right, row + down)) for side, (right, down) in SIDES.items()}
        return {side: number for side, number in beside.items() if number is not None}

    def named(self, spots: Floats) -> list[str]:
        """Give the name of the sheet of each of (n, 2) positions (millimetres of the overview), empty for none."""
        held = set(self.names)
        return [name if name in held else "" for name in self.squares.names(spots)]


def default_scale(overview: int) -> int:
    """Give the smallest scale of the national series that is `LARGER` times that of the overview."""
    return max((each for each in SCALES if each * LARGER <= overview), default=SCALES[0])


def _too_many(scale: int) -> AtlasProblem:
    return AtlasProblem(f"按 1:{scale} 要分 {MOST} 幅以上：--scale 后面写大一些的数，或者用大一些的纸。")


def _extent(plane: Plane) -> Floats:
    """Give the least and largest x and y (millimetres) of the bounds."""
    west, south, east, north = plane.bounds
    spots = plane.on_paper(np.array([[west, south], [east, south], [east, north], [west, north]]))
    return np.array([spots.min(axis=0), spots.max(axis=0)])


def _ground(wall: Wall, plane: Plane) -> Geometries:
    """Give what the sheets are about (millimetres): the town's ground, else what is drawn."""
    outline = wall.backdrop.outline
    if len(outline):
        return plane.shapes(outline)
    spots = [each.spots for each in wall.dots] + ([wall.numbers.spots] if wall.numbers else [])
    there = [plane.on_paper(each[~np.isnan(each).any(axis=1)]) for each in spots]
    points = shapely.points(np.concatenate([*there, np.empty((0, 2))]))
    lines = [plane.shapes(way.lines[~shapely.is_missing(way.lines)]) for way in wall.ways]
    return np.concatenate([points, *lines]).astype(object)
