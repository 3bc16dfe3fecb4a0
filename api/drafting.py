"""A division on paper: what a draft keeps, what is done to it by hand, how it comes into force."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from api.dividing import Ask, Plan, areas_of_level, areas_within, measured, plan_of
from coverage.workload import Work, work_of
from geodata.errors import AdoptProblem, DivideProblem
from geodata.identity import areas_mark
from geodata.ledger import Ledger
from geodata.model import Level
from geodata.store import Store
from geodata.store.drafts import Draft
from grids.blocks import metric, metric_of
from grids.divide import Division
from grids.editing import Parts, merged, moved, split
from grids.succession import holding_most

KEPT = ("name", "parent", "parent_level", "manager", "came_from")
MOST_PARTS = 2_000


@dataclass(frozen=True)
class Paper:
    """A draft as it is worked on: its areas, each with a number of its own, and its figures.

    Attributes
    ----------
    level
        Of the areas.
    areas
        number (int, stays with an area), name, parent, parent_level, manager, came_from, geometry (EPSG:4326).
    """

    level: Level
    areas: gpd.GeoDataFrame

    def content(self) -> dict[str, Any]:
        """Give what the store keeps."""
        rows = self.areas[["number", *KEPT]].astype(object)
        rows = rows.where(rows.notna(), None).to_dict("records")
        shapes = [json.loads(each) for each in shapely.to_geojson(self.areas.geometry.to_numpy())]
        return {"areas": [{**row, "geometry": shape} for row, shape in zip(rows, shapes, strict=True)]}


def paper_of(level: str, content: Mapping[str, Any]) -> Paper:
    """Give the draft that was kept."""
    rows = content["areas"]
    columns = {name: pd.Series([row[name] for row in rows], dtype="str") for name in KEPT}
    shapes = shapely.from_geojson([json.dumps(row["geometry"]) for row in rows])
    frame = gpd.GeoDataFrame({"number": [int(row["number"]) for row in rows], **columns}, geometry=shapes, crs=4326)
    return Paper(Level(level), frame)


def paper_of_areas(level: Level, areas: gpd.GeoDataFrame) -> Paper:
    """Put areas (of a plan, or those that there are) on paper."""
    frame = areas.assign(number=np.arange(1, len(areas) + 1))
    if "came_from" not in frame:
        frame["came_from"] = frame["code"]
    return Paper(level, frame[["number", *KEPT, "geometry"]].reset_index(drop=True))


def paper_of_present(ledger: Ledger, level: Level) -> Paper:
    """Put the areas that there are on paper; DivideProblem where there are none."""
    areas = areas_of_level(ledger, level)
    if areas.empty:
        raise DivideProblem(f"还没有有边界的{level.chinese}，没有可以改的。请先划分一次。")
    return paper_of_areas(level, areas)


def edited(ledger: Ledger, paper: Paper, edit: Callable[[Parts], Parts]) -> Paper:
    """Give the draft after an edit of its parts in metres; a new part has a number that none of it has."""
    within = areas_within(ledger, Ask(paper.level))
    crs = metric_of(paper.areas)
    shapes = metric(paper.areas, crs)
    home = holding_most(shapes, metric(within, crs))
    numbers, names = paper.areas["number"].tolist(), paper.areas["name"].tolist()
    parts = edit(Parts(numbers, names, [str(each) for each in home], shapes))
    if len(parts.keys) > MOST_PARTS:
        raise DivideProblem(f"一个方案最多 {MOST_PARTS} 个区域。")
    row_of = {number: row for row, number in enumerate(numbers)}
    rows = np.array([row_of.get(key, -1) for key in parts.keys])
    frame = paper.areas.iloc[rows].reset_index(drop=True)
    new = np.flatnonzero(rows < 0)
    frame.loc[new, "number"] = max(numbers) + 1 + np.arange(len(new))
    frame.loc[new, "name"] = [parts.names[at] for at in new]
    frame.loc[new, ["manager", "came_from"]] = None
    for name, of in (("parent", "code"), ("parent_level", "level")):
        frame.loc[new, name] = [within[of].iloc[int(parts.homes[at])] for at in new]
    degrees = np.asarray(gpd.GeoSeries(parts.shapes, crs=crs).to_crs(4326).array, dtype=object)
    # what was not touched keeps its very shape
    same = (rows >= 0) & np.asarray(shapely.equals_identical(parts.shapes, shapes[rows]), dtype=bool)
    degrees[same] = np.asarray(paper.areas.geometry.array, dtype=object)[rows[same]]
    return Paper(paper.level, frame.set_geometry(gpd.GeoSeries(degrees, crs=4326)))


def merge(numbers: list[int]) -> Callable[[Parts], Parts]:
    """Give the edit that puts parts together."""
    return lambda parts: merged(parts, [_at(parts, number) for number in numbers])


def cut(line: list[list[float]], numbers: list[int], paper: Paper) -> Callable[[Parts], Parts]:
    """Give the edit that cuts parts along a line (lon, lat)."""
    if len(line) < 2:
        raise DivideProblem("请至少点两个点，画一条穿过区域的线。")
    metres = _metres(shapely.LineString(line), paper)
    return lambda parts: split(parts, metres, [_at(parts, number) for number in numbers])


def move(ring: list[list[float]], numbers: list[int], paper: Paper) -> Callable[[Parts], Parts]:
    """Give the edit that moves the ground inside a ring (lon, lat) to a part."""
    if len(ring) < 3:
        raise DivideProblem("请至少点三个点，把要划过去的地围起来。")
    if len(numbers) != 1:
        raise DivideProblem("请先点选一个区域：围起来的地划给它。")
    metres = _metres(shapely.Polygon(ring), paper)
    return lambda parts: moved(parts, metres, _at(parts, numbers[0]))


def _metres(shape: shapely.Geometry, paper: Paper) -> shapely.Geometry:
    return gpd.GeoSeries([shape], crs=4326).to_crs(metric_of(paper.areas)).iloc[0]


def _at(parts: Parts, number: int) -> int:
    if number not in parts.keys:
        raise DivideProblem(f"方案里没有编号 {number} 的区域，可能已被合并。请刷新网页。")
    return parts.keys.index(number)


def figures_of(ledger: Ledger, work: Work, paper: Paper) -> pd.DataFrame:
    """Give number, load, off (of the mean of all), compactness and places of each area of a draft."""
    found = measured(ledger, work.minutes, paper.areas.assign(code=paper.areas["number"].astype(str)))
    load = found["load"].to_numpy()
    mean = load.mean()
    off = load / mean - 1 if mean else np.zeros(len(load))
    return pd.DataFrame(found[["number", "load", "compactness", "places"]]).assign(off=off)


def plan_of_paper(ledger: Ledger, work: Work, paper: Paper) -> Plan:
    """Give what a draft would bring: codes, what ends, which places change hands."""
    within = areas_within(ledger, Ask(paper.level))
    crs = metric_of(paper.areas)
    shapes = metric(paper.areas, crs)
    found = measured(ledger, work.minutes, paper.areas.assign(code=paper.areas["number"].astype(str)))
    load = found["load"].to_numpy(dtype=float)
    mean = np.full(len(load), load.mean())
    division = Division(
        labels=np.arange(len(load)),
        area=holding_most(shapes, metric(within, crs)),
        load=load,
        wanted=mean,
        deviation=float(np.max(np.abs(load - mean) / mean)) if load.sum() else None,
        rounding=0.0,
        lumps=0.0,
        compactness=found["compactness"].to_numpy(dtype=float),
        shapes=shapes,
        notes=[],
        contiguous=bool((shapely.get_num_geometries(shapes) == 1).all()),
    )
    ask = Ask(paper.level, into=len(load), least_change=True)
    return plan_of(ledger, ask, division, within, crs, work=work, seconds=0.0)


def adopt_draft(store: Store, ledger: Ledger, kept: Draft, *, reason: str, day: date, actor: str, as_of: date) -> int:
    """Bring a draft into force, as it was read.

    AdoptProblem when areas have changed since it was begun, or nothing would change; ChangedProblem when the draft was
    changed since it was read.
    """
    if kept.base != areas_mark(ledger.areas):
        raise AdoptProblem("这个草稿开始以后，区域又有改动，没有启用。请按现在的区域另做一个方案。")
    paper = paper_of(kept.level, kept.content or {"areas": []})
    found = plan_of_paper(ledger, work_of(ledger, store.rules_text(as_of), as_of), paper)
    if not found.changed.any() and not found.ended:
        raise AdoptProblem("这个方案和现有的区域一样，没有什么要启用的。")
    return store.adopt(found.adoption(day, reason), actor=actor, base=kept.base, draft=kept)
