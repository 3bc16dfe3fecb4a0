"""Areas in order, the levels there are, and who lies in which."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.errors import QuestionProblem
from geodata.model import Level, Town
from grids.hierarchy import (
    OUTSIDE,
    UNLOCATED,
    answer_level,
    areas_of_town,
    find_area,
    levels_present,
    membership,
    parts_of,
    path_to,
)

TOWN = Town("寮步镇", "441900119")


def areas(*rows: tuple[str, str, str | None, object]) -> gpd.GeoDataFrame:
    """Give a frame of areas."""
    frame = pd.DataFrame({name: pd.Series([r[n] for r in rows], dtype="str") for n, name in enumerate(COLUMNS)})
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([row[3] for row in rows], crs="EPSG:4326"))


COLUMNS = ("level", "code", "name")
ROOT = ("town", "441900119", "寮步镇", None)
MIXED = areas(
    ("grid", "b", "乙", shapely.box(1, 0, 2, 1)),
    ("grid", "a", None, shapely.box(0, 0, 1, 1)),
    ("district", "z", "片", shapely.box(0, 0, 2, 1)),
    ROOT,
    ("town", "441900121", "邻镇", shapely.box(0, 0, 9, 9)),
)


def test_order() -> None:
    """The root comes first, then levels downwards, then codes; a neighbour town is no part; no name, the code."""
    ordered = areas_of_town(MIXED, TOWN)
    assert ordered["code"].tolist() == ["441900119", "z", "a", "b"]
    assert ordered["name"].tolist() == ["寮步镇", "片", "a", "乙"]
    assert levels_present(ordered) == (Level.TOWN, Level.DISTRICT, Level.GRID)
    assert ordered.crs == "EPSG:4326"


@pytest.mark.parametrize("given", [areas(), areas(("grid", "a", "甲", shapely.box(0, 0, 1, 1)))])
def test_root_is_added(given: gpd.GeoDataFrame) -> None:
    """A frame without the root gets it."""
    ordered = areas_of_town(given, TOWN)
    assert ordered["code"].iat[0] == TOWN.code
    assert ordered["name"].iat[0] == TOWN.name
    assert len(ordered) == len(given) + 1


def test_membership() -> None:
    """Each level answers by its own polygons: smallest code on a border, outside, no position; the root holds all."""
    ordered = areas_of_town(MIXED, TOWN)
    points = np.array([shapely.Point(1, 0.5), shapely.Point(5, 5), None, shapely.Point(1.5, 0.5)], dtype=object)
    held = membership(ordered, points)
    assert held["town"].tolist() == [0, 0, 0, 0]
    assert held["district"].tolist() == [1, OUTSIDE, UNLOCATED, 1]
    assert held["grid"].tolist() == [2, OUTSIDE, UNLOCATED, 3]
    assert [len(each) for each in membership(ordered, points[:0]).values()] == [0, 0, 0]


def test_answer_level() -> None:
    """A level with areas answers itself, city and town without areas answer with the root, others are refused."""
    ordered = areas_of_town(MIXED, TOWN)
    assert answer_level(ordered, "grid") is Level.GRID
    assert answer_level(ordered, "city") is Level.TOWN
    with pytest.raises(QuestionProblem, match="还没有村/社区（community）一级的区域"):
        answer_level(ordered, "community")


def test_find_area() -> None:
    """An area is found by its code, or by level and code, the level in either language."""
    ordered = areas_of_town(MIXED, TOWN)
    assert [find_area(ordered, asked) for asked in ("b", "grid:b", "网格:b", TOWN.code)] == [3, 3, 3, 0]
    with pytest.raises(QuestionProblem, match="没有编码为“district:b”的区域"):
        find_area(ordered, "district:b")


def test_parts_and_the_way_to_them() -> None:
    """Parts are the areas of the next level that lie inside, and the way to one goes through those that hold it."""
    town = areas_of_town(
        areas(
            ROOT,
            ("district", "z", "片", shapely.box(0, 0, 2, 1)),
            ("community", "c", "村", shapely.box(0, 0, 1, 1)),
            ("community", "d", "没有边界", None),
            ("grid", "a", "甲", shapely.box(0, 0, 1, 1)),
            ("grid", "b", "乙", shapely.box(1, 0, 2, 1)),
            ("grid", "e", "在外", shapely.box(5, 5, 6, 6)),
        ),
        TOWN,
    )
    code = dict(zip(town["code"], range(len(town)), strict=True))

    def parts(of: str) -> list[str]:
        return town["code"].iloc[parts_of(town, code[of])].tolist()

    def way(to: str) -> list[str]:
        return town["code"].iloc[path_to(town, code[to])].tolist()

    assert parts("441900119") == ["z"]
    assert parts("z") == ["c"]
    assert parts("c") == ["a"]
    assert parts("d") == []
    assert parts("a") == []
    assert way("a") == ["441900119", "z", "c", "a"]
    assert way("b") == ["441900119", "z", "b"]
    assert way("e") == ["441900119", "e"]
    assert way("d") == ["441900119", "d"]
    assert way("441900119") == ["441900119"]
