"""What of the town a person sees: rows of the own areas or industries, taken before any figure is made of them.

The town is cut down to the own part: areas above the own ones keep their names and lose the ground that is not theirs,
so that every figure, map and list of "the town" is one of that part, and adds up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from api.kept import Part, Table, Tables
from geodata.accounts.model import User
from geodata.locate import locate
from geodata.model import LEVELS

Flags = npt.NDArray[np.bool_]

BY_PLACE = ("exemptions", "moves", "risk_decisions")
ON_GROUND = ("roads", "water", "masks")
UNLIMITED = ("clerk", "leader")
"""Roles that see the town where nothing is named."""


@dataclass(frozen=True)
class Scope:
    """Which part of the town: what lies in the areas, and is of the industries or the department.

    Attributes
    ----------
    areas
        As `level:code`.
    officer
        Whose areas (those of the officer's row) count too; visits and tracks of that officer are always seen.
    industries, department
        Of places; both empty: any.
    """

    areas: frozenset[str] = frozenset()
    officer: str | None = None
    industries: frozenset[str] = frozenset()
    department: str | None = None

    @classmethod
    def of(cls, user: User) -> Scope | None:
        """Give what a user sees; None: everything."""
        scope = cls(frozenset(user.areas), user.officer, frozenset(user.industries), user.department)
        if user.role in UNLIMITED and not (scope.areas or scope.by_industry):
            return None
        return scope

    @property
    def by_industry(self) -> bool:
        """Whether places of some industries alone are meant."""
        return bool(self.industries or self.department)

    @property
    def by_area(self) -> bool:
        """Whether areas are meant: those named, else the officer's, where no industry is named."""
        return bool(self.areas) or not self.by_industry


@dataclass(frozen=True)
class Ground:
    """The ground of a scope: which rows of `areas` are its own, and their union."""

    own: Flags
    union: shapely.Geometry


@dataclass(frozen=True)
class Narrowed:
    """Tables cut down to a scope, and what they were cut from."""

    scope: Scope
    whole: Tables
    own: Tables
    parts: Mapping[str, tuple[tuple[Part, Part], ...]]
    basis: tuple[Part, ...]


def narrowed(whole: Tables, scope: Scope, before: Narrowed | None = None) -> Narrowed:
    """Cut tables down to a scope; of what was cut `before`, only parts that came since are looked at."""
    basis = tuple(part for name in ("areas", "officers", "places") for part in whole.tables[name].parts)
    known = before if before is not None and before.scope == scope and _same(before.basis, basis) else None
    ground = _ground(whole, scope) if scope.by_area else None
    cut = _Cut(known)
    # from the basis down: each is asked of what was kept of the one before
    cut.table("areas", whole, lambda rows: _areas(rows, ground))
    cut.table("past_areas", whole, lambda rows: _past_areas(rows, whole["areas"], ground))
    cut.table("officers", whole, lambda rows: _officers(rows, cut.tables["areas"].whole, scope, ground))
    cut.table("places", whole, lambda rows: rows[_places(rows, whole["areas"], scope, ground)])
    places = cut.ids("places")
    officers = frozenset([scope.officer]) if scope.officer else frozenset[str]()

    def here(rows: pd.DataFrame) -> Flags:
        """Rows at own places, or at none: of the officer, or where they stand."""
        nowhere = rows["place_id"].isna().to_numpy(bool)
        own = rows["officer"].isin(officers).to_numpy(bool) if "officer" in rows else np.zeros(len(rows), dtype=bool)
        if ground is not None:
            own = own | (shapely.intersects(ground.union, np.asarray(rows["geometry"].array, dtype=object)))
        return np.asarray(rows["place_id"].isin(places).to_numpy(bool) | (nowhere & own))

    for name in ("inspections", "hazards", "photos"):
        cut.table(name, whole, lambda rows: rows[here(rows)])
    cut.table("steps", whole, lambda rows: rows[rows["hazard_id"].isin(cut.ids("hazards"))])
    cut.table("reviews", whole, lambda rows: rows[rows["inspection_id"].isin(cut.ids("inspections"))])
    for name in BY_PLACE:
        cut.table(name, whole, lambda rows: rows[rows["place_id"].isin(places)])
    if ground is not None:
        for name in ON_GROUND:
            cut.table(name, whole, lambda rows: rows[_touches(rows, ground.union)])
    walkers = cut.ids("officers") if ground is not None else officers
    cut.table("tracks", whole, lambda rows: rows[rows["officer"].isin(walkers)])
    own = Tables({**whole.tables, **cut.tables})
    return Narrowed(scope, whole, own, cut.parts, basis)


class _Cut:
    """Tables cut so far; a part that was cut before is taken as it was."""

    def __init__(self, known: Narrowed | None) -> None:
        self._known = {} if known is None else known.parts
        self.parts: dict[str, tuple[tuple[Part, Part], ...]] = {}
        self.tables: dict[str, Table] = {}

    def table(self, name: str, whole: Tables, keep: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        done = []
        for part in whole.tables[name].parts:
            found = next((cut for of, cut in self._known.get(name, ()) if of is part), None)
            done.append((part, found or Part(keep(part.rows).reset_index(drop=True))))
        self.parts[name] = tuple(done)
        self.tables[name] = Table([cut for _, cut in done])

    def ids(self, name: str) -> frozenset[str]:
        return frozenset().union(*(part.ids for part in self.tables[name].parts))


def _same(old: tuple[Part, ...], new: tuple[Part, ...]) -> bool:
    return len(old) == len(new) and all(one is other for one, other in zip(old, new, strict=True))


def _ground(whole: Tables, scope: Scope) -> Ground:
    areas, officers = whole["areas"], whole["officers"]
    keys = areas["level"].astype(str) + ":" + areas["code"].astype(str)
    own = keys.isin(scope.areas).to_numpy(bool)
    if scope.officer and not scope.areas:
        texts = officers["area"][(officers["id"] == scope.officer).to_numpy(bool)].dropna()
        own = own | (areas["code"].isin([code for text in texts for code in text.split(";")]).to_numpy(bool))
    shapes = np.asarray(areas["geometry"].array, dtype=object)
    return Ground(own, shapely.union_all(shapes[own]))


def _depths(areas: pd.DataFrame) -> npt.NDArray[np.int64]:
    depth = {str(level): level.depth for level in LEVELS}
    return np.fromiter((depth[level] for level in areas["level"]), dtype=np.int64, count=len(areas))


def _areas(areas: pd.DataFrame, ground: Ground | None) -> pd.DataFrame:
    """Give the own areas, those inside of them, and those above with nothing but the own ground."""
    if ground is None:
        return areas
    shapes, depths = np.asarray(areas["geometry"].array, dtype=object), _depths(areas)
    points = shapely.point_on_surface(shapes)
    own_points, own_depths, own_shapes = points[ground.own], depths[ground.own], shapes[ground.own]
    root = depths == depths.min(initial=len(LEVELS))
    above = (depths[:, None] < own_depths) & (shapely.intersects(shapes[:, None], own_points) | root[:, None])
    inside = shapely.intersects(ground.union, points) & (depths > own_depths.min(initial=len(LEVELS)))
    cut = shapes.copy()
    for row in np.flatnonzero(above.any(axis=1) & ~ground.own & ~shapely.is_missing(shapes)):
        cut[row] = _many(shapely.union_all(own_shapes[above[row]]))
    kept = ground.own | inside | above.any(axis=1) | root
    return _with_shapes(areas, cut, kept)


def _past_areas(past: pd.DataFrame, areas: pd.DataFrame, ground: Ground | None) -> pd.DataFrame:
    if ground is None or past.empty:
        return past
    shapes = np.asarray(past["geometry"].array, dtype=object)
    own_points = shapely.point_on_surface(np.asarray(areas["geometry"].array, dtype=object)[ground.own])
    kept = shapely.intersects(ground.union, shapely.point_on_surface(shapes))
    kept = kept | (shapely.intersects(shapes[:, None], own_points).any(axis=1))
    cut = np.array([_many(each) for each in shapely.intersection(shapes, ground.union)], dtype=object)
    return _with_shapes(past, cut, kept)


def _with_shapes(frame: pd.DataFrame, shapes: npt.NDArray[np.object_], kept: Flags) -> pd.DataFrame:
    facts: pd.DataFrame = frame.loc[kept].drop(columns="geometry")
    found: pd.DataFrame = gpd.GeoDataFrame(facts, geometry=gpd.GeoSeries(shapes[kept], facts.index, crs=4326))
    return found


def _many(shape: shapely.Geometry | None) -> shapely.MultiPolygon | None:
    """Give the polygons of a shape as the table of areas holds them."""
    if shape is None or shape.is_empty:
        return None
    parts = [part for part in shapely.get_parts(shape, return_index=False) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts) if parts else None


def _officers(officers: pd.DataFrame, areas: pd.DataFrame, scope: Scope, ground: Ground | None) -> pd.DataFrame:
    if ground is None:
        return officers
    depths = _depths(areas)
    codes = frozenset(areas["code"][depths > depths.min(initial=0)])
    texts = officers["area"].to_numpy(dtype=object)
    near = [not pd.isna(text) and not codes.isdisjoint(text.split(";")) for text in texts]
    return officers.loc[np.array(near, dtype=bool) | (officers["id"] == scope.officer).to_numpy(bool)]


def _places(places: pd.DataFrame, areas: pd.DataFrame, scope: Scope, ground: Ground | None) -> Flags:
    kept = np.ones(len(places), dtype=bool)
    if scope.by_industry:
        kept = places["industry"].isin(scope.industries).to_numpy(bool)
        if scope.department:
            kept = kept | ((places["department"] == scope.department).to_numpy(bool))
    if ground is not None:
        kept = kept & _in_own(np.asarray(places["geometry"].array, dtype=object), areas, ground)
    return kept


def _in_own(points: npt.NDArray[np.object_], areas: pd.DataFrame, ground: Ground) -> Flags:
    """Say which points lie in an own area: one on a border belongs to the one that figures count it in."""
    found = np.zeros(len(points), dtype=bool)
    levels = areas["level"].to_numpy(dtype=object)
    for level in set(levels[ground.own]):
        rows = np.flatnonzero(levels == level)
        some = areas.iloc[rows]
        at = locate(points, np.asarray(some["geometry"].array, dtype=object), list(some["code"]))
        found = found | ((at >= 0) & ground.own[rows][at])
    return found


def _touches(rows: pd.DataFrame, union: shapely.Geometry) -> Flags:
    shapely.prepare(union)
    return np.asarray(shapely.intersects(union, np.asarray(rows["geometry"].array, dtype=object)), dtype=bool)


def check_names(tables: Tables, user: User) -> list[str]:
    """Give what of a user's scope the town does not know: areas, an officer."""
    areas = tables["areas"]
    keys = frozenset(areas["level"].astype(str) + ":" + areas["code"].astype(str))
    unknown = [f"没有区域“{area}”" for area in user.areas if area not in keys]
    if user.officer and user.officer not in frozenset(tables["officers"]["id"]):
        unknown.append(f"没有编号为“{user.officer}”的人员")
    known = frozenset(tables["places"]["industry"].dropna())
    return unknown + [f"没有场所属于行业“{word}”" for word in user.industries if word not in known]
