"""FIT, the format of sports watches and bicycle computers: the whole file is one track of one officer."""

from __future__ import annotations

import math
import struct
from datetime import datetime
from pathlib import Path

import numpy as np

from geodata.errors import FileProblem
from geodata.fixes import Limits
from geodata.readers.raw import RawTable, shown
from geodata.readers.recorded import Recorded, rows_of

MAX_FIT_BYTES = 32 * 2**20
"""A day of fixes each second is 3 MB."""
MAX_FRAMES = 250_000
"""Messages of any kind: almost three days of fixes each second, which take 9 s."""
_BROKEN = (struct.error, ValueError, OverflowError, LookupError, TypeError, AttributeError, AssertionError)
"""What the library raises besides its own errors when definitions and data do not fit together."""
_SEMICIRCLE = 180 / 2**31
"""Degrees; FIT counts a half circle as 2³¹ (Garmin FIT SDK, profile `position_lat`)."""


def read_fit(path: Path, limits: Limits | None = None) -> RawTable:
    """Read the `record` messages of a FIT file as one track of the officer whose name the file has.

    The fixes are cleaned and cut as `geodata.fixes` says. FileProblem for what is no FIT, a broken one (its checksum
    is held against its bytes) and one without positions.
    """
    if path.stat().st_size > MAX_FIT_BYTES:
        raise FileProblem(f"{path.name} 超过 {MAX_FIT_BYTES / 2**20:.0f} MB，不是正常的 FIT 记录。请分段导出。")
    rows = _records(path)
    if all(math.isnan(row[1]) for row in rows):
        raise FileProblem(f"{path.name} 里没有定位点（可能是室内运动或课程文件）。请检查是否选对了文件。")
    return rows_of(path, [Recorded(path.stem, [np.array(rows, dtype=np.float64)])], limits or Limits())


def _records(path: Path) -> list[tuple[float, float, float]]:
    import fitdecode  # noqa: PLC0415 - slow import

    rows: list[tuple[float, float, float]] = []
    strict = {"check_crc": fitdecode.CrcCheck.RAISE, "error_handling": fitdecode.ErrorHandling.IGNORE}
    try:
        with fitdecode.FitReader(path, **strict) as reader:
            for number, frame in enumerate(reader):
                if number > MAX_FRAMES:
                    raise FileProblem(f"{path.name} 超过 {MAX_FRAMES} 条记录。请分段导出。")
                if frame.frame_type != fitdecode.FIT_FRAME_DATA or frame.name != "record":
                    continue
                names = ("timestamp", "position_long", "position_lat")
                rows.append(_fix(*(frame.get_value(name, fallback=None) for name in names)))
    except (fitdecode.FitError, *_BROKEN) as error:
        raise FileProblem(f"{path.name} 不是完好的 FIT 文件（{shown(error)}）。请从手表或码表重新导出。") from error
    return rows


def _fix(moment: object, lon: object, lat: object) -> tuple[float, float, float]:
    seconds = moment.timestamp() if isinstance(moment, datetime) else math.nan
    if not (isinstance(lon, int) and isinstance(lat, int)):
        return seconds, math.nan, math.nan
    return seconds, lon * _SEMICIRCLE, lat * _SEMICIRCLE
