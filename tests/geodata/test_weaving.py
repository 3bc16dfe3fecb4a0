"""A file's areas woven level by level, in degrees; what moved is told by row."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata import weaving
from geodata.datum import metric_crs
from geodata.importing import import_file
from geodata.store import Store
from geodata.weaving import woven
from tests.geodata.damage import damaged

Write = Callable[..., Path]
CRS = metric_crs(113.7, 22.8)
Edges = tuple[float, float, float, float]


def placed(shapes: Any) -> Any:
    """Put shapes in metres near 113.7° E 22.8° N, in degrees."""
    x, y = gpd.GeoSeries([shapely.Point(113.7, 22.8)], crs=4326).to_crs(CRS).get_coordinates().iloc[0]
    moved = shapely.transform(np.array(shapes, dtype=object), lambda xy: xy + np.array([x, y]))
    return np.array(gpd.GeoSeries(moved, crs=CRS).to_crs(4326).array, dtype=object)


def frame(rows: list[tuple[str, Edges]], *, first: int = 1) -> gpd.GeoDataFrame:
    """Make the rows of a file: level and box in metres."""
    shapes = placed([shapely.multipolygons([shapely.box(*edges)]) for _, edges in rows])
    columns = {"level": [level for level, _ in rows], "row": np.arange(first, first + len(rows))}
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shapes, crs=4326)


def m2(shapes: Any) -> Any:
    """Give m²."""
    return gpd.GeoSeries(shapes, crs=4326).to_crs(CRS).area.to_numpy()


def test_moved_ground_is_told_by_row() -> None:
    """A narrow overlap is told at the row that gave it away, with its m²; the other rows are not told."""
    done = woven(frame([("grid", (0, 0, 100, 100)), ("grid", (99, 20, 200, 80)), ("grid", (200, 0, 300, 100))]))
    assert [(each.row, each.what) for each in done.repaired] == [(2, "与相邻区域对齐边界：让出 60.0 m²，得到 0.0 m²")]
    assert shapely.coverage_is_valid(done.areas.geometry.array)


def test_changed_nodes_are_counted() -> None:
    """Areas whose nodes only were matched are counted in one sentence."""
    done = woven(frame([("grid", (0, 0, 100, 100)), ("grid", (100, 0, 200, 50)), ("grid", (100, 50, 200, 100))]))
    assert done.repaired == []
    assert done.notes == ["1 个网格区域的边界与邻区统一了折点，面积不变。"]


def test_untouched_rows_keep_their_degrees() -> None:
    """A row that did not change keeps its very geometry."""
    areas = frame([("grid", (0, 0, 100, 100)), ("grid", (100, 0, 200, 100)), ("grid", (199, 0, 300, 100))])
    done = woven(areas)
    assert shapely.equals_identical(done.areas.geometry.array[0], areas.geometry.array[0])


def test_wide_gap_is_told() -> None:
    """An enclosed gap wider than the limit is told with its m², and stays."""
    ring: list[tuple[str, Edges]] = [
        ("community", (0, 0, 100, 50)),
        ("community", (110, 0, 200, 50)),
        ("community", (0, 50, 200, 60)),
        ("community", (0, -10, 200, 0)),
    ]
    done = woven(frame(ring))
    assert any("1 处宽于 2 米的空隙" in note and "500 m²" in note for note in done.notes)
    assert done.repaired == []


def test_children_follow_their_mended_parents() -> None:
    """Children end where the parents of the same file end after these were mended."""
    rows: list[tuple[str, Edges]] = [
        ("grid", (0, 0, 500, 400)),
        ("grid", (500, 0, 1001, 400)),
        ("community", (0, 0, 500, 400)),
        ("community", (499, 0, 1000, 400)),
    ]
    done = woven(frame(rows))
    shapes = done.areas.geometry.array
    assert shapely.coverage_is_valid(shapes[:2])
    assert shapely.coverage_is_valid(shapes[2:])
    assert m2(shapely.difference(shapes[:2], shapes[2:])).tolist() == pytest.approx([0, 0], abs=0.1)


def test_far_apart_is_left() -> None:
    """Areas a thousand kilometres apart are no town: nothing is done, and that is said."""
    areas = frame([("grid", (0, 0, 100, 100)), ("grid", (2e6, 0, 2e6 + 100, 100))])
    done = woven(areas)
    assert shapely.equals_identical(done.areas.geometry.array, areas.geometry.array).all()
    assert done.notes == ["区域相距太远，不像一个镇，没有检查和对齐相邻边界。"]


def test_too_many_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A level with more vertices than a town has is left as it is, and that is said."""
    monkeypatch.setattr(weaving, "MAX_VERTICES", 9)
    done = woven(frame([("grid", (0, 0, 100, 100)), ("grid", (99, 0, 200, 100))]))
    assert done.repaired == []
    assert "没有检查和对齐相邻边界" in done.notes[0]


def test_missing_geometries() -> None:
    """Rows without geometry stay so; a file of none is left."""
    areas = frame([("grid", (0, 0, 100, 100)), ("grid", (99, 0, 200, 100)), ("grid", (0, 0, 1, 1))])
    areas.loc[2, "geometry"] = None
    assert woven(areas).areas.geometry.isna().tolist() == [False, False, True]
    assert woven(areas.iloc[2:]).repaired == []


@pytest.mark.parametrize("seed", range(12))
def test_woven_twice(seed: int) -> None:
    """In degrees: a damaged town becomes a coverage, the m² told are those that moved, again nothing changes."""
    shapes = damaged(seed).shapes
    given = gpd.GeoDataFrame({"level": "grid", "row": np.arange(len(shapes))}, geometry=placed(shapes), crs=4326)
    done = woven(given)
    result = done.areas.geometry.array
    assert shapely.is_valid(result).all()
    assert shapely.coverage_is_valid(result)
    told = [sum(map(float, re.findall(r"([\d.]+) m²", each.what))) for each in done.repaired]
    apart = m2(shapely.symmetric_difference(given.geometry.array, result)).sum()
    assert sum(told) == pytest.approx(apart, rel=0.02, abs=1)
    again = woven(done.areas)
    assert shapely.equals_identical(again.areas.geometry.array, result).all()
    assert (again.repaired, again.notes) == ([], [])


def test_import_twice(town: Store, tmp_path: Path) -> None:
    """A file that needs mending: the second import changes nothing, tells the same, and so does the mended export."""
    areas = frame([("grid", (0, 0, 500, 400)), ("grid", (499, 20, 900, 380)), ("grid", (900, 20, 1500, 381))])
    path = tmp_path / "grids.geojson"
    areas.assign(code=["G1", "G2", "G3"], name=["甲", "乙", "丙"]).drop(columns="row").to_file(path)
    (first,) = import_file(town, "areas", [path], datum="wgs84")
    assert (first.inserted, [each.row for each in first.repaired]) == (3, [2])
    (second,) = import_file(town, "areas", [path], datum="wgs84")
    assert (second.unchanged, second.repaired) == (3, first.repaired)
    stored = town.ledger("areas").areas
    kept = stored[stored["level"] == "grid"][["level", "code", "name", "geometry"]]
    mended = tmp_path / "mended.geojson"
    mended.write_text(kept.to_json(), encoding="utf-8")  # every digit, as no driver writes it
    (third,) = import_file(town, "areas", [mended], datum="wgs84")
    assert (third.unchanged, third.repaired) == (3, [])


def test_part_of_a_level(town: Store, tmp_path: Path) -> None:
    """A file with one area of a level: what stands in the store is not moved, the overlap is told with both names."""
    for name, edges in (("甲", (0, 0, 500, 400)), ("乙", (499, 0, 900, 400))):
        path = tmp_path / f"{name}.geojson"
        frame([("grid", edges)]).assign(code=name, name=name).drop(columns="row").to_file(path)
        (report,) = import_file(town, "areas", [path], datum="wgs84")
        assert (report.inserted, report.repaired) == (1, [])
    assert any("乙（第 1 行）与甲（已在库中） 400 m²" in text for text in report.warnings)
