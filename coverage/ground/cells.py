"""A fine raster over the town, and polygons in its cells."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, sqrt

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

Floats = npt.NDArray[np.float64]

CELLS_A_WIDTH = 6
MOST_CELLS = 200_000_000
"""A wide town with a narrow width gets larger cells than a sixth of it."""


@dataclass(frozen=True)
class Raster:
    """Square cells over a town.

    Attributes
    ----------
    crs
        The plane, metres.
    west, north
        Corner of the first cell of the first row; rows run southwards.
    cell
        Side in metres.
    rows, columns
        Size.
    """

    crs: CRS
    west: float
    north: float
    cell: float
    rows: int
    columns: int

    @classmethod
    def over(cls, bounds: tuple[float, float, float, float], width_m: float, crs: CRS) -> Raster:
        """Lay cells of a sixth of the width over the ground (larger ones where they would be too many)."""
        west, south, east, north = bounds
        least = sqrt((east - west + width_m) * (north - south + width_m) / MOST_CELLS)
        cell = max(width_m / CELLS_A_WIDTH, least)
        return cls(crs, west, north, cell, ceil((north - south) / cell) + 1, ceil((east - west) / cell) + 1)

    @property
    def cell_m2(self) -> float:
        """Ground of one cell."""
        return self.cell * self.cell

    def in_cells(self, xy: Floats) -> Floats:
        """Give (n, 2) metres as column and row, whole numbers being edges of cells."""
        return np.column_stack([(xy[:, 0] - self.west) / self.cell, (self.north - xy[:, 1]) / self.cell])

    def in_metres(self, columns: Floats, rows: Floats) -> Floats:
        """Give columns and rows as (n, 2) metres."""
        return np.column_stack([self.west + columns * self.cell, self.north - rows * self.cell])

    def edges(self, shape: shapely.Geometry) -> Edges:
        """Give the edges of a polygon or of several, cut to the raster's rows and columns."""
        rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(shape)))
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        at = self.in_cells(xy)
        at[:, 0] = np.clip(at[:, 0], 0, self.columns)
        at[:, 1] = np.clip(at[:, 1], 0, self.rows)
        joined = np.flatnonzero(ring[1:] == ring[:-1])
        return Edges(np.ascontiguousarray(at[joined]), np.ascontiguousarray(at[joined + 1]))


@dataclass(frozen=True)
class Edges:
    """The edges of a polygon in cells, (n, 2) each, shells one way round and holes the other."""

    start: Floats
    end: Floats

    @property
    def window(self) -> tuple[int, int, int, int]:
        """First and after the last row, first and after the last column; nothing for no edges."""
        if not len(self.start):
            return 0, 0, 0, 0
        (west, north), (east, south) = self.start.min(axis=0), self.start.max(axis=0)
        return floor(north), ceil(south), floor(west), ceil(east)
