"""Names of roads on a paper map: character by character along the road, as Chinese maps write them.

GB/T 20257.1 calls it 屈曲字列: the characters follow the line; they are read from left to right, along a road steeper
than 45° from top to bottom, and no character leans by more than 45°. Latin letters and numbers stay one piece that
turns with the line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from maps.shapes import Geometries
from maps.wall.labels import Floats, covered, width
from maps.wall.room import Box, Room

SPACED = 1.3
"""From the middle of a character to that of the next, in its size."""
TURN = 20.0
"""Degrees that a road may turn at most from one character to the next."""
TRIES = 15
"""Places tried in each stretch of a road, from its middle outwards."""
PIECES = re.compile(r"[!-~]+|\S")
"""Latin letters and numbers together, anything else by itself."""


@dataclass(frozen=True)
class Piece:
    """A part of a name: the middle of its box (millimetres), how far it is turned clockwise (degrees), its size."""

    text: str
    x: float
    y: float
    angle: float
    size: float

    @property
    def box(self) -> Box:
        """What it takes, upright around the turned text."""
        turn = np.radians(self.angle)
        wide, high = width(self.text) * self.size, self.size
        right = (abs(np.cos(turn)) * wide + abs(np.sin(turn)) * high) / 2
        down = (abs(np.sin(turn)) * wide + abs(np.cos(turn)) * high) / 2
        return float(self.x - right), float(self.y - down), float(self.x + right), float(self.y + down)


def written(
    names: Sequence[str], roads: Geometries, size: float, every: float, room: Room, above: Floats
) -> tuple[list[list[Piece]], int]:
    """Write names along roads, and take their room.

    Parameters
    ----------
    names, roads
        Row by row a name and all lines of it (millimetres, on the map), the most important first.
    size
        Of the text (millimetres).
    every
        Millimetres of a road for which there is one name; two of the same name are at least half as far apart.
    room
        What is free.
    above
        (n, 2) spots; a name covers as few as can be.

    Returns
    -------
    The pieces of each name that is written, and how many of the names are nowhere though their road is long enough.
    """
    found: list[list[Piece]] = []
    missing = 0
    for name, road in zip(names, roads, strict=True):
        texts = PIECES.findall(name)
        parts = shapely.get_parts(shapely.line_merge(road))
        parts = parts[shapely.length(parts) > _length(texts, size) * 1.2]
        mine: list[list[Piece]] = []
        for part in parts[np.argsort(-shapely.length(parts), kind="stable")]:
            mine += _on(part, texts, size, every, room, above, mine)
        found += mine
        missing += bool(len(parts)) and not mine
    return found, missing


def _on(
    line: shapely.Geometry,
    texts: Sequence[str],
    size: float,
    every: float,
    room: Room,
    above: Floats,
    others: Sequence[Sequence[Piece]],
) -> list[list[Piece]]:
    """Write a name along one line, once for each stretch where there is room."""
    long, taken = shapely.length(line), [(pieces[0].x, pieces[0].y) for pieces in others]
    stretches = max(1, int(long // every))
    half = _length(texts, size) / 2
    found = []
    for stretch in range(stretches):
        middle, reach = (stretch + 0.5) * long / stretches, long / stretches / 2 - half
        steps = np.linspace(-1, 1, TRIES) * max(reach, 0)
        at = middle + steps[np.argsort(np.abs(steps), kind="stable")]
        tried = _pieces(line, texts, size, at[(at >= half) & (at <= long - half)])
        apart = [each for each in tried if all(np.hypot(each[0].x - x, each[0].y - y) >= every / 2 for x, y in taken)]
        free = [each for each in apart if room.free(piece.box for piece in each)]
        if free:
            best = min(free, key=lambda each: sum(covered(piece.box, above, 0.0) for piece in each))
            room.take(piece.box for piece in best)
            taken.append((best[0].x, best[0].y))
            found.append(best)
    return found


def _pieces(line: shapely.Geometry, texts: Sequence[str], size: float, middles: Floats) -> list[list[Piece]]:
    """Set the pieces with their middle at so many millimetres of a line; where it turns too sharply, nothing."""
    wide = np.array([width(text) for text in texts]) * size
    step = wide + (SPACED - 1) * size
    off = np.cumsum(step) - step / 2 - step.sum() / 2
    chord = shapely.get_coordinates(shapely.line_interpolate_point(line, [middles - off[-1], middles + off[-1]]))
    first, last = chord.reshape(2, -1, 2)
    right, down = (last - first).T if len(texts) > 1 else _heading(line, middles)
    steep = np.abs(down) > np.abs(right)
    ways = np.where(np.where(steep, down, right) >= 0, 1.0, -1.0)
    at = middles[:, None] + ways[:, None] * off[None, :]
    spots = shapely.get_coordinates(shapely.line_interpolate_point(line, at.ravel())).reshape(*at.shape, 2)
    x, y = _heading(line, at.ravel(), size)
    heading = np.degrees(np.arctan2(y, x)).reshape(at.shape) + np.where(ways < 0, 180.0, 0.0)[:, None]
    heading = (heading + 180) % 360 - 180
    turn = np.abs((np.diff(heading, axis=1) + 180) % 360 - 180)
    even = (turn <= TURN).all(axis=1)
    latin = np.array([len(text) > 1 or text.isascii() for text in texts])
    upright = np.where(steep[:, None] & ~latin, heading - 90, heading)
    return [
        [Piece(text, x, y, float(angle), size) for text, (x, y), angle in zip(texts, row, angles, strict=True)]
        for row, angles in zip(spots[even].tolist(), upright[even].tolist(), strict=True)
    ]


def _heading(line: shapely.Geometry, at: Floats, span: float = 1.0) -> Floats:
    """Give the (2, n) direction of a line around so many millimetres of it."""
    ends = shapely.get_coordinates(shapely.line_interpolate_point(line, [at - span / 2, at + span / 2]))
    before, after = ends.reshape(2, -1, 2)
    along: Floats = (after - before).T
    return along


def _length(texts: Sequence[str], size: float) -> float:
    return sum(width(text) + SPACED - 1 for text in texts) * size
