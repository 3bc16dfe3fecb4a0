"""Areas of one level as a fabric (a coverage): no sliver, no narrow overlap or gap, borders shared node by node.

All borders of a level are noded on a grid of 1 mm and cut into faces; each face knows who claims it. A face claimed
once stays, a narrow overlap or gap goes to the neighbour with the longest shared edge, what is wider is a dispute or a
hole that people settle: it stays as it was drawn. Areas are put together again from their faces, so neighbours share
every node. GEOS's own cleaner (`shapely.coverage_clean`) is not used: it gives every overlap away, however large.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from geodata.faces import GRID_M, Claims, Faces, cut, memberships, on_grid, width

Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

NOBODY, OPEN, DISPUTED = -1, -2, -3
PASSES = 4
"""Noding on a grid may, rarely, bring a node next to another border: woven again until nothing changes."""


@dataclass(frozen=True)
class Limits:
    """Up to where a machine may decide.

    Attributes
    ----------
    width_m
        Widest overlap, gap, or strip outside the parent that is given away (diameter of the largest inscribed
        circle). A line drawn on a 1:2000 map, the usual base of a town's plans, is right within about 1 m (0.5 mm on
        paper): two drawings of one border part by 2 m.
    share
        Largest part of the smallest claimant that one such face may be, so that no small area is eaten up.
    nested
        Share of a child's ground in its parent from which on it is meant to lie inside, and is snapped.
    """

    width_m: float = 2.0
    share: float = 0.1
    nested: float = 0.99


@dataclass(frozen=True)
class Woven:
    """A level after weaving.

    Attributes
    ----------
    shapes
        n multipolygons in metres on a grid of 1 mm, normalised. Missing stays missing.
    lost, gained
        m² that each area gave away and got.
    disputed
        Areas that still share ground with another one.
    gaps
        m² of the enclosed gaps wider than the limit, largest first.
    outside
        For each child that is meant to nest, m² that still lie outside its parent (else 0), and
    home
        the position of that parent, -1 for none.
    """

    shapes: Shapes
    lost: Floats
    gained: Floats
    disputed: Bools
    gaps: Floats
    outside: Floats
    home: Ints


def weave(shapes: Shapes, parents: Shapes | None = None, limits: Limits | None = None) -> Woven:
    """Make the areas of one level a coverage, and let children end where their parent ends.

    Parameters
    ----------
    shapes
        n valid (multi)polygons in a plane CRS in metres, None for an area without geometry.
    parents
        m polygons of the level above in the same CRS, already woven; they don't move.
    limits
        See `Limits`.

    Returns
    -------
    See `Woven`. Where nothing is disputed, `shapely.coverage_is_valid` holds for the shapes.
    """
    limits = limits or Limits()
    above = np.empty(0, dtype=object) if parents is None else parents
    current = np.asarray(shapely.normalize(shapely.transform(shapes, lambda xy: on_grid(xy) * GRID_M)), dtype=object)
    lost = gained = np.zeros(len(shapes))
    for _ in range(PASSES):
        done = _woven_once(current, above, limits)
        lost, gained = lost + done.lost, gained + done.gained
        if (shapely.equals_identical(current, done.shapes) | shapely.is_missing(current)).all():
            break
        current = done.shapes
    return replace(done, lost=lost, gained=gained)


def _woven_once(shapes: Shapes, above: Shapes, limits: Limits) -> Woven:
    faces = cut(np.concatenate([above, shapes]))
    claims = memberships(faces, shapes)
    homes = memberships(faces, above)
    home = _homes(faces, claims, homes, len(shapes), len(above), limits)
    settled = _settled(faces, claims, homes, home, shapely.area(shapes), limits)
    held = _given(faces, claims, homes, home, settled)
    return _put_together(shapes, faces, claims, homes, home, held)


def _homes(faces: Faces, claims: Claims, homes: Claims, children: int, parents: int, limits: Limits) -> Ints:
    """Give the parent that holds nearly all of each child, -1 where none does."""
    if not parents or not children:
        return np.full(children, NOBODY)
    common = np.zeros((children, parents))
    for parent in range(parents):
        inside = homes.has(np.arange(len(faces.area)), np.full(len(faces.area), parent))
        common[:, parent] = claims.total(np.where(inside, faces.area, 0.0), children)
    best = common.argmax(axis=1)
    whole = claims.total(faces.area, children)
    nests = common.max(axis=1) >= limits.nested * np.maximum(whole, 1e-9)
    return np.where(nests, best, NOBODY)


def _settled(faces: Faces, claims: Claims, homes: Claims, home: Ints, area: Floats, limits: Limits) -> Ints:
    """Give each face its holder before anything is given away: an area, `NOBODY`, `OPEN` or `DISPUTED`."""
    count = claims.count
    holder = np.where(count == 1, claims.first, np.where(count == 0, NOBODY, DISPUTED))
    own = np.flatnonzero(count == 1)
    stranger = np.zeros(len(count), dtype=bool)
    stranger[own] = ~_at_home(homes, home, own, holder[own])
    doubtful = np.flatnonzero((count != 1) | stranger)
    narrow = width(faces.shapes[doubtful], limits.width_m) <= limits.width_m
    smallest = claims.least(np.nan_to_num(area, nan=np.inf))
    light = (count[doubtful] == 0) | (faces.area[doubtful] <= limits.share * smallest[doubtful])
    holder[doubtful[narrow & light]] = OPEN
    return holder


def _at_home(homes: Claims, home: Ints, face: Ints, area: Ints) -> Bools:
    """Say whether an area may hold a face: it is bound to no parent, or the face lies in it."""
    return np.asarray((home[area] == NOBODY) | homes.has(face, home[area]))


def _given(faces: Faces, claims: Claims, homes: Claims, home: Ints, holder: Ints) -> Ints:
    """Give each open face to the neighbour with the longest shared edge, from the settled ones inwards."""
    holder = holder.copy()
    while True:
        mine, other, length = faces.borders
        ask = (holder[mine] == OPEN) & (holder[other] >= 0)
        face, area, length = mine[ask], holder[other[ask]], length[ask]
        # ground that somebody claims stays with a claimant, unless it lies outside that one's parent
        claimed = claims.has(face, area) | (claims.count[face] < 2)
        fit = claimed & _at_home(homes, home, face, area)
        face, area, length = face[fit], area[fit], length[fit]
        if not len(face):
            break
        pairs, at = np.unique(np.column_stack([face, area]), axis=0, return_inverse=True)
        total = np.bincount(at.ravel(), weights=length)
        order = np.lexsort((pairs[:, 1], -total.round(3), pairs[:, 0]))
        first, best = np.unique(pairs[order, 0], return_index=True)
        holder[first] = pairs[order][best, 1]
    left = np.flatnonzero(holder == OPEN)
    beyond = (claims.count[left] == 1) & (homes.count[left] == 0)
    holder[left] = np.where(beyond, NOBODY, claims.first[left])
    return holder


def _put_together(shapes: Shapes, faces: Faces, claims: Claims, homes: Claims, home: Ints, holder: Ints) -> Woven:
    """Build the areas from the faces they hold now, and measure what moved."""
    kept = holder[claims.face] == DISPUTED
    single = np.flatnonzero(holder >= 0)
    face = np.concatenate([single, claims.face[kept]])
    area = np.concatenate([holder[single], claims.area[kept]])
    held = Claims.of(face, area, len(faces.area))
    n = len(shapes)
    lost = claims.total(np.where(~held.has(claims.face, claims.area), faces.area[claims.face], 0.0), n, by_pair=True)
    gained = held.total(np.where(~claims.has(held.face, held.area), faces.area[held.face], 0.0), n, by_pair=True)
    away = (home[held.area] != NOBODY) & ~homes.has(held.face, home[held.area])
    disputed = np.zeros(n, dtype=bool)
    disputed[claims.area[kept]] = True
    gaps = np.sort(faces.area[(holder == NOBODY) & (claims.count == 0)])[::-1]
    return Woven(
        shapes=_assembled(shapes, faces, held),
        lost=lost,
        gained=gained,
        disputed=disputed,
        gaps=gaps[gaps > 1.0],
        outside=held.total(np.where(away, faces.area[held.face], 0.0), n, by_pair=True),
        home=home,
    )


def _assembled(shapes: Shapes, faces: Faces, held: Claims) -> Shapes:
    """Unite each area's faces; an area of which nothing is left stays as it was drawn, for people to see."""
    result = shapes.copy()
    order = np.argsort(held.area, kind="stable")
    areas, starts = np.unique(held.area[order], return_index=True)
    if not len(areas):
        return result
    for at, mine in zip(areas, np.split(held.face[order], starts[1:]), strict=True):
        united = shapely.coverage_union_all(faces.shapes[mine]) if len(mine) > 1 else faces.shapes[mine[0]]
        result[at] = shapely.normalize(shapely.multipolygons(shapely.get_parts(united)))
    return result
