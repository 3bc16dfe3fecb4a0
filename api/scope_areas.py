"""The areas of a scope: the own ones whole, those above with nothing but the own ground."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from api.kept import Part
from geodata.model import LEVELS

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Ground:
    """The ground of a scope: which rows of `areas` are its own, and their union."""

    own: Flags
    union: shapely.Geometry


def depths_of(areas: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Give how deep the level of each area lies."""
    depth = {str(level): level.depth for level in LEVELS}
    return np.fromiter((depth[level] for level in areas["level"]), dtype=np.int64, count=len(areas))


def areas_within(part: Part, ground: Ground | None) -> pd.DataFrame:
    """Give the own areas, those inside of them, and those above with nothing but the own ground."""
    areas, shapes, points = part.rows, part.shapes, part.points
    if ground is None:
        return areas
    depths = depths_of(areas)
    own_points, own_depths, own_shapes = points[ground.own], depths[ground.own], shapes[ground.own]
    root = depths == depths.min(initial=len(LEVELS))
    above = (depths[:, None] < own_depths) & (shapely.intersects(shapes[:, None], own_points) | root[:, None])
    inside = shapely.intersects(ground.union, points) & (depths > own_depths.min(initial=len(LEVELS)))
    cut = shapes.copy()
    for row in np.flatnonzero(above.any(axis=1) & ~ground.own & ~shapely.is_missing(shapes)):
        cut[row] = _many(shapely.union_all(own_shapes[above[row]]))
    kept = ground.own | inside | above.any(axis=1) | root
    return _with_shapes(areas, cut, kept)


def past_areas_within(part: Part, areas: Part, ground: Ground | None) -> pd.DataFrame:
    """Give the areas of before that lie on the own ground or hold own areas, with nothing but the own ground."""
    past, shapes = part.rows, part.shapes
    if ground is None or past.empty:
        return past
    kept = shapely.intersects(ground.union, part.points)
    kept = kept | (shapely.intersects(shapes[:, None], areas.points[ground.own]).any(axis=1))
    cut = np.array([_many(each) for each in shapely.intersection(shapes, ground.union)], dtype=object)
    return _with_shapes(past, cut, kept)


def _with_shapes(frame: pd.DataFrame, shapes: npt.NDArray[np.object_], kept: Flags) -> pd.DataFrame:
    facts: pd.DataFrame = frame.loc[kept].drop(columns="geometry")
    found: pd.DataFrame = gpd.GeoDataFrame(facts, geometry=gpd.GeoSeries(shapes[kept], facts.index, crs=4326))
    return found


def _many(shape: shapely.Geometry | None) -> shapely.MultiPolygon | None:
    """Give the polygons of a shape as the table of areas holds them."""
    if shape is None or shape.is_empty:
        return None
    parts = [part for part in shapely.get_parts(shape, return_index=False) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts) if parts else None
