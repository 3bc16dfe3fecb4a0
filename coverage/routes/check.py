"""Whether a route can be kept, told from its times alone: written apart from the planner, which it checks."""

from __future__ import annotations

from collections.abc import Sequence

from coverage.routes.clock import hour
from coverage.routes.problem import Problem, Route, Visit

SLACK = 1e-6


def faults(problem: Problem, route: Route) -> list[str]:
    """Say what is wrong with a route; nothing where it can be kept.

    Looked at are the shift, the hours of the places, each stay, each way at the pace of the officer's mode, the lunch
    (whole, at its time or as soon as the visit in hand is over), that no place is visited twice, and the sums.
    """
    if not route.visits:
        return [] if route.prize == route.travel == route.metres == 0 else ["空路线却有数字"]
    return [
        *_shift(route),
        *_lunch(problem, route),
        *(fault for visit in route.visits for fault in _visit(problem, route, visit)),
        *_ways(problem, route),
        *_sums(problem, route),
    ]


def _shift(route: Route) -> list[str]:
    found = []
    if route.depart < route.officer.begin:
        found.append(f"{hour(route.depart)} 出发，早于上班")
    if route.home > route.officer.end:
        found.append(f"{hour(route.home)} 结束，晚于下班")
    return found


def _lunch(problem: Problem, route: Route) -> list[str]:
    noon, length = problem.clock.noon, problem.clock.lunch
    if not length or route.home <= noon or route.depart >= noon + length:
        return []  # the shift has no hour of lunch in it
    if route.lunch is None:
        return [] if route.depart >= noon else ["没有午休"]
    begin, end = route.lunch
    in_hand = [visit.leave for visit in route.visits if visit.begin < noon < visit.leave]
    found = [] if begin == (in_hand[0] if in_hand else noon) else [f"午休 {hour(begin)} 开始，不是时候"]
    return found if end - begin == length else [*found, "午休不完整"]


def _visit(problem: Problem, route: Route, visit: Visit) -> list[str]:
    stops, name = problem.stops, problem.stops.ids[visit.stop]
    found = []
    if visit.begin < visit.arrive or visit.leave - visit.begin < stops.stay[visit.stop]:
        found.append(f"{name}：停留不够")
    if visit.begin < stops.opens[visit.stop] or visit.leave > stops.closes[visit.stop]:
        found.append(f"{name}：不在营业时间")
    if route.lunch and visit.begin < route.lunch[1] and visit.leave > route.lunch[0]:
        found.append(f"{name}：占了午休")
    return found


def _ways(problem: Problem, route: Route) -> list[str]:
    """Compare the time between two visits, lunch apart, with the minutes of the way."""
    minutes = problem.travel[route.officer.mode].minutes
    stops = [route.officer.start, *(visit.stop for visit in route.visits), route.officer.finish]
    leaves = [route.depart, *(visit.leave for visit in route.visits)]
    arrives = [*(visit.arrive for visit in route.visits), route.home]
    found = []
    for at, (leave, arrive) in enumerate(zip(leaves, arrives, strict=True)):
        eaten = max(0, min(arrive, route.lunch[1]) - max(leave, route.lunch[0])) if route.lunch else 0
        if arrive - leave - eaten < minutes[stops[at], stops[at + 1]] * 60 - SLACK:
            found.append(f"第 {at + 1} 段路：时间不够")
    return found


def _sums(problem: Problem, route: Route) -> list[str]:
    visited = [visit.stop for visit in route.visits]
    found = ["去了两次"] if len(set(visited)) < len(visited) else []
    if abs(sum(_prize(problem, route, stop) for stop in visited) - route.prize) > SLACK:
        found.append("分数的和不对")
    return found


def _prize(problem: Problem, route: Route, stop: int) -> float:
    """Give what a visit counts for: nothing on the route of who only comes along."""
    along = problem.pair is not None and problem.officers[problem.pair.owner[stop]].id != route.officer.id
    return 0.0 if along else float(problem.stops.prize[stop])


def pair_faults(problem: Problem, routes: Sequence[Route]) -> list[str]:
    """Say what is wrong with the visits of two officers: both must be there, all the while, where two have to be.

    And nobody else than whose place it is where one is enough.
    """
    if problem.pair is None:
        return []
    found = []
    for stop, name in enumerate(problem.stops.ids):
        there = [(route.officer.id, visit) for route in routes for visit in route.visits if visit.stop == stop]
        if problem.pair.two[stop]:
            if len(there) == 1:
                found.append(f"{name}：要两人同去，只有 {there[0][0]} 去")
            elif len({(visit.begin, visit.leave) for _, visit in there}) > 1:
                found.append(f"{name}：两人不是同时在场")
        elif any(officer != problem.officers[problem.pair.owner[stop]].id for officer, _ in there):
            found.append(f"{name}：不是负责的人去")
        elif len(there) > 1:
            found.append(f"{name}：去了两次")
    return found
