"""One walk along streets as a day's work: its steps, the places on the way, and when what is where."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from coverage.routes.clock import MINUTE, Clock
from coverage.routes.postman import Links, Service, Ways
from coverage.streets.network import Floats, Ints
from grids.workload import SPEED_M_PER_MIN

PACE = SPEED_M_PER_MIN["walk"] / MINUTE
"""Metres a second."""
FURTHER_M, TRIES = 100.0, 12
"""A place is looked in at from the point of the walk that is nearest, or one this much further, of so many at most."""


@dataclass(frozen=True)
class Steps:
    """A walk from crossing to crossing.

    Attributes
    ----------
    links, new
        (m,) link of each step, and whether it is walked because it is needed.
    nodes
        (m + 1,) crossings, the base first and last.
    at
        (m + 1,) metres walked up to each.
    """

    links: Ints
    new: np.ndarray[tuple[int], np.dtype[np.bool_]]
    nodes: Ints
    at: Floats


@dataclass(frozen=True)
class Asides:
    """p places that the walk may look in at.

    Attributes
    ----------
    metres
        (p, n) from the door of each to every crossing, inf where there is no way.
    prize, stay, opens, closes, must
        As in `coverage.routes.problem.Stops`.
    """

    metres: Floats
    prize: Floats
    stay: Ints
    opens: Ints
    closes: Ints
    must: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def without(self, places: Sequence[int]) -> Asides:
        """Give them with some places out of reach: somebody else looks in there."""
        metres = self.metres.copy()
        metres[list(places)] = np.inf
        return replace(self, metres=metres)


@dataclass(frozen=True, order=True)
class Aside:
    """A place that is looked in at: before which step of the walk, which of the places, and how far it is there."""

    step: int
    place: int
    metres: float


@dataclass(frozen=True)
class Look:
    """When somebody is at a place, in working seconds."""

    aside: Aside
    arrive: int
    begin: int
    end: int


@dataclass(frozen=True)
class Times:
    """When the walk is where, in working seconds.

    Attributes
    ----------
    looks
        Of the places, in order.
    passed
        (m + 1,) when the walk leaves each crossing.
    fits
        Everything is open when somebody is there, and the walk is home in time.
    """

    looks: tuple[Look, ...]
    passed: Ints
    fits: bool


def steps_of(links: Links, ways: Ways, walk: Sequence[Service], base: int) -> Steps:
    """Give the steps of a closed walk through services: between them the shortest ways."""
    trod, new, at = list[int](), list[bool](), base
    for each in walk:
        path = ways.path(at, each.start)
        trod += [*path, each.link]
        new += [False] * len(path) + [True]
        at = each.end
    path = ways.path(at, base) if at != base else []
    trod, new = [*trod, *path], [*new, *([False] * len(path))]
    nodes = [base]
    for link in trod:
        one, two = links.pairs[link].tolist()
        nodes.append(two if nodes[-1] == one else one)
    metres = np.concatenate([[0.0], np.cumsum(links.metres[np.array(trod, dtype=np.int64)])])
    return Steps(np.array(trod, dtype=np.int64), np.array(new, dtype=bool), np.array(nodes, dtype=np.int64), metres)


def times_of(steps: Steps, asides: Asides, chosen: Sequence[Aside], clock: Clock, shift: tuple[int, int]) -> Times:
    """Give when a walk is where, each place as early as it can be; whole seconds, rounded up on the way."""
    now, fits, looks = clock.earliest(shift[0]), True, list[Look]()
    rested = np.zeros(len(steps.nodes), dtype=np.int64)
    begun, spent = now, 0  # of what is spent beside the walk
    for each in chosen:
        here = begun + int(np.ceil(steps.at[each.step] / PACE)) + spent
        way = int(np.ceil(each.metres / PACE))
        arrive = here + way
        begin = max(arrive, clock.earliest(int(asides.opens[each.place])))
        end = begin + int(asides.stay[each.place])
        fits &= end <= clock.latest(int(asides.closes[each.place]))
        looks.append(Look(each, arrive, begin, end))
        rested[each.step] += end + way - here
        spent += end + way - here
    passed = begun + np.ceil(steps.at / PACE).astype(np.int64) + np.cumsum(rested)
    return Times(tuple(looks), passed, bool(fits and passed[-1] <= clock.latest(shift[1])))


def looked_in(steps: Steps, asides: Asides, clock: Clock, shift: tuple[int, int]) -> tuple[Aside, ...]:
    """Choose the places that a walk looks in at: promised ones first, then those worth most for the time they take.

    Each is put in where the detour is least and everything else can still be kept.
    """
    away = asides.metres[:, steps.nodes]
    least = away.min(axis=1, initial=np.inf)
    minutes = (2 * np.where(np.isfinite(least), least, 0.0) / PACE + asides.stay) / MINUTE
    order = np.lexsort((-asides.prize / np.maximum(minutes, 1e-9), ~asides.must))
    chosen: list[Aside] = []
    for place in order.tolist():
        if not np.isfinite(least[place]):
            continue
        near = np.flatnonzero(away[place] <= least[place] + FURTHER_M)
        for step in near[np.argsort(away[place, near], kind="stable")][:TRIES].tolist():
            tried = chosen.copy()
            insort(tried, Aside(step, place, float(away[place, step])))
            if times_of(steps, asides, tried, clock, shift).fits:
                chosen = tried
                break
    return tuple(chosen)
