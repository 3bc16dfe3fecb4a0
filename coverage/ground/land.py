"""The polygons of the areas in a plane, inside the town, with and without the ground that is left out."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

Shapes = npt.NDArray[np.object_]

SLIVER_M2 = 1.0
"""Less ground between the areas and the town's own border is drawing."""


@dataclass(frozen=True)
class Land:
    """The ground of n areas, metres; None for an area without border.

    Attributes
    ----------
    whole, open
        n polygons: of the areas as far as they lie in the town, and these without what is masked.
    nowhere, open_nowhere
        Ground of the town that lies in no area below it; empty where there is none, or where there are none below.
    """

    whole: Shapes
    open: Shapes
    nowhere: shapely.Geometry
    open_nowhere: shapely.Geometry

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        west, south, east, north = shapely.total_bounds(self.whole).tolist()
        return west, south, east, north


def land_of(areas: gpd.GeoDataFrame, masked: gpd.GeoSeries, crs: CRS) -> Land:
    """Give the ground of the areas (as `areas_of_town` orders them): the town's own, where it has none that of all."""
    whole = np.array(areas.geometry.to_crs(crs).array, dtype=object)
    whole[shapely.is_empty(whole)] = None
    broken = ~shapely.is_missing(whole) & ~shapely.is_valid(whole)
    whole[broken] = shapely.make_valid(whole[broken])
    below = whole[1:]
    if whole[0] is None:
        whole[0] = shapely.union_all(below)
    else:
        shapely.prepare(whole[0])
        over = ~shapely.is_missing(below) & ~shapely.covers(whole[0], below)
        below[over] = shapely.intersection(below[over], whole[0])
    nowhere = _nowhere(whole)
    *opened, open_nowhere = _without([*whole, nowhere], masked, crs)
    kept = np.empty(len(whole), dtype=object)
    kept[:] = opened
    return Land(whole, kept, nowhere, open_nowhere)


def _nowhere(whole: Shapes) -> shapely.Geometry:
    """Give the ground of the town in no area below it."""
    below = whole[1:][~shapely.is_missing(whole[1:])]
    if not len(below):
        return shapely.MultiPolygon()
    left = shapely.difference(whole[0], shapely.union_all(below))
    parts = shapely.get_parts(left)
    kept = parts[(shapely.get_dimensions(parts) == 2) & (shapely.area(parts) >= SLIVER_M2)]
    return shapely.MultiPolygon(kept.tolist())


def _without(shapes: list[shapely.Geometry | None], masked: gpd.GeoSeries, crs: CRS) -> Shapes:
    """Take the masks, which may overlap, out of polygons."""
    left = np.empty(len(shapes), dtype=object)
    left[:] = shapes
    masks = np.asarray(masked[masked.notna()].to_crs(crs).array, dtype=object)
    if not len(masks):
        return left
    parts = shapely.get_parts(shapely.union_all(shapely.make_valid(masks)))
    parts = parts[shapely.get_dimensions(parts) == 2]
    which, part = shapely.STRtree(parts).query(left, predicate="intersects")
    for at in np.unique(which):
        left[at] = shapely.difference(left[at], shapely.MultiPolygon(parts[part[which == at]].tolist()))
    return left
