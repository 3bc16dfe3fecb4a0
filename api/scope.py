"""What of the town a person sees: rows of the own areas or industries, taken before any figure is made of them.

The town is cut down to the own part: areas above the own ones keep their names and lose the ground that is not theirs,
so that every figure, map and list of "the town" is one of that part, and adds up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from api.kept import Part, Table, Tables
from api.scope_areas import Ground, areas_within, depths_of, past_areas_within
from geodata.accounts.model import User
from geodata.locate import locate
from geodata.model import LEVELS

Ints = npt.NDArray[np.int64]

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
class Seen:
    """A table cut down, and of which reading and how many of its rows. No row of the whole town is held by it."""

    reading: object
    count: int
    own: Table


BASIS = ("areas", "officers", "places")
"""What the cut of every other table follows from."""


@dataclass(frozen=True)
class Basis:
    """The tables `BASIS` cut down to a scope: who asks for no more is answered from a town's figures by them.

    Attributes
    ----------
    ground
        None where no area is meant.
    walkers
        The officers whose ways are seen.
    handed
        Places that somebody was sent to: they are the own ones too, wherever they lie.
    """

    scope: Scope
    seen: Mapping[str, Seen]
    ground: Ground | None
    walkers: frozenset[str]
    handed: frozenset[str]

    @cached_property
    def own(self) -> Tables:
        """The tables."""
        return Tables({name: seen.own for name, seen in self.seen.items()})

    @cached_property
    def places(self) -> frozenset[str]:
        """The ids of the places."""
        return frozenset().union(*(part.ids for part in self.own.tables["places"].parts))


@dataclass(frozen=True)
class Narrowed:
    """All tables cut down to a scope; of each, what was looked at."""

    basis: Basis
    own: Tables
    seen: Mapping[str, Seen]


def based(whole: Tables, scope: Scope, before: Basis | None = None, handed: frozenset[str] = frozenset()) -> Basis:
    """Cut areas, officers and places down to a scope; gives `before` itself where nothing of it has changed."""
    same = before is not None and (before.scope, before.handed) == (scope, handed)
    if before is not None and same and _stands(before, whole):
        return before
    ground = _ground(whole, scope) if scope.by_area else None
    cut = _Cut({}, whole)
    # each is asked of what was kept of the one before
    areas = whole.tables["areas"].only
    cut.drawn("areas", lambda part: areas_within(part, ground))
    cut.table("officers", lambda part: _officers(part.rows, cut.tables["areas"].whole, scope, ground))
    cut.table("places", lambda part: np.union1d(_places(part, areas, scope, ground), part.of("id", handed)))
    walkers = frozenset([scope.officer]) if scope.officer else frozenset[str]()
    if ground is not None:
        walkers |= _walkers(cut.tables["officers"].whole, cut.tables["areas"].whole, whole["areas"], ground)
    return Basis(scope, cut.seen, ground, walkers, handed)


def narrowed(
    whole: Tables, scope: Scope, before: Narrowed | None = None, handed: frozenset[str] = frozenset()
) -> Narrowed:
    """Cut tables down to a scope; of what was cut `before`, only rows that came since are looked at."""
    return narrowed_by(based(whole, scope, before.basis if before else None, handed), whole, before)


def narrowed_by(basis: Basis, whole: Tables, before: Narrowed | None = None) -> Narrowed:
    """Cut the other tables by a basis, which was cut from these tables or from the same ones of before."""
    ground = basis.ground
    cut = _Cut(before.seen if before is not None and before.basis is basis else {}, whole, basis.seen)
    areas = whole.tables["areas"].only
    cut.drawn("past_areas", lambda part: past_areas_within(part, areas, ground))
    officers = frozenset([basis.scope.officer]) if basis.scope.officer else frozenset[str]()

    def here(part: Part) -> Ints:
        """Rows at own places, or at none: of the officer, or where they stand."""
        nowhere = part.lacking("place_id")
        own = np.zeros(len(nowhere), dtype=bool)
        if "officer" in part.rows:
            own |= np.isin(nowhere, part.of("officer", officers))
        if ground is not None:
            own |= shapely.intersects(ground.union, part.shapes[nowhere])
        return np.union1d(part.of("place_id", cut.ids("places")), nowhere[own])

    for name in ("inspections", "hazards", "photos"):
        cut.table(name, here)
    cut.table("steps", lambda part: part.of("hazard_id", cut.ids("hazards")), of="hazards")
    cut.table("reviews", lambda part: part.of("inspection_id", cut.ids("inspections")), of="inspections")
    for name in BY_PLACE:
        cut.table(name, lambda part: part.of("place_id", cut.ids("places")))
    if ground is not None:
        for name in ON_GROUND:
            cut.table(name, lambda part: _touching(part, ground.union))
    cut.table("tracks", lambda part: part.of("officer", basis.walkers))
    return Narrowed(basis, Tables({**whole.tables, **cut.tables}), cut.seen)


class _Cut:
    """Tables cut so far; rows that were looked at before are not looked at again."""

    def __init__(self, known: Mapping[str, Seen], whole: Tables, cut: Mapping[str, Seen] | None = None) -> None:
        self._known = known
        self._whole = whole
        self.seen = dict(cut or {})

    @property
    def tables(self) -> dict[str, Table]:
        return {name: seen.own for name, seen in self.seen.items()}

    def drawn(self, name: str, draw: Callable[[Part], pd.DataFrame]) -> None:
        """Cut a table that nothing can be posted to, whose shapes become others."""
        table, known = self._whole.tables[name], self._known.get(name)
        if known is None or known.reading is not table.reading:
            known = Seen(table.reading, len(table), Table([Part(draw(table.only).reset_index(drop=True))]))
        self.seen[name] = known

    def table(self, name: str, keep: Callable[[Part], Ints], of: str = "") -> None:
        """Cut a table to the rows whose positions are kept; `of` is another one whose rows it follows.

        That one read anew, it may keep others than before.
        """
        table, known = self._whole.tables[name], self._known.get(name)
        if of and (of not in self._known or self._known[of].reading is not self._whole.tables[of].reading):
            known = None
        if known is not None and known.reading is table.reading:
            own, count = known.own, known.count
        else:
            read = table.parts[0]
            own, count = Table([_some(read, keep(read))]), len(read.rows)
        for part, looked_at in table.since(count):
            kept = keep(part)
            kept = kept[kept >= looked_at]
            own = own.joined(_some(part, kept)) if len(kept) else own
        self.seen[name] = Seen(table.reading, len(table), own)

    def ids(self, name: str) -> frozenset[str]:
        return frozenset().union(*(part.ids for part in self.seen[name].own.parts))


def _some(part: Part, at: Ints) -> Part:
    """Give rows of a part; without one, a part that all who see none of its rows share."""
    if not len(at):
        return part.nothing
    rows = part.rows.iloc[at]
    rows.index = pd.RangeIndex(len(at))
    return Part(rows)


def _stands(before: Basis, whole: Tables) -> bool:
    """Say whether the basis is the one that was cut."""
    seen, tables = [before.seen[name] for name in BASIS], [whole.tables[name] for name in BASIS]
    return all(
        one.reading is table.reading and one.count == len(table) for one, table in zip(seen, tables, strict=True)
    )


def _ground(whole: Tables, scope: Scope) -> Ground:
    areas, officers = whole["areas"], whole["officers"]
    keys = areas["level"].astype(str) + ":" + areas["code"].astype(str)
    own = keys.isin(scope.areas).to_numpy(bool)
    if scope.officer and not scope.areas:
        texts = officers["area"][(officers["id"] == scope.officer).to_numpy(bool)].dropna()
        own = own | (areas["code"].isin([code for text in texts for code in text.split(";")]).to_numpy(bool))
    shapes = np.asarray(areas["geometry"].array, dtype=object)
    return Ground(own, shapely.union_all(shapes[own]))


def _officers(officers: pd.DataFrame, areas: pd.DataFrame, scope: Scope, ground: Ground | None) -> Ints:
    if ground is None:
        return np.arange(len(officers))
    depths = depths_of(areas)
    codes = frozenset(areas["code"][depths > depths.min(initial=0)])
    texts = officers["area"].to_numpy(dtype=object)
    near = [not pd.isna(text) and not codes.isdisjoint(text.split(";")) for text in texts]
    return np.flatnonzero(np.array(near, dtype=bool) | (officers["id"] == scope.officer).to_numpy(bool))


def _walkers(officers: pd.DataFrame, own_areas: pd.DataFrame, areas: pd.DataFrame, ground: Ground) -> frozenset[str]:
    """Give who answers for an own area or one inside of it: those of the areas above walk elsewhere too."""
    top = depths_of(areas)[ground.own].min(initial=len(LEVELS))
    codes = frozenset(own_areas["code"][depths_of(own_areas) >= top])
    texts = officers["area"].to_numpy(dtype=object)
    near = np.array([not pd.isna(text) and not codes.isdisjoint(text.split(";")) for text in texts], dtype=bool)
    return frozenset(officers["id"][near])


def _places(part: Part, areas: Part, scope: Scope, ground: Ground | None) -> Ints:
    kept = np.arange(len(part.rows)) if ground is None else _in_own(part, areas, ground)
    if scope.by_industry:
        places = part.rows
        wanted = places["industry"].isin(scope.industries).to_numpy(bool)
        if scope.department:
            wanted = wanted | ((places["department"] == scope.department).to_numpy(bool))
        kept = kept[wanted[kept]]
    return kept


def _in_own(points: Part, areas: Part, ground: Ground) -> Ints:
    """Give which points lie in an own area: one on a border belongs to the one that figures count it in.

    Points and areas away from the own ground are not looked at: neither can hold or be held.
    """
    bounds = shapely.bounds(ground.union)
    near, beside = points.near(bounds), areas.near(bounds)
    found = np.zeros(len(near), dtype=bool)
    levels = areas.rows["level"].to_numpy(dtype=object)
    for level in set(levels[ground.own]):
        rows = beside[levels[beside] == level]
        at = locate(points.shapes[near], areas.shapes[rows], list(areas.rows["code"].iloc[rows]))
        held = np.flatnonzero(at >= 0)
        found[held] |= ground.own[rows[at[held]]]
    return near[found]


def _touching(part: Part, union: shapely.Geometry) -> Ints:
    shapely.prepare(union)
    near = part.near(shapely.bounds(union))
    return np.asarray(near[shapely.intersects(union, part.shapes[near])])


def check_names(tables: Tables, user: User) -> list[str]:
    """Give what of a user's scope the town does not know: areas, an officer."""
    areas = tables["areas"]
    keys = frozenset(areas["level"].astype(str) + ":" + areas["code"].astype(str))
    unknown = [f"没有区域“{area}”" for area in user.areas if area not in keys]
    if user.officer and user.officer not in frozenset(tables["officers"]["id"]):
        unknown.append(f"没有编号为“{user.officer}”的人员")
    known = frozenset(tables["places"]["industry"].dropna())
    return unknown + [f"没有场所属于行业“{word}”" for word in user.industries if word not in known]
