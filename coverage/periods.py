"""Calendar periods, town-local: which one holds a day, which one came before, how long it is, what it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.arrays import DatetimeArray

from geodata.errors import QuestionProblem
from geodata.model import Town

Days = npt.NDArray[np.datetime64]
Ints = npt.NDArray[np.int64]

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
DAYS_APART = 10_000_000
"""Days since 1970 are fewer than 3 million in years 1-9999."""


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both counted, with the label of figures and the words of sentences."""

    first: date
    last: date
    label: str
    chinese: str

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.last - self.first).days + 1


def _week(day: date) -> Period:
    first = day - timedelta(days=day.weekday())
    year, week, _ = day.isocalendar()
    return Period(first, first + timedelta(days=6), f"{year}-W{week:02d}", f"{year}年第{week}周")


def _months(day: date, length: int) -> tuple[int, date, date]:
    """Give the serial in its year, first and last day of the run of `length` months that holds the day."""
    serial = (day.month - 1) // length
    first = date(day.year, serial * length + 1, 1)
    after = serial * length + length
    last = date(day.year + after // 12, after % 12 + 1, 1) - timedelta(days=1)
    return serial + 1, first, last


def _month(day: date) -> Period:
    serial, first, last = _months(day, 1)
    return Period(first, last, f"{day.year}-{serial:02d}", f"{day.year}年{serial}月")


def _quarter(day: date) -> Period:
    serial, first, last = _months(day, 3)
    return Period(first, last, f"{day.year}Q{serial}", f"{day.year}年第{'一二三四'[serial - 1]}季度")


def _half_year(day: date) -> Period:
    serial, first, last = _months(day, 6)
    return Period(first, last, f"{day.year}H{serial}", f"{day.year}年{'上下'[serial - 1]}半年")


def _year(day: date) -> Period:
    return Period(date(day.year, 1, 1), date(day.year, 12, 31), f"{day.year}", f"{day.year}年")


def _two_years(day: date) -> Period:
    even = day.year - day.year % 2
    return Period(date(even, 1, 1), date(even + 1, 12, 31), f"{even}/{even + 1}", f"{even}至{even + 1}年")


@dataclass(frozen=True)
class Calendar:
    """One kind of calendar period: how many a year, the office's word, and the period that holds a day."""

    a_year: float
    chinese: str
    holding: Callable[[date], Period]


CALENDARS: Mapping[str, Calendar] = MappingProxyType(
    {
        "week": Calendar(52.18, "每周", _week),
        "month": Calendar(12, "每月", _month),
        "quarter": Calendar(4, "每季度", _quarter),
        "half-year": Calendar(2, "每半年", _half_year),
        "year": Calendar(1, "每年", _year),
        "two-years": Calendar(0.5, "每两年", _two_years),
    }
)
"""Weeks begin on Monday; two-years begin with an even year."""


def period_of(every: str, day: date) -> Period:
    """Give the calendar period of kind `every` that holds the day."""
    return CALENDARS[every].holding(day)


def previous(every: str, period: Period) -> Period:
    """Give the calendar period just before."""
    return period_of(every, period.first - timedelta(days=1))


def window_period(first: date, last: date) -> Period:
    """Give a campaign's window as a period."""
    return Period(first, last, f"{first}/{last}", f"{first}至{last}")


def check_day(day: date) -> None:
    """Refuse a day for which no figures can be meant; QuestionProblem."""
    if not EARLIEST <= day <= LATEST:
        raise QuestionProblem(f"日期 {day} 不在 {EARLIEST} 至 {LATEST} 之间，请检查年份。")


def local_days(moments: pd.Series, town: Town) -> Days:
    """Give the town-local calendar day of each moment (datetime64[D], NaT where there is none)."""
    return local_times(moments, town).astype("datetime64[D]")


def local_times(moments: pd.Series, town: Town) -> Days:
    """Give each moment as the town's clocks show it (datetime64[s], NaT where there is none)."""
    array = moments.array
    if not isinstance(array, DatetimeArray) or array.tz is None:
        raise TypeError(f"{moments.name} must be datetime64 with a time zone")
    return np.asarray(array.tz_convert(town.timezone).tz_localize(None), dtype="datetime64[s]")


def line_of_days(of: Ints, day: Days) -> Ints:
    """Give numbers in the order of what the days are of, then of the days: one line, on which each has a stretch."""
    return np.asarray(of * DAYS_APART + day.astype("int64"))
