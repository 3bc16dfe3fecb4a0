"""Timed points joined into tracks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from geodata.model import Town
from geodata.readers import Read, read
from geodata.tables import TABLES

Write = Callable[..., Path]


def tracks(path: Path) -> Read:
    """Read tracks."""
    return read(path, TABLES["tracks"], town=Town("甲镇", "990001001"))


def test_order_of_columns_and_rows(file: Write) -> None:
    """Columns and points may come in any order."""
    text = "lat,时间,安全员,lng\n22.8,2024-03-05 09:02,甲,113.103\n22.8,2024-03-05 09:00,甲,113.101\n"
    text += "22.8,2024-03-05 09:01,甲,113.102\n"
    found = tracks(file("a.csv", text))
    track = found.frame.iloc[0]
    assert track["times"] == "0;60;120"
    assert track.geometry.wkt == "MULTILINESTRING ((113.101 22.8, 113.102 22.8, 113.103 22.8))"
    assert found.warnings == ["3 个带时间的点连成 1 条轨迹。"]


def test_days(file: Write) -> None:
    """An officer's days are tracks of their own, by the town's calendar."""
    times = ["2024-03-05T15:56:00Z", "2024-03-05T15:58:00Z", "2024-03-05T16:01:00Z", "2024-03-05T16:03:00Z"]
    text = "officer,time,lon,lat\n" + "".join(f"甲,{time},113.10{n},22.8\n" for n, time in enumerate(times))
    assert [start.day for start in tracks(file("a.csv", text)).frame["start"]] == [5, 6]


def test_trips(file: Write) -> None:
    """Trips with an id of their own are tracks, also over midnight and two a day."""
    text = "id,安全员,时间,wkt\n"
    for trip, officer, time in (
        ("a", "甲", "2024-03-05 23:58"), ("a", "甲", "2024-03-06 00:01"),
        ("b", "甲", "2024-03-05 09:00"), ("b", "甲", "2024-03-05 09:03"),
    ):  # fmt: skip
        text += f"{trip},{officer},{time},POINT (113.000{time[-1]} 22)\n"
    found = tracks(file("a.csv", text)).frame
    assert found["times"].tolist() == ["0;180", "0;180"]
    assert found["officer"].tolist() == ["甲", "甲"]


def test_points_that_are_none(file: Write) -> None:
    """A point without time, one without position and a lone one are rejected under their own rows."""
    text = "officer,time,lon,lat\n甲,,113.101,22.8\n甲,2024-03-05 09:00,,\n甲,2024-03-05 09:00,113.101,22.8\n"
    text += "乙,2024-03-05 09:00,113.101,22.8\n乙,2024-03-05 09:01,113.102,22.8\n"
    found = tracks(file("a.csv", text))
    assert [fault.row for fault in found.rejected] == [2, 3, 4]
    assert found.frame["row"].tolist() == [5]


def test_lines(file: Write) -> None:
    """Tracks may come as lines too."""
    text = '安全员,开始时间,wkt\n甲,2024-03-05 09:00,"LINESTRING (113 22, 113.101 22)"\n'
    assert tracks(file("a.csv", text)).frame.geometry.iloc[0].geom_type == "MultiLineString"


def test_nobody_knows_whose(file: Write) -> None:
    """Points without officer or id are of one person that nobody knows, which is said."""
    found = tracks(file("a.csv", "time,lon,lat\n2024-03-05 09:00,113.101,22.8\n2024-03-05 09:01,113.102,22.8\n"))
    assert found.frame["times"].tolist() == ["0;60"]
    assert found.frame["officer"].isna().all()
    assert any("不知道是谁的" in warning for warning in found.warnings)
