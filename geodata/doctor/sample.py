"""Positions of a file as they stand there, before anybody knows their system."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]

MOST = 2_000
"""Positions that are looked at: more of them say nothing new."""


@dataclass(frozen=True)
class Sample:
    """What is looked at of a file.

    Attributes
    ----------
    x, y
        n numbers as they stand in the file: points, or vertices of lines; finite.
    place_ids
        n ids of the places that the rows name (None: names none); None when the table names no places.
    shapes
        m polygons as they stand in the file, instead of points.
    codes, names
        m texts or None each, of those polygons.
    lines
        The positions are vertices of lines.
    """

    x: Floats
    y: Floats
    place_ids: Objects | None = None
    shapes: Objects | None = None
    codes: Objects | None = None
    names: Objects | None = None
    lines: bool = False

    def thinned(self, most: int = MOST) -> Sample:
        """Give at most so many of the points, evenly spread over the rows. Polygons are few: all stay."""
        if self.shapes is not None or len(self.x) <= most:
            return self
        kept = np.linspace(0, len(self.x) - 1, most).astype(int)
        ids = None if self.place_ids is None else self.place_ids[kept]
        return Sample(self.x[kept], self.y[kept], ids, lines=self.lines)
