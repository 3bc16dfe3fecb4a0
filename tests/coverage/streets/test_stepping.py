"""Steps from state to state."""

from __future__ import annotations

import pytest

from coverage.streets.reach import FAR
from coverage.streets.stepping import Model, State, Stride, best_way

MODEL = Model(60.0, 0.7, 4.0, 0.05, 8.0, 15.0, 14.0, 10.0)
STRIDE = Stride(seconds=40.0, expected=50.0, slack=10.0, limit=100.0)
HERE, THERE = State(0, 0, 20.0, 30.0), State(1, 1, 25.0, 30.0)


def test_a_way_costs_metres_turns_and_being_off_the_pace() -> None:
    """10 m to the end of the edge, 60 m between, 5 m into the other: 25 m more than expected."""
    assert best_way(HERE, THERE, 60.0, 0, STRIDE, MODEL) == (pytest.approx(75 * 0.05 + 2.5), 75.0, True)


def test_a_way_off_any_pace_costs_a_bounded_amount() -> None:
    """Somebody stood."""
    stood = STRIDE._replace(expected=10_000.0)
    assert best_way(HERE, THERE, 60.0, 0, stood, MODEL)[0] == pytest.approx(75 * 0.05 + 6)


@pytest.mark.parametrize(("apart", "turned"), [(86.0, 0), (60.0, 1), (FAR, 0)])
def test_what_is_kept_beyond_the_limit_is_no_way(apart: float, turned: int) -> None:
    """With its turns too, each 160 m: what other tracks asked for may stand in memory."""
    assert best_way(HERE, THERE, apart, turned, STRIDE, MODEL) == (FAR, -1.0, True)


def test_ahead_on_the_same_edge_is_a_way_and_back_is_none() -> None:
    """From metre 20 to metre 25 along it; against it the other way round."""
    ahead = State(0, 0, 25.0, 30.0)
    assert best_way(HERE, ahead, FAR, 0, STRIDE, MODEL)[1:] == (5.0, False)
    assert best_way(ahead, HERE, FAR, 0, STRIDE, MODEL)[1:] == (-1.0, True)
    back = ahead._replace(way=1), HERE._replace(way=1)
    assert best_way(*back, FAR, 0, STRIDE, MODEL)[1:] == (5.0, False)
