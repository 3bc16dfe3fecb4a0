"""The rows of a file against the town."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from geodata.checks import checked
from geodata.store import Store
from geodata.tables import AREAS, PLACES


def places(*points: tuple[float, float] | None) -> gpd.GeoDataFrame:
    """Make rows of places from row 2 on."""
    ids = pd.Series([f"N{n}" for n in range(len(points))], dtype="str")
    frame = pd.DataFrame({"row": range(2, len(points) + 2), "id": ids, "name": ids})
    return gpd.GeoDataFrame(frame, geometry=[p and shapely.Point(p) for p in points], crs=4326)


def test_edge_of_the_bounds(town: Store) -> None:
    """Within 20 km of the town's bounds a position is near, beyond it is told."""
    result = checked(town, PLACES, places((113.70, 22.85), (113.85, 22.85), (113.95, 22.85)), {}, file="a.csv")
    assert len(result.frame) == 3
    assert next(said for said in result.warnings if "公里以外" in said).startswith("1 行")
    assert any("1 个场所有坐标但不在任何区域内：第 3 行" in said for said in result.warnings)


def test_rows_stay_whole(town: Store) -> None:
    """Every row is given back or has a fault, never both."""
    frame = pd.concat([places((113.61, 22.85), (22.85, 113.61), None), places((113.62, 22.85))], ignore_index=True)
    frame["row"] = [2, 3, 4, 5]
    result = checked(town, PLACES, frame, {"lon": "经度"}, file="a.csv")
    assert sorted([*result.frame["row"], *(fault.row for fault in result.faults)]) == [2, 3, 4, 5]
    assert [(fault.row, fault.column) for fault in result.faults] == [(3, "经度"), (5, "id")]


def test_areas_above_the_root(town: Store) -> None:
    """An area at or above the root's level that is not the root is rejected."""
    frame = pd.DataFrame({"row": [1, 2, 3], "code": ["1", "990001001", "2"], "level": ["city", "town", "grid"]})
    result = checked(town, AREAS, frame.astype({"code": "str", "level": "str"}), {}, file="a.csv")
    assert [fault.row for fault in result.faults] == [1]
    assert result.frame["code"].tolist() == ["990001001", "2"]
