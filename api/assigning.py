"""Who answers for what in a town: officers, stand-ins, leaders, orphans, as rows to print and rows to write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.workload import work_of
from geodata.errors import DivideProblem
from geodata.ledger import Ledger
from geodata.model import Level
from grids.assign import Crew, Grids, assign_officers, stand_ins
from grids.blocks import metric, metric_of, neighbours
from grids.graph import Floats, Graph, Ints
from grids.hierarchy import areas_of_town, at_level, membership
from grids.leaders import assign_leaders
from grids.orphans import ORDER, orphans

NEEDED: Mapping[str, tuple[str, ...] | None] = {
    "areas": None,
    "places": None,
    "roads": None,
    "officers": None,
    "successions": None,
}
OTHERS = ("grid_manager", "department", "clerk")
"""Roles whose people may answer for worrying places beside leaders."""


@dataclass(frozen=True)
class Change:
    """What an assignment would do: rows for people, rows of a table that change, sentences.

    Attributes
    ----------
    rows
        With the field names of `api.cli.headers`.
    shown
        Fields of the table for people.
    table, frame
        The table to write, and its rows (key and changed columns); empty when nothing changes.
    notes
        What is not as a person would expect.
    """

    rows: pd.DataFrame
    shown: tuple[str, ...]
    table: str
    frame: pd.DataFrame
    notes: list[str]


@dataclass(frozen=True)
class _Ground:
    """Grids and places of a town in metres, with the minutes a month of each place."""

    grids: gpd.GeoDataFrame
    shapes: np.ndarray
    grid_of_place: Ints
    minutes: Floats
    x: Floats
    y: Floats


def officers(ledger: Ledger, rules_text: str, as_of: date) -> Change:
    """Assign inspectors to grids, and stand-ins to inspectors."""
    ground = _ground(ledger, rules_text, as_of)
    crew = ledger.officers[ledger.officers["role"] == "inspector"].sort_values("id", ignore_index=True)
    if crew.empty:
        raise DivideProblem("人员表里没有安全员（角色 inspector）。请先导入人员（wangge import … officers）。")
    grids, people = _seats(ledger, ground, crew), _crew(ledger, ground, crew)
    found = assign_officers(grids, people)
    codes = np.array(grids.codes, dtype=object)
    area = np.full(len(crew), None, dtype=object)
    load, x, y, kept, skilled = (np.zeros(len(crew)) for _ in range(5))
    share = np.bincount([grid for each in found.grids for grid in each], minlength=len(codes))
    for officer, members, own, fits in zip(found.officer, found.grids, found.kept, found.skilled, strict=True):
        area[officer] = ";".join(sorted(codes[members]))
        load[officer] = (grids.graph.load[members] / share[members]).sum()
        x[officer], y[officer] = grids.graph.x[members].mean(), grids.graph.y[members].mean()
        kept[officer], skilled[officer] = own, fits
    stand_in = stand_ins(x, y, load)
    ids = crew["id"].to_numpy(dtype=object)
    replacing = np.array([ids[at] if at >= 0 else None for at in stand_in], dtype=object)
    before = crew["area"].to_numpy(dtype=object)
    rows = pd.DataFrame(
        {
            "officer": ids,
            "officer_name": crew["name"].to_numpy(dtype=object),
            "grid": area,
            "load": load.round(1),
            "stand_in": replacing,
            "before": before,
            "why": [_why(*each) for each in zip(before, area, kept, skilled, strict=True)],
        }
    )
    rows = rows.astype(dict.fromkeys(("officer", "officer_name", "grid", "stand_in", "before", "why"), "str"))
    changed = (rows["grid"] != rows["before"]) | (rows["stand_in"] != crew["stand_in"].astype("str"))
    frame = rows.loc[changed, ["officer", "grid", "stand_in"]].rename(columns={"officer": "id", "grid": "area"})
    notes = []
    if len(crew) < len(codes):
        notes.append(f"{len(crew)} 名安全员、{len(codes)} 个网格：相邻的网格并给一人，工作量均衡。")
    if len(crew) > len(codes):
        notes.append(f"{len(crew)} 名安全员、{len(codes)} 个网格：工作量大的网格由两人以上负责。")
    shown = ("officer", "officer_name", "grid", "load", "stand_in", "before", "why")
    return Change(rows, shown, "officers", frame.reset_index(drop=True), notes)


def leaders(ledger: Ledger, tag: str) -> Change:
    """Assign worrying places (with the tag) to leaders and other staff."""
    places, x, y = _placed(ledger)
    wanted = np.flatnonzero(places["tags"].fillna("").str.split(";").map(lambda tags: tag in tags).to_numpy(dtype=bool))
    if not len(wanted):
        raise DivideProblem(f"没有带标签“{tag}”的场所。请在场所台账的“标签”列里写上，或用 --tag 指明别的标签。")
    staff = ledger.officers[ledger.officers["role"].isin(["leader", *OTHERS])]
    staff = staff.assign(leads=staff["role"] == "leader").sort_values(["leads", "id"], ascending=[False, True])
    staff = staff.reset_index(drop=True)
    if staff.empty:
        raise DivideProblem("人员表里没有领导和部门人员（角色 leader、department 等）。请先导入人员。")
    own_x, own_y = _bases(ledger, staff)
    people = staff[["leads", "department"]].assign(x=own_x, y=own_y)
    mine = places.iloc[wanted].reset_index(drop=True)
    keys = {word: at for key in ("name", "id") for at, word in enumerate(staff[key]) if isinstance(word, str)}
    present = [keys.get(str(word), -1) for word in mine["leader"]]
    spots = mine[["department", "risk"]].assign(x=x[wanted], y=y[wanted])
    found = assign_leaders(spots, people, present)
    person = found["person"].to_numpy()
    called = staff["name"].where(staff["name"].notna(), staff["id"]).to_numpy(dtype=object)
    leader = np.array([called[at] if at >= 0 else None for at in person], dtype=object)
    rows = mine[["id", "name", "risk", "department"]].rename(columns={"id": "place_id"}).assign(
        leader=pd.Series(leader, dtype="str"),
        before=mine["leader"],
        metres=found["metres"],
        why=pd.Series([_why_leader(*each) for each in found.itertuples(index=False)], dtype="str"),
    )  # fmt: skip
    changed = rows["leader"].notna() & (rows["leader"] != rows["before"].astype("str"))
    frame = rows.loc[changed, ["place_id", "leader"]].rename(columns={"place_id": "id"}).reset_index(drop=True)
    left = int((person < 0).sum())
    full = f"{len(staff)} 个人都已排满（领导 3 个，其他人 2 个）"
    notes = [f"{left} 个不放心点位没有人包保：{full}。请增加人员。"] if left else []
    shown = ("place_id", "name", "risk", "department", "leader", "before", "metres", "why")
    return Change(rows, shown, "places", frame, notes)


def places_without_department(ledger: Ledger) -> Change:
    """List the places that no department answers for."""
    places, x, y = _placed(ledger)
    areas = areas_of_town(ledger.areas, ledger.town)
    points = np.asarray(places.geometry.array, dtype=object)
    inside = membership(areas, points)
    levels = [level for level in (Level.GRID, Level.COMMUNITY, Level.DISTRICT) if str(level) in inside]
    position = inside[str(levels[0])] if levels else np.full(len(places), -1)
    codes = np.array([*areas["code"], None], dtype=object)
    rows = orphans(places, x, y, pd.Series(codes[np.where(position < 0, -1, position)], index=places.index))
    rows = rows.rename(columns={"id": "place_id"})
    notes = [] if len(rows) else ["每个场所都有监管部门。"]
    return Change(rows, ("place_id", "name", "industry", "ask", "by", *ORDER), "places", pd.DataFrame(), notes)


def _placed(ledger: Ledger) -> tuple[gpd.GeoDataFrame, Floats, Floats]:
    """Give the places with metres."""
    places = ledger.places
    held = places.geometry.notna()
    crs = metric_of(places[held]) if held.any() else "EPSG:4547"
    points = np.asarray(places.to_crs(crs).geometry.array, dtype=object)
    return places, shapely.get_x(points), shapely.get_y(points)


def _ground(ledger: Ledger, rules_text: str, as_of: date) -> _Ground:
    areas = areas_of_town(ledger.areas, ledger.town)
    rows = at_level(areas, Level.GRID)
    grids = areas.iloc[rows]
    held = grids.geometry.notna().to_numpy()
    if not held.any():
        raise DivideProblem("还没有有边界的网格。请先导入，或用 wangge divide STORE --level grid --into N 划分。")
    grids = grids[held].reset_index(drop=True)
    crs = metric_of(grids)
    points = np.asarray(ledger.places.to_crs(crs).geometry.array, dtype=object)
    x, y = shapely.get_x(points), shapely.get_y(points)
    minutes = work_of(ledger, rules_text, as_of).minutes
    position = membership(areas, np.asarray(ledger.places.geometry.array, dtype=object))[str(Level.GRID)]
    of_row = np.full(len(areas) + 2, -1, dtype=np.int64)
    of_row[np.arange(rows.start, rows.stop)[held]] = np.arange(len(grids))
    return _Ground(grids, metric(grids, crs), of_row[position], minutes, x, y)


def _seats(ledger: Ledger, ground: _Ground, crew: pd.DataFrame) -> Grids:
    """Give the grids with their work by skill: a skill is the name of an industry."""
    k = len(ground.grids)
    held = ground.grid_of_place >= 0
    load = np.bincount(ground.grid_of_place[held], ground.minutes[held], k).astype(float)
    skills = sorted({skill for each in crew["skills"].dropna() for skill in each.split(";")})
    work = np.zeros((k, len(skills)))
    industry = ledger.places["industry"].to_numpy(dtype=object)
    for at, skill in enumerate(skills):
        mine = held & (industry == skill)
        work[:, at] = np.bincount(ground.grid_of_place[mine], ground.minutes[mine], k)
    pairs, shared, _ = neighbours(ground.shapes, np.array([], dtype=object))
    centre = shapely.centroid(ground.shapes)
    graph = Graph.of(pairs, shared, load, shapely.get_x(centre), shapely.get_y(centre))
    return Grids(ground.grids["code"].tolist(), graph, work, skills)


def _crew(ledger: Ledger, ground: _Ground, crew: pd.DataFrame) -> Crew:
    """Give what each inspector has now: grids, or what became of them."""
    at = {code: number for number, code in enumerate(ground.grids["code"])}
    became = _became(ledger, at)
    held = np.zeros((len(crew), len(at)))
    for row, area in enumerate(crew["area"]):
        for code in area.split(";") if isinstance(area, str) else ():
            if code in at:
                held[row, at[code]] = 1.0
            else:
                for new, share in became.get(code, {}).items():
                    held[row, new] = max(held[row, new], share)
    skills = sorted({skill for each in crew["skills"].dropna() for skill in each.split(";")})
    has = [[skill in (each.split(";") if isinstance(each, str) else ()) for skill in skills] for each in crew["skills"]]
    return Crew(crew["id"].tolist(), held, np.array(has, dtype=bool).reshape(len(crew), len(skills)))


def _became(ledger: Ledger, at: Mapping[str, int]) -> dict[str, dict[int, float]]:
    """Give what a grid that is no more became: position of a grid that there is → share of its places (or ground)."""
    rows = ledger.successions
    rows = rows[rows["level"] == str(Level.GRID)]
    found: dict[str, dict[int, float]] = {}
    for old, own in rows.groupby("old"):
        last = own[own["adoption"] == own["adoption"].iloc[-1]]
        size = last["places"] if last["places"].sum() else last["m2"]
        shares = zip(last["new"], size / size.sum(), strict=True)
        found[str(old)] = {at[new]: float(share) for new, share in shares if new in at}
    return found


def _bases(ledger: Ledger, staff: pd.DataFrame) -> tuple[Floats, Floats]:
    """Give where people belong, in metres: the middle of their community or grid; NaN for the whole town."""
    areas = areas_of_town(ledger.areas, ledger.town)
    deep = areas[areas["level"].isin(["community", "grid"]) & areas.geometry.notna()]
    if deep.empty:
        return np.full(len(staff), np.nan), np.full(len(staff), np.nan)
    places = ledger.places
    held = places.geometry.notna()
    crs = metric_of(places[held]) if held.any() else metric_of(deep)
    centre = deep.to_crs(crs).geometry.representative_point()
    of_code = dict(zip(deep["code"], zip(centre.x, centre.y, strict=True), strict=True))
    first = [str(area).split(";")[0] for area in staff["area"]]
    spots = np.array([of_code.get(code, (np.nan, np.nan)) for code in first], dtype=float).reshape(-1, 2)
    return spots[:, 0], spots[:, 1]


def _why(before: Any, after: Any, kept: float, skilled: float) -> str:
    if before == after:
        return "不变"
    stays = f"原网格的 {kept:.0%} 仍归本人" if kept else "换到有空缺的最近网格"
    skill = [f"专长对得上 {skilled:.0%}"] if skilled < 1 else []
    return "，".join([stays if isinstance(before, str) else "新上岗", *skill])


def _why_leader(person: int, kept: bool, department: bool, metres: float) -> str:
    if person < 0:
        return "人手已满"
    if kept:
        return "不变"
    near = f"，距离 {metres:,.0f} 米" if not np.isnan(metres) else ""
    return ("同一部门" if department else "就近安排" if near else "轮到有空的人") + near
