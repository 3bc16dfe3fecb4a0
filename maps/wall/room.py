"""What of a paper map is taken: texts and discs that no other text may touch."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

Box = tuple[float, float, float, float]
"""Left, top, right, bottom (millimetres)."""

CELL = 8.0
"""Millimetres of the squares in which boxes are looked for."""


class Room:
    """The room on a map, handed out box by box: none touches another, none leaves the map.

    Parameters
    ----------
    sheet
        What no box leaves.
    taken
        Boxes that are held from the start, wherever they are.
    """

    def __init__(self, sheet: Box, taken: Iterable[Box] = ()) -> None:
        self.sheet = sheet
        self._held: dict[tuple[int, int], list[Box]] = {}
        self.take(taken)

    def free(self, boxes: Iterable[Box]) -> bool:
        """Say whether all of the boxes are on the map and touch none that is held."""
        return all(self._on_sheet(box) and not self._touches(box) for box in boxes)

    def take(self, boxes: Iterable[Box]) -> None:
        """Hold boxes."""
        for box in boxes:
            for cell in _cells(box):
                self._held.setdefault(cell, []).append(box)

    def _on_sheet(self, box: Box) -> bool:
        left, top, right, bottom = self.sheet
        return box[0] >= left and box[1] >= top and box[2] <= right and box[3] <= bottom

    def _touches(self, box: Box) -> bool:
        left, top, right, bottom = box
        return any(
            left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
            for cell in _cells(box)
            for other in self._held.get(cell, ())
        )


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = (math.floor(edge / CELL) for edge in box)
    return ((column, row) for column in range(left, right + 1) for row in range(top, bottom + 1))
