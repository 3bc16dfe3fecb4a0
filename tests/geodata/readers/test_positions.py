"""Where rows are: systems, points, WKT, geometry of another type."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely

from geodata.datum import find, from_wgs84
from geodata.errors import FileProblem
from geodata.model import Town
from geodata.readers import Read, read
from geodata.tables import TABLES

Write = Callable[..., Path]
TOWN = Town("甲镇", "990001001")


def rows(path: Path, table: str = "places", datum: str = "auto", level: str | None = None) -> Read:
    """Read a file."""
    return read(path, TABLES[table], town=TOWN, datum=datum, level=level)


@pytest.mark.parametrize("headers", ["lng,lat", "Longitude,LATITUDE", "经度,纬度", "x,y", "东经,北纬"])
def test_names_of_columns(file: Write, headers: str) -> None:
    """Longitude and latitude go by many names."""
    found = rows(file("a.csv", f"编号,名称,{headers}\n1,甲,113.6,22.8\n"))
    assert found.frame.geometry.iloc[0].equals(shapely.Point(113.6, 22.8))


def test_wkt_points(file: Write) -> None:
    """A WKT column gives points; an empty cell none; what is no WKT is a fault."""
    text = (
        "编号,名称,WKT\n1,甲,POINT (113.6 22.8)\n2,乙,\n3,丙,POINT (1\n4,丁,POINT EMPTY\n5,戊,POINT Z (113.6 22.8 9)\n"
    )
    found = rows(file("a.csv", text))
    assert [fault.row for fault in found.rejected] == [4, 5]
    assert found.frame.geometry.isna().tolist() == [False, True, False]
    assert not found.frame.geometry.iloc[2].has_z


def test_wkt_areas(file: Write) -> None:
    """Areas may come as WKT; a polygon that crosses itself is mended and told with its row."""
    text = '编码,几何\nA,"POLYGON ((113 22, 113.01 22, 113.01 22.01, 113 22))"\n'
    text += 'B,"POLYGON ((113 22, 113.01 22.01, 113.01 22, 113 22.01, 113 22))"\nC,POINT (113 22)\n'
    found = rows(file("a.csv", text), "areas", level="grid")
    assert [(repair.row, "自相交" in repair.what) for repair in found.repaired] == [(3, True)]
    assert [(fault.row, fault.problem) for fault in found.rejected] == [(4, "几何类型是 Point，这张表要的是 Polygon")]
    assert found.frame.geometry.is_valid.all()


def test_plane_wkt(file: Write) -> None:
    """Metres in WKT that nobody declared are asked about; declared they become degrees."""
    path = file("a.csv", "编号,名称,wkt\n1,甲,POINT (469000 2528000)\n")
    with pytest.raises(FileProblem, match="--datum epsg"):
        rows(path)
    point = rows(path, datum="epsg:4547").frame.geometry.iloc[0]
    assert (round(point.x, 1), round(point.y, 1)) == (113.7, 22.9)


@pytest.mark.parametrize(
    "datum", ["gcj02", "bd09", "gcj02mc", "bd09mc", "webmercator", "EPSG:4526", "xian80", "epsg:2435"]
)
def test_every_kind_of_system(file: Write, datum: str) -> None:
    """A place comes to the same spot out of degrees and planes of every kind, and the report names the system's key."""
    x, y = from_wgs84(np.array([113.67]), np.array([22.81]), datum)
    found = rows(file("a.csv", f"编号,名称,x,y\n1,甲,{x[0]:.9f},{y[0]:.9f}\n"), datum=datum)
    point = found.frame.geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx((113.67, 22.81), abs=1e-8)
    assert (found.datum.system, found.datum.how) == (find(datum).key, "declared")


@pytest.mark.parametrize(
    ("datum", "lat", "said"),
    [
        ("epsg:4610", 22.8, "可能差到 130 米"),
        ("beijing54", 22.8, "按 Beijing 1954 to WGS 84 (3) 转换，误差约 15 米"),
        ("beijing54", 29.5, "按原经纬度处理，可能差到 110 米"),
    ],
)
def test_old_datums_say_how_far_off(file: Write, datum: str, lat: float, said: str) -> None:
    """The evidence says by what an old datum was moved, and how far off its positions may be."""
    found = rows(file("a.csv", f"编号,名称,x,y\n1,甲,113.7,{lat}\n"), datum=datum)
    assert said in found.datum.evidence


def test_good_datums_say_nothing(file: Write) -> None:
    """A way to WGS 84 that is as good as a phone needs no word."""
    found = rows(file("a.csv", "编号,名称,x,y\n1,甲,113.7,22.8\n"), datum="gcj02")
    assert found.datum.evidence == "--datum gcj02"


def test_unknown_datum_lists_the_choices(file: Write) -> None:
    """The message for an unknown system lists what there is."""
    with pytest.raises(FileProblem, match=r"wgs84、cgcs2000、gcj02、bd09、xian80、.*bd09mc 或 epsg:编号"):
        rows(file("a.csv", "编号,名称,x,y\n1,甲,113,22\n"), datum="mars")


@pytest.mark.parametrize("datum", ["mars", "epsg:0", "epsg:4978", "epsg:5773", "epsg:x", "epsg:99999999999999999999"])
def test_unknown_datum(file: Write, datum: str) -> None:
    """A system that is none of a map is refused."""
    with pytest.raises(FileProblem, match="不认识的坐标系"):
        rows(file("a.csv", "编号,名称,x,y\n1,甲,113,22\n"), datum=datum)


def test_whole_file_swapped(file: Write) -> None:
    """Latitudes that can't be, in every row: a declared file is refused even where the town has no areas yet."""
    path = file("a.csv", "编号,名称,经度,纬度\n1,甲,22.8,113.6\n2,乙,22.9,113.6\n3,丙,,\n")
    with pytest.raises(FileProblem, match="写反"):
        rows(path, datum="wgs84")
    turned = rows(path)
    assert [(point.x, point.y) for point in turned.frame.geometry[:2]] == [(113.6, 22.8), (113.6, 22.9)]
    assert any("经纬度颠倒" in warning for warning in turned.warnings)


def test_moved_polygons(file: Write) -> None:
    """Polygons declared BD-09 move like points do."""
    path = file("a.csv", '编码,wkt\nA,"POLYGON ((113.6 22.8, 113.61 22.8, 113.61 22.81, 113.6 22.8))"\n')
    moved = rows(path, "areas", datum="bd09", level="grid").frame.geometry.iloc[0]
    point = rows(file("b.csv", "编号,名称,x,y\n1,甲,113.6,22.8\n"), datum="bd09").frame.geometry.iloc[0]
    assert np.abs(shapely.get_coordinates(moved)[0] - [point.x, point.y]).max() < 1e-12


def test_level_option(file: Write) -> None:
    """`--level` fills what the file does not say, never what it says; it is for areas only."""
    shape = '"POLYGON ((113 22, 113.01 22, 113.01 22.01, 113 22))"'
    path = file("a.csv", f"编码,级别,wkt\nA,,{shape}\nB,片区,{shape}\n")
    assert rows(path, "areas", level="网格").frame["level"].tolist() == ["grid", "district"]
    with pytest.raises(FileProblem, match="不认识的级别"):
        rows(path, "areas", level="省")
    with pytest.raises(FileProblem, match="只用于导入 areas"):
        rows(file("b.csv", "编号,名称\n1,甲\n"), level="grid")
