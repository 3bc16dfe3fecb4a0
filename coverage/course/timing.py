"""In time or late, how many days, found again: what the days of hazards say, all hazards at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from coverage.periods import Days

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

RECURRENCE_DAYS = 180
"""Unless the town says otherwise: the documents name no number."""
LONGEST_RECURRENCE = 3650
CASE = 10_000_000
"""More than all days of the years 1 to 9999 and `LONGEST_RECURRENCE`: one case after another on one line."""


@dataclass(frozen=True)
class Standing:
    """How hazards stand on a day: put right, closed, neither, and of the last those whose deadline has passed."""

    rectified: Flags
    closed: Flags
    open: Flags
    overdue: Flags


def standing_on(rectified_on: Days, closed_on: Days, deadline: Days, void: Flags, day: date) -> Standing:
    """Say how hazards found by the end of D stand then.

    Rectified: rectified or closed by D; closed: closed by D; open: not rectified; overdue: open and its deadline before
    D. A void one is none of these.

    Parameters
    ----------
    rectified_on, closed_on, deadline
        (n,) datetime64[D], NaT = none; later ones have not happened.
    """
    as_of = np.datetime64(day, "D")
    closed = (closed_on <= as_of) & ~void  # NaT compares as False
    rectified = ((rectified_on <= as_of) & ~void) | closed
    standing = ~rectified & ~void
    return Standing(rectified, closed, standing, standing & (deadline < as_of))


def in_time_or_late(found: Days, deadline: Days, put_right: Days) -> tuple[Flags, Flags]:
    """Say which hazards were put right in time, and which late.

    In time: on or before the deadline; without one, on the day they were found. Late: after the deadline. Not put
    right yet (NaT), or later without a deadline: neither, nobody can say.

    Parameters
    ----------
    found, deadline, put_right
        (n,) datetime64[D], NaT = none.
    """
    at_once = np.isnat(deadline) & (put_right == found)
    return np.asarray((put_right <= deadline) | at_once), np.asarray(put_right > deadline)


def days_between(first: Days, last: Days) -> Floats:
    """Give the calendar days from one day to another, 0 on the same; NaN where one is missing or they are reversed."""
    days = (last - first) / np.timedelta64(1, "D")
    return np.asarray(np.where(days >= 0, days, np.nan))


def recurring(case: Ints, found: Days, put_right: Days, within: int) -> Flags:
    """Say which hazards recur: the same was put right 1 to `within` days before this one was found.

    On the very day it was put right it may be the same visit that found both: that is no recurrence. One whose days
    are reversed (put right before it was found) is followed by none.

    Parameters
    ----------
    case
        (n,) a number for each category at a place, -1 = unknown or not to be counted.
    found, put_right
        (n,) datetime64[D]; put_right NaT = not yet.
    """
    known = case >= 0
    ended = known & (put_right >= found)  # NaT compares as False
    ends = np.sort(_on_line(case[ended], put_right[ended]))
    begun = _on_line(case[known], found[known])
    latest = np.searchsorted(ends, begun, side="left") - 1
    gap = begun - np.append(ends, -CASE)[latest]  # -1 picks the last: before every case
    again = np.zeros(len(case), dtype=bool)
    again[known] = gap <= within
    return again


def _on_line(case: Ints, day: Days) -> Ints:
    return np.asarray(case * CASE + day.astype("datetime64[D]").astype(np.int64))
