"""From points to hazards per square kilometre: bins of Web Mercator, smoothed, the same at every zoom."""

from __future__ import annotations

import io
import math
from base64 import b64encode
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import gaussian_filter

from maps.colours import HEAT_COLOURS, rgb
from maps.shapes import Bounds

EARTH_A = 6378137.0
EARTH_E2 = 0.0066943799901413165
"""Semi-major axis (m) and squared eccentricity of WGS 84."""

BANDWIDTHS = (50, 100, 150, 200, 300, 500, 800, 1000, 1500, 2000, 3000, 5000)
EXTENT_PER_BANDWIDTH = 60
CELLS_PER_BANDWIDTH = 12
REACH = 4.0
"""Standard deviations after which the Gaussian is cut off."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """Square cells of Web Mercator (EPSG:3857), aligned to its world pyramid.

    Attributes
    ----------
    cell
        Side in Web Mercator metres: the world's width / 2^k.
    column, row
        Whole numbers of the west column and the north row, counted from the west and north end of the world.
    columns, rows
        Size.
    bandwidth
        Standard deviation of the smoothing, in metres on the ground.
    """

    cell: float
    column: int
    row: int
    columns: int
    rows: int
    bandwidth: float

    @classmethod
    def over(cls, bounds: Bounds) -> Grid:
        """Lay a grid over a town: bandwidth and cell depend on its extent alone, never on what is counted."""
        west, south, east, north = bounds
        left, top = mercator(west, north)
        right, bottom = mercator(east, south)
        stretch = 1 / math.cos(math.radians((south + north) / 2))
        extent = max(right - left, top - bottom) / stretch
        bandwidth = next((b for b in BANDWIDTHS if b >= extent / EXTENT_PER_BANDWIDTH), BANDWIDTHS[-1])
        world = 2 * math.pi * EARTH_A
        cell = world / 2 ** math.ceil(math.log2(world / (bandwidth * stretch / CELLS_PER_BANDWIDTH)))
        margin = math.ceil(REACH * bandwidth * stretch / cell) + 1  # smoothing must lose nothing over the edge
        column, row = math.floor((left + world / 2) / cell) - margin, math.floor((world / 2 - top) / cell) - margin
        columns = math.floor((right + world / 2) / cell) + margin + 1 - column
        rows = math.floor((world / 2 - bottom) / cell) + margin + 1 - row
        return cls(cell, column, row, columns, rows, float(bandwidth))

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north of the grid, in degrees."""
        half = math.pi * EARTH_A
        west, north = self.column * self.cell - half, half - self.row * self.cell
        left, top = degrees(west, north)
        right, bottom = degrees(west + self.columns * self.cell, north - self.rows * self.cell)
        return left, bottom, right, top

    def row_latitudes(self) -> Floats:
        """Latitude (degrees) of the middle of each row, from the north."""
        y = math.pi * EARTH_A - (self.row + np.arange(self.rows) + 0.5) * self.cell
        return np.asarray(np.degrees(2 * np.arctan(np.exp(y / EARTH_A)) - np.pi / 2), dtype=np.float64)

    def ground_km2(self) -> Floats:
        """Area on the ground (km²) of one cell of each row.

        With φ the latitude, N and M the radii of curvature in the prime vertical and the meridian of WGS 84, a Web
        Mercator metre is N cos φ / a metres on the ground eastwards and M cos φ / a northwards (Snyder 1987,
        Map Projections, eq. 4-20, 4-18, 7-7).
        """
        phi = np.radians(self.row_latitudes())
        curve = 1 - EARTH_E2 * np.sin(phi) ** 2
        prime_vertical, meridian = EARTH_A / np.sqrt(curve), EARTH_A * (1 - EARTH_E2) / curve**1.5
        square_metres = self.cell**2 * prime_vertical * meridian * np.cos(phi) ** 2 / EARTH_A**2
        return np.asarray(square_metres / 1e6, dtype=np.float64)

    def count(self, lon: Floats, lat: Floats, weight: Floats) -> Floats:
        """Add up the weights of the points of each cell, exactly; points beside the grid stay out.

        Parameters
        ----------
        lon, lat, weight
            Degrees (NaN = no position) and weight of each point, shape (n,).

        Returns
        -------
        Shape (rows, columns).
        """
        inside, cells = self._cells(lon, lat)
        total = np.bincount(cells, weights=weight[inside], minlength=self.rows * self.columns)
        return np.asarray(total, dtype=np.float64).reshape(self.rows, self.columns)

    def holds(self, lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
        """Say which points lie in the grid."""
        return self._cells(lon, lat)[0]

    def _cells(self, lon: Floats, lat: Floats) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
        located = ~(np.isnan(lon) | np.isnan(lat)) & (np.abs(lat) < 85)
        x, y = np.radians(np.where(located, lon, 0.0)), np.radians(np.where(located, lat, 0.0))
        half = math.pi * EARTH_A
        column = np.floor((EARTH_A * x + half) / self.cell) - self.column
        row = np.floor((half - EARTH_A * np.arctanh(np.sin(y))) / self.cell) - self.row
        inside = located & (column >= 0) & (column < self.columns) & (row >= 0) & (row < self.rows)
        return inside, (row[inside] * self.columns + column[inside]).astype(np.int64)

    def density(self, counted: Floats) -> Floats:
        """Smooth what was counted with a Gaussian and give it per km² of true ground.

        The weight is spread, never lost: density × `ground_km2` adds up to what was counted. The Gaussian's width in
        cells is that of the middle latitude (its metres differ by < 1 % over a town of 50 km).
        """
        middle = math.radians(float(self.row_latitudes()[self.rows // 2]))
        sigma = self.bandwidth / (self.cell * math.cos(middle))
        smooth = gaussian_filter(counted, sigma, mode="constant", truncate=REACH)
        return np.asarray(smooth / self.ground_km2()[:, None], dtype=np.float64)


def mercator(lon: float, lat: float) -> tuple[float, float]:
    """Project degrees to Web Mercator metres (EPSG:3857)."""
    return EARTH_A * math.radians(lon), EARTH_A * math.atanh(math.sin(math.radians(lat)))


def degrees(x: float, y: float) -> tuple[float, float]:
    """Turn Web Mercator metres back into longitude and latitude."""
    return math.degrees(x / EARTH_A), math.degrees(2 * math.atan(math.exp(y / EARTH_A)) - math.pi / 2)


def picture(density: Floats, limits: list[float]) -> str:
    """Paint each class in its colour as a palette PNG, a data URI; below the first limit it is transparent.

    Parameters
    ----------
    limits
        Rising, at most as many as `HEAT_COLOURS`; the darkest colours are used.
    """
    classes = np.searchsorted(np.asarray(limits, dtype=float), density, side="right").astype(np.uint8)
    image = Image.fromarray(classes, mode="P")
    colours = HEAT_COLOURS[len(HEAT_COLOURS) - len(limits) :]
    image.putpalette([0, 0, 0, *(part for colour in colours for part in rgb(colour))])
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True, transparency=0)
    return f"data:image/png;base64,{b64encode(out.getvalue()).decode()}"
