"""A kept route changed by a person: nothing is lost, nothing is repaired, and every step can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.routes import changing
from coverage.routes.check import faults
from coverage.routes.kept import SEND, SENT, UNDO, History, KeptRoute
from coverage.routes.planner import timed
from coverage.routes.reckoning import problem_of, reckoned
from geodata.errors import QuestionProblem
from tests.coverage.routes.kept_days import AT, GROUND, LAT, LON, NINE, route, routes, stop
from tests.coverage.test_against_oracle import SOME

Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["lock", "unlock", "drop", "move", "add"]), st.integers(0, 9), st.integers(1, 9)),
    max_size=8,
)


def marked(one: KeptRoute, action: str, number: int = 0, **more: Any) -> KeptRoute:
    """Give the next revision, with its times."""
    at = AT + timedelta(minutes=number)
    return reckoned(one.following(action=action, actor="c", at=at, **more), GROUND)


def after(one: KeptRoute, step: Step) -> KeptRoute:
    """Make a change, as yet without its times."""
    do, which, to = step
    if do == "add":
        return changing.added(one, stop(100 + which), to)
    place = one.places[which % len(one.places)] if one.places else "nobody"
    if do == "move":
        return changing.moved(one, place, to)
    return changing.dropped(one, place) if do == "drop" else changing.locked(one, place, on=do == "lock")


def walked(one: KeptRoute, steps: list[Step]) -> History:
    """Give the revisions of a route after steps; those that can't be taken are left out."""
    history = [one]
    for number, step in enumerate(steps):
        try:
            history.append(marked(after(history[-1], step), step[0], number))
        except QuestionProblem:
            continue
    return tuple(history)


@SOME
@given(routes(), STEPS)
def test_nothing_is_lost(one: KeptRoute, steps: list[Step]) -> None:
    """Every stop that was there or was added is on the route or was dropped by hand, never both, never twice."""
    history = walked(one, steps)
    wanted = {place for each in history for place in each.places}
    there, dropped = history[-1].places, changing.dropped_by_hand(history)
    assert len(set(there)) == len(there)
    assert wanted == set(there) | dropped
    assert not set(there) & dropped


@SOME
@given(routes(), STEPS, st.integers(1, 8))
def test_undone_step_by_step(one: KeptRoute, steps: list[Step], back: int) -> None:
    """So many steps back give the very route of so many steps before, with its times; sending is no step."""
    history = walked(one, steps)
    history = (*history, marked(history[-1], SEND, 50, state=SENT))
    steps_made = len(history) - 2
    for number in range(back):
        if number >= steps_made:
            with pytest.raises(QuestionProblem, match="最早的一版"):
                changing.undone(history)
            return
        was, before = changing.undone(history), history[steps_made - number - 1]
        assert was.stops == before.stops
        assert (was.home, was.feasible, was.problems, was.lunch) == (
            before.home,
            before.feasible,
            before.problems,
            before.lunch,
        )
        history = (*history, was.following(action=UNDO, actor="c", at=AT))
        assert history[-1].revision == history[-2].revision + 1


@SOME
@given(routes(), STEPS)
def test_times_equal_those_of_the_checker(one: KeptRoute, steps: list[Step]) -> None:
    """After any change the times are those of `timed`, and feasible says what the checker says."""
    last = walked(one, steps)[-1]
    points = GROUND.points([*((each.lon, each.lat) for each in last.stops), last.start, last.finish])
    problem = problem_of(last, last.stops, points, GROUND)
    walk = timed(problem, problem.officers[0], range(len(last.stops)))
    assert [(each.arrive, each.begin, each.leave) for each in last.stops] == [
        (each.arrive, each.begin, each.leave) for each in walk.visits
    ]
    assert last.feasible == (not faults(problem, walk))


def test_a_locked_stop_is_neither_dropped_nor_handed_on() -> None:
    """It must be unlocked first; it may be moved."""
    one = changing.locked(route([stop(1), stop(2)]), "P1", on=True)
    with pytest.raises(QuestionProblem, match="已锁定，请先解锁"):
        changing.dropped(one, "P1")
    with pytest.raises(QuestionProblem, match="已锁定"):
        changing.handed(one, route([], "B"), "P1", 1)
    assert changing.moved(one, "P1", 2).places == ("P2", "P1")
    assert changing.dropped(changing.locked(one, "P1", on=False), "P1").places == ("P2",)


def test_what_is_done_stays_first() -> None:
    """A stop that is done is neither changed nor is anything put before it."""
    one = route([stop(1), stop(2), stop(3)])
    one = replace(one, stops=(replace(one.stops[0], done=True), *one.stops[1:]))
    with pytest.raises(QuestionProblem, match="已经查过"):
        changing.dropped(one, "P1")
    with pytest.raises(QuestionProblem, match="位置应在 2 到 3 之间"):
        changing.moved(one, "P3", 1)
    assert reckoned(one, GROUND).stops[0] == one.stops[0]
    assert changing.best_number(one, stop(0), GROUND) >= 2


@pytest.mark.parametrize("do", ["lock", "drop", "move"])
def test_a_stop_that_is_not_there(do: str) -> None:
    """Who changes a stop that is not on the route is told to look again."""
    with pytest.raises(QuestionProblem, match="没有“nobody”"):
        after(route([]), (do, 0, 1))


def test_handed_on_and_back() -> None:
    """A stop goes to another's route, locked; both steps belong together, until the other one was changed."""
    one, two = route([stop(1), stop(2)]), route([stop(8)], "B")
    gives, takes = changing.handed(one, two, "P1", 2)
    assert (gives.places, takes.places, takes.stops[1].locked) == (("P2",), ("P8", "P1"), True)
    both = {"A": (one, marked(gives, "give")), "B": (two, marked(takes, "take"))}
    assert changing.other_side(both, "A") == "B"
    assert changing.other_side(both, "B") == "A"
    assert changing.other_side({"A": (one, marked(one, "lock"))}, "A") is None
    later = marked(changing.moved(both["B"][-1], "P1", 1), "move", 1)
    with pytest.raises(QuestionProblem, match="先撤回 B 的"):
        changing.other_side({**both, "B": (*both["B"], later)}, "A")
    with pytest.raises(QuestionProblem, match="换给另一个人"):
        changing.handed(one, one, "P1", 1)


@SOME
@given(routes(most=5))
def test_the_best_number_is_the_best_of_all(one: KeptRoute) -> None:
    """No other position has fewer faults, nor as many and an earlier way home."""
    new = replace(stop(24, stay=20, hours=(NINE, NINE + 7200)), place_id="new", locked=True)

    def harm(number: int) -> tuple[int, int]:
        points = GROUND.points(
            [(each.lon, each.lat) for each in changing.added(one, new, number).stops] + [one.start] * 2
        )
        problem = problem_of(one, changing.added(one, new, number).stops, points, GROUND)
        walk = timed(problem, problem.officers[0], range(len(one.stops) + 1))
        return len(faults(problem, walk)), walk.home

    best = changing.best_number(one, new, GROUND)
    assert harm(best) == min(harm(number) for number in range(1, len(one.stops) + 2))
    assert (one.start, one.finish) == ((LON, LAT), (LON, LAT))


def test_twice_on_one_route() -> None:
    """A place that is on the route can't be added again."""
    with pytest.raises(QuestionProblem, match="已经在这条路线上"):
        changing.added(route([stop(1)]), stop(1), 1)
