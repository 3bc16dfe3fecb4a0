"""Numbers on a paper map: discs that don't touch one another, each at its spot or beside it with a line to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from maps.wall import svg
from maps.wall.content import Floats
from maps.wall.room import Box

RINGS = (1.05, 1.6, 2.3, 3.2, 4.2)
"""Diameters off the spot where a disc is tried."""
ANGLES = 12
APART = 1.1
"""Diameters from the middle of a disc to that of the next."""
CROWDED = 0.12
"""Share of the map above which squares around discs would hide it."""
BARE = 0.4
"""Size of discs without numbers."""
LINE, RIM = 0.16, 0.2
"""Millimetres on A3: a line to the spot, the white rim of a disc."""
INK, PAPER = "#1d2125", "#ffffff"


@dataclass(frozen=True)
class Numbered:
    """A number on its disc: where (millimetres) the disc and the spot are, its diameter and colour."""

    text: str
    x: float
    y: float
    spot: tuple[float, float]
    diameter: float
    fill: str

    @property
    def box(self) -> Box:
        """The square around the disc."""
        half = self.diameter / 2
        return self.x - half, self.y - half, self.x + half, self.y + half


def numbered(
    texts: Sequence[str], fills: Sequence[str], spots: Floats, diameter: float, sheet: Box, taken: Sequence[Box] = ()
) -> list[Numbered]:
    """Place discs, the first ones first.

    Parameters
    ----------
    texts, fills, spots
        Row by row the same numbers; spots (n, 2) millimetres, NaN where there is none.
    sheet, taken
        What no disc leaves, and what none touches.

    Returns
    -------
    The discs that found room. A spot beside the sheet, or without room near it, has none.
    """
    placed: list[Numbered] = []
    offsets, apart = _offsets(diameter), APART * diameter
    held: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for text, fill, (x, y) in zip(texts, fills, spots.tolist(), strict=True):
        for right, down in offsets:
            at = (x + right, y + down)
            if _within(at, diameter / 2, sheet, taken) and not _touches(at, apart, held):
                held.setdefault(_cell(at, apart), []).append(at)
                placed.append(Numbered(text, *at, (x, y), diameter, fill))
                break
    return placed


def crowded(many: int, diameter: float, sheet: Box) -> bool:
    """Say whether discs would hide the map."""
    left, top, right, bottom = sheet
    return many * diameter**2 > CROWDED * (right - left) * (bottom - top)


def bare(fills: Sequence[str], spots: Floats, diameter: float, sheet: Box) -> list[Numbered]:
    """Give small discs without numbers, each at its spot."""
    left, top, right, bottom = sheet
    return [
        Numbered("", x, y, (x, y), BARE * diameter, fill)
        for fill, (x, y) in zip(fills, spots.tolist(), strict=True)
        if left <= x <= right and top <= y <= bottom
    ]


def numbers_drawn(numbers: Sequence[Numbered], k: float) -> list[str]:
    """Give lines to the spots, rims and discs; the texts are set by the template."""
    away = [each for each in numbers if (each.x, each.y) != each.spot]
    spots = np.array([each.spot for each in away]).reshape(-1, 2)
    middles = np.array([(each.x, each.y) for each in away]).reshape(-1, 2)
    parts = [svg.strokes(spots, middles, INK, LINE * k), svg.dots(spots, INK, 4 * LINE * k)]
    for fill, diameter in dict.fromkeys((each.fill, each.diameter) for each in numbers):
        alike = np.array([(each.x, each.y) for each in numbers if (each.fill, each.diameter) == (fill, diameter)])
        parts += [svg.dots(alike, PAPER, diameter + 2 * RIM * k), svg.dots(alike, fill, diameter)]
    return parts


def _offsets(diameter: float) -> list[tuple[float, float]]:
    turns = [2 * math.pi * turn / ANGLES for turn in range(ANGLES)]
    rings = [(ring * diameter * math.cos(turn), -ring * diameter * math.sin(turn)) for ring in RINGS for turn in turns]
    return [(0.0, 0.0), *rings]


def _within(at: tuple[float, float], half: float, sheet: Box, taken: Sequence[Box]) -> bool:
    x, y = at
    left, top, right, bottom = sheet
    if not (left <= x - half and x + half <= right and top <= y - half and y + half <= bottom):
        return False
    return not any(a < x + half and x - half < c and b < y + half and y - half < d for a, b, c, d in taken)


def _cell(at: tuple[float, float], side: float) -> tuple[int, int]:
    return math.floor(at[0] / side), math.floor(at[1] / side)


def _touches(at: tuple[float, float], apart: float, held: dict[tuple[int, int], list[tuple[float, float]]]) -> bool:
    """Say whether a disc would be too near to one that is held; they are looked for in the cells around."""
    column, row = _cell(at, apart)
    around = (held.get((column + right, row + down), ()) for right in (-1, 0, 1) for down in (-1, 0, 1))
    return any(math.dist(at, other) < apart for each in around for other in each)
