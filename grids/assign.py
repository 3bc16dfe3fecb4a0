"""Officers to grids, and who stands in for whom.

Each is an assignment of people to seats at the least cost, solved exactly (Jonker and Volgenant 1987, as scipy has it).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grids.graph import Floats, Graph, Ints
from grids.partition import SEARCHING, Schedule, Task, partition

KEEP, SKILL, WAY = 10.0, 3.0, 1.0
"""What it costs when an officer loses all of the own ground; has no skill for any of the work; must go right across the
town. Least change first, then skills, then nearness."""
QUICK = Schedule(((300, 1.0, 0.05, 50.0),), SEARCHING.band, by_place=True)
"""Grids are few: bundles of them are found at once."""
MOST_STOOD_IN = 2
"""So many others one stands in for at the most."""


@dataclass(frozen=True)
class Grids:
    """Grids as seats to be taken.

    Attributes
    ----------
    codes
        Of the k grids.
    graph
        Their neighbours; load is minutes a month, x and y are metres.
    work
        (k, s) minutes a month of each kind of work that needs a skill, in the order of `skills`.
    skills
        Names of those kinds.
    """

    codes: list[str]
    graph: Graph
    work: Floats
    skills: list[str]


@dataclass(frozen=True)
class Crew:
    """The n officers.

    Attributes
    ----------
    ids
        Of each.
    held
        (n, k) how much of what an officer has now is in each grid, 0 to 1: 1 for the own grid, the share of its places
        for a grid that came out of it.
    skills
        (n, s) whether an officer has a skill.
    """

    ids: list[str]
    held: Floats
    skills: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Assignment:
    """Who has which grids.

    Attributes
    ----------
    officer
        (m,) position of the officer of each seat.
    grids
        (m,) positions of the grids of a seat: several where there are fewer officers than grids, the same grid twice
        where there are more.
    kept, skilled
        (m,) share of what the officer had that stays; share of the work that the officer has the skills for.
    """

    officer: Ints
    grids: list[list[int]]
    kept: Floats
    skilled: Floats


def assign_officers(grids: Grids, crew: Crew, seed: int = 0) -> Assignment:
    """Give every officer work and every grid an officer: least change, then skills, then short ways.

    Fewer officers than grids: neighbouring grids are bundled, in balance, one bundle an officer. More: the grids with
    most work an officer get a second one.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow import

    seats = _seats(grids, len(crew.ids), seed)
    inside = np.zeros((len(seats), len(grids.codes)))
    for seat, members in enumerate(seats):
        inside[seat, members] = 1.0
    kept = np.minimum(crew.held @ inside.T, 1.0)
    work = inside @ grids.work
    total = np.maximum(work.sum(axis=1), 1e-9)
    skilled = np.where(work.sum(axis=1) > 0, (crew.skills.astype(float) @ work.T) / total, 1.0)
    cost = KEEP * (1 - kept) + SKILL * (1 - skilled) + WAY * _ways(grids.graph, crew.held, inside)
    officer, seat = linear_sum_assignment(cost)
    order = np.argsort(seat)
    officer, seat = officer[order], seat[order]
    return Assignment(officer, [seats[each] for each in seat], kept[officer, seat], skilled[officer, seat])


def _seats(grids: Grids, officers: int, seed: int) -> list[list[int]]:
    """Give the grids of each seat: as many seats as there are officers."""
    k = len(grids.codes)
    if officers < k:
        whole = grids.graph.pieces(np.zeros(k, dtype=np.int64)).max(initial=0) == 0
        graph = grids.graph if whole else _chained(grids.graph)
        labels = partition(Task(graph, np.ones(officers), schedule=QUICK), seed, 4).labels
        return [np.flatnonzero(labels == each).tolist() for each in range(officers)]
    seats = [[each] for each in range(k)]
    share = np.ones(k)
    while len(seats) < officers:
        heaviest = int(np.argmax(grids.graph.load / share))
        share[heaviest] += 1
        seats.append([heaviest])
    return seats


def _chained(graph: Graph) -> Graph:
    """Join what hangs together with nothing."""
    from grids.divide import bridged  # noqa: PLC0415 - only towns with islands need it

    return bridged(graph)[0]


def _ways(graph: Graph, held: Floats, inside: Floats) -> Floats:
    """Give how far each seat is from what each officer has, as a share of the width of the town; 0 for a new one."""
    at = np.column_stack([graph.x, graph.y])
    across = max(float(np.hypot(*np.ptp(at, axis=0))), 1e-9)
    own = held.sum(axis=1, keepdims=True)
    home = np.where(own > 0, held @ at / np.maximum(own, 1e-9), np.nan)
    seat = inside @ at / inside.sum(axis=1, keepdims=True)
    way = np.hypot(home[:, None, 0] - seat[None, :, 0], home[:, None, 1] - seat[None, :, 1]) / across
    return np.asarray(np.nan_to_num(way))


def stand_ins(x: Floats, y: Floats, load: Floats, same_day: npt.NDArray[np.bool_] | None = None) -> Ints:
    """Give who stands in for each officer: somebody near, with little work; nobody for more than two others.

    Parameters
    ----------
    x, y, load
        (n,) where an officer works (metres), and the minutes a month.
    same_day
        (n, n) pairs that are never free on the same day; they don't stand in for each other.

    Returns
    -------
    (n,) positions; -1 where nobody can.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow import

    n = len(x)
    if n < 2:
        return np.full(n, -1, dtype=np.int64)
    away = np.hypot(x[:, None] - x, y[:, None] - y)
    np.fill_diagonal(away, np.inf)
    spacing = max(float(np.median(away.min(axis=1))), 1e-9)
    cost = away / spacing + (load / max(float(load.mean()), 1e-9))[None, :]
    barred = np.eye(n, dtype=bool) if same_day is None else same_day | np.eye(n, dtype=bool)
    impossible = 1e6
    cost = np.where(barred, impossible, np.minimum(cost, impossible / 2))
    # the second time costs more: work is spread
    seats = np.hstack([cost + extra for extra in range(MOST_STOOD_IN)])
    who, seat = linear_sum_assignment(seats)
    found = np.full(n, -1, dtype=np.int64)
    found[who] = np.where(seats[who, seat] >= impossible, -1, seat % n)
    return found
