"""What a day's plan is asked for, and what it is: plain figures that don't change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from coverage.routes.clock import DAY, Clock
from coverage.routes.network import Travel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Officer:
    """Who goes, from when until when (seconds of the day), how, and from which node of the ways to which."""

    id: str
    name: str
    begin: int
    end: int
    mode: str
    start: int
    finish: int


@dataclass(frozen=True)
class Stops:
    """n places that may be visited.

    Attributes
    ----------
    ids, whys
        Which, and why each is worth a visit.
    prize
        (n,) how much.
    stay
        (n,) seconds that a visit takes.
    opens, closes
        (n,) seconds of the day: a visit lies between them.
    must
        (n,) promised visits: others give way.
    """

    ids: tuple[str, ...]
    whys: tuple[str, ...]
    prize: Floats
    stay: Ints
    opens: Ints
    closes: Ints
    must: Flags

    @classmethod
    def of(
        cls,
        ids: Sequence[str],
        prize: npt.ArrayLike,
        stay: npt.ArrayLike,
        *,
        whys: Sequence[str] | None = None,
        hours: Sequence[tuple[int, int]] | None = None,
        must: npt.ArrayLike | None = None,
    ) -> Stops:
        """Give stops that are open all day, unless hours are given, and none of them promised, unless some are."""
        n = len(ids)
        spans = np.array(list(hours) if hours is not None else [(0, 2 * DAY)] * n, dtype=np.int64).reshape(n, 2)
        return cls(
            tuple(ids),
            tuple(whys if whys is not None else [""] * n),
            np.asarray(prize, dtype=float),
            np.asarray(stay, dtype=np.int64),
            spans[:, 0],
            spans[:, 1],
            np.zeros(n, dtype=bool) if must is None else np.asarray(must, dtype=bool),
        )


@dataclass(frozen=True)
class Pair:
    """Two officers of whom each has stops of the own, and some that both have to be at together.

    Attributes
    ----------
    owner
        (n,) whose each stop is: 0 or 1. What it is worth is counted for its owner alone.
    two
        (n,) stops at which both have to be for the whole stay; at the others only the owner may be.
    """

    owner: Ints
    two: Flags


@dataclass(frozen=True)
class Problem:
    """A day of officers who share the same stops: one in the own grid, or a team; or a pair.

    Attributes
    ----------
    travel
        By mode: ways between nodes; the first n are the stops, then where officers start and finish.
    pair
        Of two officers some of whose visits are made together; None: everybody goes alone.
    """

    day: date
    officers: tuple[Officer, ...]
    stops: Stops
    travel: dict[str, Travel]
    clock: Clock = field(default_factory=Clock)
    pair: Pair | None = None

    def some(self, stops: Ints) -> Problem:
        """Give the same with some of its stops, in the order given."""
        n, held, moved = len(self.stops.ids), self.stops, len(stops) - len(self.stops.ids)
        nodes = np.concatenate([stops, np.arange(n, len(next(iter(self.travel.values())).lost))])
        asked = Stops(
            tuple(held.ids[at] for at in stops),
            tuple(held.whys[at] for at in stops),
            held.prize[stops],
            held.stay[stops],
            held.opens[stops],
            held.closes[stops],
            held.must[stops],
        )
        return replace(
            self,
            officers=tuple(
                replace(each, start=each.start + moved, finish=each.finish + moved) for each in self.officers
            ),
            stops=asked,
            travel={mode: each.among(nodes) for mode, each in self.travel.items()},
            pair=None if self.pair is None else Pair(self.pair.owner[stops], self.pair.two[stops]),
        )


def _moved(officer: Officer, nodes: int) -> Officer:
    return replace(officer, start=officer.start + nodes, finish=officer.finish + nodes)


@dataclass(frozen=True)
class Visit:
    """A stop (position in `Stops`) on a route: seconds of the day, and metres from the one before."""

    stop: int
    arrive: int
    begin: int
    leave: int
    metres: float


@dataclass(frozen=True)
class Route:
    """What one officer does: seconds of the day; lunch None where none falls on the way."""

    officer: Officer
    visits: tuple[Visit, ...]
    depart: int
    home: int
    lunch: tuple[int, int] | None
    travel: int
    metres: float
    prize: float


@dataclass(frozen=True)
class LeftOut:
    """A stop that is on no route: `no_time`, `closed`, `unreachable` or `lower_prize`, and the sentence."""

    stop: int
    reason: str
    why: str


@dataclass(frozen=True)
class Plan:
    """A day planned: a route for each officer, and why the other stops are on none.

    `cut_short` says that time or somebody ended the search: the same seed may find more another time.
    """

    problem: Problem
    routes: tuple[Route, ...]
    left_out: tuple[LeftOut, ...]
    cut_short: bool = False
