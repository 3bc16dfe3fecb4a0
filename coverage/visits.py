"""Which inspection was at which place, on which day, and by whom."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.periods import Days, local_times
from coverage.roster import positions
from coverage.texts import UNKNOWN_TEXT, numbers_among
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
    `by` (position in `BY`), `row` (row of the inspections frame).
    """

    place: Ints
    at: Days
    day: Days
    by: npt.NDArray[np.int8]
    row: Ints

    def part(self, some: Ints | slice) -> Visits:
        """Give some of the visits, in that order."""
        return Visits(*(getattr(self, column.name)[some] for column in fields(self)))

    def since(self, day: date) -> slice:
        """Say which of the visits are of that day and after."""
        return slice(int(np.searchsorted(self.day, np.datetime64(day, "D"))), len(self.day))


def match_visits(inspections: pd.DataFrame, places: pd.DataFrame, town: Town, as_of: date) -> Visits:
    """Match inspections to places and keep those that can count as of D.

    "Figures as of day D use only what happened up to the end of D"; inspections before `opened` don't count. A
    missing `by` means inspector, as the contract has it for files.
    """
    at = local_times(inspections["at"], town)
    place = positions(places, inspections["place_id"])
    opened = places["opened"].to_numpy(dtype="datetime64[D]").astype("datetime64[s]")
    after = (np.datetime64(as_of, "D") + 1).astype("datetime64[s]")
    rows = np.flatnonzero((place >= 0) & (at < after))  # NaT compares as False
    rows = rows[~(at[rows] < opened[place[rows]])]
    rows = rows[np.argsort(at[rows], kind="stable")]
    at = at[rows]
    return Visits(
        place=place[rows],
        at=at,
        day=at.astype("datetime64[D]"),
        by=_who(inspections["by"])[rows],
        row=rows,
    )


def _who(by: pd.Series) -> npt.NDArray[np.int8]:
    who = numbers_among(by, pd.Series(BY, dtype="str")).astype(np.int8)
    return np.where(who == UNKNOWN_TEXT, np.int8(BY.index("inspector")), who)


def by_whom(visits: Visits, by: tuple[str, ...] | None) -> Flags:
    """Say which visits are by one of `by` (None = by anybody but the enterprise)."""
    counts = np.array([word != BY[ENTERPRISE] if by is None else word in by for word in BY], dtype=bool)
    return np.asarray(counts[visits.by])
