"""When nothing is asked of a place: closed, suspended, or exempt from a duty."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from coverage.periods import DAYS_APART, Days, Period, line_of_days
from coverage.roster import positions
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


NO_SPELLS = Spells(np.empty(0, dtype=np.int64), *np.empty((2, 0), dtype="datetime64[D]"))


@dataclass(frozen=True)
class Exemptions:
    """What the roster and the ledger of exemptions say as of D.

    `opened`, `closed_from` are of the places (datetime64[D], NaT = ever / open). Each of the `spells` is from the duty
    whose word stands in `words` at its `word`, from all duties where that is -1.
    """

    opened: Days
    closed_from: Days
    spells: Spells
    word: Ints
    words: tuple[str, ...]
    _joined: dict[frozenset[str], Spells] = field(default_factory=dict)
    _held: dict[tuple[frozenset[str], Period], Flags] = field(default_factory=dict)

    def of(self, rule: Rule, period: Period) -> Flags:
        """Say which places are exempt from the rule in the period.

        "exempt when p was closed/suspended through P, or opened inside P": off on every day of it, by one cause or
        by several one after another; opened on its first day or later (a place opened after a campaign has ended did
        not exist in its window either).
        """
        named = rule.called.intersection(self.words)
        if (named, period) not in self._held:  # most rules are named by no exemption and share their periods
            first = np.datetime64(period.first, "D")
            exempt = (self.closed_from <= first) | (self.opened >= first)  # NaT compares as False
            self._held[named, period] = exempt | self._spells_of(named).hold(period, len(exempt))
        return self._held[named, period]

    def _spells_of(self, named: frozenset[str]) -> Spells:
        if named not in self._joined:
            for_it = np.array([*(word in named for word in self.words), True])[self.word]  # -1 picks the last
            self._joined[named] = self._join(for_it)
        return self._joined[named]

    def _join(self, chosen: Flags) -> Spells:
        """Join the chosen spells of a place, and its being closed, where one begins at the latest the day after."""
        spells = self.spells
        closed = np.unique(spells.place[chosen])
        closed = closed[~np.isnat(self.closed_from[closed])]
        place = np.concatenate([spells.place[chosen], closed])
        first = np.concatenate([spells.first[chosen], self.closed_from[closed]])
        last = np.concatenate([spells.last[chosen], np.full(len(closed), FOREVER)])
        order = np.lexsort((first, place))
        place, first, last = place[order], first[order], last[order]
        reach = _farthest(place, last)
        begins = np.ones(len(place), dtype=bool)
        begins[1:] = (place[1:] != place[:-1]) | (first[1:] > reach[:-1] + np.timedelta64(1, "D"))
        ends = np.ones(len(place), dtype=bool)
        ends[:-1] = begins[1:]
        return Spells(place[begins], first[begins], reach[ends])


def _farthest(place: Ints, last: Days) -> Days:
    """Give the latest of the days up to each row of the same place; the rows are in order of place."""
    farthest = np.maximum.accumulate(line_of_days(place, last))
    return np.asarray((farthest - place * DAYS_APART).astype("datetime64[D]"))


def exemptions_as_of(places: pd.DataFrame, exemptions: pd.DataFrame, as_of: date) -> Exemptions:
    """Give what is known on D: spells that have begun, of known places.

    Parameters
    ----------
    places
        `coverage.roster.known_places`.
    exemptions
        Of the ledger: place_id, kind, duty, first, last.
    """
    opened, closed_from = (places[name].to_numpy(dtype="datetime64[D]") for name in ("opened", "closed_from"))
    if exemptions.empty:
        return Exemptions(opened, closed_from, NO_SPELLS, np.empty(0, dtype=np.int64), ())
    begun = exemptions[exemptions["first"].to_numpy(dtype="datetime64[D]") <= np.datetime64(as_of, "D")]
    place = positions(places, begun["place_id"])
    begun, place = begun[place >= 0], place[place >= 0]
    first, last = (begun[name].to_numpy(dtype="datetime64[D]") for name in ("first", "last"))
    word, words = pd.factorize(begun["duty"].where((begun["kind"] == "exempt").to_numpy(bool)))
    spells = Spells(place, first, np.where(np.isnat(last), FOREVER, last))
    return Exemptions(opened, closed_from, spells, np.asarray(word), tuple(str(each) for each in words))
