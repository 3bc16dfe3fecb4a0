"""A day's routes: which places, in what order, when; and why the others have to wait.

`solve` is the table of contents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from coverage.routes.clock import MINUTE
from coverage.routes.network import FAR, Travel
from coverage.routes.problem import Floats, Ints, LeftOut, Officer, Plan, Problem, Route, Visit
from coverage.routes.solver import Effort, solve_team
from coverage.routes.team import NO_WAY, Team, Vehicle

NO_TIME, CLOSED, UNREACHABLE, LOWER_PRIZE = "no_time", "closed", "unreachable", "lower_prize"
FINEST = 10_000
"""The highest prize is worth so many units: finer differences don't decide."""
LOST: Mapping[str, str] = MappingProxyType(
    {
        FAR: "走不到：300 米内没有可走的道路，请核对坐标。",
        "island": "走不到：旁边的道路和全镇的路网不相连，请核对道路。",
    }
)


def solve(problem: Problem, effort: Effort, stop: Callable[[], bool] = lambda: False) -> Plan:
    """Plan the day of officers who share their stops.

    Prizes add up to as much as can be found; of equal prizes the shorter way wins. Promised stops come before all
    others. With an effort in iterations the same problem has the same plan.

    Parameters
    ----------
    stop
        Asked now and then: True ends the search with the best so far.
    """
    ways = {mode: seconds_between(travel) for mode, travel in problem.travel.items()}
    early, late = beginnings(problem)
    alone = reasons_alone(problem, ways, early, late)
    able = np.array([at for at, reason in enumerate(alone) if reason is None], dtype=np.int64)
    going = [at for at, officer in enumerate(problem.officers) if officer.end > officer.begin]
    visited: list[tuple[int, ...]] = [()] * len(problem.officers)
    cut_short = False
    if len(able) and going:
        team = _team(problem, ways, early, late, able, [problem.officers[at] for at in going])
        answer = solve_team(team, effort, stop)
        cut_short = answer.cut_short
        for at, route in zip(going, answer.routes, strict=True):
            visited[at] = tuple(able[list(route)].tolist())
    routes = tuple(timed(problem, officer, stops) for officer, stops in zip(problem.officers, visited, strict=True))
    return Plan(problem, routes, _left_out(problem, ways, routes, alone), cut_short)


def seconds_between(travel: Travel) -> Ints:
    """Give ways in whole seconds, rounded up so that a plan in them can be kept."""
    seconds = np.full(travel.minutes.shape, NO_WAY, dtype=np.int64)
    there = np.isfinite(travel.minutes)
    seconds[there] = np.ceil(travel.minutes[there] * MINUTE - 1e-6)
    return seconds


def beginnings(problem: Problem) -> tuple[Ints, Ints]:
    """Give when each visit may begin, in working seconds: its whole stay lies in the hours of the place."""
    stops, clock = problem.stops, problem.clock
    early = np.array([clock.earliest(int(each)) for each in stops.opens], dtype=np.int64)
    late = np.array([clock.latest(int(each)) for each in stops.closes - stops.stay], dtype=np.int64)
    return early, late


def reasons_alone(problem: Problem, ways: Mapping[str, Ints], early: Ints, late: Ints) -> list[tuple[str, str] | None]:
    """Say of each stop why nobody could visit it, though nothing else were to be done; None where somebody could."""
    n = len(problem.stops.ids)
    reached, open_, fits = np.zeros((3, n), dtype=bool)
    for officer in problem.officers:
        there, back = ways[officer.mode][officer.start, :n], ways[officer.mode][:n, officer.finish]
        begin, end = problem.clock.earliest(officer.begin), problem.clock.latest(officer.end)
        goes = (there < NO_WAY) & (back < NO_WAY)
        first = np.maximum(begin + there, early)
        reached |= goes
        # open: the hours of the place and of the shift have room for a visit, the way apart
        open_ |= np.maximum(begin, early) <= np.minimum(late, end - problem.stops.stay)
        fits |= goes & (first <= late) & (first + problem.stops.stay + back <= end)
    return [None if fits[at] else _reason_alone(problem, at, bool(reached[at]), bool(open_[at])) for at in range(n)]


def _reason_alone(problem: Problem, at: int, reached: bool, open_: bool) -> tuple[str, str]:
    lost = {travel.lost[at] for travel in problem.travel.values()}
    if not any(officer.end > officer.begin for officer in problem.officers):
        return NO_TIME, "班次的时间是 0，当天不排。"
    if "" not in lost:
        return UNREACHABLE, LOST[sorted(lost)[0]]
    if not open_:
        hours = int(problem.stops.closes[at] - problem.stops.opens[at])
        text = "营业时间比一次检查还短" if hours < problem.stops.stay[at] else "营业时间和班次对不上"
        return CLOSED, f"不开门：{text}。"
    if not reached:
        return UNREACHABLE, "走不到：离得太远，或出发的地方不在路网上。"
    return NO_TIME, "时间不够：来回加上检查，一个班次也不够。"


def _team(
    problem: Problem, ways: Mapping[str, Ints], early: Ints, late: Ints, able: Ints, going: Sequence[Officer]
) -> Team:
    """Give the stops that can be visited and the nodes of the officers, in the numbers of the solver."""
    n, clock = len(problem.stops.ids), problem.clock
    modes = sorted({officer.mode for officer in going})
    nodes = np.concatenate([able, np.arange(n, len(next(iter(ways.values()))))])
    number = {int(node): at for at, node in enumerate(nodes)}
    vehicles = tuple(
        Vehicle(
            number[each.start],
            number[each.finish],
            clock.earliest(each.begin),
            clock.latest(each.end),
            modes.index(each.mode),
        )
        for each in going
    )
    return Team(
        tuple(ways[mode][np.ix_(nodes, nodes)] for mode in modes),
        whole(problem.stops.prize[able]),
        problem.stops.stay[able],
        early[able],
        late[able],
        vehicles,
        problem.stops.must[able],
    )


def whole(prize: Floats) -> Ints:
    """Give what visits are worth in whole numbers, at least 1."""
    return np.maximum(np.rint(prize * (FINEST / max(float(prize.max()), 1e-9))).astype(np.int64), 1)


def timed(problem: Problem, officer: Officer, stops: Sequence[int]) -> Route:
    """Give the times of a walk past some stops in their order, each as early as it can be; the start as late."""
    travel, clock = problem.travel[officer.mode], problem.clock
    ways = seconds_between(travel)
    nodes = [officer.start, *stops, officer.finish]
    begin, visits = clock.earliest(officer.begin), []
    if not stops:
        return Route(officer, (), officer.begin, officer.begin, None, 0, 0.0, 0.0)
    wait = clock.earliest(int(problem.stops.opens[stops[0]])) - begin - int(ways[officer.start, stops[0]])
    now = depart = begin + max(0, wait)
    lunch_from = clock.noon
    for before, stop in zip(nodes[:-1], stops, strict=False):
        arrive = now + int(ways[before, stop])
        start = max(arrive, clock.earliest(int(problem.stops.opens[stop])))
        now = start + int(problem.stops.stay[stop])
        leave = clock.shown(start) + int(problem.stops.stay[stop])
        if start < clock.noon < now:
            lunch_from = leave
        visits.append(Visit(stop, clock.shown(arrive), clock.shown(start), leave, float(travel.metres[before, stop])))
    home = now + int(ways[nodes[-2], officer.finish])
    steps = list(pairwise(nodes))
    return Route(
        officer,
        tuple(visits),
        clock.shown(depart),
        clock.shown(home),
        (lunch_from, lunch_from + clock.lunch) if clock.lunch and depart < clock.noon <= home else None,
        int(sum(ways[step] for step in steps)),
        float(sum(travel.metres[step] for step in steps)),
        float(problem.stops.prize[list(stops)].sum()),
    )


def _left_out(
    problem: Problem, ways: Mapping[str, Ints], routes: Sequence[Route], alone: Sequence[tuple[str, str] | None]
) -> tuple[LeftOut, ...]:
    """Say of each stop on no route why."""
    taken = {visit.stop for route in routes for visit in route.visits}
    least = min((float(problem.stops.prize[stop]) for stop in taken), default=0.0)
    rest = np.array([at for at in range(len(alone)) if at not in taken and alone[at] is None], dtype=np.int64)
    more, spare = _detours(problem, ways, routes, rest)
    full = {}
    for at, needs, left in zip(rest.tolist(), more.tolist(), spare.tolist(), strict=True):
        full[at] = _no_room(problem, at, needs // MINUTE, left // MINUTE, least)
    found = {at: reason for at, reason in enumerate(alone) if reason is not None} | full
    return tuple(LeftOut(at, *found[at]) for at in sorted(found))


def _no_room(problem: Problem, at: int, needs: int, left: int, least: float) -> tuple[str, str]:
    prize = float(problem.stops.prize[at])
    if problem.stops.must[at]:
        return NO_TIME, f"约定必查，但排不下：至少再要 {needs} 分钟，只剩 {left} 分钟。"
    if needs <= left:
        return CLOSED, "排不进：要等营业时间，会误了别的点。"
    if prize < least:
        return LOWER_PRIZE, f"当天排满，先查更紧要的：它的分数 {prize:.4g}，排上的最低 {least:.4g}。"
    return NO_TIME, f"时间不够：去一趟至少再要 {needs} 分钟，只剩 {left} 分钟。"


def _detours(problem: Problem, ways: Mapping[str, Ints], routes: Sequence[Route], rest: Ints) -> tuple[Ints, Ints]:
    """Give how much longer some route gets with each stop at least, and how much time that route has left (seconds)."""
    more = np.full(len(rest), NO_WAY, dtype=np.int64)
    spare = np.zeros(len(rest), dtype=np.int64)
    for route in routes:
        officer, to = route.officer, ways[route.officer.mode]
        nodes = np.array([officer.start, *(visit.stop for visit in route.visits), officer.finish])
        extra = to[np.ix_(nodes[:-1], rest)] + to[np.ix_(rest, nodes[1:])].T - to[nodes[:-1], nodes[1:]][:, None]
        needs = extra.min(axis=0) + problem.stops.stay[rest]
        left = problem.clock.latest(officer.end) - problem.clock.earliest(route.home) if route.visits else 0
        better = needs - left < more - spare
        more, spare = np.where(better, needs, more), np.where(better, left, spare)
    return more, spare
