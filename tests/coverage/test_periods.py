"""Calendar periods."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.periods import CALENDARS, Period, check_day, local_days, period_of, previous
from geodata.errors import QuestionProblem
from geodata.model import Town
from tests.coverage import oracle

DAYS = st.dates(date(1901, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("every", "day", "label", "chinese", "first", "last"),
    [
        ("week", date(2024, 12, 30), "2025-W01", "2025年第1周", date(2024, 12, 30), date(2025, 1, 5)),
        ("week", date(2021, 1, 3), "2020-W53", "2020年第53周", date(2020, 12, 28), date(2021, 1, 3)),
        ("month", date(2024, 2, 29), "2024-02", "2024年2月", date(2024, 2, 1), date(2024, 2, 29)),
        ("quarter", date(2024, 12, 31), "2024Q4", "2024年第四季度", date(2024, 10, 1), date(2024, 12, 31)),
        ("half-year", date(2024, 7, 1), "2024H2", "2024年下半年", date(2024, 7, 1), date(2024, 12, 31)),
        ("year", date(2024, 1, 1), "2024", "2024年", date(2024, 1, 1), date(2024, 12, 31)),
        ("two-years", date(2013, 12, 31), "2012/2013", "2012至2013年", date(2012, 1, 1), date(2013, 12, 31)),
    ],
)
def test_labels(every: str, day: date, label: str, chinese: str, first: date, last: date) -> None:
    """Weeks begin on Monday and take the ISO year; two years begin with an even one."""
    assert period_of(every, day) == Period(first, last, label, chinese)


@given(st.sampled_from(sorted(CALENDARS)), DAYS)
def test_periods_tile_the_calendar(every: str, day: date) -> None:
    """The period holds the day, every day of it gives the same one, and the one before ends the day before."""
    period = period_of(every, day)
    assert period.first <= day <= period.last
    assert period_of(every, period.first) == period == period_of(every, period.last)
    assert previous(every, period).last == period.first - timedelta(days=1)
    assert period.days == (period.last - period.first).days + 1


@given(st.sampled_from(sorted(CALENDARS)), st.dates(date(2019, 1, 1), date(2027, 12, 31)))
def test_same_as_walking(every: str, day: date) -> None:
    """A period is what one finds by walking from day to day."""
    period = period_of(every, day)
    assert (period.first, period.last) == oracle.period(every, day)
    assert period.label == oracle.label({"every": every}, period.first, period.last)


def test_impossible_days() -> None:
    """A day of another age is refused before any calendar breaks on it."""
    for day in (date.min, date(1899, 12, 31), date(2200, 1, 1), date.max):
        with pytest.raises(QuestionProblem, match="请检查年份"):
            check_day(day)


def test_local_days() -> None:
    """A moment belongs to the day that the town's clocks show, whatever its own zone; no moment, no day."""
    moments = pd.Series(pd.to_datetime(["2024-06-30T15:59:59Z", "2024-06-30T16:00:00Z", None]), name="at")
    days = local_days(moments, Town("镇", "441900121"))
    assert days[:2].tolist() == [date(2024, 6, 30), date(2024, 7, 1)]
    assert np.isnat(days[2])
    with pytest.raises(TypeError, match="at must be datetime64 with a time zone"):
        local_days(moments.dt.tz_localize(None), Town("镇", "441900121"))
