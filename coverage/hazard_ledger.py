"""The hazards' ledger of a period 隐患台账: what was found, put right or closed in it, and what still stands."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.course.lives import facts_then, lives, stepped_states
from coverage.hazards import HazardRegister
from coverage.periods import Period
from geodata.ledger import Ledger

TEXTS = ("description", "measures", "responsible", "supervisor", "funds", "plan")
NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"hazards": TEXTS, "places": ("address",), "steps": ("hazard_id", "at", "state", "facts")}
)
"""Tables and columns beside those of the register."""
STATE_WORDS = ("误录", "已销号", "已整改", "逾期未整改", "整改中")


def hazard_ledger(register: HazardRegister, held: Ledger, period: Period) -> pd.DataFrame:
    """Give the rows of a period's ledger, in the order of finding (ties: by id).

    Parameters
    ----------
    held
        What the register was made of, with the columns of `NEEDED` too.
    period
        A hazard is in it when it was found, put right or closed on one of its days, or stands open as of D. Void ones
        found in the period are in it and say so.

    Returns
    -------
    number (from 1), id, place_id, place_name, address, community, grid (names), industry, department, category, level,
    found, officer_name, deadline, rectified_on, closed_on (days), state (one of `STATE_WORDS`), days_over (Int64, days
    past the deadline while open), recurring (bool), and `TEXTS` as
    they were settled on D (of a hazard at an end: as the ledger has them).
    """
    life = lives(held, register, np.datetime64(register.as_of, "D"))
    facts = facts_then(held, register, life, stepped_states(life))
    rows = register.hazards.assign(**{name: facts[name].to_numpy(dtype=object) for name in TEXTS})
    inside = [_within(rows[name], period) for name in ("found", "rectified_on", "closed_on")]
    kept = inside[0] | ~rows["void"].to_numpy(bool) & (inside[1] | inside[2] | rows["open"].to_numpy(bool))
    ledger = rows[kept]
    ids = pd.factorize(ledger["id"], sort=True)[0]
    ledger = ledger.iloc[np.lexsort((ids, ledger["found"].to_numpy()))].reset_index(drop=True)
    made: pd.DataFrame = ledger.assign(
        number=np.arange(1, len(ledger) + 1),
        address=_taken(held.places, "address", ledger["place_id"]),
        community=_named(register, ledger, "community"),
        grid=_named(register, ledger, "grid"),
        state=_states(ledger),
        days_over=_days_over(ledger, register),
    )
    return made


def _within(days: pd.Series, period: Period) -> npt.NDArray[np.bool_]:
    values = days.to_numpy(dtype="datetime64[D]")
    return (values >= np.datetime64(period.first, "D")) & (values <= np.datetime64(period.last, "D"))


def _taken(frame: pd.DataFrame, name: str, ids: pd.Series) -> pd.Series:
    at = np.asarray(pd.Index(frame["id"]).get_indexer(ids), dtype=np.int64)
    return frame[name].reindex(at).reset_index(drop=True)


def _named(register: HazardRegister, ledger: pd.DataFrame, level: str) -> pd.Series:
    """Give the names of the areas of a level; nothing where the level or the area is none."""
    if level not in ledger:
        return pd.Series([None] * len(ledger), dtype=object)
    position = ledger[level]
    names: pd.Series = register.areas["name"].reindex(position.where(position >= 0, -1))
    return names.reset_index(drop=True)


def _states(ledger: pd.DataFrame) -> pd.Series:
    flags = [ledger[name].to_numpy(bool) for name in ("void", "closed", "rectified", "overdue")]
    return pd.Series(np.select(flags, list(STATE_WORDS[:4]), STATE_WORDS[4]), dtype=object)


def _days_over(ledger: pd.DataFrame, register: HazardRegister) -> pd.Series:
    days = (pd.Timestamp(register.as_of) - ledger["deadline"]).dt.days
    return pd.Series(days.where(ledger["overdue"]), dtype="Int64")
