"""Team orienteering with time windows, solved by PyVRP: the only door to it.

Which places does a team visit, in what order, so that the prizes add up to the most within everybody's time. Everything
here is in whole numbers; who calls decides what a unit is.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.IteratedLocalSearch import IteratedLocalSearchParams
from pyvrp.PenaltyManager import PenaltyParams
from pyvrp.solve import SolveParams

from coverage.routes.exact import MOST, best_route
from coverage.routes.greedy import Routes, inserted
from coverage.routes.team import NO_WAY, Team

HISTORY, PATIENCE = 100, 10_000
UPDATES, FEASIBLE = 100, 0.4
"""How long the search accepts what is worse, and goes on without finding anything better before it starts again from
the best: PyVRP's own values (300, 150,000) are for larger problems and longer runs. With these, all of six of Chao's
instances end at the best known prize within 16 s, else at 0.3 % below it (`benchmarks/routes.py`)."""
EVER = np.iinfo(np.int64).max
"""PyVRP's own word for no limit."""


@dataclass(frozen=True)
class Effort:
    """How long to look.

    Attributes
    ----------
    seeds
        Each begins anew; the best counts.
    iterations
        At most so many a seed (None: until the time is over). With a number of iterations the same seeds find the same.
    seconds
        At most so long, all seeds together (None: no matter how long).
    """

    seeds: tuple[int, ...] = (0, 1, 2)
    iterations: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Answer:
    """Stops of each vehicle in their order, what they are worth, and whether it was the time that ended the search."""

    routes: Routes
    prize: int
    cut_short: bool


def solve_team(team: Team, effort: Effort, stop: Callable[[], bool] = lambda: False) -> Answer:
    """Find routes with as high a prize as can be found.

    Where some stops must be visited, as many of them as fit are found first; then the others are fitted in. The best
    route past few stops is found for certain.

    Parameters
    ----------
    stop
        Asked between iterations: True ends the search with the best so far.
    """
    if len(team.vehicles) == 1 and len(team.prize) <= MOST:
        return _answer(team, (best_route(team),))
    if not team.must.any():
        return _search(team, effort, stop, _answer(team, inserted(team)))
    promised = np.flatnonzero(team.must)
    alone = team.some(promised, np.zeros(len(promised), dtype=bool))
    alone = replace(alone, prize=alone.prize + alone.prize.sum())  # as many as fit, then the most worth
    kept = _search(alone, effort, stop, _answer(alone, inserted(alone)))
    visited = promised[[at for route in kept.routes for at in route]]
    rest = np.flatnonzero(~team.must | np.isin(np.arange(len(team.must)), visited))
    start = tuple(tuple(np.searchsorted(rest, promised[list(route)]).tolist()) for route in kept.routes)
    both = team.some(rest, team.must[rest])
    found = _search(both, effort, stop, replace(_answer(both, start), cut_short=kept.cut_short))
    return replace(found, routes=tuple(tuple(rest[list(route)].tolist()) for route in found.routes))


def _answer(team: Team, routes: Routes) -> Answer:
    return Answer(routes, sum(int(team.prize[list(route)].sum()) for route in routes), cut_short=False)


def _search(team: Team, effort: Effort, stop: Callable[[], bool], best: Answer) -> Answer:
    """Search with each seed, from an answer that holds every stop that must be visited."""
    if not len(team.prize):
        return best
    data, cut = _data(team), best.cut_short
    params = _params(data)
    start = _solution(team, data, best) if team.must.any() else None
    began = perf_counter()
    for done, seed in enumerate(effort.seeds):
        share = None
        if effort.seconds is not None:
            share = (effort.seconds - (perf_counter() - began)) / (len(effort.seeds) - done)
        limit = _Limit(effort.iterations, share, stop)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PenaltyBoundWarning)  # what does not fit is told by the planner
            result = pyvrp.solve(data, limit, seed=seed, collect_stats=False, params=params, initial_solution=start)
        cut |= limit.cut
        if result.best.is_feasible():
            whole = inserted(team, _routes(team, result.best))  # a short search may leave room
            best = max(_answer(team, whole), best, key=lambda answer: (answer.prize, -_length(team, answer.routes)))
        if limit.stopped:
            break
    return replace(best, cut_short=cut)


def _length(team: Team, routes: Routes) -> int:
    """Give how long all ways of some routes are together."""
    pairs = zip(team.vehicles, routes, strict=True)
    walks = ((team.ways[each.ways], [each.start, *route, each.end]) for each, route in pairs if route)
    return sum(int(ways[walk[:-1], walk[1:]].sum()) for ways, walk in walks)


def _solution(team: Team, data: pyvrp.ProblemData, answer: Answer) -> pyvrp.Solution:
    types = list(Counter(team.vehicles))
    pairs = zip(team.vehicles, answer.routes, strict=True)
    return pyvrp.Solution(data, [pyvrp.Route(data, list(route), types.index(each)) for each, route in pairs if route])


class _Limit:
    """PyVRP's stopping criterion: iterations, seconds, or somebody who says so."""

    def __init__(self, iterations: int | None, seconds: float | None, stop: Callable[[], bool]) -> None:
        self._left, self._stop = iterations, stop
        self._until = None if seconds is None else perf_counter() + seconds
        self.cut = self.stopped = False

    def __call__(self, best_cost: float) -> bool:
        if self._left is not None:
            if not self._left:
                return True
            self._left -= 1
        self.stopped = self._stop()
        self.cut = self.stopped or (self._until is not None and perf_counter() > self._until)
        return self.cut


@dataclass
class _Penalties(PenaltyParams):
    """Penalties that begin at `start`, not in the middle between the least and the highest."""

    start: float = 1.0

    def midpoint_penalties(self, data: pyvrp.ProblemData) -> tuple[list[float], float, float]:
        return [], self.start, self.start


def _params(data: pyvrp.ProblemData) -> SolveParams:
    """Give the settings of the search.

    A route may be too long for a while, at a penalty. It begins at what a unit of time is worth at three of four stops:
    PyVRP's own beginning, thousands of times higher, lets the search keep to what fits for most of a short run.
    """
    ways, clients = data.distance_matrix(0), data.clients()
    near = np.sort(ways[: len(clients)] + NO_WAY * np.eye(len(clients), len(ways)), axis=1)[:, 0]
    prize, stay = (np.array([getattr(each, name) for each in clients]) for name in ("prize", "service_duration"))
    worth = prize / np.maximum(near + stay, 1)
    penalty = _Penalties(
        solutions_between_updates=UPDATES,
        target_feasible=FEASIBLE,
        max_penalty=max(100 * float(worth.max()), 1.0),
        start=float(np.quantile(worth, 0.75)),
    )
    ils = IteratedLocalSearchParams(num_iters_no_improvement=PATIENCE, history_length=HISTORY)
    return SolveParams(ils=ils, penalty=penalty)


def _data(team: Team) -> pyvrp.ProblemData:
    """Give the problem as PyVRP has it.

    A prize counts more than any way that it saves: it is multiplied by the longest way that there is, and a unit of way
    costs 1, so that of equal prizes the shorter walk wins. Where nobody has to wait or hurry for a place, the time of a
    route is a length: ways with the stay before them, not longer than the shift. PyVRP is quicker then, and finds more.
    """
    timed = team if _windows(team) else _lengths(team)
    ways = list(timed.ways)
    longest = max(int(each[each < NO_WAY].max(initial=1)) for each in ways)
    clients = [
        pyvrp.Client(at, service_duration=stay, tw_early=early, tw_late=late, prize=prize * longest, required=must)
        for at, (stay, early, late, prize, must) in enumerate(
            zip(*(each.tolist() for each in (timed.stay, timed.early, timed.late, team.prize, team.must)), strict=True)
        )
    ]
    nodes = sorted({node for vehicle in team.vehicles for node in (vehicle.start, vehicle.end)})
    types = [
        pyvrp.VehicleType(
            count,
            start_depot=nodes.index(each.start),
            end_depot=nodes.index(each.end),
            tw_early=each.begin if timed is team else 0,
            tw_late=each.finish if timed is team else EVER,
            max_distance=EVER if timed is team else max(each.finish - each.begin, 0),
            profile=each.ways,
        )
        for each, count in Counter(team.vehicles).items()
    ]
    locations = [pyvrp.Location(0, 0) for _ in range(len(ways[0]))]
    depots = [pyvrp.Depot(node) for node in nodes]
    times = ways if timed is team else [np.zeros_like(each) for each in ways]
    return pyvrp.ProblemData(locations, clients, depots, types, ways, times)  # type: ignore[arg-type]  # ndarray[int]


def _lengths(team: Team) -> Team:
    """Give a problem in which a visit takes no time and the way from it is longer by its stay."""
    n = len(team.prize)
    before = np.concatenate([team.stay, np.zeros(len(team.ways[0]) - n, dtype=np.int64)])
    off_diagonal = ~np.eye(len(before), dtype=bool)
    ways = tuple((each + before[:, None]) * off_diagonal for each in team.ways)
    none = np.zeros(n, dtype=np.int64)
    return replace(team, ways=ways, stay=none, early=none, late=np.full(n, EVER))


def _windows(team: Team) -> bool:
    """Say whether a place is closed while somebody could come."""
    begin = min(vehicle.begin for vehicle in team.vehicles)
    finish = max(vehicle.finish for vehicle in team.vehicles)
    return bool((team.early > begin).any() or (team.late < finish - team.stay).any())


def _routes(team: Team, solution: pyvrp.Solution) -> Routes:
    """Give the stops of each vehicle; those that are alike share a type, in the order of their first."""
    alike = {vehicle: [at for at, each in enumerate(team.vehicles) if each == vehicle] for vehicle in team.vehicles}
    free = list(alike.values())
    routes: list[tuple[int, ...]] = [()] * len(team.vehicles)
    for route in solution.routes():
        at = free[route.vehicle_type()].pop(0)
        routes[at] = tuple(each.idx for each in route.schedule() if each.is_client())
    return tuple(routes)
