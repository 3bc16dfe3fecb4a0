"""GPX 1.0 and 1.1: each `<trk>` is one track of one officer."""

from __future__ import annotations

import math
import re
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
from geodata.readers.raw import RawTable, Repair, shown
from geodata.readers.text import decode
from geodata.untrusted import MAX_NAMESPACES, MAX_XML_BYTES

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")  # its encoding has been seen to: this is text


def read_gpx(path: Path) -> RawTable:
    """Read tracks; a track's officer is its `<name>`, else the file's stem. Rows count the tracks from 1.

    Points without a time or a position are left out, which is told; a track without two points in one segment has no
    geometry here: its row is rejected later, with the reason.
    """
    if path.stat().st_size > MAX_XML_BYTES:
        raise FileProblem(f"{path.name} 超过 {MAX_XML_BYTES / 2**20:.0f} MB。请分成几个文件。")
    text, named = decode(path)
    document = _document(path, _DECLARATION.sub("", text.lstrip("\ufeff"), count=1))
    if not document.tracks:
        raise FileProblem(f"{path.name} 里没有轨迹（trk）。请检查是否选对了文件。")
    columns: dict[str, list[object]] = {"officer": [], "start": [], "end": [], "times": []}
    shapes: list[object] = []
    repaired: list[Repair] = []
    for row, track in enumerate(document.tracks, start=1):
        lines = _lines(track)
        lost = sum(len(segment.points) for segment in track.segments) - sum(len(line) for line in lines)
        if lost:
            repaired.append(Repair(row, f"去掉 {lost} 个没有时间、没有位置或单独成段的点"))
        moments = [moment for line in lines for moment, _ in line]
        start = min(moments, default=None)
        columns["officer"].append(track.name or path.stem)
        columns["start"].append(start)
        columns["end"].append(max(moments, default=None))
        columns["times"].append(";".join(f"{(m - start).total_seconds():.0f}" for m in moments) if start else None)
        parts = [shapely.linestrings([position for _, position in line]) for line in lines]
        shapes.append(shapely.multilinestrings(parts) if parts else None)
    rows = np.arange(1, len(shapes) + 1, dtype=np.int64)
    made = frozenset({"times"})
    return RawTable(columns, rows, shapes=shapes, crs="wgs84", encoding=named, made=made, repaired=repaired)


def _document(path: Path, text: str) -> gpxpy.gpx.GPX:
    """Parse GPX that declares no entities and no wall of namespaces (each costs gpxpy a walk through the text)."""
    if text.count("xmlns") > MAX_NAMESPACES:
        raise FileProblem(f"{path.name} 的命名空间多于 {MAX_NAMESPACES} 个，不是正常的 GPX。请重新导出。")
    try:
        fromstring(text.encode("utf-8"), forbid_dtd=True)
        return gpxpy.parse(text)
    except (DefusedXmlException, ParseError, gpxpy.gpx.GPXException, ValueError) as error:
        raise FileProblem(f"{path.name} 不是正常的 GPX（{shown(error)}）。请从手机或手台重新导出。") from error


def _lines(track: gpxpy.gpx.GPXTrack) -> list[list[tuple[datetime, tuple[float, float]]]]:
    """Give each segment's usable points in order of time, segments of less than two left out."""
    usable = [
        [
            (_utc(point.time), (point.longitude, point.latitude))
            for point in segment.points
            if point.time and math.isfinite(point.longitude) and math.isfinite(point.latitude)
        ]
        for segment in track.segments
    ]
    lines = [sorted(line, key=lambda point: point[0]) for line in usable if len(line) > 1]
    return sorted(lines, key=lambda line: line[0][0])


def _utc(moment: datetime) -> datetime:
    """GPX says that its times are UTC; some phones leave the Z away."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
