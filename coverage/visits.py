"""Which inspection was at which place, on which day, and by whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray

from coverage.periods import Days, local_times
from coverage.roster import positions
from geodata.model import Town

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


BY = ("inspector", "department", "leader", "expert", "enterprise")
"""Who inspects."""

ENTERPRISE = BY.index("enterprise")


@dataclass(frozen=True)
class Visits:
    """Inspections of known places up to the end of D and not before the place opened, in order of time.

    Arrays of one length: `place` (position in the roster), `at` (town-local datetime64[s]), `day` (datetime64[D]),
    `by` (position in `BY`), `officer` (text as the ledger has it, missing where it names nobody), `row` (row of the
    inspections frame).
    """

    place: Ints
    at: Days
    day: Days
    by: npt.NDArray[np.int8]
    officer: ExtensionArray
    row: Ints


def match_visits(inspections: pd.DataFrame, places: pd.DataFrame, town: Town, as_of: date) -> Visits:
    """Match inspections to places and keep those that can count as of D.

    "Figures as of day D use only what happened up to the end of D"; inspections before `opened` don't count. A
    missing `by` means inspector, as the contract has it for files.
    """
    at = local_times(inspections["at"], town)
    day = at.astype("datetime64[D]")
    place = positions(places, inspections["place_id"])
    opened = places["opened"].to_numpy(dtype="datetime64[D]")
    matched = (place >= 0) & (day <= np.datetime64(as_of, "D"))  # NaT compares as False
    matched[matched] &= ~(day[matched] < opened[place[matched]])
    rows = np.flatnonzero(matched)
    rows = rows[np.argsort(at[rows], kind="stable")]
    return Visits(
        place=place[rows],
        at=at[rows],
        day=day[rows],
        by=_who(inspections["by"])[rows],
        officer=inspections["officer"].array.take(rows),
        row=rows,
    )


def _who(by: pd.Series) -> npt.NDArray[np.int8]:
    number = {word: at for at, word in enumerate(BY)}
    codes, words = pd.factorize(by)  # few words: each is looked up once
    inspector = number["inspector"]
    return np.array([*(number.get(word, inspector) for word in words), inspector], dtype=np.int8)[codes]


def is_one_of(column: pd.Series, wanted: Collection[str]) -> Flags:
    """Say which rows of a column of few words hold one of those; a missing one does not."""
    codes, words = pd.factorize(column)
    return np.array([*(word in wanted for word in words), False], dtype=bool)[codes]  # -1 (missing) picks the last


def by_whom(visits: Visits, by: tuple[str, ...] | None) -> Flags:
    """Say which visits are by one of `by` (None = by anybody but the enterprise)."""
    return np.asarray(visits.by != ENTERPRISE if by is None else np.isin(visits.by, [BY.index(word) for word in by]))
