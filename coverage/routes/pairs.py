"""Days of two officers who have to be at some places together.

The solver knows of no visits at the same time. So the walk past the places for two is planned first, as one walk of
both at the pace of the slower, inside the hours of both: it can be kept by each of them. Its times are then promises,
and each officer's own places are planned around them. That is sound (what is planned can be kept, which
`check.pair_faults` looks at), not the best: places for two come before those for one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from coverage.routes.network import Travel
from coverage.routes.planner import NO_TIME, solve
from coverage.routes.problem import Ints, LeftOut, Officer, Pair, Plan, Problem, Route, Stops, Visit
from coverage.routes.solver import Effort

BOTH = "both"


def solve_day(problem: Problem, effort: Effort, stop: Callable[[], bool] = lambda: False) -> Plan:
    """Plan a day, of a pair or of officers who go alone; as `coverage.routes.planner.solve`."""
    return solve(problem, effort, stop) if problem.pair is None else _solve_pair(problem, problem.pair, effort, stop)


def _solve_pair(problem: Problem, pair: Pair, effort: Effort, stop: Callable[[], bool]) -> Plan:
    walked = solve(_common(problem, np.flatnonzero(pair.two)), effort, stop)
    two = np.flatnonzero(pair.two)
    left = {int(two[each.stop]): (each.reason, f"要两人同去。{each.why}") for each in walked.left_out}
    shared = {int(two[visit.stop]): visit for visit in walked.routes[0].visits}
    while True:
        own = [_own(problem, pair, at, shared) for at in range(2)]
        plans = [solve(alone, effort, stop) for alone, _ in own]
        held = [
            {int(stops[v.stop]) for v in plan.routes[0].visits} for plan, (_, stops) in zip(plans, own, strict=True)
        ]
        lost = sorted(each for each in shared if not (each in held[0] and each in held[1]))
        if not lost:
            break
        for each in lost:
            del shared[each]
            left[each] = NO_TIME, "要两人同去：两人当天凑不到一起。"
    routes = []
    for at, (plan, (_, stops)) in enumerate(zip(plans, own, strict=True)):
        routes.append(_renumbered(problem, pair, at, plan.routes[0], stops))
        left |= {int(stops[each.stop]): (each.reason, each.why) for each in plan.left_out}
    gone = tuple(LeftOut(at, *left[at]) for at in sorted(left))
    return Plan(problem, tuple(routes), gone, walked.cut_short or any(plan.cut_short for plan in plans))


def _common(problem: Problem, two: Ints) -> Problem:
    """Give the walk of both past the places for two: each way as long as for the slower of them."""
    one, other = problem.officers
    nodes = [np.concatenate([two, [each.start, each.finish]]) for each in (one, other)]
    ways = [problem.travel[each.mode].among(at) for each, at in zip((one, other), nodes, strict=True)]
    minutes, metres = (np.maximum(*(getattr(each, name) for each in ways)) for name in ("minutes", "metres"))
    lost = tuple(max(pair) for pair in zip(ways[0].lost, ways[1].lost, strict=True))
    hours = max(one.begin, other.begin), min(one.end, other.end)
    n = len(two)
    both = Officer(BOTH, BOTH, *hours, BOTH, n, n + 1)
    stops = problem.some(two).stops
    return replace(
        problem,
        officers=(both,),
        stops=stops,
        travel={BOTH: Travel(minutes, metres, lost, ways[0].straight)},
        pair=None,
    )


def _own(problem: Problem, pair: Pair, at: int, shared: dict[int, Visit]) -> tuple[Problem, Ints]:
    """Give the day of one of both, with the visits of two promised at their times; and its stops."""
    stops = np.sort(np.concatenate([np.flatnonzero((pair.owner == at) & ~pair.two), sorted(shared)])).astype(np.int64)
    some = problem.some(stops)
    alone = replace(some, pair=None, officers=(some.officers[at],))
    held = alone.stops
    opens, closes, must, prize = held.opens.copy(), held.closes.copy(), held.must.copy(), held.prize.copy()
    first = float(problem.stops.prize.sum()) if must.any() else 0.0  # before all others that are promised
    for number, stop in enumerate(stops.tolist()):
        if stop in shared:
            visit = shared[stop]
            opens[number], closes[number], must[number] = visit.begin, visit.leave, True
            prize[number] += first
    fixed = Stops(held.ids, held.whys, prize, held.stay, opens, closes, must)
    return replace(alone, stops=fixed), stops


def _renumbered(problem: Problem, pair: Pair, at: int, route: Route, stops: Ints) -> Route:
    """Give a route in the numbers of the whole problem, with the worth of the officer's own stops."""
    visits = tuple(replace(visit, stop=int(stops[visit.stop])) for visit in route.visits)
    prize = sum(float(problem.stops.prize[visit.stop]) for visit in visits if pair.owner[visit.stop] == at)
    return replace(route, officer=problem.officers[at], visits=visits, prize=prize)
