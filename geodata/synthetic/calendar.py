"""The half year: working days and the windows of campaigns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geodata.synthetic.chance import Bools

Days = npt.NDArray[np.datetime64]

FIRST = np.datetime64("2024-01-01", "D")
LAST = np.datetime64("2024-06-30", "D")
HOLIDAYS = (
    ("2024-01-01", "2024-01-01"),
    ("2024-02-09", "2024-02-17"),
    ("2024-04-04", "2024-04-06"),
    ("2024-05-01", "2024-05-05"),
    ("2024-06-08", "2024-06-10"),
)
CAMPAIGNS = (
    ("2024-01-22", "2024-02-08"),
    ("2024-02-19", "2024-03-08"),
    ("2024-04-22", "2024-04-30"),
    ("2024-06-01", "2024-06-30"),
)
"""Before the Spring Festival, resumption of work, before 1 May, the month of safe production."""


def workdays() -> Days:
    """Give the Mondays to Fridays of the half year that are no holidays."""
    days = np.arange(FIRST, LAST + 1)
    monday_based = (days.astype(np.int64) + 3) % 7
    return np.asarray(days[(monday_based < 5) & ~within(days, HOLIDAYS)])


def within(days: Days, spans: tuple[tuple[str, str], ...]) -> Bools:
    """Say which days lie in one of the spans, both ends included."""
    inside = np.zeros(len(days), dtype=bool)
    for first, last in spans:
        inside |= (days >= np.datetime64(first)) & (days <= np.datetime64(last))
    return inside
