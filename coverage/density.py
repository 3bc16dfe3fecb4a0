"""Kernel density: from points to hazards per square kilometre, on a grid of Web Mercator, per km² of true ground."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.ndimage import gaussian_filter

from geodata.errors import QuestionProblem

EARTH_A = 6378137.0
EARTH_E2 = 0.0066943799901413165
"""Semi-major axis (m) and squared eccentricity of WGS 84."""

BANDWIDTHS = (50, 100, 150, 200, 300, 500, 800, 1000, 1500, 2000, 3000, 5000)
EXTENT_PER_BANDWIDTH = 60
CELLS_PER_BANDWIDTH = 12
REACH = 4.0
"""Standard deviations after which the Gaussian is cut off."""

MOST_CELLS = 8_000_000
LEAST_BANDWIDTH = 50.0

Floats = npt.NDArray[np.float64]
Bounds = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""


class TooFineProblem(QuestionProblem):
    """The cells of a bandwidth would be too many.

    Attributes
    ----------
    least
        A bandwidth (m) whose cells are few enough.
    """

    def __init__(self, said: str, least: float) -> None:
        super().__init__(said)
        self.least = least


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
    def over(cls, bounds: Bounds, bandwidth_m: float | None = None) -> Grid:
        """Lay a grid over a town.

        Without a bandwidth, bandwidth and cell depend on the extent alone, never on what is counted: the pictures of
        several days can be laid side by side.

        Raises
        ------
        TooFineProblem
            The bandwidth is so small for the extent that the cells would be more than `MOST_CELLS`.
        """
        west, south, east, north = bounds
        left, top = mercator(west, north)
        right, bottom = mercator(east, south)
        stretch = 1 / math.cos(math.radians((south + north) / 2))
        extent = max(right - left, top - bottom) / stretch
        fitting = next((b for b in BANDWIDTHS if b >= extent / EXTENT_PER_BANDWIDTH), BANDWIDTHS[-1])
        bandwidth = fitting if bandwidth_m is None else bandwidth_m
        world = 2 * math.pi * EARTH_A
        cell = world / 2 ** math.ceil(math.log2(world / (bandwidth * stretch / CELLS_PER_BANDWIDTH)))
        margin = math.ceil(REACH * bandwidth * stretch / cell) + 1  # smoothing must lose nothing over the edge
        column, row = math.floor((left + world / 2) / cell) - margin, math.floor((world / 2 - top) / cell) - margin
        columns = math.floor((right + world / 2) / cell) + margin + 1 - column
        rows = math.floor((world / 2 - bottom) / cell) + margin + 1 - row
        if bandwidth_m is not None and columns * rows > MOST_CELLS:
            least = 2 * bandwidth * math.sqrt(columns * rows / MOST_CELLS)
            raise TooFineProblem(f"带宽 {bandwidth:,.0f} 米对全域太小，格子太多：请用 {least:,.0f} 米以上。", least)
        return cls(cell, column, row, columns, rows, float(bandwidth))

    @classmethod
    def fitting(cls, bounds: Bounds, bandwidth_m: float) -> Grid:
        """Lay a grid for a bandwidth that nobody asked for: where the ground is too wide for it, a wider one's."""
        try:
            return cls.over(bounds, bandwidth_m)
        except TooFineProblem as problem:
            return cls.fitting(bounds, math.ceil(problem.least / 10) * 10.0)

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

    def middles(self) -> tuple[Floats, Floats]:
        """Longitude of the middle of each column from the west, latitude of each row from the north (degrees)."""
        x = (self.column + np.arange(self.columns) + 0.5) * self.cell - math.pi * EARTH_A
        return np.degrees(x / EARTH_A), self.row_latitudes()

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
        inside, cells = self.cells(lon, lat)
        total = np.bincount(cells, weights=weight[inside], minlength=self.rows * self.columns)
        return np.asarray(total, dtype=np.float64).reshape(self.rows, self.columns)

    def holds(self, lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
        """Say which points lie in the grid."""
        return self.cells(lon, lat)[0]

    def cells(self, lon: Floats, lat: Floats) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
        """Say which positions lie in the grid, and give the cell (row × columns + column) of each of those."""
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


@dataclass(frozen=True)
class Density:
    """A kernel density on a grid.

    Attributes
    ----------
    grid
        Its cells; `grid.bandwidth` is the standard deviation of the kernel, metres on the ground.
    per_km2
        Shape (rows, columns), the first row in the north: weight per km² of ground.
    chosen
        Whether the bandwidth was chosen by `rule_bandwidth`, wider where the ground asks for it (else it was given).
    """

    grid: Grid
    per_km2: Floats
    chosen: bool

    def peaks(self, polygons: npt.NDArray[np.object_]) -> tuple[Floats, Floats, Floats]:
        """Give density (per km²), longitude and latitude (degrees) of the densest cell of each polygon.

        A polygon that holds no middle of a cell has the cell of a point of its own; None has NaN.

        Parameters
        ----------
        polygons
            Shape (n,), EPSG:4326.
        """
        found = np.full((len(polygons), 3), np.nan)
        there = ~(shapely.is_missing(polygons) | shapely.is_empty(polygons))
        for at in np.flatnonzero(there):
            found[at] = self._peak(polygons[at])
        small = np.flatnonzero(np.isnan(found[:, 0]) & there)
        own = shapely.point_on_surface(polygons[small])
        x, y = shapely.get_x(own), shapely.get_y(own)
        found[small] = np.column_stack([self.at(x, y), x, y])
        return found[:, 0], found[:, 1], found[:, 2]

    def _peak(self, polygon: shapely.Geometry) -> tuple[float, float, float]:
        """Give density, longitude and latitude of the densest cell whose middle lies in a polygon; NaN for none."""
        lon, lat = self.grid.middles()
        west, south, east, north = polygon.bounds
        left, right = np.searchsorted(lon, [west, east])
        top, bottom = np.searchsorted(-lat, [-north, -south])
        x, y = np.meshgrid(lon[left:right], lat[top:bottom])
        shapely.prepare(polygon)
        inside = np.where(shapely.contains_xy(polygon, x, y), self.per_km2[top:bottom, left:right], -1.0)
        if inside.max(initial=-1.0) < 0:
            return math.nan, math.nan, math.nan
        row, column = np.unravel_index(inside.argmax(), inside.shape)
        return float(inside[row, column]), float(x[row, column]), float(y[row, column])

    def at(self, lon: Floats, lat: Floats) -> Floats:
        """Give the density (per km²) of the cell that holds each position (degrees); 0 beside the grid."""
        inside, cells = self.grid.cells(lon, lat)
        found = np.zeros(len(lon))
        found[inside] = self.per_km2.ravel()[cells]
        return found


def kernel_density(
    lon: Floats, lat: Floats, weight: Floats, *, bandwidth_m: float | None = None, bounds: Bounds | None = None
) -> Density | None:
    """Estimate how many there are per km² around each cell, by a Gaussian kernel.

    f(s) = Σ w exp(−d² / 2h²) / 2πh², d in metres on the ground (Silverman 1986, Density Estimation, eq. 4.1), cut off
    at `REACH` h. Points are first added up in cells of at most h / 12, so the error stays below 2 % of the range.

    Parameters
    ----------
    lon, lat, weight
        Degrees in EPSG:4326 (NaN = no position) and weight of each point, shape (n,).
    bandwidth_m
        h, metres on the ground; by `rule_bandwidth` when left out, wider where the ground asks for it.
    bounds
        Ground to cover, west, south, east, north; that of the points when left out. Points beside it stay out.

    Returns
    -------
    None when no point has a position.

    Raises
    ------
    TooFineProblem
        The bandwidth that was given is too small for the ground.
    """
    located = ~(np.isnan(lon) | np.isnan(lat))
    lon, lat, weight = lon[located], lat[located], weight[located]
    if not len(lon):
        return None
    ground = bounds or (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
    own = bandwidth_m is None
    grid = Grid.fitting(ground, rule_bandwidth(lon, lat)) if own else Grid.over(ground, bandwidth_m)
    return Density(grid, grid.density(grid.count(lon, lat, weight)), own)


def rule_bandwidth(lon: Floats, lat: Floats) -> float:
    """Choose a bandwidth (m) for positions: Silverman's rule of thumb on a robust scale, at least `LEAST_BANDWIDTH`.

    h = σ n^(−1/6) for the Gaussian kernel in the plane (Silverman 1986, eq. 4.14 with d = 2), σ the lesser of standard
    deviation and interquartile range / 1.349 (his eq. 3.30), the root mean square over east and north; n counts
    different positions: a hundred hazards of one place tell of one place. Rounded to 10 m.
    """
    sites = np.unique(lon + 1j * lat)  # complex numbers sort faster than pairs
    east = np.radians(sites.real) * EARTH_A * np.cos(np.radians(np.median(sites.imag)))
    north = np.radians(sites.imag) * EARTH_A
    scale = math.sqrt(sum(_robust_scale(axis) ** 2 for axis in (east, north)) / 2)
    return max(LEAST_BANDWIDTH, round(float(scale * len(sites) ** (-1 / 6)), -1))


def _robust_scale(values: Floats) -> float:
    low, high = np.percentile(values, [25, 75])
    spread = float(high - low) / 1.349
    return min(float(np.std(values)), spread) if spread else float(np.std(values))
