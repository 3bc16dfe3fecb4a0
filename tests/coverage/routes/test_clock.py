"""The clock of a working day."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.routes.clock import DAY, HOUR, MINUTE, Clock, hour, read_hours
from geodata.errors import Unreadable

CLOCKS = st.builds(Clock, st.integers(10, 14).map(lambda at: at * HOUR), st.integers(0, 7200))
TIMES = st.integers(0, 2 * DAY)


@given(CLOCKS, TIMES)
def test_earliest_and_latest(clock: Clock, time: int) -> None:
    """The first working second at or after a time is shown there or later; one before it is shown earlier."""
    first, last = clock.earliest(time), clock.latest(time)
    assert clock.shown(first) >= time > clock.shown(first - 1)
    assert clock.shown(last) <= time < clock.shown(last + 1)


@given(CLOCKS, TIMES, TIMES)
def test_order_is_kept(clock: Clock, one: int, two: int) -> None:
    """What is worked later is later on the clock."""
    assert (one < two) == (clock.shown(one) < clock.shown(two))


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("09:00-17:00", [(9 * HOUR, 17 * HOUR)]),
        ("9：00—17：30", [(9 * HOUR, 17 * HOUR + 30 * MINUTE)]),
        ("上午8:30-12:00，下午14:30~17:30", [(8.5 * HOUR, 12 * HOUR), (14.5 * HOUR, 17.5 * HOUR)]),
        ("22:00至6:00", [(22 * HOUR, 30 * HOUR)]),
        ("09:00-09:00", [(9 * HOUR, 9 * HOUR)]),
    ],
)
def test_hours_as_people_write_them(text: str, spans: list[tuple[int, int]]) -> None:
    """Full-width signs, dashes of every length, two shifts, a night."""
    assert list(read_hours(text)) == spans


@pytest.mark.parametrize("text", ["", "白班", "25:00-26:00", "09:70-10:00", "09:00-17:00 周末休息", "9-"])
def test_what_are_no_hours(text: str) -> None:
    """Anything else is refused with what to write."""
    with pytest.raises(Unreadable, match="09:00-17:00"):
        read_hours(text)


def test_shown() -> None:
    """A second of the next day says so."""
    assert [hour(8 * HOUR + 90), hour(26 * HOUR)] == ["08:01", "次日02:00"]
