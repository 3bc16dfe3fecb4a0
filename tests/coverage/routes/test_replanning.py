"""The rest of a day planned anew: what is done stands, what is locked stays, the rest is chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.routes.clock import HOUR
from coverage.routes.day import MOST_STOPS
from coverage.routes.kept import KeptRoute
from coverage.routes.replanning import Replanned, Since, replanned
from coverage.routes.solver import Effort
from tests.coverage.routes.kept_days import GROUND, LAT, LON, NINE, NOON, route, routes, stop
from tests.coverage.test_against_oracle import SOME

EFFORT = Effort((0,), 30)
HERE = (LON, LAT)
ONE = NOON + HOUR


def anew(one: KeptRoute, since: Since, candidates: int = 0) -> Replanned:
    """Plan the rest with the candidates 50, 51 …."""
    return replanned(one, since, [stop(50 + at) for at in range(candidates)], GROUND, EFFORT)


@SOME
@given(routes(), st.integers(9, 19), st.data())
def test_every_stop_is_somewhere(one: KeptRoute, hour: int, data: st.DataObject) -> None:
    """Each stop of before and each candidate is on the route or left out with a reason, never both; locks hold."""
    flags = [data.draw(st.sampled_from(["ahead", "done", "gone"])) for _ in one.stops]
    done = {each.place_id: NINE for each, flag in zip(one.stops, flags, strict=True) if flag == "done"}
    gone = frozenset(each.place_id for each, flag in zip(one.stops, flags, strict=True) if flag == "gone")
    found = anew(one, Since(hour * HOUR, HERE, done, gone), 3)
    there, left = found.route.places, [each.stop.place_id for each in found.left_out]
    assert sorted([*there, *left]) == sorted({*one.places, "P50", "P51", "P52"})
    assert all(each.why for each in found.left_out)
    assert {each.place_id for each in found.route.done} == set(done)
    locked = {each.place_id for each in one.stops if each.locked} - gone
    assert locked <= set(there)
    assert not gone & set(there)
    free = replace(found.route, stops=tuple(each for each in found.route.stops if not each.locked))
    assert found.route.feasible or locked or not free.stops


def test_done_stops_stand_at_their_moments() -> None:
    """What is done comes first in the order in which it was done, with its moment; the rest begins afterwards."""
    one = route([stop(1), stop(2), stop(3)])
    found = anew(one, Since(ONE, HERE, {"P2": 10 * HOUR, "P1": 11 * HOUR})).route
    assert [(each.place_id, each.done, each.arrive) for each in found.stops[:2]] == [
        ("P2", True, 10 * HOUR),
        ("P1", True, 11 * HOUR),
    ]
    assert found.stops[2].arrive >= ONE
    assert (found.begin, found.start, found.finish) == (ONE, HERE, one.finish)
    again = anew(found, Since(ONE + HOUR, HERE, {})).route
    assert [each.place_id for each in again.done] == ["P2", "P1"]


def test_a_locked_stop_that_does_not_fit_stays_in_red() -> None:
    """It is put where it does least harm, the route says that it can't be kept, and a note names it."""
    one = route([replace(stop(1, stay=300), locked=True), replace(stop(2, stay=300), locked=True)])
    found = anew(one, Since(ONE, HERE, {}))
    assert set(found.route.places) == {"P1", "P2"}
    assert not found.route.feasible
    assert any("排不下，照样留在路线上" in note for note in found.notes)
    assert not found.left_out


def test_a_promised_stop_comes_before_others() -> None:
    """A stop of little worth that was promised keeps its place against better ones."""
    one = route([replace(stop(1, stay=200, prize=0.1), must=True)])
    found = replanned(one, Since(ONE, HERE, {}), [stop(50, stay=200, prize=9)], GROUND, EFFORT)
    assert found.route.places == ("P1",)
    assert [each.stop.place_id for each in found.left_out] == ["P50"]


def test_after_the_shift_nothing_is_planned() -> None:
    """Whoever asks after the end of the shift has an empty rest, and every place says why."""
    found = anew(route([stop(1)]), Since(18 * HOUR, HERE, {}), 1)
    assert (found.route.places, found.route.feasible) == ((), True)
    assert [each.reason for each in found.left_out] == ["no_time", "no_time"]


def test_the_same_seed_the_same_rest() -> None:
    """Two runs are equal in every time."""
    rng = np.random.default_rng(3)
    candidates = [stop(int(at), stay=int(stay)) for at, stay in enumerate(rng.integers(10, 60, 40))]
    one, two = (replanned(route([]), Since(ONE, HERE, {}), candidates, GROUND, EFFORT) for _ in range(2))
    assert (one.route, one.left_out) == (two.route, two.left_out)
    assert len(one.route.places) > 5


def test_ten_thousand_candidates() -> None:
    """Only those worth most are looked at, which is said, and every other one is left out."""
    some = [replace(stop(at % 49), place_id=f"Q{at}", prize=1 + at % 5) for at in range(10_000)]
    found = replanned(route([]), Since(ONE, HERE, {}), some, GROUND, Effort((0,), 1))
    assert len(found.route.places) + len(found.left_out) == 10_000
    assert any(f"只在最值得去的 {MOST_STOPS} 处里排" in note for note in found.notes)


@pytest.mark.parametrize("spot", [(0.0, 0.0), HERE])
def test_wherever_somebody_is(spot: tuple[float, float]) -> None:
    """From far outside nothing can be reached in time, which every place says; from here all is well."""
    found = anew(route([stop(1)]), Since(ONE, spot, {}))
    assert found.route.places == (("P1",) if spot == HERE else ())
    assert all(each.why for each in found.left_out)
