"""Rates of hazards as every door gives them: what was asked, its period, the one before, and the rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from coverage.hazard_rates import asked_period, compare, hazard_rates, period_before, rates_before
from coverage.hazards import HazardRegister
from coverage.periods import Period
from geodata.errors import QuestionProblem

ALL = "all"
"""Instead of a kind of period: everything found up to the day."""

RegisterOf = Callable[[date], HazardRegister]


@dataclass(frozen=True)
class Rates:
    """Rates of a period by a group.

    Attributes
    ----------
    period, as_of
        Days on which the hazards were found, None: all up to the day; the day.
    before, before_as_of
        The period that is compared with and its day; None: nothing is compared.
    note
        Why the comparison is none or not fair; None: it is.
    rows
        As `hazard_rates` gives them, or `compare`.
    """

    period: Period | None
    as_of: date
    before: Period | None
    before_as_of: date | None
    note: str | None
    rows: pd.DataFrame

    @property
    def facts(self) -> dict[str, Any]:
        """What stands beside the rows."""
        told = _days(self.period, self.as_of)
        if self.before is None or self.before_as_of is None:
            return told
        return {**told, "before": _days(self.before, self.before_as_of), "note": self.note}


def rates_of(
    register_of: RegisterOf, as_of: date, by: str, *, every: str | None, since: date | None, beside: bool
) -> Rates:
    """Count a period's hazards by a group, `beside` the period before or alone.

    Parameters
    ----------
    register_of
        Gives the register of a day.
    every, since
        The kind of period that holds the day, or `ALL`, or the first day.

    Raises
    ------
    QuestionProblem
        Nothing can stand beside that period; and as `asked_period`, `hazard_rates`.
    """
    every = None if every == ALL else every
    period = asked_period(as_of, every, since)
    if beside and period is None:
        raise QuestionProblem("要和上期对比，请指明本期：月、季度、半年、年，或从哪一天起。")
    rows = hazard_rates(register_of(as_of), by, period)
    if not beside or period is None:
        return Rates(period, as_of, None, None, None, rows)
    before, day = period_before(period, as_of, every)
    then, note = rates_before(register_of(day), by, before)
    return Rates(period, as_of, before, day, note, compare(rows, then))


def _days(period: Period | None, last: date) -> dict[str, Any]:
    if period is None:
        return {"period": None, "from": None, "to": last.isoformat()}
    return {"period": period.label, "from": period.first.isoformat(), "to": last.isoformat()}
