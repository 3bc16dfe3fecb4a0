"""What a camera wrote into a picture (EXIF 2.32, CIPA DC-008): when, where, which way, by which camera.

Only plain values come out, whatever stands in the file: every tag may be missing, of another type than it should be,
or a fraction with nothing below it. What could not be used is said in `notes`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

MAKE, MODEL, ORIENTATION, MODIFIED, MODIFIED_OFFSET = 271, 272, 274, 306, 36880
TAKEN, TAKEN_OFFSET, DIGITISED, DIGITISED_OFFSET = 36867, 36881, 36868, 36882
LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE, ALTITUDE_REF, ALTITUDE, GPS_TIME = 1, 2, 3, 4, 5, 6, 7
DIRECTION_REF, DIRECTION, MAP_DATUM, GPS_DATE, POSITIONING_ERROR = 16, 17, 18, 29, 31

_MOMENT = re.compile(r"(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})[ T]+(\d{1,2}):(\d{2}):(\d{2})")
_DAY = re.compile(r"(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
_BELOW = (1, 3)  # of the sea level, of the ellipsoid
_LONGEST = 60
LAST_YEAR = 9998
"""A moment of the year after it may be one of no year in another time zone."""


@dataclass(frozen=True)
class Exif:
    """What is known of a picture.

    Attributes
    ----------
    taken
        Camera time `YYYY-MM-DDTHH:MM:SS`, in the camera's own zone.
    offset
        Minutes that the camera's zone is ahead of UTC, where it says so.
    gps_time
        `YYYY-MM-DDTHH:MM:SS` UTC of the satellites.
    lon, lat
        Degrees, in `map_datum`; without sign where `unsigned` names the axis.
    unsigned
        Of `lon`, `lat` those whose hemisphere is not written.
    altitude
        Metres, below the sea negative.
    direction, direction_ref
        Degrees clockwise to where the camera looked, from north: `true` or `magnetic`.
    accuracy
        Metres, as the device estimates it.
    """

    taken: str | None = None
    offset: int | None = None
    gps_time: str | None = None
    lon: float | None = None
    lat: float | None = None
    unsigned: tuple[str, ...] = ()
    altitude: float | None = None
    direction: float | None = None
    direction_ref: str | None = None
    accuracy: float | None = None
    map_datum: str | None = None
    camera: str | None = None
    orientation: int = 1
    notes: list[str] = field(default_factory=list)


def exif_of(main: Mapping[int, Any], details: Mapping[int, Any], gps: Mapping[int, Any]) -> Exif:
    """Understand the tags of the three directories: of the picture, its EXIF and its GPS part."""
    notes: list[str] = []
    taken, offset = _camera_time(main, details, notes)
    lat, lat_bare = _angle(gps.get(LATITUDE), gps.get(LATITUDE_REF), "NS", 90)
    lon, lon_bare = _angle(gps.get(LONGITUDE), gps.get(LONGITUDE_REF), "EW", 180)
    if (lat is None or lon is None) and not {LATITUDE, LONGITUDE}.isdisjoint(gps):
        notes.append("照片里的经纬度读不出（分母为零、超出范围或不完整），按没有位置处理")
        lat = lon = None
    if lat == 0 and lon == 0:
        notes.append("照片里的经纬度是 0，0（没有定上位），按没有位置处理")
        lat = lon = None
    bare = tuple(axis for axis, is_bare in (("lon", lon_bare), ("lat", lat_bare)) if is_bare and lat is not None)
    accuracy = _number(gps.get(POSITIONING_ERROR))
    direction = _number(gps.get(DIRECTION))
    named = {"T": "true", "M": "magnetic"}.get(_text(gps.get(DIRECTION_REF)) or "")
    return Exif(
        taken=taken,
        offset=offset,
        gps_time=_gps_time(gps),
        lon=lon,
        lat=lat,
        unsigned=bare,
        altitude=_altitude(gps),
        direction=direction % 360 if direction is not None and 0 <= direction <= 360 else None,
        direction_ref=named if direction is not None else None,
        accuracy=accuracy if accuracy is not None and accuracy > 0 else None,
        map_datum=_text(gps.get(MAP_DATUM)),
        camera=_camera(main),
        orientation=_orientation(main),
        notes=notes,
    )


def _camera_time(
    main: Mapping[int, Any], details: Mapping[int, Any], notes: list[str]
) -> tuple[str | None, int | None]:
    """Give when the picture was taken; the time of its last change only where nothing better stands."""
    kinds = ((details, TAKEN, TAKEN_OFFSET), (details, DIGITISED, DIGITISED_OFFSET), (main, MODIFIED, MODIFIED_OFFSET))
    for tags, moment, offset in kinds:
        taken = _moment(_text(tags.get(moment)))
        if taken is None:
            continue
        if moment == MODIFIED:
            notes.append("没有拍摄时间，用了照片里的修改时间")
        return taken.isoformat(), _offset(_text(details.get(offset)) or _text(main.get(offset)))
    return None, None


def _moment(text: str | None) -> datetime | None:
    found = _MOMENT.match(text or "")
    if not found or int(found[1]) > LAST_YEAR:
        return None
    try:
        return datetime(*(int(part) for part in found.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None


def _offset(text: str | None) -> int | None:
    found = _OFFSET.fullmatch(text or "")
    if not found:
        return None
    minutes = 60 * int(found[2]) + int(found[3])
    return (minutes if found[1] == "+" else -minutes) if minutes <= 14 * 60 else None


def _gps_time(gps: Mapping[int, Any]) -> str | None:
    day, clock = _DAY.match(_text(gps.get(GPS_DATE)) or ""), _fractions(gps.get(GPS_TIME))
    if not day or int(day[1]) > LAST_YEAR or len(clock) != 3 or any(part is None for part in clock):
        return None
    hour, minute, second = (float(part or 0) for part in clock)
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 61):
        return None
    try:
        start = datetime(int(day[1]), int(day[2]), int(day[3]), tzinfo=UTC)
    except ValueError:
        return None
    moment = start + timedelta(hours=hour, minutes=minute, seconds=int(second))
    return moment.replace(tzinfo=None, microsecond=0).isoformat()


def _angle(value: Any, ref: Any, words: str, most: int) -> tuple[float | None, bool]:
    """Give degrees with their sign, and whether the sign is not known.

    Degrees, minutes and seconds may be one, two or three fractions. Seconds that say nothing (0/0) after minutes with
    decimals are none; after whole minutes the position would be up to a mile off, and is given up.
    """
    parts = _fractions(value)
    if not 1 <= len(parts) <= 3 or parts[0] is None:
        return None, False
    degrees, minutes, seconds = [*parts, 0.0, 0.0][:3]
    if seconds is None and minutes is not None and minutes != int(minutes):
        seconds = 0.0
    if degrees is None or minutes is None or seconds is None or not (0 <= minutes <= 60 and 0 <= seconds <= 60):
        return None, False
    angle = abs(degrees) + minutes / 60 + seconds / 3600
    if angle > most:
        return None, False
    side = (_text(ref) or "")[:1].upper()
    if side in words and side:
        return (-angle if side == words[1] else angle), False
    return (-angle, False) if degrees < 0 else (angle, True)


def _altitude(gps: Mapping[int, Any]) -> float | None:
    altitude, ref = _number(gps.get(ALTITUDE)), gps.get(ALTITUDE_REF)
    if altitude is None or abs(altitude) > 20_000:
        return None
    side = ref[0] if isinstance(ref, (bytes, tuple)) and ref else ref
    return -abs(altitude) if side in _BELOW else altitude


def _camera(main: Mapping[int, Any]) -> str | None:
    make, model = _text(main.get(MAKE)) or "", _text(main.get(MODEL)) or ""
    both = model if model.casefold().startswith(make.casefold()) else f"{make} {model}".strip()
    return both or None


def _orientation(main: Mapping[int, Any]) -> int:
    value = main.get(ORIENTATION)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _fractions(value: Any) -> list[float | None]:
    """Give the numbers of a tag, None for a fraction with nothing below it."""
    parts = value if isinstance(value, (tuple, list)) else () if value is None else (value,)
    return [_number(part) for part in parts[:4]]


def _number(value: Any) -> float | None:
    if isinstance(value, (tuple, list)):
        return _number(value[0]) if len(value) == 1 else None
    if isinstance(value, (str, bytes)):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _text(value: Any) -> str | None:
    """Give a tag's text without what ends or pads it; None for nothing."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    head = value.partition("\0")[0]
    plain = "".join(mark if mark.isprintable() else " " for mark in head[: 4 * _LONGEST]).strip()
    return plain[:_LONGEST] or None
