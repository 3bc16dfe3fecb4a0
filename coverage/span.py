"""Which days the ledger of inspections speaks of: outside of them, "nothing done" may only be "nothing written"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from coverage.periods import local_days
from geodata.ledger import Ledger
from geodata.model import Town

SHORTEST = timedelta(days=31)
"""A duty is overdue when the period before was missed too: the ledger must reach back at least that far."""


@dataclass(frozen=True)
class Heard:
    """The days that the ledger speaks of, None where it is empty.

    Attributes
    ----------
    checks
        Of the first inspection.
    first, last
        Of the first and the last inspection or hazard found.
    """

    checks: date | None
    first: date | None
    last: date | None

    def says(self, first: date, last: date) -> bool:
        """Say whether anything could have been written of days: they don't end before the ledger or begin after it."""
        return self.first is not None and self.last is not None and last >= self.first and first <= self.last


def heard(ledger: Ledger) -> Heard:
    """Give the days that the ledger speaks of; its void hazards count, somebody wrote them."""
    checks, found = (
        _ends(ledger.frames[table][column], ledger.town)
        for table, column in (("inspections", "at"), ("hazards", "found_at"))
    )
    both = sorted([*checks, *found])
    return Heard(checks[0] if checks else None, both[0] if both else None, both[-1] if both else None)


def _ends(moments: pd.Series, town: Town) -> list[date]:
    """Give the town-local days of the first and the last moment; nothing where there is none."""
    ends = pd.Series([moments.min(), moments.max()]).dropna()
    return [] if ends.empty else local_days(ends, town).tolist()


def unheard(ledger: Ledger, as_of: date) -> str | None:
    """Say in a Chinese sentence that the ledger has no inspections around a day; None when it has.

    Parameters
    ----------
    ledger
        With the column `at` of the inspections.
    as_of
        The day D, town-local.
    """
    days = local_days(ledger.frames["inspections"]["at"], ledger.town)
    days = days[~np.isnat(days)]
    first, last = (days.min().astype(object), days.max().astype(object)) if len(days) else (None, None)
    return unheard_between(first, last, as_of)


def unheard_between(first: date | None, last: date | None, as_of: date) -> str | None:
    """Say what `unheard` says of a ledger whose inspections are of these days; None and None: it has none."""
    if first is None or last is None:
        return "还没有任何检查记录：下面的“逾期”“从未检查”不说明没有人去过。"
    if as_of > last:
        return f"最后一条检查记录是 {last}，此后到 {as_of} 没有记录：“待查”“逾期”可能只是台账还没有导入。"
    if as_of < first + SHORTEST:
        return f"检查台账从 {first} 开始，更早没有记录：截至 {as_of} 的“逾期”“从未检查”可能只是没有记录。"
    return None
