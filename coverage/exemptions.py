"""When nothing is asked of a place: closed, suspended, or exempt from a duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from coverage.periods import Days, Period
from coverage.rules import Rule
from coverage.visits import Flags, Ints

FOREVER = np.datetime64("9999-12-31", "D")


@dataclass(frozen=True)
class Spells:
    """Spells in which a place is off, as known on D: `place` (position in the roster), `first`, `last` (days)."""

    place: Ints
    first: Days
    last: Days

    def hold(self, period: Period, places: int) -> Flags:
        """Say of which of so many places one spell holds every day of the period."""
        whole = (self.first <= np.datetime64(period.first, "D")) & (np.datetime64(period.last, "D") <= self.last)
        held = np.zeros(places, dtype=bool)
        held[self.place[whole]] = True
        return held


@dataclass(frozen=True)
class Exemptions:
    """What the roster and the ledger of exemptions say as of D.

    `opened`, `closed_from` are of the places (datetime64[D], NaT = ever / open); `spells` in the order of the ledger,
    with the word of the duty that each is from (missing: from all).
    """

    opened: Days
    closed_from: Days
    spells: Spells
    duty: pd.Series

    def of(self, rule: Rule, period: Period) -> Flags:
        """Say which places are exempt from the rule in the period.

        "exempt when p was closed/suspended through P, or opened inside P": off on every day of it, by one cause or
        by several one after another; opened on its first day or later (a place opened after a campaign has ended did
        not exist in its window either).
        """
        first = np.datetime64(period.first, "D")
        exempt = (self.closed_from <= first) | (self.opened >= first)  # NaT compares as False
        for_it = (self.duty.isna() | self.duty.isin(rule.called)).to_numpy(bool)
        if for_it.any():
            exempt |= self._joined(for_it).hold(period, len(exempt))
        return exempt

    def _joined(self, chosen: Flags) -> Spells:
        """Join the chosen spells of a place, and its being closed, where one begins at the latest the day after."""
        spells = self.spells
        closed = np.unique(spells.place[chosen])
        closed = closed[~np.isnat(self.closed_from[closed])]
        place = np.concatenate([spells.place[chosen], closed])
        first = np.concatenate([spells.first[chosen], self.closed_from[closed]])
        last = np.concatenate([spells.last[chosen], np.full(len(closed), FOREVER)])
        order = np.lexsort((first, place))
        place, first, last = place[order], first[order], last[order]
        reach = pd.Series(last).groupby(place).cummax().to_numpy(dtype="datetime64[D]")
        begins = np.ones(len(place), dtype=bool)
        begins[1:] = (place[1:] != place[:-1]) | (first[1:] > reach[:-1] + np.timedelta64(1, "D"))
        ends = np.append(begins[1:], True)
        return Spells(place[begins], first[begins], reach[ends])


def exemptions_as_of(places: pd.DataFrame, exemptions: pd.DataFrame, as_of: date) -> Exemptions:
    """Give what is known on D: spells that have begun, of known places.

    Parameters
    ----------
    places
        `coverage.roster.known_places`.
    exemptions
        Of the ledger: place_id, kind, duty, first, last.
    """
    place = np.asarray(pd.Index(places["id"]).get_indexer(exemptions["place_id"]), dtype=np.int64)
    first, last = (exemptions[name].to_numpy(dtype="datetime64[D]") for name in ("first", "last"))
    begun = (place >= 0) & (first <= np.datetime64(as_of, "D"))
    spells = Spells(place[begun], first[begun], np.where(np.isnat(last), FOREVER, last)[begun])
    from_all = (exemptions["kind"] != "exempt").to_numpy(bool)
    duty = exemptions["duty"].mask(from_all).loc[begun]
    opened, closed_from = (places[name].to_numpy(dtype="datetime64[D]") for name in ("opened", "closed_from"))
    return Exemptions(opened, closed_from, spells, duty)
