"""How two columns of numbers are positions: which system, which column first, degrees written how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from geodata.datum import to_wgs84

Floats = npt.NDArray[np.float64]
How = Literal["declared", "metadata", "estimated", "assumed"]
Notation = Literal["decimal", "dm", "dms"]
"""Degrees with decimals (113.6712); degrees and minutes in one number (11340.272); with seconds (1134016.3)."""


@dataclass(frozen=True)
class Way:
    """One way to read a file's x and y as positions.

    Attributes
    ----------
    system
        As `geodata.datum.to_wgs84` takes it.
    swapped
        The first column holds latitude (or northing), the second longitude (or easting).
    notation
        How degrees are written.
    """

    system: str
    swapped: bool = False
    notation: Notation = "decimal"

    def to_wgs84(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Give longitude and latitude in WGS 84, degrees; NaN stays NaN."""
        if self.swapped:
            x, y = y, x
        return to_wgs84(plain_degrees(x, self.notation), plain_degrees(y, self.notation), self.system)


def plain_degrees(values: Floats, notation: Notation) -> Floats:
    """Turn numbers that hold degrees with minutes (and seconds) into degrees; ±9012.5 in `dm` is ±90° 12.5′."""
    if notation == "decimal":
        return values
    size, sign = np.abs(values), np.sign(values)
    if notation == "dm":
        return sign * (size // 100 + size % 100 / 60)
    return sign * (size // 10_000 + size // 100 % 100 / 60 + size % 100 / 3600)


@dataclass(frozen=True)
class Datum(Way):
    """The way a file was read: `how` it is known, the `evidence` as a sentence, and how sure an estimate is (0 to 1)."""

    how: How = "assumed"
    evidence: str = ""
    confidence: float | None = None
