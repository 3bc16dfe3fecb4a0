"""Months and weeks as people write them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta


def month_of(text: str) -> tuple[date, date]:
    """Give first and last day of a month written `2024-07`; ValueError where it is none."""
    if not re.fullmatch(r"[1-9]\d{3}-(0[1-9]|1[0-2])", text):
        raise ValueError(text)
    first = date.fromisoformat(f"{text}-01")
    return first, end_of_month(first)


def end_of_month(day: date) -> date:
    """Give the last day of the month of a day."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def week_of(text: str) -> tuple[date, date]:
    """Give Monday and Sunday of an ISO week written `2024-W27`; ValueError where it is none."""
    found = re.fullmatch(r"([1-9]\d{3})-W(\d{2})", text)
    if not found or not 1 <= int(found[2]) <= date(int(found[1]), 12, 28).isocalendar().week:  # always in the last week
        raise ValueError(text)
    monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    return monday, monday + timedelta(days=6)
