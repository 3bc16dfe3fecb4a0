"""Each way a file can be damaged is found, and said in a sentence with table and row."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geodata.store import Store, open_store
from geodata.store.geopackage import register_functions

Written = dict[str, str]

DAMAGES = {
    "application_id": ("PRAGMA application_id = 7", "application_id 不是 GPKG"),
    "user_version": ("PRAGMA user_version = 9", "GeoPackage 版本是 9"),
    "reference system": ("DELETE FROM gpkg_spatial_ref_sys WHERE srs_id = -1", "缺少坐标系 -1"),
    "contents": ("DELETE FROM gpkg_contents WHERE table_name = 'places'", "places（监管场所）在 gpkg_contents"),
    "attributes": (
        "UPDATE gpkg_contents SET data_type = 'features' WHERE table_name = 'officers'",
        "officers（人员）在 gpkg_contents",
    ),
    "geometry column": (
        "UPDATE gpkg_geometry_columns SET srs_id = 0 WHERE table_name = 'areas'",
        "areas（区域）在 gpkg_geometry_columns",
    ),
    "extension": (
        "DELETE FROM gpkg_extensions WHERE table_name = 'hazards'",
        "hazards（隐患）在 gpkg_extensions",
    ),
    "trigger": ("DROP TRIGGER rtree_places_geometry_update2", "places（监管场所）缺少空间索引的触发器 update2"),
    "unique index": ("DROP INDEX places_id", "places（监管场所）缺少编号的唯一索引"),
    "table": ("DROP TABLE water", "缺少表 water（水面）"),
    "column": ("ALTER TABLE roads DROP COLUMN speed", "roads（道路）缺少列 speed"),
    "rtree row gone": (
        "DELETE FROM rtree_places_geometry WHERE id = 2",
        "places（监管场所）的空间索引缺少 1 行：fid 2",
    ),
    "rtree row too many": (
        "INSERT INTO rtree_places_geometry VALUES (77, 1, 1, 1, 1)",
        "places（监管场所）的空间索引多出 1 行：fid 77",
    ),
    "rtree box wrong": (
        "UPDATE rtree_places_geometry SET maxx = maxx + 0.001 WHERE id = 3",
        "places（监管场所）的空间索引与图形不符：fid 3",
    ),
    "rtree gone": ("DROP TABLE rtree_places_geometry", "places（监管场所）没有空间索引"),
    "broken geometry": (
        f"UPDATE places SET geometry = x'47500003{'00' * 44}' WHERE fid = 4",
        "places（监管场所）里有读不出的图形：fid 4",
    ),
    "geometry of another shape": (
        "UPDATE places SET geometry = (SELECT geometry FROM areas WHERE code = 'A') WHERE fid = 4",
        "places（监管场所）里有不是 POINT 的图形：fid 4",
    ),
    "key twice": (
        "DROP INDEX places_id; UPDATE places SET id = 'P00001' WHERE fid = 1",
        "places（监管场所）里有重复的编号：P00001。",
    ),
    "place of an inspection": (
        "UPDATE inspections SET place_id = 'nowhere' WHERE fid = 3",
        "inspections（检查记录）里的监管场所不在 places 里：I000002（nowhere）",
    ),
    "place of a hazard": (
        "UPDATE hazards SET place_id = 'nowhere'",
        "hazards（隐患）里的监管场所不在 places 里：H1（nowhere）",
    ),
    "inspection of a photo": (
        "INSERT INTO photos (id, inspection_id) VALUES ('F1', 'nothing')",
        "photos（照片）里的检查记录不在 inspections 里：F1（nothing）",
    ),
    "place of a decision": (
        "INSERT INTO risk_decisions (id, place_id) VALUES ('R1', 'nowhere')",
        "risk_decisions（风险定级）里的监管场所不在 places 里：R1（nowhere）",
    ),
    "risk of a decision": (
        "INSERT INTO risk_decisions (id, place_id, accepted) VALUES ('R1', 'P00001', '极高')",
        "risk_decisions（风险定级）的列 accepted 有不合规定的值：R1（极高）",
    ),
    "choice": (
        "UPDATE places SET risk = '极高' WHERE fid = 2",
        "places（监管场所）的列 risk 有不合规定的值：P00001（极高）",
    ),
    "choice of an area": ("UPDATE areas SET parent_level = '村' WHERE code = 'A'", "community/A（村）"),
    "date": ("UPDATE places SET opened = '2024-02-30' WHERE fid = 1", "列 opened 有不合规定的值：P00000（2024-02-30）"),
    "date with a time": ("UPDATE places SET opened = '2024-02-03T10:00:00Z' WHERE fid = 1", "列 opened 有不合规定的值"),
    "moment": ("UPDATE inspections SET at = '3月5日' WHERE fid = 1", "列 at 有不合规定的值：I000000（3月5日）"),
    "moment as a number": ("UPDATE inspections SET at = 45292 WHERE fid = 1", "列 at 有不合规定的值：I000000（45292）"),
    "number": ("UPDATE inspections SET accuracy = 'far' WHERE fid = 1", "列 accuracy 有不合规定的值：I000000（far）"),
    "integer": ("UPDATE places SET headcount = 'many' WHERE fid = 1", "列 headcount 有不合规定的值：P00000（many）"),
    "flag": ("UPDATE hazards SET void = 'yes'", "列 void 有不合规定的值：H1（yes）"),
    "text": ("UPDATE places SET name = x'ff00' WHERE fid = 1", "列 name 有不合规定的值：P00000"),
    "root": ("UPDATE areas SET code = 'X' WHERE level = 'town'", "没有本镇街自己：虎门镇（441900121）"),
    "audit gap": ("DELETE FROM wangge_audit WHERE id = 2", "记录不连续，缺少编号 2"),
    "audit emptied": ("DELETE FROM wangge_audit", "记录不连续，缺少编号 1"),
    "audit count": ("UPDATE wangge_audit SET updated = -1 WHERE id = 3", "行数不对：编号 3"),
    "audit changes": ("UPDATE wangge_audit SET changes = '{' WHERE id = 1", "改动内容读不出：编号 1"),
    "row deleted": ("DELETE FROM places WHERE fid = 5", "places（监管场所）现有 4 行，按审计应不少于 5 行"),
}


@pytest.fixture
def full(store: Store, made: SimpleNamespace, written: Written) -> Store:
    """Give a store with rows, some of them updated."""
    hazards = gpd.GeoDataFrame(
        {
            "id": ["H1"],
            "place_id": ["P00001"],
            "void": [False],
            "found_at": [pd.Timestamp("2024-03-05T01:00Z").as_unit("s")],
        },
        geometry=[shapely.Point(113.6, 22.7)],
        crs=4326,
    )
    frames = {"areas": made.areas(), "places": made.places(), "inspections": made.inspections(), "hazards": hazards}
    store.write_many(frames, **written)
    store.write("places", made.places().assign(headcount=3.0), **written)
    return store


def test_a_full_store_is_sound(full: Store) -> None:
    """Rows, updates and an open reader give no finding."""
    assert full.check() == []


@pytest.mark.geopackage
@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_is_found_and_named(name: str, full: Store, path: Path) -> None:
    """A reader that is open sees the damage that somebody does, in a sentence with table and row."""
    statements, sentence = DAMAGES[name]
    full.close()
    with open_store(path) as reader:
        other = sqlite3.connect(path)
        register_functions(other)
        other.executescript(statements)
        other.close()
        findings = reader.check()
    assert [line for line in findings if sentence in line], findings
    assert all(line.endswith("。") for line in findings)


@pytest.mark.geopackage
def test_a_row_without_its_key_is_found(full: Store, path: Path) -> None:
    """A layer rebuilt without NOT NULL can hold rows without id."""
    run = full._connection.execute
    run("PRAGMA writable_schema = ON")
    run("UPDATE sqlite_master SET sql = replace(sql, 'id TEXT NOT NULL', 'id TEXT') WHERE name = 'places'")
    full.close()
    other = sqlite3.connect(path)
    register_functions(other)
    other.execute("UPDATE places SET id = NULL WHERE fid = 2")
    other.commit()
    other.close()
    with open_store(path) as reader:
        assert any("places（监管场所）里有没有编号的行：fid 2。" in line for line in reader.check())


@pytest.mark.geopackage
def test_a_torn_file_is_found(full: Store, path: Path) -> None:
    """When pages are overwritten the integrity check says so, and nothing else is trusted."""
    full.close()
    content = bytearray(path.read_bytes())
    connection = sqlite3.connect(path)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'inspections_id'").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    content[(page - 1) * size + 200 : page * size] = b"\xa5" * (size - 200)
    path.write_bytes(content)
    with open_store(path) as reader:
        findings = reader.check()
    assert findings
    assert all("文件已损坏" in line and "备份" in line for line in findings)


def test_many_bad_rows_are_counted_and_the_first_are_shown(
    store: Store, made: SimpleNamespace, written: Written
) -> None:
    """Five rows are listed, the rest counted."""
    store.write("places", made.places(30), **written)
    store._connection.execute("UPDATE places SET risk = '?'")
    (finding,) = store.check()
    assert finding.count("P000") == 5
    assert "等 30 个" in finding


def test_rows_drawn_elsewhere_are_no_finding(full: Store) -> None:
    """More rows than the audit counts are fine, fewer are not."""
    full._connection.execute("INSERT INTO places (id, name) VALUES ('drawn', 'x')")
    assert full.check() == []
    assert isinstance(full.ledger("places").places, gpd.GeoDataFrame)


def test_a_polygon_that_crosses_itself_is_found(full: Store, made: SimpleNamespace, written: Written) -> None:
    """An area drawn as a bow tie is named with reason, place and remedy; the store itself is whole."""
    tie = shapely.Polygon([(113.6, 22.7), (113.7, 22.8), (113.7, 22.7), (113.6, 22.8)])
    areas = made.areas()
    areas.loc[1, "geometry"] = tie
    full.write("areas", areas, **written)
    (finding,) = full.check(drawn=True)
    named = "表 areas（区域）里有画错的图形：community/B（自相交的多边形，在经度 113.650000、纬度 22.750000）。"
    assert finding.startswith(named)
    assert finding.endswith("。")
    assert full.check() == []
