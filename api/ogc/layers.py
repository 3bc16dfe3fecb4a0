"""The six collections: rows of the town in the order of their ids, with what filters and encoders need of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.ledger import Ledger
from geodata.tables import TABLES, Column, Kind

if TYPE_CHECKING:
    from api.day import Day

Objects = npt.NDArray[np.object_]
Times = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Field:
    """One property of the features of a layer: its name, kind (as `geodata.tables`), Chinese name, and words."""

    name: str
    kind: Kind
    title: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layer:
    """One collection at one state of the store.

    Attributes
    ----------
    rows
        n rows ordered by id (code points), a column for each field, as the frames of a ledger hold them.
    ids
        n texts, ascending, none twice: paging goes by them, so rows that come or go never shift others between pages.
    shapes
        n geometries in EPSG:4326 (longitude, latitude), None where the position is not known.
    begins, ends
        n moments in UTC (datetime64[s]; NaT: open): when each feature was; None where the layer tells no time.
    """

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    rows: pd.DataFrame
    ids: list[str]
    shapes: Objects
    begins: Times | None = None
    ends: Times | None = None

    @cached_property
    def bounds(self) -> npt.NDArray[np.float64]:
        """West, south, east, north of each shape; NaN where there is none."""
        return np.asarray(shapely.bounds(self.shapes), dtype=float).reshape(-1, 4)

    @cached_property
    def extent(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of all shapes; None where there is none."""
        if not len(self.bounds) or np.isnan(self.bounds[:, 0]).all():
            return None
        west, south = (float(value) for value in np.nanmin(self.bounds[:, :2], axis=0))
        east, north = (float(value) for value in np.nanmax(self.bounds[:, 2:], axis=0))
        return west, south, east, north

    def field(self, name: str) -> Field | None:
        """Give the field of a name, None where there is none."""
        return next((field for field in self.fields if field.name == name), None)

    def at(self, feature_id: str) -> int | None:
        """Give the position of a feature; None when there is none of that id."""
        position = bisect_left(self.ids, feature_id)
        return position if position < len(self.ids) and self.ids[position] == feature_id else None

    def before(self, feature_id: str) -> int:
        """Count the features whose id comes before this one."""
        return bisect_left(self.ids, feature_id)

    def up_to(self, feature_id: str) -> int:
        """Count the features whose id comes before this one or is it."""
        return bisect_right(self.ids, feature_id)


TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "areas": ("区域", "各级区域：镇街、片区、村/社区、网格，现行的划分"),
        "places": ("监管场所", "监管场所，位置未知的没有图形；时间为开业到停业"),
        "inspections": ("检查记录", "检查记录，图形是检查时的定位；时间为检查时间"),
        "hazards": ("隐患", "隐患，自己没有定位的画在所属场所处（position 一栏写明）；时间为发现时间"),
        "gaps": ("缺口", "截至数据最后一天待查和逾期的任务，画在场所处"),
        "tracks": ("轨迹", "巡查轨迹；时间为开始到结束"),
    }
)
"""Name → title and description, in the order they are listed."""


def build(day: Day, name: str) -> Layer:
    """Make a layer of the town; KeyError for a name that is none of `TITLES`."""
    return _BUILDERS[name](day)


def _layer(name: str, rows: pd.DataFrame, ids: pd.Series, fields: tuple[Field, ...], **more: Any) -> Layer:
    """Put rows, shapes and times in the order of the ids."""
    texts = ids.to_numpy(dtype=object)
    order = np.argsort(texts, kind="stable")
    shapes = more.pop("shapes", None)
    shapes = np.asarray(rows["geometry"].array, dtype=object) if shapes is None else shapes
    times = {key: None if value is None else value[order] for key, value in more.items()}
    kept = rows[[field.name for field in fields]]
    if not np.array_equal(order, np.arange(len(order))):  # most tables were written in the order of their ids
        kept = kept.iloc[order]
    title, description = TITLES[name]
    return Layer(name, title, description, fields, pd.DataFrame(kept), texts[order].tolist(), shapes[order], **times)


def _fields(table: str, *without: str) -> tuple[Field, ...]:
    return tuple(_field(column) for column in TABLES[table].columns if column.name not in without)


def _field(column: Column) -> Field:
    words = () if column.open_choice else tuple(dict.fromkeys(column.choices.values()))
    return Field(column.name, column.kind, column.headers[0] if column.headers else column.name, words)


def _moments(column: pd.Series) -> Times:
    """Give moments as UTC."""
    return np.asarray(column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(), dtype="datetime64[s]")


def _days(column: pd.Series, zone: str, *, last: bool = False) -> Times:
    """Give the first second of town-local days, or the last, as UTC."""
    moments = column + pd.Timedelta(days=1) - pd.Timedelta(seconds=1) if last else column
    return _moments(moments.dt.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward"))


def _areas(day: Day) -> Layer:
    frame = day.ledger.areas
    since = _days(frame["since"], day.ledger.town.timezone)
    ids = frame["level"] + ":" + frame["code"]
    return _layer("areas", frame, ids, _fields("areas"), begins=since, ends=np.full(len(frame), np.datetime64("NaT")))


def _places(day: Day) -> Layer:
    frame, zone = day.ledger.places, day.ledger.town.timezone
    opened, closed = _days(frame["opened"], zone), _days(frame["closed"], zone, last=True)
    return _layer("places", frame, frame["id"], _fields("places"), begins=opened, ends=closed)


def _inspections(day: Day) -> Layer:
    frame = day.ledger.inspections
    at = _moments(frame["at"])
    return _layer("inspections", frame, frame["id"], _fields("inspections"), begins=at, ends=at)


def _hazards(day: Day) -> Layer:
    frame = day.ledger.hazards
    found, (shapes, how) = _moments(frame["found_at"]), _drawn(day.ledger)
    fields = (*_fields("hazards"), Field("position", "choice", "位置来源", ("own", "place")))
    rows = frame.assign(position=pd.array(how, dtype="str"))
    return _layer("hazards", rows, frame["id"], fields, shapes=shapes, begins=found, ends=found)


def _drawn(ledger: Ledger) -> tuple[Objects, Objects]:
    """Give the shape of each hazard, its own or its place's, and which of both it is."""
    own: Objects = np.asarray(ledger.hazards["geometry"].array, dtype=object)
    places: Objects = np.asarray(ledger.places["geometry"].array, dtype=object)
    at = pd.Index(ledger.places["id"]).get_indexer(pd.Index(ledger.hazards["place_id"]))
    theirs = np.append(places, [None])[at]  # -1, no such place, is the last
    lone = shapely.is_missing(own)
    how = np.full(len(own), "own", dtype=object)
    how[lone] = "place"
    how[lone & shapely.is_missing(theirs)] = None
    return np.where(lone, theirs, own), how


def _tracks(day: Day) -> Layer:
    frame = day.ledger.tracks
    start = _moments(frame["start"])
    end = _moments(frame["end"].fillna(frame["start"]))
    return _layer("tracks", frame, frame["id"], _fields("tracks", "times"), begins=start, ends=end)


_GAP_FIELDS = (
    *(Field(name, "text", title) for name, title in (("place_id", "场所编号"), ("name", "场所"), ("rule", "规则"))),
    *(Field(name, "text", title) for name, title in (("rule_name", "规则名称"), ("period", "周期"))),
    Field("state", "choice", "状态", ("overdue", "pending")),
    Field("never", "flag", "从未检查"),
    Field("last_inspection", "date", "最后一次检查"),
    Field("days_since", "integer", "距今天数"),
    Field("risk", "choice", "风险等级", ("重大", "较大", "一般", "低")),
    Field("score", "number", "紧迫分"),
    *(Field(name, "text", title) for name, title in (("why", "原因"), ("score_why", "怎样算分"))),
    *(Field(name, "text", title) for name, title in (("industry", "行业"), ("department", "监管部门"))),
    *(Field(name, "text", title) for name, title in (("officer", "负责人编号"), ("officer_name", "负责人"))),
    *(Field(name, "text", title) for name, title in (("grid", "网格"), ("community", "村/社区"), ("district", "片区"))),
    Field("as_of", "date", "统计截止日"),
)


def _gaps(day: Day) -> Layer:
    frame = day.gaps
    as_of = np.full(len(frame), np.datetime64(day.as_of, "s"))
    days = frame["days_since"].astype("float64")
    rows = frame.assign(state=frame["state"].astype("str"), days_since=days, as_of=as_of)
    shapes = shapely.points(frame["lon"].to_numpy(dtype=float), frame["lat"].to_numpy(dtype=float))
    shapes = np.where(frame["lon"].isna(), None, shapes)
    return _layer("gaps", rows, frame["place_id"] + "/" + frame["rule"], _GAP_FIELDS, shapes=shapes)


_BUILDERS: Mapping[str, Callable[[Day], Layer]] = MappingProxyType(
    {
        "areas": _areas,
        "places": _places,
        "inspections": _inspections,
        "hazards": _hazards,
        "gaps": _gaps,
        "tracks": _tracks,
    }
)
