"""A town divided as a clerk asks: its ground in atoms, what they carry, areas out of them, what moves, what is written.

Read `plan` first: it is the table of contents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from time import perf_counter
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from coverage.workload import Work, work_of
from geodata.errors import DivideProblem
from geodata.identity import areas_mark
from geodata.ledger import Ledger
from geodata.locate import locate
from geodata.model import Level
from geodata.store.adopting import Adoption
from grids.blocks import Atoms, atom_of_places, atoms_of, metric, metric_of
from grids.communities import whole_areas
from grids.divide import Division, Stop, divide, roundness
from grids.graph import Floats, Ints
from grids.hierarchy import areas_of_town
from grids.naming import Named, named_districts, named_grids
from grids.partition import PATIENT, SEARCHING
from grids.redivide import BALANCE, Present, atoms_of_present, redivide
from grids.straightening import straightened
from grids.succession import succession
from grids.workload import minutes_of_atoms

NEEDED: Mapping[str, tuple[str, ...] | None] = {
    "areas": None,
    "past_areas": ("level", "code"),
    "places": None,
    "roads": ("class", "geometry"),
    "water": ("geometry",),
    "officers": ("id", "name", "area"),
}
"""Tables that a division needs, and their columns (None: all)."""

ATOMS_A_GRID, FEWEST_ATOMS, MOST_ATOMS = 100, 2_000, 60_000
"""About how many atoms there should be: enough that no single one upsets a grid, no more than is quick."""
FEW = 400
"""With fewer atoms the cheapest division is worth a long search."""

Tell = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and of how much (none of none: it can't be told)."""


@dataclass(frozen=True)
class Ask:
    """What the clerk asks for; see `wangge divide --help`."""

    level: Level
    into: int | None = None
    minutes: float | None = None
    within: Level | None = None
    seed: int = 0
    least_change: bool = False
    leaving: tuple[str, ...] = ()
    shares: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    balance: float = BALANCE


@dataclass(frozen=True)
class Plan:
    """A division that may come into force.

    Attributes
    ----------
    ask, base
        What was asked; the mark of the areas that it was made from.
    areas
        All areas of the level as they would be: code, name, level, parent, parent_level, parent_how, manager,
        geometry (EPSG:4326), and for people load and wanted (minutes a month), compactness, places, came_from (its code
        where it had one before, else None).
    changed
        (k,) whether each is new or has another shape.
    ended
        Codes that would be no more.
    before
        The areas of the level as they are.
    follows, successions
        As `Adoption` has them.
    moved
        Places that change hands: id, name, old, new (codes).
    work
        Of the places.
    figures
        The contract's JSON.
    rounding, lumps
        What of the largest deviation the rounding of areas to whole grids, and single atoms, make by themselves.
    notes
        Sentences about what is not as a person would expect.
    """

    ask: Ask
    base: str
    areas: gpd.GeoDataFrame
    changed: npt.NDArray[np.bool_]
    ended: list[str]
    before: gpd.GeoDataFrame
    follows: pd.DataFrame
    successions: pd.DataFrame
    moved: pd.DataFrame
    work: Work
    figures: dict[str, Any]
    rounding: float
    lumps: float
    notes: list[str]

    def adoption(self, day: date, reason: str) -> Adoption:
        """Give what the store is to take over."""
        columns = ["code", "name", "level", "parent", "parent_level", "parent_how", "manager", "geometry"]
        figures = {**self.figures, "ask": {key: str(value) for key, value in vars(self.ask).items() if value}}
        new = self.areas.loc[self.changed, columns].reset_index(drop=True)
        return Adoption(self.ask.level, day, reason, self.ended, new, self.follows, self.successions, figures)


def plan(
    ledger: Ledger,
    rules_text: str,
    ask: Ask,
    as_of: date,
    *,
    tell: Tell = lambda stage, done, of: None,
    stop: Stop = lambda: False,
) -> Plan:
    """Divide a town as asked; nothing is written.

    Parameters
    ----------
    ledger
        With the tables of `NEEDED`.
    rules_text
        The town's rules, by which places need visits.
    as_of
        Places that are open on this day count.

    Raises
    ------
    DivideProblem
        Says what is in the way, where, and what can be done.
    """
    start = perf_counter()
    tell("读取街道和水面，划出地块", 0, 0)
    within = areas_within(ledger, ask)
    before = areas_of_level(ledger, ask.level)
    if ask.least_change and before.empty:
        raise DivideProblem(f"还没有{ask.level.chinese}，谈不上改动最少。请先不带 --least-change 划一次。")
    atoms, present = _atoms(ledger, ask, within, before)
    tell("计算每个地块的工作量", 0, 0)
    work = work_of(ledger, rules_text, as_of)
    atom = atom_of_places(ledger.places.geometry, atoms)
    load = minutes_of_atoms(work.minutes, atom, len(atoms))
    told = _telling(tell)
    if present is not None:
        places = np.bincount(atom[atom >= 0], minlength=len(atoms)).astype(float)
        fixed = _fixed(ledger, ask, atom, present, atoms)
        shares = {code: each[0] for code, each in ask.shares.items()}
        division = redivide(
            atoms, load, within, present, places,
            into=ask.into, leaving=ask.leaving, shares=shares, fixed=fixed, balance=ask.balance,
            seed=ask.seed, tell=told, stop=stop,
        )  # fmt: skip
    else:
        schedule = SEARCHING if len(atoms) <= FEW else PATIENT
        division = divide(
            atoms, load, within,
            into=ask.into, minutes=ask.minutes, shares=_shares(ask, within),
            seed=ask.seed, tolerance=ask.balance, schedule=schedule, tell=told, stop=stop,
        )  # fmt: skip
    if present is None:
        division = _straight(ledger, atoms, division)
    notes = [*_idle(atoms, load, within), *division.notes]
    tell("编码、核对", 0, 0)
    division, crs = replace(division, notes=notes), atoms.frame.crs
    seconds = perf_counter() - start
    return plan_of(ledger, ask, division, within, crs, work=work, seconds=seconds)


def measured(ledger: Ledger, minutes: Floats, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give areas with load (minutes a month), places and compactness, as all maps and pages have them.

    Parameters
    ----------
    minutes
        (p,) a month of each place of the ledger.
    areas
        code, geometry (EPSG:4326), all with shapes.
    """
    codes = areas["code"].tolist()
    degrees = np.asarray(ledger.places.geometry.array, dtype=object)
    at = locate(degrees, np.asarray(areas.geometry.array, dtype=object), codes)
    shapes = metric(areas, metric_of(areas))
    return areas.assign(
        load=minutes_of_atoms(minutes, at, len(areas)),
        places=np.bincount(at[at >= 0], minlength=len(areas)),
        compactness=roundness(shapes),
    )


def _telling(tell: Tell) -> Callable[[int, int, float], None]:
    return lambda done, of, off: tell(f"划分（最大偏差 {off:.1%}）", done, of)


def areas_of_level(ledger: Ledger, level: Level) -> gpd.GeoDataFrame:
    """Give the areas of a level that have shapes, in order of their codes."""
    areas = areas_of_town(ledger.areas, ledger.town)
    mine = areas[(areas["level"] == str(level)) & areas.geometry.notna()]
    return mine.reset_index(drop=True)


def areas_within(ledger: Ledger, ask: Ask) -> gpd.GeoDataFrame:
    """Give the areas that no new one may cross: those asked for, else the lowest level above that has shapes."""
    town = ledger.town
    above = [level for level in (Level.COMMUNITY, Level.DISTRICT) if town.level.depth < level.depth < ask.level.depth]
    if ask.within in above:
        found = areas_of_level(ledger, ask.within)
        if found.empty:
            raise DivideProblem(
                f"还没有有边界的{ask.within.chinese}（{ask.within}）。"
                f"请先导入（wangge import … areas），或用 --within town 在全镇范围内划分。"
            )
        return found
    if ask.within is None and ask.level == Level.GRID:
        for level in above:
            if not (found := areas_of_level(ledger, level)).empty:
                return found
    return _whole_town(ledger)


def _whole_town(ledger: Ledger) -> gpd.GeoDataFrame:
    """Give the town as one area: its own shape, else that of all areas of the highest level that has shapes."""
    town = ledger.town
    root = areas_of_level(ledger, town.level)
    root = root[root["code"] == town.code].reset_index(drop=True)
    if len(root):
        return root
    for level in (Level.TOWN, Level.DISTRICT, Level.COMMUNITY, Level.GRID):
        if level.depth > town.level.depth and not (parts := areas_of_level(ledger, level)).empty:
            shape = shapely.union_all(parts.geometry.to_numpy())
            columns = {"code": [town.code], "name": [town.name], "level": [str(town.level)]}
            return gpd.GeoDataFrame(columns, geometry=[shape], crs=parts.crs)
    raise DivideProblem(
        f"{town.name}没有任何边界图形，不能划分。请先导入村/社区或全镇的边界（wangge import … areas）。"
    )


def _atoms(
    ledger: Ledger, ask: Ask, within: gpd.GeoDataFrame, before: gpd.GeoDataFrame
) -> tuple[Atoms, Present | None]:
    """Cut the ground: 片区 are put together of whole communities where there are any."""
    communities = areas_of_level(ledger, Level.COMMUNITY)
    if ask.level == Level.DISTRICT and len(communities) and not ask.least_change:
        return whole_areas(communities), None
    grids = ask.into or len(before)
    wanted = int(np.clip(ATOMS_A_GRID * grids, FEWEST_ATOMS, MOST_ATOMS))
    if ask.least_change:
        if ask.level == Level.DISTRICT:
            raise DivideProblem("片区由整个的村/社区组成，暂不支持 --least-change。请在网页的“网格划分”页里改。")
        return atoms_of_present(within, before, ledger.roads, ledger.water, wanted)
    return atoms_of(within, ledger.roads, ledger.water, wanted), None


def _straight(ledger: Ledger, atoms: Atoms, division: Division) -> Division:
    """Straighten the borders where all ground is hexagons: where there are streets, borders follow them."""
    if not (atoms.frame["kind"] == "hexagon").all():
        return division
    side = float(np.sqrt(2 * np.median(atoms.frame.area) / (3 * np.sqrt(3))))
    points = np.asarray(ledger.places.to_crs(atoms.frame.crs).geometry.array, dtype=object)
    shapes = straightened(division.shapes, division.area, points, side)
    return replace(division, shapes=shapes, compactness=roundness(shapes))


def _idle(atoms: Atoms, load: Floats, within: gpd.GeoDataFrame) -> list[str]:
    """Name the areas without any work."""
    work = np.bincount(atoms.frame["area"], load, len(within))
    there = np.isin(np.arange(len(within)), atoms.frame["area"])
    idle = within["name"][(work == 0) & there].tolist() if work.any() else []
    return [f"{'、'.join(idle[:10])}{' 等' * (len(idle) > 10)} 没有要查的场所，各为一个网格。"] if idle else []


def _shares(ask: Ask, within: gpd.GeoDataFrame) -> dict[int, Floats]:
    codes = within["code"].tolist()
    unknown = [code for code in ask.shares if code not in codes]
    if unknown:
        raise DivideProblem(f"--share 里的 {'、'.join(unknown)} 不是要划分的区域。可以写：{'、'.join(codes[:10])}。")
    if ask.fixed or ask.leaving:
        raise DivideProblem("--fix 和 --leaving 说的是现有的网格，要和 --least-change 一起用。")
    return {codes.index(code): np.array(each) for code, each in ask.shares.items()}


def _fixed(ledger: Ledger, ask: Ask, atom: Ints, present: Present, atoms: Atoms) -> Ints | None:
    """Give the present grid that each atom must be of: that of a place in it that was fixed."""
    if not ask.fixed:
        return None
    fixed, codes = np.full(len(atoms), -1, dtype=np.int64), present.codes
    ids = ledger.places["id"].tolist()
    for place, code in ask.fixed.items():
        if place not in ids:
            raise DivideProblem(f"--fix 里的 {place} 不是场所的编号。")
        if code not in codes:
            raise DivideProblem(f"--fix 里的 {code} 不是现有网格的编码。")
        at = int(atom[ids.index(place)])
        if at < 0:
            raise DivideProblem(f"场所 {place} 没有坐标，或不在本镇范围内，不知道它在哪个地块。请先补上坐标。")
        if present.area[codes.index(code)] != atoms.frame["area"].iloc[at]:
            raise DivideProblem(
                f"场所 {place} 和网格 {code} 不在同一个村/社区（或片区）里，网格不跨边界，不能这样固定。"
            )
        if fixed[at] not in (-1, codes.index(code)):
            other = codes[fixed[at]]
            raise DivideProblem(
                f"场所 {place} 所在的地块已固定给 {other}，不能又固定给 {code}。一个地块只能归一个网格。"
            )
        fixed[at] = codes.index(code)
    return fixed


def _named(
    ledger: Ledger, ask: Ask, division: Division, within: gpd.GeoDataFrame, before: gpd.GeoDataFrame, crs: CRS
) -> Named:
    both = pd.concat([pd.DataFrame(frame)[["level", "code"]] for frame in (ledger.areas, ledger.frames["past_areas"])])
    used = set(both.loc[both["level"] == str(ask.level), "code"])
    if ask.level == Level.DISTRICT:
        return named_districts(division, within, before, town=ledger.town, used=used, crs=crs)
    communities = areas_of_level(ledger, Level.COMMUNITY)
    inside = communities if len(communities) else within
    return named_grids(
        division, within, inside, before, town=ledger.town, used=used, crs=crs, any_border=ask.least_change
    )


def plan_of(
    ledger: Ledger,
    ask: Ask,
    division: Division,
    within: gpd.GeoDataFrame,
    crs: CRS,
    *,
    work: Work,
    seconds: float,
) -> Plan:
    """Put together what the office sees: areas with their codes, what ends, who changes hands, the figures.

    Parameters
    ----------
    within
        The areas that the parts of the division lie in.
    crs
        Of the division's metres.
    work, seconds
        Of the places; how long the dividing took.
    """
    before = areas_of_level(ledger, ask.level)
    named = _named(ledger, ask, division, within, before, crs)
    crs = metric_of(named.areas)
    points = np.asarray(ledger.places.to_crs(crs).geometry.array, dtype=object)
    old, new = metric(before, crs) if len(before) else np.array([], dtype=object), metric(named.areas, crs)
    pairs = succession(old, new, points)
    was = _codes_at(ledger, before)
    now = _codes_at(ledger, named.areas)
    moved = np.flatnonzero((was != now) & (was != "") & (now != ""))
    places = ledger.places.iloc[moved]
    frame = pd.DataFrame({"id": places["id"].to_numpy(), "name": places["name"].to_numpy()})
    areas = named.areas.assign(places=named.areas["code"].map(pd.Series(now).value_counts()).fillna(0).astype(int))
    codes = areas["code"].tolist()
    old_codes = before["code"].to_numpy(dtype=object) if len(before) else np.array([], dtype=object)
    ended = [code for code in old_codes.tolist() if code not in codes]
    kept = pairs[~np.isin(pairs["new"], np.flatnonzero(~named.changed))]
    successions = pd.DataFrame(
        {
            "level": pd.Series([str(ask.level)] * len(kept), dtype="str"),
            "old": pd.Series(old_codes[kept["old"].to_numpy(dtype=int)], dtype="str"),
            "new": pd.Series(np.array(codes, dtype=object)[kept["new"].to_numpy(dtype=int)], dtype="str"),
            "m2": kept["m2"].to_numpy(dtype=float),
            "places": kept["places"].to_numpy(dtype=float),
        }
    )
    return Plan(
        ask=ask,
        base=areas_mark(ledger.areas),
        areas=areas,
        changed=named.changed,
        ended=ended,
        before=before,
        follows=_follows(ledger, areas) if ask.level == Level.DISTRICT else pd.DataFrame(),
        successions=successions,
        moved=frame.assign(old=was[moved], new=now[moved]),
        work=work,
        figures={
            "level": str(ask.level),
            "areas": len(areas),
            "max_deviation": division.deviation,
            "contiguous": division.contiguous,
            "compactness": {"mean": float(division.compactness.mean()), "min": float(division.compactness.min())},
            "cut_places": int(((_codes_at(ledger, within) != "") & (now == "")).sum()),
            "seconds": round(seconds, 2),
            "codes": sorted(codes),
            "rounding": division.rounding,
            "largest_block": division.lumps,
            "minutes_a_month": round(float(work.minutes.sum()), 1),
            "travel": work.travel,
            "moved_places": len(moved),
            "ended": ended,
            "notes": division.notes,
        },
        rounding=division.rounding,
        lumps=division.lumps,
        notes=division.notes,
    )


def _codes_at(ledger: Ledger, areas: gpd.GeoDataFrame) -> np.ndarray:
    """Give the code of the area that holds each place, as all figures have it; empty for none."""
    if areas.empty:
        return np.full(len(ledger.places), "", dtype=object)
    points = np.asarray(ledger.places.geometry.array, dtype=object)
    polygons = np.asarray(areas.geometry.array, dtype=object)
    found = locate(points, polygons, areas["code"].tolist())
    codes = np.append(areas["code"].to_numpy(dtype=object), "")
    return np.asarray(codes[found], dtype=object)


def _follows(ledger: Ledger, districts: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give the communities with the 片区 that each lies in now."""
    communities = areas_of_level(ledger, Level.COMMUNITY)
    if communities.empty:
        return pd.DataFrame()
    inner = np.asarray(shapely.point_on_surface(communities.geometry.to_numpy()), dtype=object)
    at = locate(inner, np.asarray(districts.geometry.array, dtype=object), districts["code"].tolist())
    parents = np.array([*districts["code"], None], dtype=object)[at]
    frame = communities[["level", "code"]].assign(parent=parents, parent_level="district", parent_how="declared")
    return pd.DataFrame(frame[frame["parent"].notna()]).astype("str").reset_index(drop=True)
