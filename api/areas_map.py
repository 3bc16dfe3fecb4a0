"""The map of a division: of a day beside the one before it, or of a plan beside what there is."""

from __future__ import annotations

from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd

from api.dividing import Plan, measured
from coverage.workload import Work, work_of
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.locate import locate
from geodata.model import Level
from geodata.store import Store
from grids.hierarchy import areas_of_town
from maps.backdrop import Backdrop
from maps.canvas import Tiles
from maps.division import Divided, division_map

TABLES = ("areas", "past_areas", "adoptions", "places", "roads", "water")


def areas_map(store: Store, as_of: date, level: Level, tiles: Tiles | None = None) -> str:
    """Draw the areas of a day beside those before the last adoption; alone where nothing was adopted by then."""
    ledger = store.ledger(*TABLES)
    return areas_map_of(ledger, work_of(ledger, store.rules_text(as_of), as_of), as_of, level, tiles)


def areas_map_of(ledger: Ledger, work: Work, as_of: date, level: Level, tiles: Tiles | None = None) -> str:
    """Draw as `areas_map` does, of a ledger with `TABLES`."""
    after = _drawn(ledger, level, as_of)
    if after.empty:
        raise QuestionProblem(f"{as_of} 没有有边界的{level.chinese}。请先导入，或用 wangge divide 划分。")
    rows = ledger.adoptions
    done = rows[(rows["level"] == str(level)) & (rows["day"] <= pd.Timestamp(as_of))].sort_values("day", kind="stable")
    before, notes = None, []
    if len(done):
        last = done.iloc[-1]
        notes = [f"{last['day'].date()} 启用：{last['reason']}"]
        earlier = _drawn(ledger, level, last["day"].date() - timedelta(days=1))
        if len(earlier) and not _same(earlier, after):
            before = Divided(f"{last['day'].date()} 以前", measured(ledger, work.minutes, earlier))
    words = f"{as_of}" if before is None else f"{done.iloc[-1]['day'].date()} 起"
    now = Divided(words, measured(ledger, work.minutes, after))
    moved = _moved(ledger, before.areas if before is not None else None, after)
    backdrop = Backdrop.from_ledger(ledger)
    return division_map(ledger.town, as_of, level, now, before, moved, backdrop, notes=notes, tiles=tiles)


def plan_map(ledger: Ledger, found: Plan, as_of: date, tiles: Tiles | None = None) -> str:
    """Draw what a plan would make beside what there is."""
    before = Divided("现在", measured(ledger, found.work.minutes, found.before)) if len(found.before) else None
    after = Divided("方案", measured(ledger, found.work.minutes, found.areas))
    moved = _moved(ledger, found.before if len(found.before) else None, found.areas)
    backdrop = Backdrop.from_ledger(ledger)
    level, notes = found.ask.level, list(found.notes)
    if found.rounding:
        notes.append(f"最大偏差里，把各区域的工作量凑成整数个{level.chinese}就有 {found.rounding:.1%}。")
    return division_map(ledger.town, as_of, level, after, before, moved, backdrop, notes=notes, tiles=tiles)


def _drawn(ledger: Ledger, level: Level, day: date) -> gpd.GeoDataFrame:
    areas = areas_of_town(ledger.areas_on(day), ledger.town)
    return areas[(areas["level"] == str(level)) & areas.geometry.notna()].reset_index(drop=True)


def _same(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> bool:
    return one["code"].tolist() == other["code"].tolist() and bool(one.geometry.geom_equals(other.geometry).all())


def _moved(ledger: Ledger, before: gpd.GeoDataFrame | None, after: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give the places that are in an area of another code than before."""
    places = ledger.places
    if before is None:
        return pd.DataFrame({name: [] for name in ("name", "lon", "lat", "old", "new")})
    points = np.asarray(places.geometry.array, dtype=object)
    codes, names = [], []
    for areas in (before, after):
        at = locate(points, np.asarray(areas.geometry.array, dtype=object), areas["code"].tolist())
        codes.append(np.array([*areas["code"], None], dtype=object)[at])
        names.append(np.array([*areas["name"], "（不在区域内）"], dtype=object)[at])
    rows = np.flatnonzero(codes[0] != codes[1])
    point = places.geometry.iloc[rows]
    frame = pd.DataFrame(
        {"name": places["name"].to_numpy()[rows], "lon": point.x.to_numpy(), "lat": point.y.to_numpy()}
    )
    return frame.assign(old=names[0][rows], new=names[1][rows])
