"""A kept route changed by a person: each change gives the next revision, as yet without its times.

Nothing is lost and nothing is repaired on the way: a stop is on a route, or it was dropped, or it is said why it waits.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from coverage.routes.check import faults
from coverage.routes.kept import SEND, UNDO, History, KeptRoute, KeptStop
from coverage.routes.planner import timed
from coverage.routes.reckoning import Ground, bridged_over, problem_of
from geodata.errors import QuestionProblem

GIVE, TAKE = "give", "take"


def locked(route: KeptRoute, place_id: str, *, on: bool) -> KeptRoute:
    """Lock a stop to its officer, or let it go."""
    at = _ahead(route, place_id)
    return _with(route, at, replace(route.stops[at], locked=on))


def dropped(route: KeptRoute, place_id: str) -> KeptRoute:
    """Take a stop off; a locked one must be unlocked first."""
    at = _free(route, place_id)
    return replace(route, stops=(*route.stops[:at], *route.stops[at + 1 :]))


def moved(route: KeptRoute, place_id: str, to: int) -> KeptRoute:
    """Move a stop so that it is the one of that number (from 1); those that are done stay before it."""
    stop = route.stops[_ahead(route, place_id)]
    rest = [each for each in route.stops if each is not stop]
    return replace(route, stops=_inserted(rest, stop, to))


def added(route: KeptRoute, stop: KeptStop, to: int) -> KeptRoute:
    """Add a stop as the one of that number; it is locked, since a person wants it there."""
    if stop.place_id in route.places:
        raise QuestionProblem(f"“{stop.place_id}”已经在这条路线上。")
    return replace(route, stops=_inserted(list(route.stops), replace(stop, locked=True), to))


def handed(giver: KeptRoute, taker: KeptRoute, place_id: str, to: int) -> tuple[KeptRoute, KeptRoute]:
    """Give a stop to another officer, who has it as the stop of that number."""
    if giver.officer == taker.officer:
        raise QuestionProblem("换人要换给另一个人。")
    stop = giver.stops[_free(giver, place_id)]
    return dropped(giver, place_id), added(taker, stop, to)


def best_number(route: KeptRoute, stop: KeptStop, ground: Ground) -> int:
    """Give the number at which a stop does least harm: the fewest faults, then home the earliest.

    Every position after the stops that are done is tried, by the times of `timed` and the checker.
    """
    ahead, n = route.ahead, len(route.ahead)
    points = ground.points([*((each.lon, each.lat) for each in (*ahead, stop)), route.start, route.finish])
    problem = problem_of(route, [*ahead, stop], points, ground)
    bridged = bridged_over(problem, points)

    def harm(at: int) -> tuple[int, int]:
        walk = timed(bridged, problem.officers[0], [*range(at), n, *range(at, n)])
        return len(faults(problem, walk)), walk.home

    return len(route.done) + 1 + min(range(n + 1), key=harm)


def _inserted(rest: Sequence[KeptStop], stop: KeptStop, to: int) -> tuple[KeptStop, ...]:
    done = sum(each.done for each in rest)
    if not done < to <= len(rest) + 1:
        raise QuestionProblem(f"位置应在 {done + 1} 到 {len(rest) + 1} 之间（已查过的不能动）。")
    return (*rest[: to - 1], stop, *rest[to - 1 :])


def _with(route: KeptRoute, at: int, stop: KeptStop) -> KeptRoute:
    return replace(route, stops=(*route.stops[:at], stop, *route.stops[at + 1 :]))


def _ahead(route: KeptRoute, place_id: str) -> int:
    """Give the position of a stop that may be changed."""
    if place_id not in route.places:
        raise QuestionProblem(f"{route.officer} 的路线上没有“{place_id}”，请刷新网页。")
    at = route.places.index(place_id)
    if route.stops[at].done:
        raise QuestionProblem(f"“{place_id}”已经查过，不能再改。")
    return at


def _free(route: KeptRoute, place_id: str) -> int:
    at = _ahead(route, place_id)
    if route.stops[at].locked:
        raise QuestionProblem(f"“{place_id}”已锁定，请先解锁。")
    return at


def standing(history: History) -> list[KeptRoute]:
    """Give the revisions that what stands now was made by: without those undone, and without sending."""
    stack: list[KeptRoute] = []
    for route in history:
        if route.action == UNDO:
            stack.pop()
        elif route.action != SEND:
            stack.append(route)
    return stack


def undone(history: History) -> KeptRoute:
    """Give the walk of before the last change that stands.

    Raises
    ------
    QuestionProblem
        There is nothing before it.
    """
    stack = standing(history)
    if len(stack) < 2:
        raise QuestionProblem("没有可以撤回的改动：这是最早的一版。")
    return replace(stack[-2], revision=history[-1].revision)


def other_side(histories: Mapping[str, History], officer: str) -> str | None:
    """Give who else's route the last change of an officer's route changed with it: both are undone together.

    Raises
    ------
    QuestionProblem
        The other route was changed since.
    """
    stack = standing(histories[officer])
    if len(stack) < 2 or stack[-1].action not in (GIVE, TAKE):
        return None
    wanted, places = {GIVE: TAKE, TAKE: GIVE}[stack[-1].action], _difference(stack)
    for other, history in histories.items():
        theirs = standing(history)
        for at in range(len(theirs), 1, -1):
            same = theirs[at - 1].action == wanted and theirs[at - 1].at == stack[-1].at
            if other == officer or not same or _difference(theirs[:at]) != places:
                continue
            if at < len(theirs):
                raise QuestionProblem(f"这一步是和 {other} 换的，{other} 的路线后来又改过：请先撤回 {other} 的。")
            return other
    return None


def _difference(stack: Sequence[KeptRoute]) -> frozenset[str]:
    return frozenset(stack[-1].places) ^ frozenset(stack[-2].places)


def dropped_by_hand(history: History) -> frozenset[str]:
    """Give the places that a person dropped and nobody put back: they are not planned again that day."""
    stack = standing(history)
    gone = {
        place
        for before, after in itertools.pairwise(stack)
        if after.action == "drop"
        for place in set(before.places) - set(after.places)
    }
    return frozenset(gone - set(history[-1].places))
