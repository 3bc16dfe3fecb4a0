"""KML and KMZ as tracks: each placemark with a `Track` (`gx:Track`, or KML 2.3's own) is one track of one officer.

A line without times (`LineString`) does not say when anybody was there: its row is rejected with that reason.
Names are compared without their namespace: map apps write four of them. Nothing that a file names is opened: no
`NetworkLink`, no style, no picture; of a KMZ, the first `.kml` member is read, by its place in the archive.
"""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import numpy as np
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from geodata.errors import FileProblem
from geodata.fixes import Floats, Limits
from geodata.readers.raw import RawTable, shown
from geodata.readers.recorded import Recorded, rows_of, seconds_of
from geodata.untrusted import MAX_XML_BYTES, MAX_ZIP_ENTRIES, check_xml

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")  # its encoding has been seen to: this is text
_TRACK = re.compile(rb"<(?:[\w-]+:)?Track[\s>]")
_ZIP = b"PK\x03\x04"
_DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)


def read_kml_tracks(path: Path, limits: Limits | None = None) -> RawTable:
    """Read tracks; a track's officer is the placemark's `<name>`, else the file's stem. Rows count them from 1.

    Times are ISO 8601; one without a zone is UTC, as KML says. The fixes are cleaned as `geodata.fixes` says.
    """
    document = _document(path, _content(path))
    tracks: list[Recorded] = []
    lines = points = 0
    for placemark in _outermost(document, "Placemark"):
        officer = _text(placemark, "name") or path.stem
        held = list(_named(placemark, "Track"))
        if held:
            tracks.append(_recorded(officer, held))
        elif next(_named(placemark, "LineString"), None) is not None:
            lines += 1
            why = f"“{shown(officer)}”是没有时间的线（LineString），不说明何时走过，不能作为轨迹；请导出 gx:Track"
            tracks.append(Recorded(officer, [], why))
        else:
            points += 1
    if lines == len(tracks):
        raise FileProblem(f"{path.name} 里没有带时间的轨迹（gx:Track）{_instead(lines, points)}。请导出带时间的轨迹。")
    raw = rows_of(path, tracks, limits or Limits())
    if points:
        raw.notes.append(f"{points} 个没有轨迹的地标没有读。")
    return raw


def holds_tracks(path: Path) -> bool:
    """Say whether a KML or KMZ looks as if it held tracks."""
    return _TRACK.search(_content(path)) is not None


def _instead(lines: int, points: int) -> str:
    found = [
        f"{count} {word}" for count, word in ((lines, "条没有时间的线（LineString）"), (points, "个其他地标")) if count
    ]
    return f"，只有{'和'.join(found)}" if found else ""


def _content(path: Path) -> bytes:
    """Give the bytes of the KML document, unpacked from a KMZ."""
    data = path.read_bytes()
    if data.startswith(_ZIP):
        data = _unpacked(path, data)
    check_xml(path, data)
    return data


def _unpacked(path: Path, data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ZIP_ENTRIES:
                raise FileProblem(
                    f"{path.name} 里有 {len(entries)} 个文件，超过上限 {MAX_ZIP_ENTRIES}，不是正常的 KMZ。"
                )
            documents = [entry for entry in entries if entry.filename.lower().endswith(".kml")]
            if not documents:
                raise FileProblem(f"{path.name} 是压缩包，但里面没有 .kml。请从地图软件重新导出 KMZ 或 KML。")
            with archive.open(documents[0]) as member:
                # one byte more than may be: whatever size the directory tells
                return member.read(MAX_XML_BYTES + 1)
    except _DAMAGED as error:
        raise FileProblem(f"{path.name} 不是正常的 KMZ 压缩包（{shown(error)}）。请重新导出。") from error


def _document(path: Path, data: bytes) -> Element:
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _text_of(path, data)
        data = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1).encode()
    try:
        document: Element = fromstring(data, forbid_dtd=True)
    except (DefusedXmlException, ParseError, LookupError, ValueError) as error:
        raise FileProblem(f"{path.name} 不是正常的 KML（{shown(error)}）。请从地图软件或手机重新导出。") from error
    return document


def _text_of(path: Path, data: bytes) -> str:
    """Read UTF-8, else GB 18030: the XML parser knows no Chinese encoding."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise FileProblem(f"{path.name} 既不是 UTF-8 也不是 GBK 编码。请用 UTF-8 重新导出。") from error


def _recorded(officer: str, held: list[Element]) -> Recorded:
    segments, odd = [], []
    for track in held:
        moments = [(each.text or "").strip() for each in _children(track, "when")]
        places = [each.text or "" for each in _children(track, "coord")]
        if len(moments) != len(places):
            odd.append(f"时间（when）{len(moments)} 个、坐标（gx:coord）{len(places)} 个，对不上")
            continue
        lon_lat = _positions(places)
        segments.append(np.column_stack([seconds_of(np.array(moments, dtype=object)), lon_lat]))
    empty = f"轨迹“{shown(officer)}”{'；'.join(odd)}" if odd else ""
    return Recorded(officer, segments, empty)


def _positions(places: list[str]) -> Floats:
    """Read `lon lat altitude` texts; NaN where one is none (KML lets a position be empty)."""
    found = np.full((len(places), 2), np.nan)
    for at, text in enumerate(places):
        words = text.split()
        try:
            found[at] = float(words[0]), float(words[1])
        except (IndexError, ValueError):
            continue
    return found


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _outermost(document: Element, name: str) -> Iterator[Element]:
    """Give the elements of a name, not those within one of them: each element is looked at once, however nested."""
    stack = [document]
    while stack:
        element = stack.pop()
        if _local(element) == name:
            yield element
        else:
            stack.extend(reversed(element))


def _named(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element.iter() if _local(each) == name)


def _children(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element if _local(each) == name)


def _text(element: Element, name: str) -> str:
    return next(((each.text or "").strip() for each in _children(element, name)), "")
