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
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from geodata.errors import FileProblem
from geodata.fixes import Floats, Limits
from geodata.readers.raw import RawTable, shown
from geodata.readers.recorded import Recorded, rows_of
from geodata.readers.text import decode
from geodata.untrusted import MAX_NAMESPACES, check_xml

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")  # its encoding has been seen to: this is text


def read_gpx(path: Path, limits: Limits | None = None) -> RawTable:
    """Read tracks; a track's officer is its `<name>`, else the file's stem. Rows count the tracks from 1.

    The fixes are cleaned and cut as `geodata.fixes` says, which is told; a track without a line has no geometry here:
    its row is rejected later, with the reason. GPX says that its times are UTC; some phones leave the Z away.
    """
    check_xml(path, path.read_bytes())
    text, named = decode(path)
    document = _document(path, _DECLARATION.sub("", text.lstrip("\ufeff"), count=1))
    if not document.tracks:
        raise FileProblem(f"{path.name} 里没有轨迹（trk）{_instead(document)}。请检查是否选对了文件。")
    tracks = [
        Recorded(track.name or path.stem, [_segment(each) for each in track.segments], _empty(track, path))
        for track in document.tracks
    ]
    return rows_of(path, tracks, limits or Limits(), encoding=named)


def _document(path: Path, text: str) -> gpxpy.gpx.GPX:
    """Parse GPX that declares no entities and no wall of namespaces (each costs gpxpy a walk through the text)."""
    if text.count("xmlns") > MAX_NAMESPACES:
        raise FileProblem(f"{path.name} 的命名空间多于 {MAX_NAMESPACES} 个，不是正常的 GPX。请重新导出。")
    try:
        fromstring(text.encode("utf-8"), forbid_dtd=True)
        return gpxpy.parse(text)
    except (DefusedXmlException, ParseError, gpxpy.gpx.GPXException, ValueError) as error:
        raise FileProblem(f"{path.name} 不是正常的 GPX（{shown(error)}）。请从手机或手台重新导出。") from error


def _instead(document: gpxpy.gpx.GPX) -> str:
    """Say what a file without tracks has: points of interest and planned routes are not where somebody was."""
    found = [
        f"{len(held)} {word}"
        for held, word in ((document.waypoints, "个航点（wpt）"), (document.routes, "条计划路线（rte）"))
        if held
    ]
    return f"，只有{'和'.join(found)}，它们不是走过的记录" if found else ""


def _empty(track: gpxpy.gpx.GPXTrack, path: Path) -> str:
    """Say why a track without fixes has none."""
    lacking = "段（trkseg）" if not track.segments else "点（trkpt）"
    return f"轨迹“{shown(track.name or path.stem)}”里没有{lacking}，没有两个带时间的点；请检查导出时是否选对了记录"


def _segment(segment: gpxpy.gpx.GPXTrackSegment) -> Floats:
    rows = [(_seconds(point.time), point.longitude, point.latitude) for point in segment.points]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _seconds(moment: datetime | None) -> float:
    if moment is None:
        return math.nan
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
