"""Months and weeks as people write them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta


def month_of(text: str) -> tuple[date, date]:
    """Give first and last day of a month written `2024-07`; ValueError where it is none."""
    if not re.fullmatch(r"\d{4}-\d{2}", text):
        raise ValueError(text)
    first = date.fromisoformat(f"{text}-01")
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def week_of(text: str) -> tuple[date, date]:
    """Give Monday and Sunday of an ISO week written `2024-W27`; ValueError where it is none."""
    found = re.fullmatch(r"(\d{4})-W(\d{2})", text)
    if not found:
        raise ValueError(text)
    monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    return monday, monday + timedelta(days=6)
