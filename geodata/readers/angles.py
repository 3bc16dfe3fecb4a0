"""Longitudes and latitudes as people write them: decimal, degrees-minutes-seconds, a pair in one cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from geodata.errors import Unreadable
from geodata.readers.values import number_of

Floats = npt.NDArray[np.float64]
Axis = Literal["lon", "lat"]
Order = Literal["lon lat", "lat lon"]

CHINA = {"lon": (73.0, 136.0), "lat": (3.0, 54.0)}
"""Where a Chinese town's longitude and latitude lie: the two ranges do not meet."""

_SIDES: dict[str, tuple[Axis, int]] = {
    "东经": ("lon", 1), "西经": ("lon", -1), "北纬": ("lat", 1), "南纬": ("lat", -1),
    "经度": ("lon", 1), "纬度": ("lat", 1),
    "e": ("lon", 1), "w": ("lon", -1), "n": ("lat", 1), "s": ("lat", -1),
    "东": ("lon", 1), "西": ("lon", -1), "北": ("lat", 1), "南": ("lat", -1),
}  # fmt: skip
_SIDE = "|".join(_SIDES)
_NUMBER = r"\d+(?:\.\d+)?"
_ANGLE = re.compile(
    rf"(?P<before>{_SIDE})?[:=]?(?P<sign>[+-]?)(?P<degrees>{_NUMBER})"
    rf"(?:[°º˚度:\s-]+(?:(?P<minutes>{_NUMBER})(?:['′’‘`分:\s-]+(?:(?P<seconds>{_NUMBER})(?:\"|″|”|“|''|′′|秒)?)?)?)?)?"
    rf"(?P<after>{_SIDE})?"
)
_MARKED = re.compile(r"[°º˚度]")
_PAIR = re.compile(r"^[(\[]?(?P<first>.+?)\s*[,;、|/]\s*(?P<second>.+?)[)\]]?$")
_SIDES_BEFORE = re.compile(r"^(?P<first>(?:东经|西经|北纬|南纬).+?)\s*(?P<second>(?:东经|西经|北纬|南纬).+)$")
_SIDES_AFTER = re.compile(r"^(?P<first>.+?[EWNSewns])\s*(?P<second>\d.+[EWNSewns])$")
_WANTED = "经纬度看不懂，可写成 113.6701 或 113°40′12.5″"
_PAIR_WANTED = "坐标看不懂，可写成“113.6701,22.8102”"
_LONGEST = 60
_NAMES = {"lon": "经度", "lat": "纬度"}


@dataclass(frozen=True)
class Angle:
    """Degrees, and the axis when the text itself names it."""

    degrees: float
    axis: Axis | None


def angle_of(value: Any) -> Angle:
    """Understand one longitude or latitude: 113.67, 113°40′12.5″E, 113-40-12.5, 113度40.208分, 东经113.67°.

    `Unreadable` for anything else, for minutes or seconds from 60, and for two sides (北纬…E).
    """
    try:
        return Angle(number_of(value), None)
    except Unreadable:
        if not isinstance(value, str) or len(value) > _LONGEST:
            raise Unreadable(_WANTED) from None
    signs = value.replace("º", "°").replace("˚", "°")  # which NFKC would turn into letters
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", signs).strip().lower()).replace("″", '"')
    found = _ANGLE.fullmatch(re.sub(r"(?<=[°º˚度′分'\"秒:=]) | (?=[°º˚度′分'\"秒])", "", text))
    if found is None:
        raise Unreadable(_WANTED)
    whole, minutes, seconds = (float(found[name] or 0) for name in ("degrees", "minutes", "seconds"))
    if minutes >= 60 or seconds >= 60:
        raise Unreadable("分和秒都应小于 60，请改正")
    if (found["minutes"] and not whole.is_integer()) or (found["seconds"] and not minutes.is_integer()):
        raise Unreadable(_WANTED)
    sides = [_SIDES[side] for side in (found["before"], found["after"]) if side]
    if len(sides) > 1 and sides[0] != sides[1]:
        raise Unreadable("前后写的方向不一致，请改正")
    axis, sign = sides[0] if sides else (None, 1)
    return Angle((whole + minutes / 60 + seconds / 3600) * sign * (-1 if found["sign"] == "-" else 1), axis)


def axis_reader(axis: Axis) -> Callable[[Any], float]:
    """Give what understands one cell of a column of longitudes (or latitudes)."""

    def understand(value: Any) -> float:
        angle = angle_of(value)
        if angle.axis is not None and angle.axis != axis:
            raise Unreadable(f"这一列是{_NAMES[axis]}，值却写着{_NAMES[angle.axis]}；可能填反了，请核对")
        return angle.degrees

    return understand


@dataclass(frozen=True)
class Pairs:
    """A column of positions taken apart.

    Attributes
    ----------
    lon, lat
        n numbers each, None where there is none.
    problems
        Position → what is wrong with the cell.
    order
        Which stands first, and how that is known.
    """

    lon: list[float | None]
    lat: list[float | None]
    problems: dict[int, str]
    order: Order
    how: str


def pairs_of(values: Sequence[Any], header: str) -> Pairs | None:
    """Take a column of "lng,lat" (or "lat,lng") apart.

    The order is told by the cells themselves (东经…, E), else by the ranges (one number beyond 90; all in China's),
    else by the header (经纬度, latlng). None when nothing tells it.
    """
    split, problems = _split(values)
    order, how = _order([pair for pair in split if pair], header)
    if order is None:
        return None
    lon: list[float | None] = [None] * len(split)
    lat: list[float | None] = [None] * len(split)
    for at, pair in enumerate(split):
        if pair is None:
            continue
        first, second = pair
        if first.axis is not None and first.axis == second.axis:
            problems[at] = f"两个数都写着{_NAMES[first.axis]}，请改正"
            continue
        turned = order == "lat lon" if (axis := _first_axis(pair)) is None else axis == "lat"
        x, y = (second, first) if turned else (first, second)
        lon[at], lat[at] = x.degrees, y.degrees
    return Pairs(lon, lat, problems, order, how)


def _split(values: Sequence[Any]) -> tuple[list[tuple[Angle, Angle] | None], dict[int, str]]:
    found: dict[str, tuple[Angle, Angle] | str] = {}
    split: list[tuple[Angle, Angle] | None] = []
    problems: dict[int, str] = {}
    for at, value in enumerate(values):
        text = "" if value is None else str(value).strip()
        if not text:
            split.append(None)
            continue
        if text not in found:
            try:
                found[text] = _pair(text)
            except Unreadable as problem:
                found[text] = str(problem)
        pair = found[text]
        split.append(None if isinstance(pair, str) else pair)
        if isinstance(pair, str):
            problems[at] = pair
    return split, problems


def _pair(text: str) -> tuple[Angle, Angle]:
    """Understand two angles with a comma or blanks between; a third and fourth number (height, accuracy) go."""
    plain = unicodedata.normalize("NFKC", text[: 2 * _LONGEST + 1]).strip()
    if len(plain) > 2 * _LONGEST:
        raise Unreadable(_PAIR_WANTED)
    parts = plain.split()
    if not _MARKED.search(plain) and 2 <= len(parts) <= 4 and not re.search(r"[,;、|/]", plain):
        return angle_of(parts[0]), angle_of(parts[1])
    between = _PAIR.match(plain) or _beside(plain)
    if between is None:
        raise Unreadable(_PAIR_WANTED)
    return angle_of(between["first"]), angle_of(between["second"])


def _beside(text: str) -> re.Match[str] | None:
    """Cut 东经113°40′北纬22°48′, 113°40′12″E 22°48′36″N where the second angle begins."""
    return _SIDES_BEFORE.match(text) or _SIDES_AFTER.match(text)


def _order(pairs: list[tuple[Angle, Angle]], header: str) -> tuple[Order | None, str]:
    """Say which of the two numbers is the longitude, and how that is known."""
    if not pairs:
        return "lon lat", ""
    marked = [_first_axis(pair) for pair in pairs]
    if any(marked):
        lon_first = sum(axis == "lon" for axis in marked) >= sum(axis == "lat" for axis in marked)
        return ("lon lat" if lon_first else "lat lon"), "由单元格里写的方向断定"
    first, second = (np.array([pair[at].degrees for pair in pairs]) for at in (0, 1))
    beyond = int((np.abs(first) > 90).sum()), int((np.abs(second) > 90).sum())
    if beyond[0] != beyond[1]:
        return ("lon lat" if beyond[0] > beyond[1] else "lat lon"), "由数值范围断定"
    forward, backward = _in_china(first, second), _in_china(second, first)
    if forward != backward:
        return ("lon lat" if forward > backward else "lat lon"), "由数值范围断定"
    return _order_of_header(header)


def _first_axis(pair: tuple[Angle, Angle]) -> Axis | None:
    """Give the axis of the first angle, when one of the two is marked."""
    first, second = pair
    if first.axis is not None or second.axis is None:
        return first.axis
    return "lat" if second.axis == "lon" else "lon"


def _in_china(lon: Floats, lat: Floats) -> int:
    (west, east), (south, north) = CHINA["lon"], CHINA["lat"]
    return int(((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).sum())


def _order_of_header(header: str) -> tuple[Order | None, str]:
    text = unicodedata.normalize("NFKC", header).lower()
    places = {
        axis: min((text.find(word) for word in words if word in text), default=-1)
        for axis, words in {"lon": ("经", "lng", "lon", "x"), "lat": ("纬", "lat", "y")}.items()
    }
    if min(places.values()) < 0:
        return ("lat lon", "表单的定位题先纬度后经度") if "geopoint" in text else (None, "")
    return ("lon lat" if places["lon"] < places["lat"] else "lat lon"), "由表头断定"
