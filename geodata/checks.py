"""The rows of a file against the town: known places, positions that can be, no row twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import Fault
from geodata.hazard_checks import STEPPED, contradicting, days_out_of_order, under_way
from geodata.identity import with_ids
from geodata.locate import NOWHERE, locate
from geodata.model import Town
from geodata.readers.positions import all_swapped
from geodata.recognising import Matched, Unsure, recognise
from geodata.store import Store
from geodata.tables import Table

FAR_M = 20_000.0
"""A position farther than this from the town's bounds is told."""
SHOWN = 10
UNPLACED: Mapping[str, str] = MappingProxyType(
    {
        "places": "计入全镇，但各级区域里单列为“无坐标”",
        "inspections": "算已上报，不算已核实到场",
        "moves": "迁址日以前的检查不能核实到场，以前各日的统计单列为“无坐标”",
    }
)
"""What it means for a row to have no coordinates."""


@dataclass
class Checked:
    """The rows that can be written, a fault for each other row, warnings, and how the positions lie to the town."""

    frame: pd.DataFrame
    faults: list[Fault]
    warnings: list[str]
    evidence: str
    matched: list[Matched] = field(default_factory=list)
    unsure: list[Unsure] = field(default_factory=list)
    """Rows without a place's id that were taken for a place of another spelling, or could be one of several."""
    doubtful: pd.DataFrame | None = None
    """The rejected of the unsure rows, for a person to complete."""


def checked(store: Store, table: Table, frame: pd.DataFrame, headers: Mapping[str, str], *, file: str) -> Checked:
    """Check the rows of a file against the town.

    FileProblem, naming the file, when every position of the file has longitude and latitude swapped.
    """
    faults: list[Fault] = []
    warnings: list[str] = []
    evidence = ""
    known = Checked(frame, faults, warnings, evidence)
    if table.name == "hazards" and "id" in frame.columns:
        frame = _without(frame, contradicting(frame, frame["id"], headers, faults))
    if table.name == "areas":
        frame = _below_root(frame, store.town, faults)
    if table.name in UNPLACED and "geometry" in frame.columns and (bare := frame.geometry.isna()).any():
        warnings.append(f"{int(bare.sum()):,} 行没有坐标，照样导入；{UNPLACED[table.name]}：{_rows(frame[bare])}。")
    if "geometry" in frame.columns and not frame.empty:
        frame, evidence = _positions(store, table, frame, headers, faults, warnings, file)
    if table.name == "exemptions" and {"first", "last"} <= set(frame.columns):
        frame = _forwards(frame, headers, faults)
    if table.name in ("inspections", "hazards", "exemptions", "moves") and not frame.empty:
        known = _known_places(store, table, frame, headers, faults, warnings)
        frame = known.frame
    if table.name == "hazards" and not frame.empty:
        frame = _hazards(store, table, frame, headers, faults, warnings)
    warnings += [*_future(table, frame, headers, store.town), *_unknown_officers(store, table, frame, headers)]
    if table.name != "photos":  # a copy of a photo is told with the photo's name
        frame = _once(table, frame, headers, faults)
    return replace(known, frame=frame.reset_index(drop=True), evidence=evidence)


def _without(frame: pd.DataFrame, bad: np.ndarray) -> pd.DataFrame:
    return frame[~bad].reset_index(drop=True)


def _rows(frame: pd.DataFrame) -> str:
    """Name the first rows of a frame and how many there are."""
    rows = frame["row"].tolist()
    return "第 " + "、".join(str(row) for row in rows[:SHOWN]) + " 行" + (" 等" if len(rows) > SHOWN else "")


def _below_root(frame: pd.DataFrame, town: Town, faults: list[Fault]) -> pd.DataFrame:
    """Reject areas at or above the root's level that are not the root."""
    depth = {"city": 0, "town": 1, "district": 2, "community": 3, "grid": 4}
    high = (frame["level"].map(depth) <= town.level.depth) & (frame["code"] != town.code)
    for row, level, code in zip(*(frame[high][name] for name in ("row", "level", "code")), strict=True):
        problem = f"级别不低于本库的根（{town.name} {town.code}），这里只能是它下面的区域"
        faults.append(Fault(int(row), "level", f"{level} {code}", problem))
    return _without(frame, high.to_numpy())


def _positions(
    store: Store,
    table: Table,
    frame: gpd.GeoDataFrame,
    headers: Mapping[str, str],
    faults: list[Fault],
    warnings: list[str],
    file: str,
) -> tuple[gpd.GeoDataFrame, str]:
    """Reject swapped positions; tell those far from the town, and places in no area; say how they lie to the town.

    A line or a polygon stands where the middle of its bounds is.
    """
    areas = store.ledger("areas").areas
    drawn = areas[areas.geometry.notna()]
    points = shapely.centroid(shapely.envelope(np.asarray(frame.geometry.array, dtype=object)))
    held = ~shapely.is_missing(points)
    if drawn.empty or not held.any():
        return frame, ""
    x, y = shapely.get_x(points), shapely.get_y(points)
    with np.errstate(invalid="ignore"):
        away = _metres_outside(x, y, drawn.total_bounds)
        swapped = held & (away > FAR_M) & (_metres_outside(y, x, drawn.total_bounds) <= FAR_M)
        far = held & ~swapped & (away > FAR_M)
    header = headers.get("geometry", headers.get("lon", "geometry"))
    if swapped.any() and swapped[held].all():
        raise all_swapped(file, frame["row"].to_numpy()[held], x[held], y[held])
    for at in np.flatnonzero(swapped):
        problem = "经度和纬度写反了（对调后正好在本镇内），请对调"
        faults.append(Fault(int(frame["row"].iloc[at]), header, f"{x[at]:g}, {y[at]:g}", problem))
    if far.any():
        warnings.append(
            f"{int(far.sum()):,} 行的坐标在本镇范围 {FAR_M / 1000:.0f} 公里以外，照样导入，请核对"
            f"（或用 --datum 指明坐标系）：{_rows(frame[far])}。"
        )
    if table.name == "places":
        _tell_outside(frame, drawn, held & ~swapped & ~far, warnings)
    near = int(held.sum() - far.sum() - swapped.sum())
    evidence = f"；{int(held.sum()):,} 行有坐标，其中 {near:,} 行在本镇已有区域的范围内或 {FAR_M / 1000:.0f} 公里以内"
    return _without(frame, swapped), evidence


def _metres_outside(x: np.ndarray, y: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Give roughly how many metres a position lies outside of bounds; 0 inside."""
    west, south, east, north = bounds
    across = np.maximum(np.maximum(west - x, x - east), 0) * np.cos(np.radians((south + north) / 2))
    along = np.maximum(np.maximum(south - y, y - north), 0)
    return np.asarray(np.hypot(across, along) * 111_320)


def _tell_outside(
    frame: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    held: np.ndarray,
    warnings: list[str],
) -> None:
    """Tell the places that lie in no area at all."""
    points = np.asarray(frame.geometry.array, dtype=object)
    found = locate(points, np.asarray(areas.geometry.array, dtype=object), areas["code"].tolist())
    outside = held & (found == NOWHERE)
    if outside.any():
        warnings.append(f"{int(outside.sum()):,} 个场所有坐标但不在任何区域内：{_rows(frame[outside])}。")


def _known_places(
    store: Store,
    table: Table,
    frame: pd.DataFrame,
    headers: Mapping[str, str],
    faults: list[Fault],
    warnings: list[str],
) -> Checked:
    """Match rows to places by id, else by name and position; reject those of unknown places."""
    places = store.ledger("places", columns={"places": ("id",)}).frames["places"]
    ids = frame["place_id"] if "place_id" in frame.columns else pd.Series(np.nan, index=frame.index, dtype="str")
    likeness = pd.Series(np.nan, index=frame.index)
    matched: list[Matched] = []
    unsure: list[Unsure] = []
    if "place_name" in frame.columns and (named := ids.isna() & frame["place_name"].notna()).any():
        found = recognise(store, frame[named])
        ids, likeness = ids.where(~named, found.ids), likeness.where(~named, found.likeness)
        matched, unsure = found.matched, found.unsure
        if count := int(found.ids.notna().sum()) - len(matched):
            warnings.append(f"{count:,} 行没有企业编号，按名称对上了唯一的场所。")
    frame = frame.assign(place_id=ids.astype("str"))
    if table.name == "inspections":  # also where an id came: it takes away what a name had said
        by = pd.Series("name", index=frame.index, dtype="str").where(likeness.notna())
        frame = frame.assign(matched_by=by, likeness=likeness)
    lost = (frame["place_id"].notna() & ~frame["place_id"].isin(places["id"])).to_numpy(copy=True)
    if table.name == "inspections":
        lost |= frame["place_id"].isna().to_numpy()
    header = headers.get("place_id", headers.get("place_name", "place_id"))
    names = frame["place_name"] if "place_name" in frame.columns else frame["place_id"]
    several = {each.row: "、".join(map(str, each.candidates)) for each in unsure}
    for row, place, name in zip(frame["row"][lost], frame["place_id"][lost], names[lost], strict=True):
        shown = place if isinstance(place, str) else name if isinstance(name, str) else ""
        problem = "库里没有这个场所，请先导入场所台账（wangge import … places），或改正编号"
        if row in several:
            problem = f"没有企业编号，名称拿不准是哪个场所，请填上编号再导入。可能是：{several[row]}"
        faults.append(Fault(int(row), header, shown, problem))
    if table.name == "hazards" and "inspection_id" in frame.columns:
        known = store.ledger("inspections", columns={"inspections": ("id",)}).frames["inspections"]["id"]
        unknown = frame["inspection_id"].notna() & ~frame["inspection_id"].isin(known) & ~lost
        if unknown.any():
            warnings.append(f"{int(unknown.sum()):,} 行的检查编号在库里找不到，照样导入：{_rows(frame[unknown])}。")
    doubtful = frame[lost & frame["row"].isin(several).to_numpy()]
    return Checked(_without(frame, lost), faults, warnings, "", matched, unsure, doubtful)


def _hazards(
    store: Store,
    table: Table,
    frame: pd.DataFrame,
    headers: Mapping[str, str],
    faults: list[Fault],
    warnings: list[str],
) -> pd.DataFrame:
    """Reject hazards that are told in two ways or whose days are out of order, and those that the service has in hand.

    Rows without an id are known by what they say: by then their places are known.
    """
    frame = _without(frame, contradicting(frame, with_ids(table, frame)["id"], headers, faults))
    frame = _without(frame, days_out_of_order(frame, headers, store.town, faults, warnings))
    ledger = store.ledger("hazards", "steps", columns={"hazards": ("id", *STEPPED), "steps": ("hazard_id",)})
    return _without(frame, under_way(frame, ledger.frames["hazards"], ledger.frames["steps"], headers, faults))


def _forwards(frame: pd.DataFrame, headers: Mapping[str, str], faults: list[Fault]) -> pd.DataFrame:
    """Reject spells that end before they begin."""
    bad = (frame["last"] < frame["first"]).to_numpy(bool)
    for row, first, last in zip(frame["row"][bad], frame["first"][bad], frame["last"][bad], strict=True):
        problem = f"结束日期早于开始日期 {first.date()}，请改正；还没有复产的，结束日期留空"
        faults.append(Fault(int(row), headers.get("last", "last"), str(last.date()), problem))
    return _without(frame, bad)


def _future(table: Table, frame: pd.DataFrame, headers: Mapping[str, str], town: Town) -> list[str]:
    """Tell the moments that are still to come: they count in no figure until then."""
    now = pd.Timestamp.now(town.zone)
    told = []
    for name in ("at", "found_at", "rectified_at", "closed_at", "start", "taken_at"):
        if name in frame.columns and (ahead := (frame[name] > now)).any():
            told.append(
                f"{int(ahead.sum()):,} 行的“{headers.get(name, name)}”在今天以后，照样导入，到那一天之前不计："
                f"{_rows(frame[ahead])}。"
            )
    return told


def _unknown_officers(store: Store, table: Table, frame: pd.DataFrame, headers: Mapping[str, str]) -> list[str]:
    """Tell the inspectors that the list of officers, when there is one, does not have."""
    if table.name not in ("inspections", "tracks", "photos") or "officer" not in frame.columns:
        return []
    officers = store.ledger("officers", columns={"officers": ("id", "name")}).frames["officers"]
    unknown = frame["officer"].notna() & ~frame["officer"].isin([*officers["id"], *officers["name"].dropna()])
    if officers.empty or not unknown.any():
        return []
    names = frame["officer"][unknown].drop_duplicates()
    told = "、".join(f"“{name}”" for name in names[:SHOWN]) + " 等" * (len(names) > SHOWN)
    header, rows = headers.get("officer", "检查人"), _rows(frame[unknown])
    return [f"{int(unknown.sum()):,} 行的{header}不在人员名单里，照样导入：{told}（{rows}）。"]


def _once(table: Table, frame: pd.DataFrame, headers: Mapping[str, str], faults: list[Fault]) -> pd.DataFrame:
    """Reject rows whose key stands in the file before, naming the row of the first."""
    if frame.empty:
        return frame
    keyed = with_ids(table, frame)
    keys = pd.Series(list(zip(*(keyed[name] for name in table.key), strict=True)), index=frame.index)
    again = keys.duplicated().to_numpy()
    if not again.any():
        return frame
    first = dict(reversed(list(zip(keys, frame["row"], strict=True))))
    header = headers.get(table.key[-1], table.key[-1])
    for row, key in zip(frame["row"][again], keys[again], strict=True):
        told = f"与第 {first[key]} 行重复，只保留第一次出现的；如果是不同的记录，请改用不同的编号"
        faults.append(Fault(int(row), header, str(key[-1]), told))
    return _without(frame, again)
