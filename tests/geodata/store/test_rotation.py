"""Which backups stay."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import StoreProblem
from geodata.store.rotation import Rotation

NOON = datetime(2024, 6, 30, 2)
MOMENTS = st.lists(st.datetimes(datetime(2022, 1, 1), datetime(2024, 12, 31)), max_size=40)
COUNTS = st.integers(0, 6)


def slow(rotation: Rotation, moments: list[datetime]) -> set[datetime]:
    """Say which stay: all of the newest day, then period by period from the newest, of each that has any its newest."""
    stay = {moment for moment in moments if moment.date() == max(moments).date()}
    for count, form in (
        (rotation.days, "%Y-%m-%d"),
        (rotation.weeks, "%G-%V"),
        (rotation.months, "%Y-%m"),
        (rotation.years, "%Y"),
    ):
        periods = sorted({moment.strftime(form) for moment in moments}, reverse=True)[:count]
        stay |= {max(moment for moment in moments if moment.strftime(form) == period) for period in periods}
    return stay


@given(MOMENTS, COUNTS, COUNTS, COUNTS, COUNTS)
def test_as_said_slowly(moments: list[datetime], days: int, weeks: int, months: int, years: int) -> None:
    """What stays is the newest of each of the last days, weeks, months and years that have a backup."""
    rotation = Rotation(days, weeks, months, years)
    gone = rotation.gone(moments)
    assert set(moments) - set(gone) == slow(rotation, moments)
    assert rotation.gone(sorted(set(moments) - set(gone))) == []


def test_a_year_of_nights() -> None:
    """A year of nightly backups by 7d4w12m leaves 21: 7 nights of this week, 3 weeks, 11 months."""
    nights = [NOON - timedelta(days=at) for at in range(366)]
    kept = sorted(set(nights) - set(Rotation.read("7d4w12m").gone(nights)))
    assert len(kept) == 7 + 3 + 11
    assert kept[-7:] == sorted(nights[:7])


@pytest.mark.parametrize("text", ["", "0d", "7", "d7", "4w7d", "7d 4w", "-1d", "99999d"])
def test_what_nobody_can_read(text: str) -> None:
    """Anything but counts of days, weeks, months, years in this order is refused, as is keeping none."""
    with pytest.raises(StoreProblem, match="7d4w12m"):
        Rotation.read(text)
