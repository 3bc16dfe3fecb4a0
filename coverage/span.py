"""Which days the ledger of inspections speaks of: outside of them, "nothing done" may only be "nothing written"."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from coverage.periods import local_days
from geodata.ledger import Ledger

SHORTEST = timedelta(days=31)
"""A duty is overdue when the period before was missed too: the ledger must reach back at least that far."""


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
    if not len(days):
        return "还没有任何检查记录：下面的“逾期”“从未检查”不说明没有人去过。"
    first, last = days.min().astype(object), days.max().astype(object)
    if as_of > last:
        return f"最后一条检查记录是 {last}，此后到 {as_of} 没有记录：“待查”“逾期”可能只是台账还没有导入。"
    if as_of < first + SHORTEST:
        return f"检查台账从 {first} 开始，更早没有记录：截至 {as_of} 的“逾期”“从未检查”可能只是没有记录。"
    return None
