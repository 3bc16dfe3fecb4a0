"""Leaders to worrying places."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from grids.leaders import assign_leaders


def places(*rows: tuple[str | None, str, float]) -> pd.DataFrame:
    """Give places: department, risk, metres to the east."""
    frame = pd.DataFrame(list(rows), columns=["department", "risk", "x"])
    return frame.assign(y=0.0, department=frame["department"].astype("str"))


def people(*rows: tuple[bool, str | None, float]) -> pd.DataFrame:
    """Give people: a leader or not, department, metres to the east."""
    frame = pd.DataFrame(list(rows), columns=["leads", "department", "x"])
    return frame.assign(y=0.0, department=frame["department"].astype("str"))


def test_own_department_first_then_near() -> None:
    """A place goes to its own department's people, else to the nearest."""
    found = assign_leaders(
        places(("甲局", "一般", 0), ("乙局", "一般", 0), (None, "一般", 9000)),
        people((True, "乙局", 0), (True, "甲局", 9000), (False, None, 9000)),
    )
    assert found["person"].tolist()[:2] == [1, 0]
    assert found["person"][2] != 0
    assert found["department"].tolist() == [True, True, False]


def test_who_has_one_keeps_it() -> None:
    """A place that has somebody keeps him, if he has not too many."""
    kept = assign_leaders(places(*[("甲局", "一般", 0)] * 4), people((True, "甲局", 0), (True, None, 0)), [1, 1, 1, 1])
    assert kept["kept"].sum() == 3
    assert kept["person"].tolist().count(0) == 1


def test_the_worst_go_to_leaders() -> None:
    """A place of the worst risk goes to a leader before other staff."""
    found = assign_leaders(places(("甲局", "重大", 0)), people((False, None, 0), (True, None, 5000)))
    assert found["person"].tolist() == [1]


def test_two_each_before_three() -> None:
    """Leaders have two each before one has three; others one each before two."""
    found = assign_leaders(places(*[(None, "一般", n) for n in range(4)]), people((True, None, 0), (True, None, 0)))
    assert np.bincount(found["person"]).tolist() == [2, 2]


def test_nobody_left() -> None:
    """What is beyond what people may have has nobody."""
    found = assign_leaders(places(*[(None, "一般", 0)] * 6), people((True, None, np.nan), (False, None, np.nan)))
    assert (found["person"] < 0).sum() == 1
    assert np.bincount(found["person"][found["person"] >= 0]).tolist() == [3, 2]
    assert assign_leaders(places((None, "一般", 0)), people())["person"].tolist() == [-1]


@given(st.integers(0, 12), st.lists(st.booleans(), max_size=5), st.randoms(use_true_random=False))
def test_nobody_has_too_many(count: int, leads: list[bool], random: object) -> None:
    """Nobody has more than he may, and nobody is left out while somebody has room."""
    dice = np.random.default_rng(random.randrange(2**31))  # type: ignore[attr-defined]
    found = assign_leaders(
        places(*[(dice.choice(["甲", "乙"]), "一般", dice.random() * 1e4) for _ in range(count)]),
        people(*[(each, dice.choice(["甲", "乙"]), dice.random() * 1e4) for each in leads]),
        dice.integers(-1, len(leads), count).tolist(),
    )["person"].to_numpy()
    room = [3 if each else 2 for each in leads]
    assert all((found == person).sum() <= most for person, most in enumerate(room))
    assert (found >= 0).sum() == min(count, sum(room))
