"""Photos as rows of the table `photos`: what the cameras wrote, understood for the town, the datum settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.datum import Datum, find
from geodata.doctor import Ground
from geodata.errors import Fault
from geodata.photos.exif import Exif
from geodata.photos.folder import Found
from geodata.photos.picture import Picture
from geodata.photos.pool import Looked, look_at_all
from geodata.readers.positions import shapes_of
from geodata.readers.raw import RawTable, Repair, shown
from geodata.readers.settling import settle_datum
from geodata.tables import PHOTOS

OLDEST = "2000-01-01"
"""A camera time before it is a clock that nobody set."""
FILE = "文件"


@dataclass(frozen=True)
class ReadPhotos:
    """Photos as they were read.

    Attributes
    ----------
    frame
        Columns of the table that the pictures themselves give, geometry in WGS 84, and `row` (1 for the first file),
        `shown` (path below the named folder), `folders` (innermost first).
    rejected, repaired, warnings, datum
        As in `geodata.readers.Read`.
    """

    frame: gpd.GeoDataFrame
    rejected: list[Fault]
    repaired: list[Repair]
    warnings: list[str]
    datum: Datum


@dataclass(frozen=True)
class Seen:
    """Photos as the cameras wrote them.

    Attributes
    ----------
    frame
        As `ReadPhotos.frame`, but `lon`, `lat` in the system that the cameras use, which `map_datum` may name.
    """

    frame: pd.DataFrame
    rejected: list[Fault]
    repaired: list[Repair]


def read_photos(
    found: Sequence[Found],
    timezone: str,
    keep: Callable[[str, bytes], None],
    *,
    datum: str,
    ground: Ground,
    progress: Callable[[int, int], None] | None = None,
) -> ReadPhotos:
    """Read photos.

    Parameters
    ----------
    timezone
        Of a camera that does not name its own.
    keep
        Gets id and thumbnail (JPEG) of each photo as it is read.
    datum, ground
        As `geodata.readers.read` takes them; the ground also says on which side of the equator and of Greenwich a photo
        is that does not say so itself.
    progress
        Is told how many of how many files are read.
    """
    seen = see_photos(found, timezone, keep, ground=ground, progress=progress)
    warnings: list[str] = []
    located, settled, lost = located_photos(seen.frame, datum, ground, warnings)
    kept = located[~located["row"].isin([fault.row for fault in lost])].reset_index(drop=True)
    rejected = sorted([*seen.rejected, *lost], key=lambda fault: fault.row)
    return ReadPhotos(kept, rejected, seen.repaired, warnings, settled)


def see_photos(
    found: Sequence[Found],
    timezone: str,
    keep: Callable[[str, bytes], None],
    *,
    ground: Ground,
    progress: Callable[[int, int], None] | None = None,
) -> Seen:
    """Read photos as far as the cameras tell."""
    middle = ground.middle
    rows: list[dict[str, Any]] = []
    rejected: list[Fault] = []
    repaired: list[Repair] = []
    for row, (each, looked) in enumerate(zip(found, look_at_all([one.path for one in found]), strict=True), 1):
        if looked.picture is None:
            rejected.append(Fault(row, FILE, shown(each.shown), looked.unfit))
        else:
            keep(looked.id, looked.picture.thumbnail)
            exif = _sided(looked.picture.exif, middle)
            rows.append(_row(row, each, looked.id, looked.picture, exif))
            repaired += [Repair(row, f"{shown(each.shown)}：{note}") for note in exif.notes]
        if progress is not None:
            progress(row, len(found))
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    frame, undated = moments(frame, timezone)
    repaired += [Repair(row, "相机的时钟没有设置（早于 2000 年），不用它的时间") for row in undated]
    repaired.sort(key=lambda repair: repair.row)
    return Seen(frame, rejected, repaired)


def read_posted(name: str, looked: Looked, timezone: str, ground: Ground) -> dict[str, Any]:
    """Give one posted picture as column → plain value of the table (None: not known), `geometry` in WGS 84.

    The position is taken in the system that the camera names, else as WGS 84: one photo tells nothing of a shift. One
    that lies nowhere on earth is left out.

    Parameters
    ----------
    name
        Of the file, without a path.
    looked
        With its picture.
    """
    if looked.picture is None:
        raise ValueError("no picture")
    exif = _sided(looked.picture.exif, ground.middle)
    row = _row(1, Found(Path(name), name), looked.id, looked.picture, exif)
    taken_at, clock_error = moment_of(exif, timezone)
    values = {column: row[column] for column in _TEXTS}
    numbers = {column: row[column] for column in _NUMBERS if column in PHOTOS.names}
    values |= {column: None if number is None else float(number) for column, number in numbers.items()}
    return values | {"taken_at": taken_at, "clock_error": clock_error, "geometry": _point(row, ground)}


def _point(row: Mapping[str, Any], ground: Ground) -> shapely.Point | None:
    """Give where a posted picture was taken; None where it does not say, or names no place on earth."""
    if row["lon"] is None or row["lat"] is None:
        return None
    frame = pd.DataFrame([row], columns=_COLUMNS)
    located, _, lost = located_photos(frame, _told(frame["map_datum"], []) or "wgs84", ground, [])
    point: shapely.Point | None = located.geometry.array[0]
    return None if lost or not point else point


def moment_of(exif: Exif, timezone: str) -> tuple[datetime | None, float | None]:
    """Give the moment of one picture and its camera's error in seconds, as `moments` does of many."""
    taken, gps = (None if each is None else pd.Timestamp(each).floor("s") for each in (exif.taken, exif.gps_time))
    camera = None
    if taken is not None and taken >= pd.Timestamp(OLDEST):
        if exif.offset is None:
            local = taken.tz_localize(timezone, ambiguous=True, nonexistent="shift_forward")
            camera = local.tz_convert("UTC").tz_localize(None)
        else:
            camera = taken - pd.Timedelta(minutes=exif.offset)
    moment = gps if camera is None else camera
    error = None if camera is None or gps is None else (camera - gps).total_seconds()
    at = None if moment is None else moment.tz_localize("UTC").tz_convert(timezone).to_pydatetime()
    return at, error


_TEXTS = ("id", "name", "direction_ref", "camera", "phash")
_NUMBERS = ("lon", "lat", "altitude", "direction", "accuracy", "width", "height")
_COLUMNS = ["row", "shown", "folders", *_TEXTS, *_NUMBERS, "taken", "offset", "gps_time", "map_datum"]


def _row(row: int, found: Found, name: str, picture: Picture, exif: Exif) -> dict[str, Any]:
    own = {column: getattr(exif, column) for column in _COLUMNS if hasattr(exif, column)}
    file = found.path.name.encode("utf-8", "replace").decode()
    return own | {
        "row": row,
        "shown": found.shown.encode("utf-8", "replace").decode(),
        "folders": found.folders,
        "id": name,
        "name": "".join(mark if mark.isprintable() else " " for mark in file),
        "width": picture.width,
        "height": picture.height,
        "phash": picture.phash,
    }


def _sided(exif: Exif, middle: tuple[float, float] | None) -> Exif:
    """Give the hemisphere that the picture leaves out: the town's, else north and east."""
    if not exif.unsigned or exif.lon is None or exif.lat is None:
        return exif
    lon, lat = middle or (1.0, 1.0)
    signs = {"lon": -1 if lon < 0 else 1, "lat": -1 if lat < 0 else 1}
    words = {"lon": ("东西经", "西经" if lon < 0 else "东经"), "lat": ("南北纬", "南纬" if lat < 0 else "北纬")}
    note = "、".join(f"没有写明{words[axis][0]}，按{words[axis][1]}处理" for axis in exif.unsigned)
    values = {axis: getattr(exif, axis) * signs[axis] for axis in exif.unsigned}
    return replace(exif, **values, notes=[*exif.notes, note])


def moments(frame: pd.DataFrame, timezone: str) -> tuple[pd.DataFrame, list[int]]:
    """Give `taken_at` and `clock_error` (camera time minus satellite time, seconds), and rows whose clock was not set.

    A camera that does not name its zone is taken to show the time of `timezone`.
    """
    taken = pd.to_datetime(frame["taken"].astype("str"), format="ISO8601").astype("datetime64[s]")
    gps = pd.to_datetime(frame["gps_time"].astype("str"), format="ISO8601").astype("datetime64[s]")
    unset = (taken < pd.Timestamp(OLDEST)).to_numpy()
    taken = taken.mask(unset)
    offset = frame["offset"].astype(float)
    local = taken.dt.tz_localize(timezone, ambiguous=np.ones(len(frame), dtype=bool), nonexistent="shift_forward")
    moved = taken - pd.to_timedelta(offset.fillna(0), unit="min").astype("timedelta64[s]")
    camera = moved.where(offset.notna(), local.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[s]"))
    moment = camera.fillna(gps).astype("datetime64[s]").dt.tz_localize("UTC").dt.tz_convert(timezone)
    error = (camera - gps).dt.total_seconds()
    typed = {name: frame[name].astype("str") for name in _TEXTS} | {
        name: frame[name].astype(float) for name in _NUMBERS
    }
    return frame.assign(**typed, taken_at=moment, clock_error=error), frame["row"][unset].tolist()


def located_photos(
    frame: pd.DataFrame, datum: str, ground: Ground, warnings: list[str]
) -> tuple[gpd.GeoDataFrame, Datum, list[Fault]]:
    """Settle which system the positions are in, and give them in WGS 84."""
    told = _told(frame["map_datum"], warnings)
    raw = RawTable({}, frame["row"].to_numpy(dtype=np.int64), crs=told, encoding="EXIF")
    raw.xy = frame["lon"].to_numpy(dtype=float), frame["lat"].to_numpy(dtype=float)
    headers, path, faults = {"lon": "lon", "lat": "lat"}, Path("照片"), dict[int, Fault]()
    settled = settle_datum(path, raw, PHOTOS, headers, datum, ground, warnings)
    shapes = shapes_of(path, raw, "POINT", headers, settled, faults)
    unneeded = ["lon", "lat", "taken", "offset", "gps_time", "map_datum"]
    located = gpd.GeoDataFrame(frame.drop(columns=unneeded), geometry=shapes, crs=4326)
    return located, settled, list(faults.values())


def _told(datums: pd.Series, warnings: list[str]) -> str | None:
    """Give the system that the cameras name, when they agree on one that we know."""
    words = Counter(datums.dropna().tolist())
    keys = {word: _key(word) for word in words}
    if not words:
        return None
    if len(set(keys.values())) == 1 and None not in keys.values():
        return next(iter(keys.values()))
    listed = "、".join(f"“{shown(word)}” {count} 张" for word, count in words.most_common(5))
    warnings.append(f"照片写明的坐标系不一致或不认识（{listed}），没有采用；如有偏差，请用 --datum 指明后分开导入。")
    return None


def _key(word: str) -> str | None:
    try:
        return find(word.replace("-", "").replace(" ", "").lower()).key
    except ValueError:
        return None
