"""On which day each visit of an officer is made: all of them if it can be, with the least way, evenly.

A month of one officer is one problem of many vehicles, each a working day; PyVRP divides the visits among the days and
orders them at once (a periodic routing problem whose visits are already known: the days only have to be found).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from coverage.routes.clock import DAY
from coverage.routes.planner import beginnings, reasons_alone, seconds_between, whole
from coverage.routes.problem import Ints, Problem
from coverage.routes.solver import Answer, Effort, solve_team
from coverage.routes.team import NO_WAY, Team, Vehicle

STEP = 1.3
"""By so much a day's work may grow each time that not all fits."""
SPAN = 4 * DAY
"""From one run of days to the next on the axis of time; a shift ends on the next day at the latest."""


@dataclass(frozen=True)
class Spread:
    """The visits of each working day in the order of a walk; `reasons` says of visits that nobody could make why."""

    days: tuple[tuple[int, ...], ...]
    reasons: dict[int, tuple[str, str]]
    cut_short: bool


def spread(
    problem: Problem,
    first: Ints,
    last: Ints,
    days: int,
    balance: float | None,
    effort: Effort,
    stop: Callable[[], bool] = lambda: False,
) -> Spread:
    """Divide the visits of one officer among days.

    The hours of places are left to the day itself.

    Parameters
    ----------
    problem
        Of one officer: every visit of the horizon as a stop, a place several times where it is visited several times.
    first, last
        (n,) between which days (from 0) each visit lies.
    days
        How many there are.
    balance
        No day may have more than so many times the mean work of a day (visits and ways) unless not all could be done
        then; None: days may be as full as the shift.
    """
    officer = problem.officers[0]
    ways = {mode: seconds_between(travel) for mode, travel in problem.travel.items()}
    reasons = {at: why for at, why in enumerate(reasons_alone(problem, ways, *beginnings(problem))) if why is not None}
    able = np.array([at for at in range(len(first)) if at not in reasons and first[at] >= 0], dtype=np.int64)
    begin, end = problem.clock.earliest(officer.begin), problem.clock.latest(officer.end)
    if not len(able) or end <= begin:
        return Spread(((),) * days, reasons, cut_short=False)
    nodes = np.concatenate([able, [officer.start, officer.finish]])
    way = ways[officer.mode][np.ix_(nodes, nodes)]
    shift = end - begin
    limits = _Limits(problem.stops.stay[able], way, days, balance, shift)

    def within(most: int) -> Answer:
        team = _team(problem, able, way, first[able], last[able], days, (begin, begin + most))
        return solve_team(team, effort, stop)

    most = limits.first()
    answer = within(most)
    while _count(answer) < len(able) and most < shift and not stop():
        most = min(int(most * STEP), shift)
        answer = within(most)
    even = limits.of(_work(answer, problem.stops.stay[able], way))
    if even < most and not stop():
        evener = within(even)
        answer = evener if _count(evener) == _count(answer) else answer
    found: list[tuple[int, ...]] = [()] * days
    for day, route in enumerate(answer.routes):
        found[day] = tuple(able[list(route)].tolist())
    return Spread(_urgent_first(found, problem, first, last), reasons, answer.cut_short)


@dataclass(frozen=True)
class _Limits:
    """How long a day may be: not less than the longest visit takes there and back, not more than the shift."""

    stay: Ints
    way: Ints
    days: int
    balance: float | None
    shift: int

    def of(self, work: int) -> int:
        """Give the longest that a day may be when all of them have so much work."""
        if self.balance is None:
            return self.shift
        n = len(self.stay)
        longest = int((self.stay + self.way[n, :n] + self.way[:n, n + 1]).max())
        return min(max(int(self.balance * work / self.days), longest), self.shift)

    def first(self) -> int:
        """Give it before anything is planned: from a visit to the nearest, and out and back each day."""
        n = len(self.stay)
        near = np.sort(self.way[:n, : n + 1] + NO_WAY * np.eye(n, n + 1, dtype=np.int64), axis=1)[:, 0]
        out = np.median(self.way[n, :n] + self.way[:n, n + 1])
        return self.of(int(self.stay.sum() + near.sum() + self.days * out))


def _count(answer: Answer) -> int:
    return sum(map(len, answer.routes))


def _work(answer: Answer, stay: Ints, way: Ints) -> int:
    """Give the seconds of all visits and ways."""
    n = len(stay)
    walks = [[n, *route, n + 1] for route in answer.routes if route]
    return sum(int(stay[walk[1:-1]].sum() + way[walk[:-1], walk[1:]].sum()) for walk in walks)


def _team(problem: Problem, able: Ints, way: Ints, first: Ints, last: Ints, days: int, hours: tuple[int, int]) -> Team:
    """Give the problem of all days, a vehicle each.

    Days between which no visit may begin or has to end are alike: runs of them share a stretch of the axis of time.
    """
    cuts = np.unique(np.concatenate([[0], first, last + 1]))
    run = np.searchsorted(cuts, np.arange(days), side="right") - 1
    n = len(able)
    vehicles = tuple(Vehicle(n, n + 1, int(at) * SPAN + hours[0], int(at) * SPAN + hours[1]) for at in run)
    early = run[first] * SPAN
    late = run[last] * SPAN + SPAN - 1
    prize, stay, must = whole(problem.stops.prize[able]), problem.stops.stay[able], problem.stops.must[able]
    return Team((way,), prize, stay, early, late, vehicles, must)


def _urgent_first(
    found: list[tuple[int, ...]], problem: Problem, first: Ints, last: Ints
) -> tuple[tuple[int, ...], ...]:
    """Change days with one another so that those worth more come first, where all of their visits may be then."""
    worth = [float(problem.stops.prize[list(route)].sum()) for route in found]
    days = list(range(len(found)))
    for _ in days:
        for one in range(len(days) - 1):
            for two in range(one + 1, len(days)):
                ahead, behind = days[one], days[two]
                if (
                    worth[behind] > worth[ahead]
                    and all(first[at] <= one <= last[at] for at in found[behind])
                    and all(first[at] <= two <= last[at] for at in found[ahead])
                ):
                    days[one], days[two] = behind, ahead
    return tuple(found[day] for day in days)
