"""The loops over cells: ground near marks painted, polygons measured by their exact share of each cell.

As shares are exact, areas that tile a town add up to it. Ground near a mark is painted by the distance of each cell's
middle: a cell that the edge cuts counts in part.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from grids.compiled import compiled

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.uint8]
Claims = npt.NDArray[np.uint16]

FULL = 255
"""A whole cell, in a raster of shares."""
BAND = 64
"""Rows of a polygon that are measured at once: they stay in the processor's cache."""


@compiled
def paint(x: Floats, y: Floats, linked: Bools, value: Claims, reach: float, soft: bool, into: Any) -> None:
    """Raise each cell near the marks to the mark's value.

    Parameters
    ----------
    x, y
        Marks in cells.
    linked
        A mark joins the one before it by a straight way.
    value
        Of each mark.
    reach
        What is near, in cells.
    soft
        Cells on the edge get their share of the value; else the whole value or nothing.
    into
        A raster of whole numbers that hold the values.
    """
    rows, columns = into.shape
    outer = (reach + 0.5) ** 2
    for i in range(len(x)):
        if not linked[i] and i + 1 < len(x) and linked[i + 1]:
            continue
        from_x, from_y = (x[i - 1], y[i - 1]) if linked[i] else (x[i], y[i])
        # a long way in short pieces: the box round a piece is mostly near it
        pieces = int(max(1.0, np.ceil(np.hypot(x[i] - from_x, y[i] - from_y) / (2 * reach))))
        step_x, step_y = (x[i] - from_x) / pieces, (y[i] - from_y) / pieces
        square = step_x * step_x + step_y * step_y
        for piece in range(pieces):
            ax, ay = from_x + piece * step_x, from_y + piece * step_y
            bx, by = ax + step_x, ay + step_y
            low, high = max(int(np.floor(min(ay, by) - reach - 0.5)), 0), min(int(max(ay, by) + reach + 1.5), rows)
            left, right = max(int(np.floor(min(ax, bx) - reach - 0.5)), 0), min(int(max(ax, bx) + reach + 1.5), columns)
            for row in range(low, high):
                py = row + 0.5 - ay
                for column in range(left, right):
                    if into[row, column] >= value[i]:
                        continue
                    px = column + 0.5 - ax
                    t = 0.0
                    if square > 0.0:
                        t = min(max((px * step_x + py * step_y) / square, 0.0), 1.0)
                    d = (px - t * step_x) ** 2 + (py - t * step_y) ** 2
                    if d < outer:
                        share = min(reach + 0.5 - np.sqrt(d), 1.0)
                        if not soft:
                            share = np.floor(share + 0.5)
                        into[row, column] = max(into[row, column], int(value[i] * share + 0.5))


@compiled
def shares(start: Floats, end: Floats, top: int, left: int, out: Floats) -> None:
    """Write the exact share of each cell of a band of rows that a polygon covers.

    Each edge adds what lies to the right of it in its own cells, signed by its direction; the running sum along a row
    is the share (as font rasterisers do it).

    Parameters
    ----------
    top, left
        Row and column of the band's first cell.
    out
        (rows, columns + 2), written over.
    """
    out[:] = 0.0
    bottom = top + len(out)
    for i in range(len(start)):
        ax, ay, bx, by = start[i, 0] - left, start[i, 1], end[i, 0] - left, end[i, 1]
        way = 1.0
        if ay > by:
            ax, ay, bx, by, way = bx, by, ax, ay, -1.0
        if by <= top or ay >= bottom or ay == by:
            continue
        slope = (bx - ax) / (by - ay)
        for row in range(max(int(ay), top), min(int(np.ceil(by)), bottom)):
            high, low = max(ay, float(row)), min(by, row + 1.0)
            x0, x1 = ax + (high - ay) * slope, ax + (low - ay) * slope
            if x0 > x1:
                x0, x1 = x1, x0
            _add(out[row - top], max(x0, 0.0), x1, way * (low - high))
    for row in range(len(out)):
        total = 0.0
        for column in range(out.shape[1]):
            total += out[row, column]
            out[row, column] = min(max(total, 0.0), 1.0)


@compiled
def _add(row: Floats, x0: float, x1: float, height: float) -> None:
    """Add one edge inside one row, from x0 to x1 ≥ x0."""
    first = int(x0)
    last = int(np.ceil(x1))
    if last <= first + 1:
        right = 0.5 * (x0 + x1) - first
        row[first] += height * (1.0 - right)
        row[first + 1] += height * right
        return
    # to the left of x the trapezoid's area grows as (x - x0)² / 2 / (x1 - x0) in its first cell, then linearly
    before = 0.0
    covered = 0.0
    for column in range(first, last):
        a, b = max(x0, float(column)), min(x1, column + 1.0)
        part = (b - a) / (x1 - x0)
        here = covered + part * (column + 1.0 - 0.5 * (a + b))
        row[column] += height * (here - before)
        before = here
        covered += part
    row[last] += height * (1.0 - before)


@compiled
def add_shares(start: Floats, end: Floats, window: tuple[int, int, int, int], into: Claims) -> None:
    """Add a polygon's share of each cell to a raster of claims (65,535 = the whole cell), never above the whole."""
    first, after, left, right = window
    band = np.empty((BAND, right - left + 2))
    for top in range(first, after, BAND):
        here = band[: min(BAND, after - top)]
        shares(start, end, top, left, here)
        for row in range(len(here)):
            for column in range(right - left):
                claimed = into[top + row, left + column] + 65535.0 * here[row, column]
                into[top + row, left + column] = np.uint16(min(claimed + 0.5, 65535.0))


@compiled
def measure(
    start: Floats, end: Floats, window: tuple[int, int, int, int], seen: Shares, claimed: Claims
) -> tuple[float, float]:
    """Give how many cells a polygon has and how many of them were seen; claim them.

    What is claimed already (by an area of the same level that overlaps) is not counted again.
    """
    first, after, left, right = window
    band = np.empty((BAND, right - left + 2))
    all_of_it = looked = 0.0
    for top in range(first, after, BAND):
        here = band[: min(BAND, after - top)]
        shares(start, end, top, left, here)
        for row in range(len(here)):
            for column in range(right - left):
                share = here[row, column]
                if share == 0.0:
                    continue
                taken = claimed[top + row, left + column]
                if taken > 0:
                    free = 1.0 - taken / 65535.0
                    if share > free + 2e-5:  # rounding of claims is no overlap
                        share = free
                claimed[top + row, left + column] = np.uint16(min(taken + 65535.0 * share + 0.5, 65535.0))
                all_of_it += share
                looked += seen[top + row, left + column] / 255.0 * share
    return all_of_it, looked
