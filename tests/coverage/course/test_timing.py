"""In time or late, days, recurrence: as plain Python has it, a hazard at a time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coverage.course.timing import CASE, LONGEST_RECURRENCE, days_between, in_time_or_late, recurring
from coverage.periods import EARLIEST, LATEST, Days

NONE = "NaT"


def days(*values: str | int) -> Days:
    """Give days, by their date or their number since 1970."""
    return np.array(values, dtype="datetime64[D]")


def test_in_time_or_late() -> None:
    """On the deadline is in time, a day later late; without a deadline only what was put right at once is known."""
    found = days(*["2024-06-01"] * 6)
    deadline = days("2024-06-05", "2024-06-05", NONE, NONE, "2024-06-05", "2024-05-31")
    put_right = days("2024-06-05", "2024-06-06", "2024-06-01", "2024-06-02", NONE, "2024-06-01")
    in_time, late = in_time_or_late(found, deadline, put_right)
    assert in_time.tolist() == [True, False, True, False, False, False]
    assert late.tolist() == [False, True, False, False, False, True]


def test_days_between() -> None:
    """0 on the same day, over the leap day 2; none where a day is missing or they are reversed."""
    first, last = (
        days("2024-02-28", "2024-02-28", NONE, "2024-02-28"),
        days("2024-02-28", "2024-03-01", "2024-03-01", NONE),
    )
    assert np.array_equal(days_between(first, last), [0, 2, np.nan, np.nan], equal_nan=True)
    assert np.isnan(days_between(days("2024-03-02"), days("2024-03-01"))).all()


@given(
    st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 30), st.none() | st.integers(-3, 30)), max_size=30),
    st.sampled_from([1, 3, 180]),
)
def test_recurring(hazards: list[tuple[int, int, int | None]], within: int) -> None:
    """A hazard recurs when one of its case, not reversed, was put right 1 to `within` days before it was found."""
    cases, found = (np.array([one[at] for one in hazards], dtype=np.int64) for at in (0, 1))
    right = days(*(NONE if one[2] is None else one[1] + one[2] for one in hazards))
    expected = [
        case >= 0
        and any(
            case == other and wait is not None and wait >= 0 and 1 <= day - (begun + wait) <= within
            for other, begun, wait in hazards
        )
        for case, day, _ in hazards
    ]
    assert recurring(cases, found.astype("datetime64[D]"), right, within).tolist() == expected


def test_cases_never_meet() -> None:
    """The last day of one case and the first of the next are farther apart than any recurrence."""
    span = (LATEST - EARLIEST).days
    assert span + LONGEST_RECURRENCE < CASE
    first, last = str(EARLIEST), str(LATEST)
    assert not recurring(np.array([0, 1]), days(last, first), days(last, first), LONGEST_RECURRENCE).any()
