"""Working days by China's calendar of holidays and make-up days."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import chinese_calendar
import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]
Counts = npt.NDArray[np.int64]

FIRST, LAST = np.datetime64("1900-01-01", "D"), np.datetime64("2199-12-31", "D")
"""The calendar; days beyond its ends count as its ends."""


def working_days(first: date, last: date) -> int:
    """Count the working days from `first` to `last`, both counted; 0 when `last` comes before.

    Holidays and make-up Saturdays as the State Council's yearly notices have them; Monday to Friday in a year whose
    notice the library does not have (`unknown_years`).
    """
    return max(0, int(counted(np.datetime64(last, "D")) - counted(np.datetime64(first - timedelta(days=1), "D"))))


def counted(days: Days | np.datetime64) -> Counts:
    """Give how many working days the calendar has up to each day, that day included; no NaT.

    The difference of two is the number of working days after the one, up to the other: negative when that is earlier.
    """
    table = _table()
    position = np.clip((days - FIRST).astype(np.int64), 0, len(table) - 1)
    return np.asarray(table[position], dtype=np.int64)


def working_day_after(day: date, number: int) -> date:
    """Give the day that is the `number`-th working day after a day."""
    table = _table()
    wanted = counted(np.datetime64(day, "D")) + number
    found: date = (FIRST + int(np.searchsorted(table, wanted))).item()
    return found


def unknown_years(first: date, last: date) -> list[int]:
    """Give the years between two days whose holidays are not known."""
    known = min(chinese_calendar.holidays).year, max(chinese_calendar.holidays).year
    return [year for year in range(first.year, last.year + 1) if not known[0] <= year <= known[1]]


@cache
def _table() -> Counts:
    """Count the working days of the calendar up to each of its days."""
    days = np.arange(FIRST, LAST + 1)
    works = np.is_busday(days)  # Monday to Friday
    works[_positions(chinese_calendar.holidays)] = False
    works[_positions(chinese_calendar.workdays)] = True
    return np.cumsum(works, dtype=np.int64)


def _positions(named: Any) -> Counts:
    return (np.array(sorted(named), dtype="datetime64[D]") - FIRST).astype(np.int64)
