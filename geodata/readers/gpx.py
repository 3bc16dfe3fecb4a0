"""GPX 1.0 and 1.1: each `<trk>` is one track of one officer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError

import gpxpy
import gpxpy.gpx
import numpy as np
import shapely
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from geodata.errors import FileProblem
from geodata.readers.raw import RawTable
from geodata.readers.text import decode
from geodata.untrusted import MAX_XML_BYTES


def read_gpx(path: Path) -> RawTable:
    """Read tracks; a track's officer is its `<name>`, else the file's stem. Rows count the tracks from 1.

    A track without two timed points has no geometry here: its row is rejected later, with the reason.
    """
    if path.stat().st_size > MAX_XML_BYTES:
        raise FileProblem(f"{path.name} 超过 {MAX_XML_BYTES / 2**20:.0f} MB。请分成几个文件。")
    text, named = decode(path)
    try:
        fromstring(text.encode("utf-8") if "encoding=" not in text[:200] else path.read_bytes(), forbid_dtd=True)
        document = gpxpy.parse(text)
    except (DefusedXmlException, ParseError, gpxpy.gpx.GPXException, ValueError) as error:
        raise FileProblem(f"{path.name} 不是正常的 GPX（{error}）。请从手机或手台重新导出。") from error
    if not document.tracks:
        raise FileProblem(f"{path.name} 里没有轨迹（trk）。请检查是否选对了文件。")
    columns: dict[str, list[object]] = {"officer": [], "start": [], "end": [], "times": []}
    shapes: list[object] = []
    for track in document.tracks:
        timed = [[p for p in segment.points if p.time] for segment in track.segments]
        lines = [line for line in timed if len(line) > 1]
        moments = [_utc(point.time) for line in lines for point in line if point.time]
        start = min(moments, default=None)
        columns["officer"].append(track.name or path.stem)
        columns["start"].append(start)
        columns["end"].append(max(moments, default=None))
        columns["times"].append(";".join(f"{(m - start).total_seconds():.0f}" for m in moments) if start else None)
        shapes.append(
            shapely.multilinestrings([shapely.linestrings([(p.longitude, p.latitude) for p in line]) for line in lines])
            if lines
            else None
        )
    rows = np.arange(1, len(shapes) + 1, dtype=np.int64)
    return RawTable(columns, rows, shapes=shapes, crs="wgs84", encoding=named, made=frozenset({"times"}))


def _utc(moment: datetime) -> datetime:
    """GPX says that its times are UTC; some phones leave the Z away."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
