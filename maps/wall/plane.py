"""The plane of a paper map: degrees to millimetres, at a round scale that is true in the middle of what it shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.enums import TransformDirection

from coverage.density import Bounds
from maps.shapes import Geometries

Floats = npt.NDArray[np.float64]

LEAST_M = 200.0
"""Metres that a map shows at least, each way: a town may have one place only."""


@dataclass(frozen=True)
class Plane:
    """Where on a map of so many millimetres a position stands; x to the right, y down, from the upper left corner.

    Projected by a transverse Mercator of its own (scale 1 on its central meridian, the middle of the map), not by the
    town's 3° zone: there north leans by up to 1° and the scale is off by up to 0.03 %, which a ruler on A0 finds.

    Attributes
    ----------
    bounds
        West, south, east, north of what is shown (degrees).
    width, height, margin
        Millimetres of the map, and of them the ones left free along each edge.
    scale
        The n of 1:n where it is given; the bounds say the middle only.
    """

    bounds: Bounds
    width: float
    height: float
    margin: float
    scale: int | None = None

    @cached_property
    def denominator(self) -> int:
        """The n of the scale 1:n, the largest scale with n of two digits and zeros that shows all of the bounds."""
        if self.scale:
            return self.scale
        wide, high = np.maximum(self._corners[1] - self._corners[0], LEAST_M)
        least = 1000 * max(wide / (self.width - 2 * self.margin), high / (self.height - 2 * self.margin))
        step = 10 ** (math.ceil(math.log10(least)) - 2)
        return int(math.ceil(round(least / step, 9)) * step)

    def millimetres(self, metres: float) -> float:
        """Give how long so many metres of ground are on the map."""
        return metres * 1000 / self.denominator

    def on_paper(self, degrees: Floats) -> Floats:
        """Turn (n, 2) degrees, longitude first, into (n, 2) millimetres."""
        x, y = self._projection.transform(degrees[:, 0], degrees[:, 1])
        middle = self._corners.mean(axis=0)
        right = self.width / 2 + self.millimetres(1) * (np.asarray(x) - middle[0])
        down = self.height / 2 - self.millimetres(1) * (np.asarray(y) - middle[1])
        return np.column_stack([right, down])

    def in_degrees(self, spots: Floats) -> Floats:
        """Turn (n, 2) millimetres into (n, 2) degrees: the way back from `on_paper`."""
        x, y = self._corners.mean(axis=0)
        metre = self.millimetres(1)
        east, north = x + (spots[:, 0] - self.width / 2) / metre, y - (spots[:, 1] - self.height / 2) / metre
        lon, lat = self._projection.transform(east, north, direction=TransformDirection.INVERSE)
        return np.column_stack([lon, lat])

    def shapes(self, geometries: Geometries) -> Geometries:
        """Turn geometries in degrees into millimetres; None stays None."""
        drawn: Geometries = np.asarray(shapely.transform(geometries, self.on_paper), dtype=object)
        return drawn

    def sees(self, geometries: Geometries) -> Geometries:
        """Give the geometries (degrees) with None for those that lie beside the map."""
        west, south, east, north = self.shown
        left, low, right, high = shapely.bounds(geometries).reshape(-1, 4).T  # NaN compares as beside
        seen: Geometries = np.array(geometries, dtype=object)
        seen[~((left <= east) & (right >= west) & (low <= north) & (high >= south))] = None
        return seen

    @cached_property
    def shown(self) -> Bounds:
        """West, south, east, north of all that the map shows (degrees), its margins too."""
        x, y = self._corners.mean(axis=0).tolist()
        right, up = self.width / self.millimetres(1) / 2, self.height / self.millimetres(1) / 2
        shown = self._projection.transform_bounds(
            x - right, y - up, x + right, y + up, direction=TransformDirection.INVERSE
        )
        west, south, east, north = shown
        return west, south, east, north

    @cached_property
    def _projection(self) -> Transformer:
        west, south, east, north = self.bounds
        lon, lat = (west + east) / 2, (south + north) / 2
        local = CRS.from_proj4(f"+proj=tmerc +lat_0={lat} +lon_0={lon} +k=1 +ellps=WGS84 +units=m +type=crs")
        return Transformer.from_crs("EPSG:4326", local, always_xy=True)

    @cached_property
    def _corners(self) -> Floats:
        """The least and largest x and y of the bounds in metres."""
        west, south, east, north = self._projection.transform_bounds(*self.bounds)
        return np.array([[west, south], [east, north]])


def round_length(longest: float) -> int:
    """Give the longest of 1, 2, 5, 10, 20, 50 … metres that is not above `longest` (at least 1)."""
    decade = 10 ** math.floor(math.log10(max(longest, 1)))
    return int(max(step * decade for step in (1, 2, 5) if step * decade <= max(longest, 1)))
