"""The days of one task's horizon: its visits spread, each day planned by itself, what did not fit tried elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coverage.routes.day import Task
from coverage.routes.month.due import NO_DAY
from coverage.routes.month.horizon import Horizon
from coverage.routes.month.spread import spread
from coverage.routes.pairs import solve_day
from coverage.routes.planner import NO_TIME
from coverage.routes.problem import Ints, Plan, Problem
from coverage.routes.solver import Effort

TRIES = 4
"""On so many days a visit that did not fit is tried."""
MOST_TRIED = 100
"""For so many visits that did not fit, those worth most."""
DAY_EFFORT = Effort((0,), 200)


@dataclass(frozen=True)
class MonthTask:
    """All visits of an officer, and between which working days (positions) each lies."""

    task: Task
    first: Ints
    last: Ints
    horizon: Horizon
    balance: float | None


@dataclass(frozen=True)
class MonthOf:
    """What became of a task: a plan for each working day, and the stops on none of them with the reason."""

    days: tuple[tuple[Task, Plan], ...]
    left: tuple[tuple[int, str, str], ...]
    cut_short: bool


def plan_days(asked: MonthTask, effort: Effort, stop: Callable[[], bool] = lambda: False) -> MonthOf:
    """Plan every working day of the horizon; the same task has the same plan with an effort in iterations."""
    problem, number = asked.task.problem, len(asked.horizon.days)
    stops: list[list[int]] = [[] for _ in range(number)]
    reasons: dict[int, tuple[str, str]] = {}
    cut_short = False
    for alone, own in _alone(problem):
        found = spread(alone, asked.first[own], asked.last[own], number, asked.balance, effort, stop)
        for held, route in zip(stops, found.days, strict=True):
            held.extend(own[list(route)].tolist())
        reasons |= {int(own[at]): why for at, why in found.reasons.items()}
        cut_short |= found.cut_short
    days = [_planned(asked, day, each) for day, each in enumerate(stops)]
    taken = {stop for each in days for stop in each.stops}
    rest = [at for at in range(len(asked.first)) if at not in taken and at not in reasons]
    rest.sort(key=lambda at: (-float(problem.stops.prize[at]), at))
    for number, at in enumerate(rest):
        if number >= MOST_TRIED or stop() or not (_tried(asked, days, at) or _tried_for_another(asked, days, at)):
            reasons[at] = _reason(asked, days, at)
    parts = tuple((asked.task.some(np.array(each.stops, dtype=np.int64)), each.plan) for each in days)
    return MonthOf(parts, tuple((at, *reasons[at]) for at in sorted(reasons)), cut_short)


def _alone(problem: Problem) -> list[tuple[Problem, Ints]]:
    """Give the visits of each officer as a problem of their own, and which they are."""
    n = len(problem.stops.ids)
    if problem.pair is None:
        return [(problem, np.arange(n))]
    parts = []
    for at in range(2):
        own = np.flatnonzero(problem.pair.owner == at)
        some = problem.some(own)
        parts.append((replace(some, pair=None, officers=(some.officers[at],)), own))
    return parts


@dataclass(frozen=True)
class _Planned:
    """A working day: the stops of the task that are on it, and its plan, in which each of them is visited."""

    stops: list[int]
    plan: Plan


def _planned(asked: MonthTask, day: int, stops: Sequence[int]) -> _Planned:
    """Plan a day; what does not fit is taken off until all that is left does."""
    problem = replace(asked.task.problem, day=asked.horizon.days[day])
    kept = list(stops)
    while True:
        some = problem.some(np.array(kept, dtype=np.int64))
        every = np.ones(len(kept), dtype=bool)
        plan = solve_day(replace(some, stops=replace(some.stops, must=every)), DAY_EFFORT)
        gone = {each.stop for each in plan.left_out}
        if not gone:
            return _Planned(kept, replace(plan, problem=some))
        kept = [each for at, each in enumerate(kept) if at not in gone]


def _tried(asked: MonthTask, days: list[_Planned], at: int) -> bool:
    """Put a visit on one of its days where it fits, those with least work first; say whether there is one."""
    stay = int(asked.task.problem.stops.stay[at])
    for day in [day for day in _emptiest(asked, days, at) if _spare(asked, days[day]) >= stay][:TRIES]:
        fuller = _planned(asked, day, [*days[day].stops, at])
        if len(fuller.stops) > len(days[day].stops):
            days[day] = fuller
            return True
    return False


def _tried_for_another(asked: MonthTask, days: list[_Planned], at: int) -> bool:
    """Put a visit on one of its days in the place of another that fits on another day; say whether there is one."""
    stay = asked.task.problem.stops.stay
    for day in _emptiest(asked, days, at)[:TRIES]:
        most = _spare(asked, days[day]) + stay
        able = [each for each in days[day].stops if asked.first[each] < asked.last[each] and most[each] >= stay[at]]
        for each in sorted(able, key=lambda each: (int(stay[each]), each))[:TRIES]:
            stops = [other for other in days[day].stops if other != each]
            changed = _planned(asked, day, [*stops, at])
            others = [*days[:day], changed, *days[day + 1 :]]
            if len(changed.stops) > len(stops) and _tried(asked, others, each):
                days[:] = others
                return True
    return False


def _emptiest(asked: MonthTask, days: Sequence[_Planned], at: int) -> list[int]:
    """Give the days on which a visit may be, those with least work first."""
    able = range(asked.first[at], asked.last[at] + 1) if asked.first[at] >= 0 else range(0)
    return sorted(able, key=lambda day: (-_spare(asked, days[day]), day))


def _spare(asked: MonthTask, day: _Planned) -> int:
    """Give how many seconds of the shift of one of the officers are left on a day, the most."""
    clock, spare = asked.task.problem.clock, 0
    for route in day.plan.routes:
        begin, end = clock.earliest(route.officer.begin), clock.latest(route.officer.end)
        work = route.travel + sum(visit.leave - visit.begin for visit in route.visits)
        spare = max(spare, end - begin - work)
    return spare


def _reason(asked: MonthTask, days: Sequence[_Planned], at: int) -> tuple[str, str]:
    """Say why a visit is on no day."""
    first, last = int(asked.first[at]), int(asked.last[at])
    if first < 0:
        return NO_DAY, "能查的日子里没有工作日。"
    stay = int(asked.task.problem.stops.stay[at])
    spare = [_spare(asked, each) for each in days[first : last + 1]]
    best = int(np.argmax(spare))
    day = asked.horizon.days[first + best]
    when = f"能查的 {last - first + 1} 个工作日"
    if spare[best] < stay:
        return NO_TIME, f"{when}都排满了：要停留 {stay // 60} 分钟，最空的 {day} 只剩 {spare[best] // 60} 分钟。"
    return NO_TIME, f"{when}都排不进：加上路上的时间或营业时间，最空的 {day}（剩 {spare[best] // 60} 分钟）也不够。"
