"""Divide anew with the least change: next year's grids out of this year's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import DivideProblem
from grids.blocks import Atoms, atoms_of, metric, metric_of
from grids.divide import Division, Stop, Tell, Wish, hand_out
from grids.graph import Floats, Ints
from grids.partition import KEEPING, deviation_of
from grids.succession import holding_most

BALANCE = 0.05
"""Grids may be off by this share of what they should carry before anything moves."""
GROUND = 0.1
"""What the ground of an atom is worth beside its places: borders don't move for nothing."""


STARVED = 0.5
"""A grid with less than this share of the work is dissolved, and a new one made where there is work: borders that
creep across empty ground find none."""
REPAIRS = 3
"""So often is a grid dissolved that did not come into balance."""
LEAST_WIDTH = 1.0
"""Metres: ground outside of all grids that is narrower is drawing, not ground."""


@dataclass(frozen=True)
class Present:
    """The grids that there are.

    Attributes
    ----------
    codes, area
        Of each; position of the area that it lies in.
    of_atom
        (n,) the grid of each atom, -1 for none.
    """

    codes: list[str]
    area: Ints
    of_atom: Ints


def atoms_of_present(
    areas: gpd.GeoDataFrame, grids: gpd.GeoDataFrame, roads: gpd.GeoDataFrame, water: gpd.GeoDataFrame, wanted: int
) -> tuple[Atoms, Present]:
    """Cut the present grids, and ground of the areas that is in none of them, into atoms.

    Parameters
    ----------
    areas, grids
        code, name, geometry (EPSG:4326), all with shapes: what grids must not cross, and the grids that there are. A
        grid belongs to the area that holds most of it.
    roads, water, wanted
        As `grids.blocks.atoms_of` has them.
    """
    crs = metric_of(areas)
    ground, shapes = metric(areas, crs), metric(grids, crs)
    area_of_grid = holding_most(shapes, ground)
    bare = shapely.get_parts(shapely.difference(ground, shapely.union_all(shapes)), return_index=True)
    wide = 2 * shapely.area(bare[0]) > LEAST_WIDTH * shapely.length(bare[0])
    rest = gpd.GeoSeries(bare[0][wide], crs=crs).to_crs(grids.crs)
    names = pd.DataFrame({name: areas[name].to_numpy()[bare[1][wide]] for name in ("code", "name")})
    fabric = pd.concat([grids[["code", "name", "geometry"]], gpd.GeoDataFrame(names, geometry=rest)], ignore_index=True)
    atoms = atoms_of(gpd.GeoDataFrame(fabric, geometry="geometry", crs=grids.crs), roads, water, wanted)
    piece = atoms.frame["area"].to_numpy()
    of_atom = np.where(piece < len(grids), piece, -1)
    area = np.concatenate([area_of_grid, bare[1][wide]])[piece]
    present = Present(grids["code"].tolist(), area_of_grid, of_atom)
    return replace(atoms, frame=atoms.frame.assign(area=area)), present


def redivide(
    atoms: Atoms,
    load: Floats,
    areas: gpd.GeoDataFrame,
    present: Present,
    places: Floats,
    *,
    into: int | None = None,
    leaving: Collection[str] = (),
    shares: Mapping[str, float] | None = None,
    fixed: Ints | None = None,
    balance: float = BALANCE,
    seed: int = 0,
    tell: Tell = lambda done, of, off: None,
    stop: Stop = lambda: False,
) -> Division:
    """Divide areas anew; as few places as can be change hands for the balance that is asked for.

    An area whose grids are in balance already, and as many as they should be, stays as it is.

    Parameters
    ----------
    atoms
        Cut along the borders of the present grids too.
    places
        (n,) how many places each atom holds.
    into
        How many grids in all; as many as there are when left out (less those that leave).
    leaving
        Codes of grids that are to be no more.
    shares
        Code of a grid → what it should carry beside a whole one: 0.5 for half the time.
    fixed
        (n,) the present grid (position) that an atom must be of, -1 for any.
    balance
        Largest |load − wanted| / wanted inside an area that is not worth a move.

    Raises
    ------
    DivideProblem
        Codes that are no present grid; more grids than atoms; fewer than areas; an atom fixed to a grid that ends.
    """
    shares = shares or {}
    _known(present, [*leaving, *shares])
    stays = ~np.isin(present.codes, list(leaving))
    held = np.unique(atoms.frame["area"])
    weight = np.bincount(atoms.frame["area"], load, len(areas)).astype(float)
    now = np.bincount(present.area[stays], minlength=len(areas))
    counts = counts_near(now, weight, held, into)
    wishes = []
    for area, count in zip(held, counts[held], strict=True):
        wish, origin = _wish(atoms, load, present, int(area), int(count), stays, shares, places)
        wishes.append(_with_fixed(wish, origin, fixed, atoms, present))
    still = [_is_still(atoms, load, wish, balance) for wish in wishes]
    handed = partial(hand_out, atoms, load, areas, seed=seed, tolerance=balance, schedule=KEEPING, tell=tell, stop=stop)
    division = handed(wishes, still=still)
    for _ in range(REPAIRS):
        if stop():
            break
        wishes, still = _repaired(atoms, load, division, wishes, balance)
        if all(still):
            break
        division = handed(wishes, still=still)
    return division


def _repaired(
    atoms: Atoms, load: Floats, division: Division, wishes: Sequence[Wish], balance: float
) -> tuple[list[Wish], list[bool]]:
    """Dissolve the grid with the least work of every area that has not come into balance; the others stay."""
    area = atoms.frame["area"].to_numpy()
    first, repaired, still = 0, [], []
    for wish in wishes:
        here = area == wish.area
        own = np.where(here, division.labels - first, -1)
        loads, wanted = (each[first : first + len(wish.shares)] for each in (division.load, division.wanted))
        off = deviation_of(load[here], own[here], wish.shares)
        lightest = int(np.argmin(loads / np.maximum(wanted, 1e-9)))
        hopeless = wish.home is None or not (wish.home == lightest).any()
        good = off <= balance + float(load[here].max() / wanted.mean() if wanted.mean() else 0) or hopeless
        home = own if good or wish.home is None else np.where(wish.home == lightest, -1, wish.home)
        repaired.append(replace(wish, home=home))
        still.append(good)
        first += len(wish.shares)
    return repaired, still


def counts_near(now: Ints, weight: Floats, held: Ints, into: int | None) -> Ints:
    """Say how many grids each area gets: as many as now, and one more or less where that balances best.

    One more goes where grids carry most, one less where the others would carry least then; every area has one.
    """
    counts = now.copy()
    counts[held] = np.maximum(counts[held], 1)
    if into is not None and into < len(held):
        raise DivideProblem(
            f"要划成 {into} 个，可是有 {len(held)} 个区域，网格不跨区域，至少要 {len(held)} 个。请多划几个。"
        )
    mine = np.isin(np.arange(len(now)), held)
    while into is not None and counts[mine].sum() != into:
        if counts[mine].sum() < into:
            counts[np.argmax(np.where(mine, weight / np.maximum(counts, 1), -1))] += 1
        else:
            counts[np.argmin(np.where(mine & (counts > 1), weight / np.maximum(counts - 1, 1), np.inf))] -= 1
    return counts


def _wish(
    atoms: Atoms,
    load: Floats,
    present: Present,
    area: int,
    count: int,
    stays: np.ndarray,
    shares: Mapping[str, float],
    places: Floats,
) -> tuple[Wish, Ints]:
    """Say what is asked of one area, and which present grid each of its grids goes on as."""
    mine = np.flatnonzero((present.area == area) & stays)
    here = np.flatnonzero(atoms.frame["area"].to_numpy() == area)
    own = present.of_atom[here]
    loads = np.bincount(own[own >= 0], load[here][own >= 0], len(present.codes))
    # those with the least work give it up: when there are too many, and when work is too far away to reach
    mine = mine[np.argsort(-loads[mine], kind="stable")[:count]]
    mine = np.sort(mine[loads[mine] >= STARVED * load[here].sum() / count])
    origin = np.append(mine, np.full(count - len(mine), -1, dtype=np.int64))
    part = np.full(len(present.codes) + 1, -1, dtype=np.int64)
    part[mine] = np.arange(len(mine))
    home = np.where(atoms.frame["area"] == area, part[present.of_atom], -1)
    share = np.array([1.0 if each < 0 else shares.get(present.codes[each], 1.0) for each in origin])
    return Wish(area, share, home, _price(atoms, places, here)), origin


def _price(atoms: Atoms, places: Floats, here: Ints) -> Floats:
    """Say what it costs to give an atom to another grid: as a border does on average, by its places."""
    border = float(np.mean(atoms.shared)) if len(atoms.shared) else 1.0
    mean = places[here].mean()
    return border * ((places / mean if mean else np.ones(len(places))) + GROUND)


def _with_fixed(wish: Wish, origin: Ints, fixed: Ints | None, atoms: Atoms, present: Present) -> Wish:
    if fixed is None:
        return wish
    asked = fixed[(atoms.frame["area"].to_numpy() == wish.area) & (fixed >= 0)]
    gone = [present.codes[each] for each in np.setdiff1d(asked, origin)]
    if gone:
        raise DivideProblem(
            f"网格 {'、'.join(gone)} 要撤销，或工作量不到应有的一半、要拆给邻近的网格，不能把地块固定给它。"
            "请去掉这个 --fix，或固定给别的网格。"
        )
    part = {int(old): number for number, old in enumerate(origin) if old >= 0}
    own = np.array([part.get(int(each), -1) for each in fixed], dtype=np.int64)
    return Wish(wish.area, wish.shares, wish.home, wish.leaving, own)


def _is_still(atoms: Atoms, load: Floats, wish: Wish, balance: float) -> bool:
    """Say whether an area can stay as it is."""
    here = atoms.frame["area"].to_numpy() == wish.area
    home = wish.home[here] if wish.home is not None else np.full(int(here.sum()), -1)
    if (home < 0).any() or len(np.unique(home)) < len(wish.shares):
        return False
    if wish.fixed is not None and ((wish.fixed[here] >= 0) & (wish.fixed[here] != home)).any():
        return False
    return deviation_of(load[here], home, wish.shares) <= balance


def _known(present: Present, codes: Collection[str]) -> None:
    unknown = sorted(set(codes) - set(present.codes))
    if unknown:
        raise DivideProblem(f"没有编码为 {'、'.join(unknown)} 的网格。有哪些，见 wangge coverage … --by grid。")
