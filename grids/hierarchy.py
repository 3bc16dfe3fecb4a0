"""How a town is divided: its areas in order, the levels there are, which places lie in which area."""

from __future__ import annotations

from difflib import get_close_matches

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.errors import QuestionProblem
from geodata.locate import Located
from geodata.model import LEVELS, Level, Town
from geodata.tables import LEVEL_WORDS
from grids.codes import natural_ranks

Ints = npt.NDArray[np.int64]

OUTSIDE, UNLOCATED = -1, -2
"""Instead of an area's position: has a point that lies in no area of the level; has no point."""


def areas_of_town(areas: gpd.GeoDataFrame, town: Town) -> gpd.GeoDataFrame:
    """Give the areas of the town in order: the root first, then deeper levels, by level and code (2 before 10).

    Areas beside or above the root (a neighbour town in the same file) are no part of the town and stay out. The root
    is added where the frame lacks it. An area without name is named by its code.

    Parameters
    ----------
    areas
        Columns code, name, level, geometry (MULTIPOLYGON or None, EPSG:4326); others are kept.

    Returns
    -------
    The same columns, RangeIndex; row 0 is the root. Every position of an area elsewhere is a row of this frame.
    """
    depth = areas["level"].map({str(level): level.depth for level in LEVELS}).to_numpy(float)
    root = (areas["level"] == str(town.level)).to_numpy(bool) & (areas["code"] == town.code).to_numpy(bool)
    below = depth > town.level.depth
    order = np.lexsort((natural_ranks(areas["code"]), depth))
    deeper = order[below[order]]
    if root.any():
        inside = areas.iloc[np.append(np.flatnonzero(root), deeper)].reset_index(drop=True)
    else:
        first = _root_row(areas, town)
        inside = pd.concat([first, areas.iloc[deeper]], ignore_index=True) if len(deeper) else first
    names = inside["name"].astype("str")
    return inside.assign(name=names.where(names.notna(), inside["code"]))


def _root_row(areas: gpd.GeoDataFrame, town: Town) -> gpd.GeoDataFrame:
    root = {"code": [town.code], "name": [town.name], "level": [str(town.level)]}
    return gpd.GeoDataFrame(root, geometry=gpd.GeoSeries([None], crs=areas.crs or "EPSG:4326"))


def levels_present(areas: gpd.GeoDataFrame) -> tuple[Level, ...]:
    """Give the levels that have areas, from the root down."""
    there = set(areas["level"].tolist())
    return tuple(level for level in LEVELS if str(level) in there)


def answer_level(areas: gpd.GeoDataFrame, asked: str) -> Level:
    """Give the level that answers `--by asked`: the level itself, or the root for a city or town without such areas.

    Raises
    ------
    QuestionProblem
        No areas of a district, community or grid level; names the levels that there are.
    """
    level, present = Level(asked), levels_present(areas)
    if level in present:
        return level
    if level in (Level.CITY, Level.TOWN):
        return present[0]
    there = "、".join(f"{each.chinese}（{each}）" for each in present)
    raise QuestionProblem(f"还没有{level.chinese}（{level}）一级的区域，现有：{there}。请先导入或划分。")


def at_level(areas: gpd.GeoDataFrame, level: Level) -> slice:
    """Give where the areas of a level stand in the ordered frame (they stand together)."""
    rows = np.flatnonzero((areas["level"] == str(level)).to_numpy(bool))
    return slice(int(rows[0]), int(rows[-1]) + 1) if len(rows) else slice(0, 0)


def membership(areas: gpd.GeoDataFrame, points: npt.NDArray[np.object_]) -> dict[str, npt.NDArray[np.int64]]:
    """Give for each level present the position of the area that holds each point, by that level's own polygons.

    The root holds everything, located or not. Elsewhere `OUTSIDE` and `UNLOCATED` stand for no area and no point.
    """
    return membership_of(areas, Located(points))


def membership_of(areas: gpd.GeoDataFrame, points: Located) -> dict[str, npt.NDArray[np.int64]]:
    """Give `membership` of points that are asked about more than their areas."""
    located = ~np.isnan(points.x)
    root, *below = levels_present(areas)
    positions = {str(root): np.zeros(len(located), dtype=np.int64)}
    for level in below:
        rows = at_level(areas, level)
        polygons = np.asarray(areas.geometry.array[rows], dtype=object)
        found = points.among(polygons, areas["code"].array[rows].tolist())
        held = np.where(found >= 0, found + rows.start, OUTSIDE)
        positions[str(level)] = np.where(located, held, UNLOCATED)
    return positions


def parts_of(areas: gpd.GeoDataFrame, at: int) -> Ints:
    """Give the positions of the areas next below one: those of the first deeper level that has any inside it.

    Inside is an area whose inner point (`shapely.point_on_surface`) lies in the other one; the root holds every area,
    drawn or not. Empty where the area is not divided further.
    """
    level = Level(str(areas["level"].iat[at]))
    for below in levels_present(areas):
        if below.depth <= level.depth:
            continue
        rows = np.arange(len(areas), dtype=np.int64)[at_level(areas, below)]
        inside = rows if at == 0 else rows[_holds(areas.geometry.iat[at], areas, rows)]
        if len(inside):
            return inside
    return np.zeros(0, dtype=np.int64)


def path_to(areas: gpd.GeoDataFrame, at: int) -> list[int]:
    """Give the positions of the areas that hold one, from the root down, and its own; as `parts_of` says."""
    level = Level(str(areas["level"].iat[at]))
    path = [0] if at else []
    point = _inner(areas.geometry.iloc[[at]])[0]
    for above in levels_present(areas)[1:]:
        if above.depth < level.depth and point is not None:
            rows = np.arange(len(areas), dtype=np.int64)[at_level(areas, above)]
            held = rows[shapely.contains(np.asarray(areas.geometry.array[rows], dtype=object), point)]
            path += held[:1].tolist()
    return [*path, at]


def _holds(shape: shapely.Geometry | None, areas: gpd.GeoDataFrame, rows: Ints) -> npt.NDArray[np.bool_]:
    held: npt.NDArray[np.bool_] = shapely.contains(shape, _inner(areas.geometry.iloc[rows]))
    return held


def _inner(shapes: gpd.GeoSeries) -> npt.NDArray[np.object_]:
    return np.asarray(shapely.point_on_surface(np.asarray(shapes.array, dtype=object)), dtype=object)


def find_area(areas: gpd.GeoDataFrame, asked: str) -> int:
    """Give the position of the area that `--area` names: a code, or `level:code` where levels share the code.

    Raises
    ------
    QuestionProblem
        Unknown area (names the nearest codes and names), or a code of several levels (lists the choices).
    """
    rows = np.flatnonzero((areas["code"] == asked).to_numpy(bool))
    word, colon, code = asked.partition(":")
    if len(rows) == 0 and colon and word in LEVEL_WORDS:
        same = (areas["code"] == code) & (areas["level"] == LEVEL_WORDS[word])
        rows = np.flatnonzero(same.to_numpy(bool))
    if len(rows) == 1:
        return int(rows[0])
    if len(rows) == 0:
        raise QuestionProblem(f"没有编码为“{asked}”的区域{_nearest(areas, asked)}。")
    choices = "、".join(f"{areas['level'].iat[row]}:{asked}（{areas['name'].iat[row]}）" for row in rows)
    raise QuestionProblem(f"编码“{asked}”在多个级别都有，请写明级别：{choices}。")


def _nearest(areas: gpd.GeoDataFrame, asked: str) -> str:
    codes, names = areas["code"].tolist(), areas["name"].tolist()
    near = get_close_matches(asked, [*codes, *names], n=5, cutoff=0.5)
    shown = dict.fromkeys(
        f"{code}（{name}）" for word in near for code, name in zip(codes, names, strict=True) if word in (code, name)
    )
    return (
        f"，相近的有：{'、'.join(list(shown)[:5])}"
        if shown
        else "；有哪些区域，见 wangge coverage … --by district、community 或 grid"
    )
