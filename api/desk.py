"""What the service knows: the store, and the figures of the days that were asked for, until something is written."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from threading import RLock

import pandas as pd

from api.settings import Settings
from coverage.assess import Assessment, assess
from coverage.gaps import find_gaps
from coverage.hazards import HazardRegister, hazard_register
from coverage.rules import Rule, parse_rules
from geodata.ledger import Ledger
from geodata.model import Town
from geodata.store import Store, open_store
from maps import Backdrop, coverage_map, gaps_map, hazard_map

DAYS_KEPT = 6


@dataclass
class Day:
    """The town as of one day; each part is computed at its first use.

    One lock for all: two requests for the same part do the work once.
    """

    ledger: Ledger
    rules: tuple[Rule, ...]
    as_of: date
    settings: Settings

    @cached_property
    def assessment(self) -> Assessment:
        """Every duty and its state."""
        return assess(self.ledger, self.rules, self.as_of)

    @cached_property
    def register(self) -> HazardRegister:
        """Every hazard and its state."""
        return hazard_register(self.ledger, self.as_of)

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """What was missed, worst first."""
        return find_gaps(self.assessment)

    @cached_property
    def _backdrop(self) -> Backdrop:
        return Backdrop.from_ledger(self.ledger)

    @cached_property
    def coverage_map(self) -> str:
        """HTML of the map of coverage."""
        return coverage_map(self.assessment, self._backdrop, tiles=self.settings.background)

    @cached_property
    def hazard_map(self) -> str:
        """HTML of the heatmap of hazards."""
        return hazard_map(self.register, self._backdrop, tiles=self.settings.background)

    @cached_property
    def gaps_map(self) -> str:
        """HTML of the map of what was missed."""
        return gaps_map(self.assessment, self.gaps, self._backdrop, tiles=self.settings.background)


class Desk:
    """Holds the store open and the newest figures at hand; a write by any process is seen at the next request."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store: Store = open_store(settings.store, write=True)
        self.lock = RLock()
        self._version = -1
        self._ledger: Ledger
        self._rules: tuple[Rule, ...]
        self._days: OrderedDict[date, Day] = OrderedDict()

    @property
    def town(self) -> Town:
        """The town."""
        return self.store.town

    def ledger(self) -> Ledger:
        """Give the whole ledger as it is now."""
        with self.lock:
            version = self.store.version()
            if version != self._version:
                self._rules = parse_rules(self.store.rules_text())
                self._ledger = self.store.ledger()
                self._days.clear()
                self._version = version
            return self._ledger

    def day(self, as_of: date | None = None) -> Day:
        """Give the town as of a day; the last day of the data when none is named."""
        with self.lock:
            ledger = self.ledger()
            wanted = as_of or self.last_day()
            if wanted not in self._days:
                self._days[wanted] = Day(ledger, self._rules, wanted, self.settings)
                if len(self._days) > DAYS_KEPT:
                    self._days.popitem(last=False)
            self._days.move_to_end(wanted)
            return self._days[wanted]

    def last_day(self) -> date:
        """Give the last town-local day with an inspection or a found hazard; today where there is none."""
        ledger = self.ledger()
        moments = [ledger.inspections["at"].max(), ledger.hazards["found_at"].max()]
        held = [moment for moment in moments if not pd.isna(moment)]
        now = datetime.now(self.town.zone)
        if not held:
            return now.date()
        last: datetime = min(max(held).to_pydatetime(), now)
        return last.astimezone(self.town.zone).date()

    def close(self) -> None:
        """Close the store."""
        self.store.close()
