"""Fixes made fewer, and the pieces of street that each may lie on; compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coverage.streets.network import Floats, Ints
from grids.compiled import compiled


class Steps(NamedTuple):
    """Fixes in order: metres, seconds, number of the run, metres of noise, and candidates `near[i]:near[i + 1]`.

    `pace` is how fast the track goes, m/s, and `slack` by which share its steps differ from that.
    """

    x: Floats
    y: Floats
    seconds: Floats
    run: Ints
    sigma: Floats
    near: Ints
    pace: Floats
    slack: Floats


class Candidates(NamedTuple):
    """Pieces that a fix may lie on: the piece, its edge, how far along the edge its middle is, and its middle."""

    piece: Ints
    edge: Ints
    along: Floats
    x: Floats
    y: Floats


class Cells(NamedTuple):
    """Pieces by square: those of square k, row by row from x0, y0, are `piece[first[k]:first[k + 1]]`."""

    x0: float
    y0: float
    side: float
    columns: int
    rows: int
    first: Ints
    piece: Ints


@compiled
def pieces_near(
    x: Floats, y: Floats, radius: Floats, cells: Cells, px: Floats, py: Floats, near: Ints, out: Ints
) -> int:
    """Write the pieces whose middle lies within the radius of each fix, ascending, and where those of each begin.

    Give how many there are; those for which `out` has no room are counted and not written.
    """
    found = 0
    for i in range(len(x)):
        near[i] = found
        reach = radius[i]
        left = max(int((x[i] - reach - cells.x0) // cells.side), 0)
        right = min(int((x[i] + reach - cells.x0) // cells.side), cells.columns - 1)
        low = max(int((y[i] - reach - cells.y0) // cells.side), 0)
        high = min(int((y[i] + reach - cells.y0) // cells.side), cells.rows - 1)
        for row in range(low, high + 1):
            for column in range(left, right + 1):
                k = row * cells.columns + column
                for at in range(cells.first[k], cells.first[k + 1]):
                    p = cells.piece[at]
                    if (px[p] - x[i]) ** 2 + (py[p] - y[i]) ** 2 <= reach * reach:
                        if found < len(out):
                            out[found] = p
                        found += 1
        if found <= len(out):
            out[near[i] : found].sort()
    near[len(x)] = found
    return found


@compiled
def thin(x: Floats, y: Floats, run: Ints, apart: Floats, keep: Ints) -> None:
    """Mark with 1 the first fix of each run and every fix at least its `apart` metres from the marked one before it."""
    last = -1
    for i in range(len(x)):
        if last < 0 or run[i] != run[last] or np.hypot(x[i] - x[last], y[i] - y[last]) >= apart[i]:
            keep[i] = 1
            last = i
