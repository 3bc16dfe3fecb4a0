"""Divide anew with the least change: next year's grids out of this year's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from geodata.errors import DivideProblem
from grids.blocks import Atoms
from grids.divide import Division, Stop, Tell, Wish, hand_out
from grids.graph import Floats, Ints
from grids.partition import KEEPING, deviation_of

BALANCE = 0.05
"""Grids may be off by this share of what they should carry before anything moves."""
GROUND = 0.1
"""What the ground of an atom is worth beside its places: borders don't move for nothing."""


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
) -> tuple[Division, Ints]:
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

    Returns
    -------
    The division, and (k,) for each of its grids the present one that it goes on as (position), -1 for a new one.

    Raises
    ------
    DivideProblem
        Codes that are no present grid; more grids than atoms; fewer than areas.
    """
    shares = shares or {}
    _known(present, [*leaving, *shares])
    stays = ~np.isin(present.codes, list(leaving))
    held = np.unique(atoms.frame["area"])
    weight = np.bincount(atoms.frame["area"], load, len(areas))
    now = np.bincount(present.area[stays], minlength=len(areas))
    counts = counts_near(now, weight, held, into)
    wishes, origins = [], []
    for area, count in zip(held, counts[held], strict=True):
        wish, origin = _wish(atoms, load, present, int(area), int(count), stays, shares, places)
        wishes.append(_with_fixed(wish, origin, fixed))
        origins.append(origin)
    still = [_is_still(atoms, load, wish, balance) for wish in wishes]
    division = hand_out(
        atoms, load, areas, wishes, seed=seed, tolerance=balance, schedule=KEEPING, tell=tell, stop=stop, still=still
    )
    return division, np.concatenate(origins)


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
    if count < len(mine):
        # those with the least work give it up
        own = present.of_atom[here]
        loads = np.bincount(own[own >= 0], load[here][own >= 0], len(present.codes))
        mine = np.sort(mine[np.argsort(-loads[mine], kind="stable")[:count]])
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


def _with_fixed(wish: Wish, origin: Ints, fixed: Ints | None) -> Wish:
    if fixed is None:
        return wish
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
