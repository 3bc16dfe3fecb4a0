"""Minutes a month that places need."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grids.workload import DETOUR, MOST_METRES, Habits, metres_between, minutes_of_atoms, minutes_of_places

NOTHING = pd.DataFrame({"industry": pd.Series([None] * 3, dtype="str"), "risk": pd.Series([None] * 3, dtype="str")})


def test_stay() -> None:
    """A visit takes what the industry says, else the risk, else the usual."""
    places = pd.DataFrame({"industry": ["加油站", "餐饮", None], "risk": ["低", "重大", None]}, dtype="str")
    nowhere = np.full(3, np.nan)
    found = minutes_of_places(np.array([1.0, 2, 3]), places, nowhere, nowhere, Habits({"加油站": 90, "重大": 60}, 25))
    assert found.tolist() == [90, 120, 75]


def test_way_is_that_of_a_tour() -> None:
    """Among many random places the ways add up to the length of a tour through them, within a tenth."""
    rng = np.random.default_rng(1)
    n, side = 4_000, 10_000.0
    x, y = rng.random((2, n)) * side
    assert metres_between(np.ones(n), x, y).sum() == pytest.approx(0.7124 * np.sqrt(n) * side, rel=0.1)


def test_far_and_alone() -> None:
    """Nobody goes further than the limit; a place alone, without position or visits, has no way."""
    x = np.array([0.0, 1e6, np.nan])
    assert metres_between(np.ones(3), x, np.zeros(3)).tolist() == [MOST_METRES, MOST_METRES, 0]
    assert metres_between(np.array([1.0, 0, 1]), x, np.zeros(3)).tolist() == [0, 0, 0]


def test_by_car() -> None:
    """By car the way is shorter in time."""
    x = np.array([0.0, 700, np.nan])
    walk = minutes_of_places(np.ones(3), NOTHING, x, np.zeros(3))
    car = minutes_of_places(np.ones(3), NOTHING, x, np.zeros(3), Habits(mode="car"))
    assert (walk - 25)[0] == pytest.approx((car - 25)[0] * 350 / 75)
    assert (walk - 25)[0] == pytest.approx(DETOUR * 0.7124 * 700 * np.sqrt(np.pi) / 75)


@given(st.lists(st.tuples(st.floats(0, 1e4), st.integers(-1, 5)), min_size=1))
def test_sums_up(rows: list[tuple[float, int]]) -> None:
    """Atoms carry what their places need, and no more."""
    minutes, atom = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = minutes_of_atoms(minutes, atom, 6)
    assert found.tolist() == pytest.approx([sum(m for m, a in rows if a == each) for each in range(6)])
