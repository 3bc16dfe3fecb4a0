"""Which ground of the town somebody came near as of a day: the table of contents of ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from coverage.ground.land import Land, land_of
from coverage.ground.marks import Marks, check_ins_of, first_day, marks_of
from coverage.ground.raster import FULL, Claims, Raster, Shares, add_shares, measure, paint
from coverage.periods import Period, check_day, period_of
from coverage.sources import known
from coverage.trails import Trails, trails_of
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.model import Town
from grids.blocks import metric_of
from grids.hierarchy import OUTSIDE, areas_of_town, at_level, levels_present, membership

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
    town, as_of, period
        What was asked; the period holds the day.
    width_m
        Ground nearer than this to a track or a check-in of the period is seen.
    masks
        Kinds of ground left out.
    areas
        As in an `Assessment`.
    land
        Their polygons without what is masked.
    ground
        One row an area, and a last one for ground of the town in no area of the lowest level: area_m2 = masked_m2 +
        seen_m2 + missed_m2 + no_data_m2.
    raster, seen, known
        Cells, and the share (255 = all) of each that was seen, and of which tracks would tell.
    earlier
        Marks before the period.
    first_mark
        Day of the first mark of the ledger; None without any up to the day.
    tracks, check_ins
        How many the period has.
    """

    town: Town
    as_of: date
    period: Period
    width_m: float
    masks: tuple[str, ...]
    areas: gpd.GeoDataFrame
    land: Land
    ground: pd.DataFrame
    raster: Raster
    seen: Shares
    known: Shares
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
    told = _known(areas, land, ledger.officers, of_period, raster)
    return GroundSeen(
        town=ledger.town,
        as_of=as_of,
        period=period,
        width_m=width_m,
        masks=kinds,
        areas=areas,
        land=land,
        ground=_ground(areas, land, raster, seen, told),
        raster=raster,
        seen=seen,
        known=told,
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


def _known(
    areas: gpd.GeoDataFrame, land: Land, officers: pd.DataFrame, trails: Trails, raster: Raster
) -> Shares:
    """Paint the ground of which tracks would tell: of the areas with a source, and of those in no area."""
    held = membership(areas.set_geometry(gpd.GeoSeries(land.whole, crs=raster.crs)), shapely.points(trails.xy))
    levels = [str(level) for level in levels_present(areas)]
    # each area is asked for by itself, the last row stands for ground in no area
    position, level_of = np.arange(len(areas) + 1), np.append(areas["level"].astype(str), "")
    alone = pd.DataFrame({level: np.where(level_of == level, position, OUTSIDE) for level in levels})
    told = known(alone, areas, officers, trails, held[levels[-1]])
    into = np.zeros((raster.rows, raster.columns), dtype=np.uint16)
    shapes = [land.whole[0]] if told[0] and len(levels) == 1 else [*land.whole[1:][told[1:-1]]]
    shapes += [land.nowhere] if told[-1] else []
    for shape in shapes:
        if shape is not None and not shape.is_empty:
            edges = raster.edges(shape)
            add_shares(edges.start, edges.end, edges.window, into)
    return (into >> 8).astype(np.uint8)


def _ground(
    areas: gpd.GeoDataFrame, land: Land, raster: Raster, seen: Shares, told: Shares
) -> pd.DataFrame:
    """Measure every area, level by level, then the ground in none of the lowest level."""
    rows = np.zeros((len(areas) + 1, 3))
    levels = levels_present(areas)
    for level in levels:
        claimed = np.zeros((raster.rows, raster.columns), dtype=np.uint16)
        here = at_level(areas, level)
        # where areas overlap the ground belongs to the smallest code, as points do
        for position in here.start + np.argsort(areas["code"].iloc[here].astype(str).to_numpy(), kind="stable"):
            rows[position] = _measure(land.open[position], raster, seen, told, claimed)
    rows[-1] = _measure(land.open_nowhere, raster, seen, told, claimed)
    frame = pd.DataFrame(rows * raster.cell_m2, columns=["seen_m2", "missed_m2", "no_data_m2"])
    masked = shapely.area(np.append(land.whole, land.nowhere)) - shapely.area(np.append(land.open, land.open_nowhere))
    frame.insert(0, "masked_m2", np.nan_to_num(np.maximum(masked, 0.0)))
    frame.insert(0, "area_m2", frame.sum(axis=1))
    return frame


def _measure(
    shape: shapely.Geometry | None, raster: Raster, seen: Shares, told: Shares, claimed: Claims
) -> tuple[float, float, float]:
    if shape is None or shape.is_empty:
        return 0.0, 0.0, 0.0
    edges = raster.edges(shape)
    return measure(edges.start, edges.end, edges.window, seen, told, claimed)
