"""The register of places: names, risks, heads, who answers for what, since when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.model import RISKS
from geodata.synthetic.calendar import FIRST, LAST, Days
from geodata.synthetic.chance import Bools, Floats, Ints, Objects, apportion, pick_rows, words
from geodata.synthetic.divisions import Divisions
from geodata.synthetic.names import place_names, road_names
from geodata.synthetic.sites import Sites
from geodata.synthetic.streets import ARTERIAL, COLLECTOR, Lattice
from geodata.synthetic.trades import TRADES

NEVER = np.datetime64("NaT", "D")
CLOSED, SUSPENDED, OPENED_LATE, UNLOCATED = 0.012, 0.006, 0.025, 0.005
"""Shares: closed or suspended inside the half year, opened inside it, without coordinates."""


@dataclass(frozen=True)
class Register:
    """n places; the grid, and with it all else, by position in `Divisions`.

    Attributes
    ----------
    opened, closed
        Days, NaT where not known or still open.
    leader
        Number of the leader who answers for a worrying place, -1 for none.
    located
        Whether the register has the coordinates (the place itself always stands somewhere: `xy`, metres).
    """

    ids: Objects
    names: Objects
    addresses: Objects
    trade: Ints
    risk: Ints
    heads: Floats
    departments: Objects
    tags: Objects
    leader: Ints
    opened: Days
    closed: Days
    status: Objects
    located: Bools
    xy: Floats
    grid: Ints


def street_names(lattice: Lattice, rng: np.random.Generator) -> Objects:
    """Name every piece of the lattice by its line and rank."""
    names = road_names(rng)
    ends = np.select([lattice.rank == ARTERIAL, lattice.rank == COLLECTOR], [0, 1], 2)
    return np.asarray(names[lattice.line % len(names)] + words("大道", "路", "巷")[ends], dtype=object)


def leaders_of_towns(places: Ints) -> Ints:
    """Give the number of leaders of each town."""
    return np.maximum(5, np.round(places / 1300)).astype(np.int64)


def _worrying(trade: Ints, risk: Ints, town: Ints, towns: int, rng: np.random.Generator) -> Ints:
    """Give each worrying place its leader: two or three places a leader, the riskiest trades first."""
    wish = np.array([t.worry for t in TRADES])[trade] * np.array([4.0, 2.0, 0.8, 0.2])[risk]
    out = np.full(len(trade), -1, dtype=np.int64)
    leaders = leaders_of_towns(np.bincount(town, minlength=towns))
    first = 0
    for number, count in enumerate(leaders):
        mine = np.flatnonzero(town == number)
        chosen = mine[np.argsort(rng.exponential(size=len(mine)) / wish[mine], kind="stable")[: int(2.5 * count)]]
        out[chosen] = first + np.arange(len(chosen)) % count
        first += int(count)
    return out


def _life(n: int, rng: np.random.Generator) -> tuple[Days, Days, Objects]:
    """Draw days of opening and closing, and the status on the last day of the half year."""
    age = (rng.gamma(1.6, 1500, n) + 30).astype(np.int64)
    opened = FIRST - age
    span = int((LAST - FIRST).astype(int))
    dice = rng.random(n)
    late = dice < OPENED_LATE
    opened[late] = FIRST + rng.integers(3, span - 5, int(late.sum()))
    opened[dice > 0.93] = NEVER
    ended = (dice > OPENED_LATE) & (dice < OPENED_LATE + CLOSED + SUSPENDED)
    closed = np.full(n, NEVER)
    closed[ended] = FIRST + rng.integers(-40, span - 4, int(ended.sum()))
    opened[ended] = np.minimum(opened[ended], closed[ended] - 200)
    status = np.where(ended, np.where(dice < OPENED_LATE + CLOSED, "closed", "suspended"), "open").astype(object)
    return opened, closed, status


def make_register(sites: Sites, lattice: Lattice, divisions: Divisions, rng: np.random.Generator) -> Register:
    """Enter every place in the register."""
    n = len(sites.trade)
    grid = divisions.grids.block[sites.block]
    community = divisions.grids.parent[grid]
    town = divisions.towns.block[sites.block]
    street, door = street_names(lattice, rng)[sites.street], rng.integers(1, 200, n)
    village = divisions.communities.names[community]
    risk = pick_rows(np.array([trade.risks for trade in TRADES]), sites.trade, rng)
    leader = _worrying(sites.trade, risk, town, len(divisions.towns.codes), rng)
    opened, closed, status = _life(n, rng)
    opened[leader >= 0], closed[leader >= 0], status[leader >= 0] = NEVER, NEVER, "open"
    parts = zip(divisions.towns.names[town], village, street, door, strict=True)
    where = np.array([f"{t}{v}{s}{d}号" for t, v, s, d in parts], dtype=object)
    unlocated = np.zeros(n, dtype=bool)
    unlocated[rng.choice(n, round(UNLOCATED * n), replace=False)] = True
    return Register(
        ids=np.array([f"HC{number:06d}" for number in range(1, n + 1)], dtype=object),
        names=place_names(sites.trade, village, street, door, rng),
        addresses=where, trade=sites.trade, risk=risk, heads=_heads(sites.trade, rng),
        departments=words(*(trade.department for trade in TRADES))[sites.trade],
        tags=_tags(sites.trade, leader, rng), leader=leader, opened=opened, closed=closed, status=status,
        located=~unlocated, xy=sites.xy, grid=grid,
    )  # fmt: skip


def _heads(trade: Ints, rng: np.random.Generator) -> Floats:
    median = np.array([float(t.heads) for t in TRADES])[trade]
    heads = np.ceil(median * np.exp(rng.normal(0, 0.75, len(trade))))
    heads[(median == 0) | (rng.random(len(trade)) < 0.02)] = np.nan
    return np.asarray(heads)


def _tags(trade: Ints, leader: Ints, rng: np.random.Generator) -> Objects:
    """Give the tags of each place, missing where it has none."""
    own = words(*(t.tags for t in TRADES))[trade]
    worry = np.where(leader >= 0, "不放心点位", "").astype(object)
    crowded = np.where((rng.random(len(trade)) < 0.04) & (own == ""), "三合一", "").astype(object)
    joined = [";".join(tag for tag in tags if tag) for tags in zip(worry, own, crowded, strict=True)]
    out = words(*joined)
    out[out == ""] = None
    return out


def risk_words(risk: Ints, rng: np.random.Generator) -> Objects:
    """Give the words of the risks; a few were never rated."""
    out = words(*RISKS)[risk]
    out[apportion(np.ones(len(risk)), round(0.006 * len(risk)), rng) > 0] = None
    return out
