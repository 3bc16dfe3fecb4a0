"""Ground of which tracks would tell if somebody had been there, in pieces that lie in one area of the lowest level."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from coverage.ground.land import SLIVER_M2, Land
from coverage.sources import known
from coverage.trails import Trails
from grids.hierarchy import OUTSIDE, at_level, levels_present, membership

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

NO_AREA = -1


@dataclass(frozen=True)
class Told:
    """Pieces of open ground that don't overlap.

    Attributes
    ----------
    shapes
        k polygons, metres.
    area
        Position of the area of the lowest level that each piece is the whole of; `NO_AREA` for a part of one and for
        ground in none.
    """

    shapes: Shapes
    area: Ints


def told_ground(areas: gpd.GeoDataFrame, land: Land, officers: pd.DataFrame, trails: Trails, crs: CRS) -> Told:
    """Give the ground that has a track source in the period, as `coverage.sources.known` says.

    Parameters
    ----------
    trails
        The fixes of the period.
    """
    told = _told_areas(areas, land, officers, trails, crs)
    lowest = at_level(areas, levels_present(areas)[-1])
    positions = np.arange(lowest.start, lowest.stop)
    whole = told[positions] & ~shapely.is_missing(land.open[positions])
    upper = land.open[1 : lowest.start][told[1 : lowest.start]]
    parts: list[shapely.Geometry] = [land.open_nowhere] if told[-1] else []
    upper = upper[~shapely.is_missing(upper)]
    if len(upper):
        under = shapely.union_all(upper)
        common = shapely.intersection(land.open[positions], under)
        held = np.nan_to_num(shapely.area(common))
        whole |= held >= np.nan_to_num(shapely.area(land.open[positions]), nan=np.inf) - SLIVER_M2
        parts += common[~whole & (held > SLIVER_M2)].tolist()
        parts.append(shapely.difference(under, shapely.union_all(land.open[positions])))
    parts = [part for part in parts if shapely.area(part) > SLIVER_M2]
    shapes = np.empty(int(whole.sum()) + len(parts), dtype=object)
    shapes[:] = [*land.open[positions[whole]], *parts]
    return Told(shapes, np.concatenate([positions[whole], np.full(len(parts), NO_AREA)]))


def _told_areas(areas: gpd.GeoDataFrame, land: Land, officers: pd.DataFrame, trails: Trails, crs: CRS) -> Bools:
    """Say of each area by itself whether it has a source, and in the last place of ground in no area."""
    levels = [str(level) for level in levels_present(areas)]
    held = membership(areas.set_geometry(gpd.GeoSeries(land.whole, crs=crs)), shapely.points(trails.xy))
    position, level_of = np.arange(len(areas) + 1), np.append(areas["level"].astype(str), "")
    alone = pd.DataFrame({level: np.where(level_of == level, position, OUTSIDE) for level in levels})
    return known(alone, areas, officers, trails, held[levels[-1]])


def parts_of(told: Told, areas: gpd.GeoDataFrame, land: Land, level: str, crs: CRS) -> tuple[Ints, Ints, Shapes]:
    """Say how the pieces lie in the areas of a level: piece, position of an area, and the part; None for the whole."""
    points = shapely.point_on_surface(told.shapes)
    within = areas.set_geometry(gpd.GeoSeries(land.whole, crs=crs))
    at = membership(within, points)[level]
    rows = at_level(areas, next(each for each in levels_present(areas) if str(each) == level))
    polygons = land.whole[rows]
    shapely.prepare(polygons)
    inside = at >= 0
    inside[inside] = shapely.covers(land.whole[at[inside]], told.shapes[inside])
    piece, where = np.flatnonzero(inside), at[inside]
    odd = np.flatnonzero(~inside)
    one, other = (
        shapely.STRtree(told.shapes[odd]).query(polygons, predicate="intersects")[::-1] if len(odd) else _none()
    )
    cut = shapely.intersection(told.shapes[odd[one]], polygons[other])
    real = shapely.area(cut) > SLIVER_M2
    one, other, cut = odd[one[real]], other[real] + rows.start, cut[real]
    cut[shapely.area(cut) >= shapely.area(told.shapes[one]) - SLIVER_M2] = None
    wholes = np.full(len(piece), None, dtype=object)
    return np.concatenate([piece, one]), np.concatenate([where, other]), np.concatenate([wholes, cut])


def _none() -> tuple[Ints, Ints]:
    return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
