"""Parts of a division as areas: which go on as what was there, codes, names, parents."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from geodata.model import Level, Town
from grids.blocks import metric
from grids.codes import TOWN_DIGITS, natural_order, new_codes, parent_codes
from grids.divide import Division
from grids.graph import Floats, Ints
from grids.succession import SAME_M2, continued, holding_most, succession, unchanged

NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Named:
    """Areas in the order of their codes.

    Attributes
    ----------
    areas
        code, name, level, parent, parent_level, parent_how, manager, geometry (EPSG:4326), load, wanted,
        compactness, came_from (its code where it had one before, else None).
    changed
        (k,) whether each is new or has another shape.
    """

    areas: gpd.GeoDataFrame
    changed: npt.NDArray[np.bool_]


def named_grids(
    division: Division,
    within: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    before: gpd.GeoDataFrame,
    *,
    town: Town,
    used: Collection[str],
    crs: CRS,
    any_border: bool = False,
) -> Named:
    """Give grids their codes, from west to east, then north to south in each community; what stays keeps its own.

    Parameters
    ----------
    within, communities
        Areas (code, name, level, geometry) that the grids lie in; those that their codes begin with.
    before
        The grids that there are.
    used
        All codes of grids that there are or were.
    crs
        Of the division's metres.
    any_border
        A grid keeps its code when its border was moved, as long as it shares more than half of the ground of both;
        else only when its ground is the same.
    """
    heads = parent_codes(town.code, communities["code"].tolist())
    home = holding_most(division.shapes, metric(communities, crs))
    kept = _kept(division, before, crs, any_border=any_border)
    fresh = np.flatnonzero(kept < 0)
    x, y = _centres(division)
    codes = new_codes([heads[each] for each in home[fresh]], x[fresh], y[fresh], used)
    called = communities["name"].to_numpy(dtype=object)[home[fresh]]
    names = [f"{name}第{int(code[-3:])}网格" for name, code in zip(called, codes, strict=True)]
    return _areas(division, Level.GRID, codes, names, within=within, before=before, kept=kept, crs=crs)


def named_districts(
    division: Division,
    within: gpd.GeoDataFrame,
    before: gpd.GeoDataFrame,
    *,
    town: Town,
    used: Collection[str],
    crs: CRS,
) -> Named:
    """Give 片区 their codes: the town's 9 digits, PQ and a number, as offices write them (no standard says how)."""
    kept = _kept(division, before, crs, any_border=True)
    fresh = np.flatnonzero(kept < 0)
    x, y = _centres(division)
    head = f"{town.code[:TOWN_DIGITS]}PQ"
    codes = new_codes([head] * len(fresh), x[fresh], y[fresh], used, digits=0)
    names = [f"第{numeral(int(code.removeprefix(head)))}片区" for code in codes]
    return _areas(division, Level.DISTRICT, codes, names, within=within, before=before, kept=kept, crs=crs)


def numeral(number: int) -> str:
    """Write a number below 100 in Chinese, a greater one in digits."""
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:
        return str(number)
    head = "" if not tens else "十" if tens == 1 else f"{NUMERALS[tens - 1]}十"
    return head + (NUMERALS[ones - 1] if ones else "")


def _centres(division: Division) -> tuple[Floats, Floats]:
    centre = shapely.centroid(division.shapes)
    return shapely.get_x(centre), shapely.get_y(centre)


def _kept(division: Division, before: gpd.GeoDataFrame, crs: CRS, *, any_border: bool) -> Ints:
    """Give for each part the area (position in `before`) whose code it keeps, -1 for none."""
    if before.empty:
        return np.full(len(division.shapes), -1, dtype=np.int64)
    old = metric(before, crs)
    pairs = succession(old, division.shapes, np.array([], dtype=object))
    goes_on = continued if any_border else unchanged
    return goes_on(pairs, shapely.area(old), shapely.area(division.shapes))


def _areas(
    division: Division,
    level: Level,
    codes: list[str],
    names: list[str],
    *,
    within: gpd.GeoDataFrame,
    before: gpd.GeoDataFrame,
    kept: Ints,
    crs: CRS,
) -> Named:
    """Put parts together as areas: what keeps its code keeps name and manager, and its shape where that is the same."""
    k, fresh, stays = len(division.shapes), np.flatnonzero(kept < 0), np.flatnonzero(kept >= 0)
    frame = pd.DataFrame({"level": [str(level)] * k})
    for name, new in (("code", codes), ("name", names), ("manager", None)):
        column = np.full(k, None, dtype=object)
        column[fresh] = new
        column[stays] = before[name].to_numpy(dtype=object)[kept[stays]] if len(stays) else None
        frame[name] = pd.Series(column, dtype="str")
    for name, of in (("parent", "code"), ("parent_level", "level")):
        frame[name] = pd.Series(within[of].to_numpy(dtype=object)[division.area], dtype="str")
    shapes = np.asarray(gpd.GeoSeries(division.shapes, crs=crs).to_crs(4326).array, dtype=object)
    changed = np.ones(k, dtype=bool)
    if len(stays):
        old = np.asarray(before.geometry.array, dtype=object)[kept[stays]]
        m2 = shapely.area(shapely.symmetric_difference(metric(before, crs)[kept[stays]], division.shapes[stays]))
        changed[stays] = m2 >= SAME_M2
        shapes[stays] = np.where(changed[stays], shapes[stays], old)
    frame = frame.assign(
        parent_how="declared",
        came_from=frame["code"].where(kept >= 0),
        load=division.load,
        wanted=division.wanted,
        compactness=division.compactness,
    )
    order = np.array(natural_order(frame["code"]))
    areas = gpd.GeoDataFrame(frame, geometry=shapes, crs=4326).iloc[order].reset_index(drop=True)
    return Named(areas.astype(dict.fromkeys(("level", "parent_how"), "str")), changed[order])
