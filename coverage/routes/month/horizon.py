"""From which day until which is planned, and on which of the days people work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from coverage.periods import Days, check_day
from coverage.workdays import counted
from geodata.errors import QuestionProblem

LONGEST = 100
"""So many days may be planned at once: a quarter and a bit."""


@dataclass(frozen=True)
class Horizon:
    """The days that are planned.

    Attributes
    ----------
    first, last
        Both counted.
    days
        The working days among them: at least one.
    """

    first: date
    last: date
    days: tuple[date, ...]

    @property
    def dates(self) -> Days:
        """The working days as an array of days."""
        return np.array(self.days, dtype="datetime64[D]")


def horizon_of(first: date, last: date) -> Horizon:
    """Give the working days from one day to another.

    Raises
    ------
    QuestionProblem
        Days in the wrong order, too many of them, or none on which people work.
    """
    for day in (first, last):
        check_day(day)
    if last < first:
        raise QuestionProblem(f"截止日 {last} 早于起始日 {first}。")
    if (last - first).days >= LONGEST:
        raise QuestionProblem(f"{first} 至 {last} 有 {(last - first).days + 1} 天，一次最多排 {LONGEST} 天。")
    every = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
    works = counted(every) > counted(every - 1)
    days = tuple(every[works].astype(object).tolist())
    if not days:
        raise QuestionProblem(f"{first} 至 {last} 没有工作日，排不了计划。请换一段日期。")
    return Horizon(first, last, days)
