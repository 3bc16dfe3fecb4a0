"""Working days by China's calendar of holidays and make-up days."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar


def working_days(first: date, last: date) -> int:
    """Count the working days from `first` to `last`, both counted; 0 when `last` comes before.

    Holidays and make-up Saturdays as the State Council's yearly notices have them; Monday to Friday in a year whose
    notice the library does not have (`unknown_years`).
    """
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(_works(day) for day in days)


def unknown_years(first: date, last: date) -> list[int]:
    """Give the years between two days whose holidays are not known."""
    return [year for year in range(first.year, last.year + 1) if not _known(year)]


def _works(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day)) if _known(day.year) else day.weekday() < 5


def _known(year: int) -> bool:
    return bool(min(chinese_calendar.holidays).year <= year <= max(chinese_calendar.holidays).year)
