"""The tracks of a recorder's file (GPX, KML, FIT) as rows: cleaned, cut, with the seconds of their points."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import FileProblem
from geodata.fixes import Fixes, Floats, Limits, Lines, lines_of
from geodata.readers.raw import RawTable, Repair, shown

MAX_FIXES = 2_000_000


@dataclass(frozen=True)
class Recorded:
    """One track as it stands in a file.

    Attributes
    ----------
    officer
        Its name.
    segments
        For each segment n × 3: seconds since 1970-01-01 UTC (NaN: no time), longitude, latitude.
    empty
        Why it has no fixes, where it has none.
    """

    officer: str
    segments: list[Floats]
    empty: str = ""


def rows_of(path: Path, tracks: list[Recorded], limits: Limits, *, encoding: str = "utf-8") -> RawTable:
    """Make each track a row, counted from 1, with officer, start, end, times and a MULTILINESTRING in WGS 84.

    A row without a line has no shape, and the reason in `shapeless`.
    """
    fixes = _joined(tracks)
    if len(fixes.track) > MAX_FIXES:
        raise FileProblem(f"{path.name} 有 {len(fixes.track)} 个点，超过上限 {MAX_FIXES}。请分成几个文件。")
    lines = lines_of(fixes, np.array([limits.speed_of(track.officer) for track in tracks]), limits)
    shapes = lines.shapes()
    starts, ends, times = zip(*(span(lines, number) for number in range(len(tracks))), strict=True)
    raw = RawTable(
        {"officer": [track.officer for track in tracks], "start": [*starts], "end": [*ends], "times": [*times]},
        np.arange(1, len(tracks) + 1, dtype=np.int64),
        shapes=shapes.tolist(),
        crs="wgs84",
        encoding=encoding,
        made=frozenset({"times"}),
    )
    for number, track in enumerate(tracks):
        told = lines.told(number)
        if shapes[number] is None:
            raw.shapeless[number + 1] = _why(track, told)
        elif told:
            raw.repaired.append(Repair(number + 1, told))
    return raw


def span(lines: Lines, track: int) -> tuple[pd.Timestamp | None, pd.Timestamp | None, str | None]:
    """Give the start and the end (UTC, whole seconds) of a track, and the seconds of its points since then, `;`-joined.

    None for a track without a line.
    """
    moments = lines.moments(track)
    if not len(moments):
        return None, None, None
    first, last = (pd.Timestamp(round(moment), unit="s", tz="UTC") for moment in (moments[0], moments[-1]))
    after = np.round(moments) - np.round(moments[0])
    return first, last, ";".join(after.astype(np.int64).astype(str).tolist())


def seconds_of(moments: npt.ArrayLike | pd.Series) -> Floats:
    """Give texts in ISO 8601, or moments, as seconds since 1970-01-01 UTC; NaN for what is none."""
    given = pd.Series(moments)
    parsed = pd.to_datetime(given, format="ISO8601", errors="coerce", utc=True)
    stamps = parsed.dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    return np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64) / 1e6)


def _joined(tracks: list[Recorded]) -> Fixes:
    parts = [(number, segment) for number, track in enumerate(tracks) for segment in track.segments]
    lengths = [len(segment) for _, segment in parts]
    rows = np.concatenate([np.zeros((0, 3)), *(segment for _, segment in parts)])
    track = np.repeat(np.array([number for number, _ in parts], dtype=np.int64), lengths)
    return Fixes(track, np.repeat(np.arange(len(parts), dtype=np.int64), lengths), rows[:, 0], rows[:, 1], rows[:, 2])


def _why(track: Recorded, told: str) -> str:
    name, rows = shown(track.officer), sum(len(segment) for segment in track.segments)
    if not rows:
        return track.empty or f"轨迹“{name}”里没有点，请检查导出时是否选对了记录"
    if all(np.isnan(segment[:, 0]).all() for segment in track.segments):
        return f"轨迹“{name}”的 {rows} 个点都没有时间，没有两个带时间的点，连不成轨迹；请导出带时间的记录"
    return f"轨迹“{name}”里没有两个带时间的点能连成轨迹" + (f"（{told}）" if told else "")
