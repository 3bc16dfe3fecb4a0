"""How two columns of numbers are positions: which system, which column first, degrees written how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from geodata.datum.conversion import to_wgs84
from geodata.datum.systems import find

Floats = npt.NDArray[np.float64]
How = Literal["declared", "metadata", "estimated", "assumed"]
Notation = Literal["decimal", "dm", "dms"]
"""Degrees with decimals (113.6712); degrees and minutes in one number (11340.272); with seconds (1134016.3)."""
_NOTATIONS = {"decimal": "", "dm": "，度分连写", "dms": "，度分秒连写"}


@dataclass(frozen=True)
class Way:
    """One way to read a file's x and y as positions.

    Attributes
    ----------
    system
        As `geodata.datum.find` takes it.
    swapped
        The first column holds latitude (or northing), the second longitude (or easting).
    notation
        How degrees are written.
    """

    system: str
    swapped: bool = False
    notation: Notation = "decimal"

    @property
    def plane(self) -> bool:
        """Whether x and y are metres."""
        return find(self.system).plane

    @property
    def same(self) -> bool:
        """Whether x and y are longitude and latitude in WGS 84 as they stand."""
        return self.system in ("wgs84", "cgcs2000") and not self.swapped and self.notation == "decimal"

    @property
    def title(self) -> str:
        """The way in words for people."""
        order = ("，北坐标在前" if self.plane else "，经纬度颠倒") if self.swapped else ""
        return find(self.system).name + order + _NOTATIONS[self.notation]

    def to_wgs84(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Give longitude and latitude in WGS 84, degrees; NaN stays NaN."""
        if self.swapped:
            x, y = y, x
        return to_wgs84(plain_degrees(x, self.notation), plain_degrees(y, self.notation), self.system)


def plain_degrees(values: Floats, notation: Notation) -> Floats:
    """Turn numbers that hold degrees with minutes (and seconds) into degrees; -9012.5 in `dm` is -(90° 12.5′)."""
    if notation == "decimal":
        return values
    size, sign = np.abs(values), np.sign(values)
    degrees: Floats
    if notation == "dm":
        degrees = sign * (size // 100 + size % 100 / 60)
    else:
        degrees = sign * (size // 10_000 + size // 100 % 100 / 60 + size % 100 / 3600)
    return degrees


@dataclass(frozen=True)
class Datum:
    """The way a file was read, and how that is known.

    Attributes
    ----------
    system, swapped, notation
        As in `Way`.
    how
        `declared` by the person, in the file's `metadata`, `estimated` by the doctor, or `assumed`.
    evidence
        What was seen, as a sentence.
    confidence
        How sure an estimate is, 0 to 1; None where nothing was estimated.
    """

    system: str
    how: How
    evidence: str
    confidence: float | None = None
    swapped: bool = False
    notation: Notation = "decimal"

    @classmethod
    def of(cls, way: Way, how: How, evidence: str, confidence: float | None = None) -> Datum:
        """Say how a way is known."""
        return cls(way.system, how, evidence, confidence, way.swapped, way.notation)

    @property
    def way(self) -> Way:
        """The way alone."""
        return Way(self.system, self.swapped, self.notation)
