"""Which ground of the town somebody came near as of a day: the table of contents of ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.ground.cells import Raster
from coverage.ground.land import Land, land_of
from coverage.ground.loops import FULL, Claims, Floats, Shares, measure, paint
from coverage.ground.marks import Marks, check_ins_of, first_day, marks_of
from coverage.ground.told import Told, parts_of, told_ground
from coverage.periods import Period, check_day, period_of
from coverage.trails import trails_of
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.model import Town
from grids.blocks import metric_of
from grids.hierarchy import areas_of_town, at_level, levels_present

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "areas": ("code", "name", "level", "since", "geometry"),
        "past_areas": ("code", "name", "level", "since", "until", "geometry"),
        "tracks": ("id", "officer", "start", "times", "geometry"),
        "inspections": ("at", "by", "accuracy", "geotag", "geometry"),
        "officers": ("id", "name", "role", "area"),
        "water": ("id", "geometry"),
        "masks": ("id", "kind", "geometry"),
    }
)
"""Tables and columns that `ground_seen` reads."""

WIDTH_M = 30.0
"""To either side of a track, and round a check-in: the fronts of both sides of a street, the yards behind a gate."""
NARROWEST_M, WIDEST_M = 5.0, 500.0

WATER = "water"


@dataclass(frozen=True)
class GroundSeen:
    """The ground of a town, and which of it was seen as of a day.

    Attributes
    ----------
    town, as_of, every, period
        What was asked; the period of that kind holds the day.
    width_m
        Ground nearer than this to a track or a check-in of the period is seen.
    masks
        Kinds of ground left out.
    areas
        As in an `Assessment`.
    land
        Their polygons, with and without what is masked.
    told
        Ground of which tracks would tell.
    ground
        One row an area, and a last one for ground of the town in no area of the lowest level: area_m2 = masked_m2 +
        seen_m2 + missed_m2 + no_data_m2.
    raster, seen
        Cells, and the share (255 = all) of each that was seen.
    earlier
        Marks before the period.
    first_mark
        Day of the first mark of the ledger; None without any up to the day.
    tracks, check_ins
        How many the period has.
    """

    town: Town
    as_of: date
    every: str
    period: Period
    width_m: float
    masks: tuple[str, ...]
    areas: gpd.GeoDataFrame
    land: Land
    told: Told
    ground: pd.DataFrame
    raster: Raster
    seen: Shares
    earlier: Marks
    first_mark: date | None
    tracks: int
    check_ins: int


def ground_seen(
    ledger: Ledger,
    as_of: date,
    every: str = "month",
    width_m: float = WIDTH_M,
    masks: Sequence[str] | None = None,
) -> GroundSeen:
    """Say which ground was seen in the period that holds a day, from tracks and check-ins up to the end of that day.

    Parameters
    ----------
    ledger
        With the tables and columns of `NEEDED`.
    every
        Kind of period, a word of `coverage.periods.CALENDARS`.
    width_m
        Metres to either side.
    masks
        Kinds of ground to leave out: `water` (the table of that name too), and kinds of the table `masks`. All of
        them when left out.

    Raises
    ------
    QuestionProblem
        No area has a border, a width or a day that can't be meant, or a kind of mask that the town doesn't have.
    """
    check_day(as_of)
    if not NARROWEST_M <= width_m <= WIDEST_M:
        raise QuestionProblem(f"宽度 {width_m:g} 米不在 {NARROWEST_M:g} 至 {WIDEST_M:g} 米之间。")
    period = period_of(every, as_of)
    areas = areas_of_town(ledger.areas_on(as_of), ledger.town)
    if areas.geometry.isna().all():
        raise QuestionProblem("还没有区域的边界，算不出地面。请先导入：wangge import STORE areas 文件。")
    crs = metric_of(areas)
    kinds, masked = _masks(ledger, masks)
    land = land_of(areas, masked, crs)
    trails = trails_of(ledger, as_of, crs)
    marks = marks_of(trails, check_ins_of(ledger.inspections, ledger.town, as_of, crs))
    begun = np.datetime64(period.first, "D")
    raster = Raster.over(land.bounds, width_m, crs)
    now = marks.some(marks.day >= begun)
    seen = _near(now, raster, width_m)
    of_period = trails.some(trails.day >= begun)
    told = told_ground(areas, land, ledger.officers, of_period, crs)
    return GroundSeen(
        town=ledger.town,
        as_of=as_of,
        every=every,
        period=period,
        width_m=width_m,
        masks=kinds,
        areas=areas,
        land=land,
        told=told,
        ground=_ground(areas, land, told, raster, seen),
        raster=raster,
        seen=seen,
        earlier=marks.some(marks.day < begun),
        first_mark=first_day(marks),
        tracks=len(np.unique(of_period.track)),
        check_ins=len(now.day) - len(of_period.day),
    )


def _masks(ledger: Ledger, asked: Sequence[str] | None) -> tuple[tuple[str, ...], gpd.GeoSeries]:
    """Give the kinds of ground that are left out, and their polygons."""
    kinds = ledger.masks["kind"].astype(object).where(ledger.masks["kind"].notna(), "other")
    there = dict.fromkeys([*([WATER] if len(ledger.water) else []), *sorted(kinds.unique())])
    chosen = tuple(there) if asked is None else tuple(dict.fromkeys(asked))
    if unknown := [kind for kind in chosen if kind not in there and kind != WATER]:
        raise QuestionProblem(f"没有“{unknown[0]}”这一类不计地块，现有：{'、'.join(there) or '无'}。")
    of_masks = ledger.masks.geometry[kinds.isin(chosen).to_numpy(bool)]
    water = ledger.water.geometry if WATER in chosen else ledger.water.geometry.iloc[:0]
    return chosen, gpd.GeoSeries([*water, *of_masks], crs=4326)


def _near(marks: Marks, raster: Raster, width_m: float) -> Shares:
    """Paint the ground near marks."""
    seen = np.zeros((raster.rows, raster.columns), dtype=np.uint8)
    at = raster.in_cells(marks.xy)
    full = np.full(len(at), FULL, dtype=np.uint16)
    paint(at[:, 0].copy(), at[:, 1].copy(), marks.linked, full, width_m / raster.cell, True, seen)
    return seen


def latest_near(marks: Marks, raster: Raster, width_m: float, origin: np.datetime64) -> Claims:
    """Give for each cell the latest day on which somebody came near its middle: days since `origin`, 0 for never."""
    latest = np.zeros((raster.rows, raster.columns), dtype=np.uint16)
    at = raster.in_cells(marks.xy)
    days = np.clip((marks.day - origin).astype(np.int64), 1, 65535).astype(np.uint16)
    paint(at[:, 0].copy(), at[:, 1].copy(), marks.linked, days, width_m / raster.cell, False, latest)
    return latest


def _ground(areas: gpd.GeoDataFrame, land: Land, told: Told, raster: Raster, seen: Shares) -> pd.DataFrame:
    """Measure every area, level by level, then the ground in none of them."""
    cells = np.zeros((len(areas) + 1, 2))
    levels = levels_present(areas)
    for level in levels:
        claimed = np.zeros(seen.shape, dtype=np.uint16)
        rows = at_level(areas, level)
        # where areas overlap the ground belongs to the smallest code, as points do
        for position in rows.start + np.argsort(areas["code"].iloc[rows].astype(str).to_numpy(), kind="stable"):
            cells[position] = _measure(land.open[position], raster, seen, claimed)
    cells[-1] = _measure(land.open_nowhere, raster, seen)
    missed = _missed(areas, land, told, raster, seen, cells)
    masked = shapely.area(np.append(land.whole, land.nowhere)) - shapely.area(np.append(land.open, land.open_nowhere))
    frame = pd.DataFrame(
        {
            "masked_m2": np.maximum(np.nan_to_num(masked), 0.0),
            "seen_m2": cells[:, 1] * raster.cell_m2,
            "missed_m2": missed * raster.cell_m2,
            "no_data_m2": np.maximum(cells[:, 0] - cells[:, 1] - missed, 0.0) * raster.cell_m2,
        }
    )
    frame.insert(0, "area_m2", frame.sum(axis=1))
    return frame


def _missed(areas: gpd.GeoDataFrame, land: Land, told: Told, raster: Raster, seen: Shares, cells: Floats) -> Floats:
    """Give how many cells of each area were missed: of the pieces of ground that lie in it."""
    lowest = told.area >= 0
    of_piece = np.zeros(len(told.shapes))
    of_piece[lowest] = cells[told.area[lowest], 0] - cells[told.area[lowest], 1]
    of_piece[~lowest] = [_unseen(shape, raster, seen) for shape in told.shapes[~lowest]]
    missed = np.zeros(len(cells))
    for level in levels_present(areas):
        piece, position, parts = parts_of(told, areas, land, str(level), raster.crs)
        whole = shapely.is_missing(parts)
        np.add.at(missed, position[whole], of_piece[piece[whole]])
        np.add.at(missed, position[~whole], [_unseen(part, raster, seen) for part in parts[~whole]])
    return np.minimum(missed, cells[:, 0] - cells[:, 1])


def _unseen(shape: shapely.Geometry, raster: Raster, seen: Shares) -> float:
    cells, looked = _measure(shape, raster, seen)
    return cells - looked


def _measure(
    shape: shapely.Geometry | None, raster: Raster, seen: Shares, claimed: Claims | None = None
) -> tuple[float, float]:
    """Give how many cells a polygon has, and how many were seen."""
    if shape is None or shape.is_empty:
        return 0.0, 0.0
    edges = raster.edges(shape)
    taken = claimed if claimed is not None else np.zeros(seen.shape, dtype=np.uint16)
    return measure(edges.start, edges.end, edges.window, seen, taken)
