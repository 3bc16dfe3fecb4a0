"""Which visits a rule counts, and how many of them a place has in a period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from coverage.periods import Days, Period
from coverage.rules import Rule
from coverage.visits import Flags, Ints, Visits, by_whom


@dataclass(frozen=True)
class Tally:
    """The visits that a rule counts: `place` and `day` in order of time, for `places` places."""

    place: Ints
    day: Days
    places: int
    _counted: dict[Period, Ints] = field(default_factory=dict)

    def count(self, period: Period) -> Ints:
        """Count the visits of each place inside the period."""
        if period not in self._counted:
            start = np.searchsorted(self.day, np.datetime64(period.first, "D"), side="left")
            end = np.searchsorted(self.day, np.datetime64(period.last, "D"), side="right")
            self._counted[period] = np.bincount(self.place[start:end], minlength=self.places)
        return self._counted[period]

    @cached_property
    def last(self) -> Days:
        """Give the day of the latest visit of each place, NaT for none."""
        last = np.full(self.places, np.datetime64("NaT", "D"))
        last[self.place] = self.day  # in order of time: the latest assignment stays
        return last


@dataclass(frozen=True)
class Count:
    """The visits as of D to `places` places, and what decides whether a rule counts them.

    `verified` is one a visit; `covers` is the column of all inspections, in the rows of the ledger.
    """

    visits: Visits
    verified: Flags
    covers: pd.Series
    places: int
    _made: dict[tuple[object, ...], Tally] = field(default_factory=dict)

    def of(self, rule: Rule) -> Tally:
        """Give the visits that the rule counts."""
        return self._tally(rule, rule.verified)

    def verified_of(self, rule: Rule) -> Tally:
        """Give those of them that are verified."""
        return self._tally(rule, True)

    def _tally(self, rule: Rule, only_verified: bool) -> Tally:
        key = (rule.by, rule.covering, only_verified)
        if key not in self._made:
            counts = by_whom(self.visits, rule.by)
            if rule.covering:
                counts = counts & self.covering(rule.covering)
            if only_verified:
                counts = counts & self.verified
            self._made[key] = Tally(self.visits.place[counts], self.visits.day[counts], self.places)
        return self._made[key]

    def covering(self, fields: Iterable[str]) -> Flags:
        """Say which visits covered one of the fields; one that doesn't say what it covered is none."""
        codes, words = self._covered
        hit = [not set(fields).isdisjoint(word.split(";")) for word in words]
        return np.array([*hit, False], dtype=bool)[codes]  # code -1 (missing) picks the last

    @cached_property
    def _covered(self) -> tuple[Ints, list[str]]:
        codes, words = pd.factorize(self.covers)
        return codes[self.visits.row], [str(word) for word in words]
