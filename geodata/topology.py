"""How areas lie to each other: neighbours that overlap, and each area under the one that holds it."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from geodata.datum import metric_crs
from geodata.model import LEVELS, Level, Town

NESTED = 0.99
"""An area nests in its parent when at least this share of its ground lies inside."""
OVERLAP_M2 = 1.0
"""Neighbours that share more than this overlap; less is rounding of coordinates."""


@dataclass(frozen=True)
class Overlap:
    """Two areas of one level that share ground: positions in the frame, and m²."""

    first: int
    second: int
    m2: float


def overlaps(areas: gpd.GeoDataFrame) -> list[Overlap]:
    """Give the pairs of one level that overlap by more than `OVERLAP_M2`, largest first."""
    shapes, crs = _shapes(areas), _metric(areas)
    found: list[Overlap] = []
    for level in areas["level"].unique():
        at = np.flatnonzero((areas["level"] == level).to_numpy())
        one, other = shapely.STRtree(shapes[at]).query(shapes[at], predicate="intersects")
        one, other = at[one[one < other]], at[other[one < other]]
        m2 = _square_metres(shapely.intersection(shapes[one], shapes[other]), crs)
        found += [
            Overlap(int(a), int(b), float(size)) for a, b, size in zip(one, other, m2, strict=True) if size > OVERLAP_M2
        ]
    return sorted(found, key=lambda each: -each.m2)


def nest(areas: gpd.GeoDataFrame, town: Town) -> pd.DataFrame:
    """Say under which area each area stands.

    A declared parent stays (on the nearest level above that has its code). Else the parent is the area of largest
    overlap on the nearest level above that has areas, ties to the smallest code; the root for the topmost ones.

    Parameters
    ----------
    areas
        All areas of the town: code, level, parent, parent_how, geometry (EPSG:4326).
    town
        Its code and level are the root's.

    Returns
    -------
    On the index of `areas`: parent, parent_level, parent_how (declared, within, overlap, root; missing for the root
    and where nothing overlaps) and share (of the area's ground inside its parent, NaN where not measured).
    """
    result = pd.DataFrame(
        {name: pd.Series([None] * len(areas), dtype=object) for name in ("parent", "parent_level", "parent_how")}
    ).set_index(areas.index)
    result["share"] = np.nan
    shapes, crs = _shapes(areas), _metric(areas)
    levels, codes = areas["level"].to_numpy(object), areas["code"].to_numpy(object)
    is_root = (levels == str(town.level)) & (codes == town.code)
    declared = areas["parent"].notna() & ~areas["parent_how"].isin(["within", "overlap", "root"])
    has_shape = ~shapely.is_missing(shapes)
    for level in LEVELS:
        mine = np.flatnonzero((levels == str(level)) & ~is_root)
        above = _levels_above(level, town, levels, has_shape)
        for at in mine[declared.to_numpy()[mine]]:
            held = [up for up in above if ((levels == str(up)) & (codes == areas["parent"].iloc[at])).any()]
            if held:
                result.iloc[at, :3] = [areas["parent"].iloc[at], str(held[0]), "declared"]
        rest = mine[result["parent"].isna().to_numpy()[mine]]
        if not above or above[0] == town.level:
            result.iloc[rest, :3] = [town.code, str(town.level), "root"]
        else:
            upper = np.flatnonzero((levels == str(above[0])) & has_shape)
            _nest_by_overlap(result, rest, upper, shapes, codes, above[0], crs)
    return result.astype({"parent": "str", "parent_level": "str", "parent_how": "str"})


def _levels_above(
    level: Level, town: Town, levels: npt.NDArray[np.object_], has_shape: npt.NDArray[np.bool_]
) -> list[Level]:
    """Give the levels above that can hold an area, nearest first; the root's always can."""
    above = [up for up in reversed(LEVELS[: level.depth]) if up.depth >= town.level.depth]
    return [up for up in above if up == town.level or ((levels == str(up)) & has_shape).any()]


def _nest_by_overlap(
    result: pd.DataFrame,
    children: npt.NDArray[np.int64],
    parents: npt.NDArray[np.int64],
    shapes: npt.NDArray[np.object_],
    codes: npt.NDArray[np.object_],
    level: Level,
    crs: CRS,
) -> None:
    """Fill parent, how and share of the children that overlap a parent."""
    child, parent = shapely.STRtree(shapes[parents]).query(shapes[children], predicate="intersects")
    child, parent = children[child], parents[parent]
    common = _square_metres(shapely.intersection(shapes[child], shapes[parent]), crs)
    order = np.lexsort((codes[parent].astype(str), -common, child))
    first, at = np.unique(child[order], return_index=True)
    best, size = parent[order][at], common[order][at]
    own = _square_metres(shapes[first], crs)
    share = np.divide(size, own, out=np.zeros_like(size), where=own > 0)
    held = share > 0
    for one, up, part in zip(first[held], best[held], share[held], strict=True):
        result.iloc[one] = [codes[up], str(level), "within" if part >= NESTED else "overlap", part]


def ground_m2(areas: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    """Give the m² of each area (EPSG:4326), in the plane CRS of their middle."""
    return _square_metres(_shapes(areas), _metric(areas))


def _shapes(areas: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    return np.asarray(areas.geometry.array, dtype=object)


def _metric(areas: gpd.GeoDataFrame) -> CRS:
    """Give the metric CRS of the middle of the areas."""
    west, south, east, north = areas.total_bounds
    return metric_crs(0.0, 0.0) if np.isnan(west) else metric_crs((west + east) / 2, (south + north) / 2)


def _square_metres(shapes: npt.NDArray[np.object_], crs: CRS) -> npt.NDArray[np.float64]:
    """Measure ground. What is cut is cut in degrees before: there a border that two areas share is the same line."""
    return np.asarray(gpd.GeoSeries(shapes, crs=4326).to_crs(crs).area, dtype=float)
