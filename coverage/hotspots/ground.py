"""The ground of the areas of one level: how large each is, and which are neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TOUCHING_M = 1.0
"""Areas at most so far apart are neighbours: what a drawing leaves between two grids is no ground."""


@dataclass(frozen=True)
class Ground:
    """Areas in the plane.

    Attributes
    ----------
    shapes
        (n,) polygons in EPSG:4326, None where there is no border.
    km2
        (n,) NaN without a border.
    pairs
        (m, 2) positions of neighbours, each pair once: queen contiguity, a common point is enough.
    """

    shapes: npt.NDArray[np.object_]
    km2: Floats
    pairs: Ints

    @property
    def neighbours(self) -> Ints:
        """How many neighbours each area has, without itself."""
        return np.bincount(self.pairs.ravel(), minlength=len(self.km2))


def ground_of(areas: gpd.GeoDataFrame) -> Ground:
    """Measure areas (EPSG:4326) in a Lambert azimuthal equal-area plane about their middle.

    Its areas are true; its lengths are off by < 0.01 % within 50 km.
    """
    shapes = np.asarray(areas.geometry.array, dtype=object)
    shapes[shapely.is_empty(shapes)] = None
    there = np.flatnonzero(~shapely.is_missing(shapes))
    km2, pairs = np.full(len(shapes), np.nan), np.zeros((0, 2), dtype=np.int64)
    if len(there):
        west, south, east, north = shapely.total_bounds(shapes[there])
        crs = f"+proj=laea +lon_0={(west + east) / 2} +lat_0={(south + north) / 2} +datum=WGS84 +units=m"
        flat = np.asarray(gpd.GeoSeries(shapes[there], crs="EPSG:4326").to_crs(crs).array, dtype=object)
        km2[there] = shapely.area(flat) / 1e6
        one, other = shapely.STRtree(flat).query(flat, predicate="dwithin", distance=TOUCHING_M)
        pairs = there[np.column_stack([one, other])[one < other]]
    return Ground(shapes, km2, pairs)
