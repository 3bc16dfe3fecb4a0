"""Which features are asked for: by box, by time, by the value of a property. All over whole columns."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from api.ogc.crs import System
from api.ogc.layers import Field, Layer
from api.problems import ParameterProblem
from geodata.datum import find

Flags = npt.NDArray[np.bool_]
MARGIN = 1e-5
"""Degrees around a box of another system: what is near its border is looked at in that system."""
FARTHEST = 1e8
"""Metres that no number of a plane reaches (eastings of CGCS2000 with the zone's number: 46 million)."""
FLAGS: Mapping[str, bool] = {"true": True, "false": False}
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}([Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2}))?")


@dataclass(frozen=True)
class Box:
    """A box in numbers of a system, in its axis order: least and greatest of both."""

    least: tuple[float, float]
    greatest: tuple[float, float]
    system: System

    @property
    def ways_east(self) -> tuple[float, float]:
        """West and east of a box in degrees."""
        axis = 1 if self.system.northing_first else 0
        return self.least[axis], self.greatest[axis]


@dataclass(frozen=True)
class Span:
    """From a moment to a moment (both in it), UTC; None: open."""

    first: np.datetime64 | None
    last: np.datetime64 | None


def parse_box(text: str, system: System) -> Box:
    """Read four numbers of a box, or six with heights, which features of a plane map don't have; ParameterProblem."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise ParameterProblem("bbox 应为四个数（或带高程的六个数），用逗号分开。") from error
    if len(numbers) not in (4, 6) or not all(math.isfinite(number) for number in numbers):
        raise ParameterProblem("bbox 应为四个数（或带高程的六个数），用逗号分开。")
    if len(numbers) == 6:
        numbers = [numbers[at] for at in (0, 1, 3, 4)]
    box = Box((numbers[0], numbers[1]), (numbers[2], numbers[3]), system)
    if system.plane:
        if box.least[0] > box.greatest[0] or box.least[1] > box.greatest[1] or max(map(abs, numbers)) > FARTHEST:
            raise ParameterProblem("bbox 的前两个数不能大于后两个数，也不能超出坐标系的范围。")
    else:
        west, east = box.ways_east
        south, north = (box.least[0], box.greatest[0]) if system.northing_first else (box.least[1], box.greatest[1])
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            raise ParameterProblem("bbox 超出了地球的范围，或者南大于北。请核对数的顺序（坐标系的轴序）。")
    return box


def in_box(layer: Layer, box: Box) -> Flags:
    """Say which features meet a box (its border is in it). Those without a shape do: /req/core/fc-bbox-response."""
    nowhere = np.asarray(shapely.is_missing(layer.shapes), dtype=bool)
    if not box.system.degrees_of_wgs84:
        return np.asarray(nowhere | _meet_in_plane(layer, box), dtype=bool)
    (west, east), at = box.ways_east, 0 if box.system.northing_first else 1
    south, north = box.least[at], box.greatest[at]
    met = nowhere.copy()
    for left, right in [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]:  # across 180°
        met |= _meet(layer.shapes, layer.bounds, shapely.box(left, south, right, north))
    return met


def _meet(shapes: npt.NDArray[np.object_], bounds: npt.NDArray[np.float64], box: shapely.Polygon) -> Flags:
    """Say which shapes meet a box; most are told by their bounds, and only those across its border are measured."""
    west, south, east, north = box.bounds
    left, bottom, right, top = bounds.T
    near = (left <= east) & (right >= west) & (bottom <= north) & (top >= south)
    within = (left >= west) & (right <= east) & (bottom >= south) & (top <= north)
    across = np.flatnonzero(near & ~within)
    met: Flags = near & within
    met[across] = shapely.intersects(box, shapes[across])
    return met


def _meet_in_plane(layer: Layer, box: Box) -> Flags:
    """Measure in the box's own system: its borders are not straight in degrees."""
    asked = shapely.box(*box.least, *box.greatest)
    met = _near(layer, box, asked)
    at = np.flatnonzero(met)
    met[at] = shapely.intersects(asked, box.system.drawn(layer.shapes[at]))
    return met


def _near(layer: Layer, box: Box, asked: shapely.Polygon) -> Flags:
    """Say which shapes may meet a box of a plane; all may where it reaches beyond what the plane is made for."""
    west, south, east, north = find(box.system.key).domain
    known = (
        shapely.box(south, west, north, east) if box.system.northing_first else shapely.box(west, south, east, north)
    )
    if not known.contains(asked):
        return np.asarray(~shapely.is_missing(layer.shapes), dtype=bool)
    around = shapely.segmentize(asked, max(asked.length / 256, 1e-3))
    (degrees,) = box.system.undrawn(np.array([around], dtype=object))
    west, south, east, north = shapely.bounds(degrees) + np.array([-MARGIN, -MARGIN, MARGIN, MARGIN])
    left, bottom, right, top = layer.bounds.T
    near: Flags = (left <= east) & (right >= west) & (bottom <= north) & (top >= south)
    return near


def parse_span(text: str, zone: ZoneInfo) -> Span:
    """Read a moment (RFC 3339) or an interval of two, either end open; a bare day is the whole day of the town."""
    parts = text.split("/")
    if len(parts) == 1:
        return Span(*_instant(parts[0], zone))
    if len(parts) == 2 and not all(part in ("", "..") for part in parts):
        first = None if parts[0] in ("", "..") else _instant(parts[0], zone)[0]
        last = None if parts[1] in ("", "..") else _instant(parts[1], zone)[1]
        if first is not None and last is not None and first > last:
            raise ParameterProblem("datetime 的开始不能晚于结束。")
        return Span(first, last)
    raise ParameterProblem(_ASKED)


_ASKED = "datetime 应为时刻（如 2024-06-30T09:00:00+08:00）或时段（如 2024-06-01T00:00:00Z/..）。"


def _instant(text: str, zone: ZoneInfo) -> tuple[np.datetime64, np.datetime64]:
    """Give a moment twice, or the first and the last microsecond of a day."""
    if not _INSTANT.fullmatch(text):
        raise ParameterProblem(_ASKED)
    try:
        moment = datetime.fromisoformat(text.upper())
        if moment.tzinfo is not None:
            return utc(moment), utc(moment)
        start = moment.replace(tzinfo=zone)
        return utc(start), utc(start + timedelta(days=1)) - np.timedelta64(1, "us")
    except (ValueError, OverflowError) as error:
        raise ParameterProblem(f"datetime 里没有这样的时刻：{text}。") from error


def utc(moment: datetime) -> np.datetime64:
    """Give a moment with its zone as UTC."""
    offset = moment.utcoffset()
    return np.datetime64(moment.replace(tzinfo=None) - (offset or timedelta()), "us")


def in_span(layer: Layer, span: Span) -> Flags:
    """Say which features were within a span; those that tell no time are: /req/core/fc-time-response."""
    if layer.begins is None or layer.ends is None:
        return np.ones(len(layer.ids), dtype=bool)
    met = np.ones(len(layer.ids), dtype=bool)
    if span.first is not None:
        met &= ~(layer.ends < span.first)  # an end that is open (NaT) is not less
    if span.last is not None:
        met &= ~(layer.begins > span.last)
    return met


def holds(layer: Layer, field: Field, text: str) -> Flags:
    """Say which features have that value of a property; ParameterProblem when it is no value of its kind."""
    column = layer.rows[field.name]
    return np.asarray((column == _value(field, text)).to_numpy(dtype=bool, na_value=False))


def _value(field: Field, text: str) -> str | float | bool | pd.Timestamp:
    if field.kind == "flag":
        if text not in FLAGS:
            raise ParameterProblem(f"{field.name}（{field.title}）应为 true 或 false。")
        return FLAGS[text]
    if field.kind in ("integer", "number"):
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ParameterProblem(f"{field.name}（{field.title}）应为数。")
        return number
    if field.kind == "date":
        try:
            return pd.Timestamp(datetime.strptime(text, "%Y-%m-%d"))
        except ValueError as error:
            raise ParameterProblem(f"{field.name}（{field.title}）应为日期，如 2024-06-30。") from error
    if field.kind == "moment":
        return _moment(field, text)
    if field.words and text not in field.words:
        raise ParameterProblem(f"{field.name}（{field.title}）应为其中之一：{'、'.join(field.words)}。")
    return text


def _moment(field: Field, text: str) -> pd.Timestamp:
    asked = f"{field.name}（{field.title}）应为带时区的时刻，如 2024-06-30T09:00:00+08:00。"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ParameterProblem(asked) from error
    if moment.tzinfo is None:
        raise ParameterProblem(asked)
    return pd.Timestamp(moment)
