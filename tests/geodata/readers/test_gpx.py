"""GPX as tracks of officers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.errors import FileProblem
from geodata.readers.gpx import read_gpx

Write = Callable[..., Path]


def point(lon: float | str, minute: int | None, lat: float | str = 22.8) -> str:
    """Make a track point."""
    time = "" if minute is None else f"<time>2024-03-05T01:{minute:02d}:00Z</time>"
    return f'<trkpt lat="{lat}" lon="{lon}">{time}</trkpt>'


def gpx(*segments: str, name: str = "<name>甲</name>", head: str = "") -> str:
    """Make a GPX document of one track."""
    inner = "".join(f"<trkseg>{segment}</trkseg>" for segment in segments)
    space = 'xmlns="http://www.topografix.com/GPX/1/1"'
    return f'{head}<gpx {space} version="1.1" creator="x"><trk>{name}{inner}</trk></gpx>'


def test_segments(file: Write) -> None:
    """Segments are lines of one track; `times` holds a second a point, over all segments."""
    raw = read_gpx(file("a.gpx", gpx(point(113.101, 0) + point(113.102, 1), point(113.103, 5) + point(113.104, 7))))
    assert raw.columns["officer"] == ["甲"]
    assert raw.columns["times"] == ["0;60;300;420"]
    assert raw.shapes is not None
    assert raw.shapes[0].wkt == "MULTILINESTRING ((113.101 22.8, 113.102 22.8), (113.103 22.8, 113.104 22.8))"


def test_name_of_the_file(file: Write) -> None:
    """A track without a name is the officer's whose name the file has."""
    text = gpx(point(113.101, 0) + point(113.102, 1), name="")
    assert read_gpx(file("张三.gpx", text)).columns["officer"] == ["张三"]


def test_order_of_time(file: Write) -> None:
    """Points come in order of time, whatever their order in the file."""
    raw = read_gpx(file("a.gpx", gpx(point(113.103, 5) + point(113.101, 0) + point(113.102, 1))))
    assert raw.columns["times"] == ["0;60;300"]
    assert raw.shapes is not None
    assert raw.shapes[0].wkt == "MULTILINESTRING ((113.101 22.8, 113.102 22.8, 113.103 22.8))"


def test_unusable_points(file: Write) -> None:
    """Points without time or position are left out, and that is told with the track's row."""
    inner = point(113.101, 0) + point(113.102, None) + point("nan", 1) + point(113.103, 2)
    raw = read_gpx(file("a.gpx", gpx(inner, point(113.104, 9))))
    assert raw.columns["times"] == ["0;120"]
    assert [(repair.row, repair.what) for repair in raw.repaired] == [
        (1, "去掉 2 个没有时间或没有位置的点；在 1 处中断（时间或距离过长）断开；去掉 1 个孤立的点")
    ]


def test_declared_encoding(file: Write) -> None:
    """A GPX in GBK that says so is read, which the XML parser alone can't."""
    text = gpx(point(113.101, 0) + point(113.102, 1), head='<?xml version="1.0" encoding="GBK"?>')
    assert read_gpx(file("a.gpx", text, "gbk")).columns["officer"] == ["甲"]


@pytest.mark.parametrize(
    "text",
    [
        "<gpx",
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><gpx><trk><name>&a;</name></trk></gpx>',
        '<gpx version="1.1"><trk><trkseg><trkpt lon="1"/></trkseg></trk></gpx>',
        '<gpx version="1.1"><trk><trkseg><trkpt lat="x" lon="1"/></trkseg></trk></gpx>',
        "<gpx>" + " xmlns" * 100 + "</gpx>",
        "<html/>",
    ],
)
def test_no_gpx(file: Write, text: str) -> None:
    """Broken XML, entities, points without position, a wall of namespaces, no track: refused."""
    with pytest.raises(FileProblem):
        read_gpx(file("a.gpx", text))
