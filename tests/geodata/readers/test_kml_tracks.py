"""KML and KMZ as tracks of officers."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.errors import FileProblem
from geodata.model import Town
from geodata.readers import read
from geodata.readers.kml_tracks import read_kml_tracks
from geodata.tables import TABLES

Write = Callable[..., Path]
GX = 'xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"'


def track(*minutes: int, tag: str = "gx:Track", coord: str = "gx:coord") -> str:
    """Make a track with a fix at each minute, 100 m apart."""
    whens = "".join(f"<when>2024-03-05T01:{minute:02d}:00Z</when>" for minute in minutes)
    coords = "".join(f"<{coord}>113.1{minute:02d} 22.8 5</{coord}>" for minute in minutes)
    return f"<{tag}>{whens}{coords}</{tag}>"


def kml(*placemarks: str, head: str = "", name: str = "<name>甲</name>") -> str:
    """Make a KML document."""
    inner = "".join(f"<Placemark>{name}{placemark}</Placemark>" for placemark in placemarks)
    return f"{head}<kml {GX}><Document><Folder>{inner}</Folder></Document></kml>"


LINE = "<LineString><coordinates>113.1,22.8 113.2,22.8</coordinates></LineString>"


@pytest.mark.parametrize(
    "text",
    [
        kml(track(0, 1, 2)),
        kml(track(0, 1, 2).replace("gx:", "")),
        kml(track(0, 1, 2), head='<?xml version="1.0" encoding="UTF-8"?>'),
        kml(f"<gx:MultiTrack>{track(0, 1, 2)}</gx:MultiTrack>"),
        kml(track(2, 0, 1)),
    ],
)
def test_track(file: Write, text: str) -> None:
    """A track comes in with its officer and a second a point: gx or KML 2.3, alone or in a MultiTrack, in any order."""
    raw = read_kml_tracks(file("a.kml", text))
    assert raw.columns["officer"] == ["甲"]
    assert raw.columns["times"] == ["0;60;120"]
    assert raw.shapes is not None
    assert raw.shapes[0].wkt == "MULTILINESTRING ((113.1 22.8, 113.101 22.8, 113.102 22.8))"


def test_segments(file: Write) -> None:
    """The tracks of a MultiTrack are lines of one track."""
    raw = read_kml_tracks(file("a.kml", kml(f"<gx:MultiTrack>{track(0, 1)}{track(2, 3)}</gx:MultiTrack>")))
    assert raw.shapes is not None
    assert len(raw.shapes[0].geoms) == 2


def test_declared_encoding(file: Write) -> None:
    """A KML in GBK is read, which the XML parser alone can't."""
    text = kml(track(0, 1), head='<?xml version="1.0" encoding="GBK"?>')
    assert read_kml_tracks(file("a.kml", text, "gbk")).columns["officer"] == ["甲"]


def test_lines_are_no_tracks(file: Write) -> None:
    """A line without times is rejected with the reason, a landmark is passed over with a note."""
    point = "<Point><coordinates>113.1,22.8</coordinates></Point>"
    found = read(file("a.kml", kml(track(0, 1), LINE, point)), TABLES["tracks"], town=Town("甲镇", "990001001"))
    assert (found.rows_read, len(found.frame)) == (2, 1)
    assert [fault.row for fault in found.rejected] == [2]
    assert "没有时间的线" in found.rejected[0].problem
    assert found.warnings == ["1 个没有轨迹的地标没有读。"]


def test_times_and_positions_that_do_not_pair(file: Write) -> None:
    """A track with more times than positions is rejected: nobody knows which belong together."""
    broken = track(0, 1).replace("<gx:coord>113.100 22.8 5</gx:coord>", "")
    raw = read_kml_tracks(file("a.kml", kml(broken)))
    assert "时间（when）2 个、坐标（gx:coord）1 个，对不上" in raw.shapeless[1]


def test_empty_positions(file: Write) -> None:
    """A fix whose position or time is empty or no number is dropped and counted."""
    text = kml(track(0, 1, 2, 3, 4)).replace("<gx:coord>113.101 22.8 5<", "<gx:coord><").replace("T01:03:00Z", "?")
    raw = read_kml_tracks(file("a.kml", text))
    assert raw.columns["times"] == ["0;120;240"]
    assert [repair.what for repair in raw.repaired] == ["去掉 2 个没有时间或没有位置的点"]


def packed(path: Path, **members: str) -> Path:
    """Write a KMZ."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def test_kmz(tmp_path: Path) -> None:
    """Of a KMZ the first KML is read, whatever its name tries: no file is written."""
    before = set(tmp_path.parent.rglob("*"))
    path = packed(tmp_path / "a.kmz", **{"files/icon.png": "x", "../../../evil.kml": kml(track(0, 1))})
    assert read_kml_tracks(path).columns["officer"] == ["甲"]
    assert set(tmp_path.parent.rglob("*")) - before <= {tmp_path, path}


def test_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A KMZ that unfolds beyond the limit is refused after the limit's bytes."""
    for module in ("geodata.untrusted", "geodata.readers.kml_tracks"):
        monkeypatch.setattr(f"{module}.MAX_XML_BYTES", 10_000)
    path = packed(tmp_path / "a.kmz", **{"doc.kml": kml(track(0, 1)) + " " * 1_000_000})
    with pytest.raises(FileProblem, match="超过"):
        read_kml_tracks(path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (kml(LINE), "没有带时间的轨迹（gx:Track），只有1 条没有时间的线"),
        (kml(), "没有带时间的轨迹"),
        ("<kml", "不是正常的 KML"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>', "不是正常的 KML"),
        ("PK\x03\x04 no archive", "不是正常的 KMZ"),
    ],
)
def test_refused(file: Write, text: str, reason: str) -> None:
    """Lines without times alone, nothing, broken XML, entities, a broken archive: refused with the reason."""
    with pytest.raises(FileProblem, match=reason):
        read_kml_tracks(file("a.kml", text))


def test_no_kml_inside(tmp_path: Path) -> None:
    """An archive without a KML is refused."""
    with pytest.raises(FileProblem, match=r"里面没有 \.kml"):
        read_kml_tracks(packed(tmp_path / "a.kmz", **{"a.txt": "x"}))


def test_nested_beyond_all_measure(file: Write) -> None:
    """Placemarks within placemarks are looked at once: no file takes longer than its length."""
    deep = "<Placemark>" * 40_000 + track(0, 1, 2) + "</Placemark>" * 40_000
    raw = read_kml_tracks(file("a.kml", f"<kml {GX}><Document>{deep}</Document></kml>"))
    assert raw.columns["officer"] == ["a"]
