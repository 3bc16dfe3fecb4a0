"""Where things stand on a sheet of paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from coverage.density import Bounds
from geodata.errors import WanggeError
from maps.wall.plane import Plane

PAPERS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"A4": (210, 297), "A3": (297, 420), "A2": (420, 594), "A1": (594, 841), "A0": (841, 1189)}
)
"""Short and long side in millimetres (ISO 216)."""

LEGEND, NOTES, ROW, ROLL_ROW = 92.0, 34.0, 4.0, 3.8
"""Millimetres on A3 that the legend and the notes take at most, a row of the table and one of the roll: `wall.typ`."""

Rectangle = tuple[float, float, float, float]
"""Left, top, width, height (millimetres)."""


class PaperProblem(WanggeError):
    """No paper of that name."""


@dataclass(frozen=True)
class Layout:
    """Where things stand on a sheet, in millimetres from its upper left corner.

    Attributes
    ----------
    width, height
        Of the sheet.
    k
        Texts and lines are so many times as large as on A3: less than the paper grows, so that a larger sheet
        also shows more.
    map, panel
        Where the map stands, and what stands beside or below it.
    """

    width: float
    height: float
    k: float
    map: Rectangle
    panel: Rectangle

    @classmethod
    def of(cls, size: str, *, landscape: bool) -> Layout:
        """Lay out a sheet: title above, the panel to the right of the map, below it where the paper stands upright.

        PaperProblem for a size that is none of `PAPERS`.
        """
        if size not in PAPERS:
            raise PaperProblem(f"没有“{size}”这种纸，可选：{'、'.join(PAPERS)}。")
        short, long = PAPERS[size]
        wide, high = (long, short) if landscape else (short, long)
        k = (long / 420) ** 0.8
        edge, gap, title, side = 9 * k, 4 * k, 17 * k, 70 * k
        right, bottom = (side + gap, 0.0) if landscape else (0.0, 86 * k + gap)
        top = edge + title
        chart = (edge, top, wide - 2 * edge - right, high - top - edge - bottom)
        if landscape:
            panel = (wide - edge - side, top, side, chart[3])
        else:
            panel = (edge, top + chart[3] + gap, chart[2], 86 * k)
        return cls(wide, high, k, chart, panel)

    def plane(self, bounds: Bounds) -> Plane:
        """Give the plane of the map."""
        return Plane(bounds, self.map[2], self.map[3], 6 * self.k)

    def roll_room(self, rows: int, other: float = 0.0) -> int:
        """Give how many names of a roll find room in the panel beside a table of so many rows.

        `other`: millimetres on A3 that something else takes where all stand one below another.
        """
        taken = NOTES if self.height > self.width else LEGEND + ROW * (rows + 4) + NOTES + other
        return max(0, int((self.panel[3] / self.k - taken) / ROLL_ROW) - 2)
