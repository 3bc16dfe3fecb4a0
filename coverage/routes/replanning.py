"""The rest of a day planned anew from where somebody is: what is done stands, what is locked stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from coverage.routes.changing import best_number
from coverage.routes.day import MOST_STOPS, on_street, worth_most
from coverage.routes.kept import KeptRoute, KeptStop, Spot
from coverage.routes.planner import LOWER_PRIZE, solve
from coverage.routes.problem import Plan
from coverage.routes.reckoning import Ground, problem_of, reckoned
from coverage.routes.solver import Effort

OFF_STREET_M = 300
"""Farther from every street, a position is told to be off."""


@dataclass(frozen=True)
class Since:
    """How a day stands when the rest of it is planned anew.

    Attributes
    ----------
    at
        Seconds of the day.
    spot
        Where the officer is, degrees.
    done
        Place → when it was visited (seconds of the day), by this officer.
    gone
        Places that are not planned again: left out on the way, dropped by hand, on another's route, done by others.
    """

    at: int
    spot: Spot
    done: Mapping[str, int]
    gone: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Waiting:
    """A place that is on no route, and why; `reason` as in `coverage.routes.problem.LeftOut`, or `gone`."""

    stop: KeptStop
    reason: str
    why: str


@dataclass(frozen=True)
class Replanned:
    """A route with a new rest, what waits, and what is to be said."""

    route: KeptRoute
    left_out: tuple[Waiting, ...]
    notes: tuple[str, ...]


def replanned(
    route: KeptRoute, since: Since, candidates: Sequence[KeptStop], ground: Ground, effort: Effort
) -> Replanned:
    """Plan the rest of a route anew.

    Stops that are done come first, in the order in which they were done. Locked and promised ones that are ahead stay,
    also where they don't fit: the route says so then. The others are chosen freely, from the stops ahead and the
    candidates, by the planner.

    Parameters
    ----------
    candidates
        What the officer may go to.
    """
    done = _done(route, since.done)
    visited = {stop.place_id for stop in done}
    ahead = [stop for stop in route.ahead if stop.place_id not in visited]
    lost = [Waiting(stop, "gone", "途中说明去不了，或别人已经去过。") for stop in ahead if stop.place_id in since.gone]
    ahead = [stop for stop in ahead if stop.place_id not in since.gone]
    known = {stop.place_id for stop in ahead} | visited | since.gone
    choice = [*ahead, *(stop for stop in candidates if stop.place_id not in known)]
    choice.sort(key=lambda stop: stop.place_id)  # whatever the order of before, the same choice has the same rest
    start, notes = _start(since.spot, ground)
    begun = replace(route, begin=max(since.at, route.begin), start=start, stops=tuple(done))
    near, far = _near(begun, choice, ground)
    capped = f"可去的有 {len(choice):,} 处，只在最值得去的 {len(near):,} 处里排。"
    notes += [capped] if far else []
    points = ground.points([*((stop.lon, stop.lat) for stop in near), begun.start, begun.finish])
    plan = solve(problem_of(begun, near, points, ground), effort)
    order = [near[visit.stop] for visit in plan.routes[0].visits]
    whole, put = _with_locked(replace(begun, stops=(*done, *order)), near, ground)
    notes += [f"锁定的“{place}”排不下，照样留在路线上：请看它的说明。" for place in put]
    if plan.cut_short:
        notes.append("到时间就停了，同样的种子下次可能排得更好。")
    waiting = [each for each in _waiting(plan, near) if each.stop.place_id not in put]
    waiting += [Waiting(stop, LOWER_PRIZE, capped) for stop in far]
    return Replanned(reckoned(whole, ground), (*lost, *waiting), tuple(notes))


def _done(route: KeptRoute, visited: Mapping[str, int]) -> list[KeptStop]:
    """Give the stops that are done, each at the moment at which it was."""
    new = [
        replace(stop, done=True, arrive=at, begin=at, leave=at, problem="")
        for stop in route.ahead
        if (at := visited.get(stop.place_id)) is not None
    ]
    return sorted([*route.done, *new], key=lambda stop: stop.arrive)


def _start(spot: Spot, ground: Ground) -> tuple[Spot, list[str]]:
    """Give the point of the streets nearest to where somebody is: a position may lie in a lake."""
    point = ground.points([spot])[0]
    near = on_street(ground.streets, point)
    away = point.distance(near)
    if away == 0:
        return spot, []
    lon, lat = ground.degrees(near)
    said = [f"人所在的位置离道路 {away:.0f} 米，从最近的道路算起。"] if away > OFF_STREET_M else []
    return (lon, lat), said


def _near(route: KeptRoute, choice: Sequence[KeptStop], ground: Ground) -> tuple[list[KeptStop], list[KeptStop]]:
    """Part what is looked at from what would be too many: what must be, then what is worth most for the way."""
    if len(choice) <= MOST_STOPS:
        return list(choice), []
    points = ground.points([(stop.lon, stop.lat) for stop in choice])
    base = ground.points([route.start])
    asked = pd.DataFrame(
        {
            "prize": [stop.prize for stop in choice],
            "stay": [stop.stay for stop in choice],
            "must": [stop.must or stop.locked for stop in choice],
        }
    )
    rows = worth_most(asked, points, base, route.mode)
    far = np.setdiff1d(np.arange(len(choice)), rows)
    return [choice[at] for at in rows], [choice[at] for at in far]


def _with_locked(route: KeptRoute, near: Sequence[KeptStop], ground: Ground) -> tuple[KeptRoute, list[str]]:
    """Put the locked stops that the planner found no room for where they do least harm."""
    put = []
    for stop in near:
        if stop.locked and stop.place_id not in route.places:
            at = best_number(route, stop, ground) - 1
            route = replace(route, stops=(*route.stops[:at], stop, *route.stops[at:]))
            put.append(stop.place_id)
    return route, put


def _waiting(plan: Plan, near: Sequence[KeptStop]) -> list[Waiting]:
    return [Waiting(near[each.stop], each.reason, each.why) for each in plan.left_out]
