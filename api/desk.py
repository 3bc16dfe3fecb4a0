"""What the service knows: the store, and the figures of the days that were asked for, until something is written."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd

from api.settings import Settings
from coverage.assess import Assessment, assess
from coverage.gaps import find_gaps
from coverage.hazards import HazardRegister, hazard_register
from coverage.periods import local_days
from coverage.rules import Rule, parse_rules
from coverage.workload import Work, work_of
from geodata.ledger import Ledger
from geodata.model import Town
from geodata.store import Store, open_store
from geodata.store.drafts import Draft
from geodata.tables import TABLES
from maps import Backdrop, Tiles, coverage_map, gaps_map, hazard_map

DAYS_KEPT = 6

T = TypeVar("T")


@dataclass(frozen=True)
class State:
    """The store as it stood after one write: its version and its tables' last changes, its ledger and its rules."""

    version: int
    changes: Mapping[str, str]
    ledger: Ledger
    rules: tuple[Rule, ...]
    rules_text: str


def once(compute: Callable[[Day], T]) -> Callable[[Day], T]:
    """Compute a part of a day at its first use; who asks for it meanwhile waits for that part only."""
    name = compute.__name__

    def part(day: Day) -> T:
        with day.locks.setdefault(name, Lock()):
            if name not in day.parts:
                day.parts[name] = compute(day)
            return cast(T, day.parts[name])

    return part


class Day:
    """The town as of one day. Its parts need one another without a circle, so their locks can't block each other."""

    def __init__(self, state: State, as_of: date, tiles: Tiles | None = None) -> None:
        self.ledger = state.ledger
        self.rules = state.rules
        self.rules_text = state.rules_text
        self.as_of = as_of
        self.tiles = tiles
        self.parts: dict[str, Any] = {}
        self.locks: dict[str, Lock] = {}

    @property
    @once
    def assessment(self) -> Assessment:
        """Every duty and its state."""
        return assess(self.ledger, self.rules, self.as_of)

    @property
    @once
    def register(self) -> HazardRegister:
        """Every hazard and its state."""
        return hazard_register(self.ledger, self.as_of)

    @property
    @once
    def gaps(self) -> pd.DataFrame:
        """What was missed, worst first."""
        return find_gaps(self.assessment)

    @property
    @once
    def work(self) -> Work:
        """Minutes a month of each place."""
        return work_of(self.ledger, self.rules_text, self.as_of)

    @property
    @once
    def inspections(self) -> pd.DataFrame:
        """Inspections up to the day, newest first (ties: by id), as in the ledger."""
        frame = self.ledger.inspections
        by_then = local_days(frame["at"], self.ledger.town) <= np.datetime64(self.as_of, "D")
        return newest_first(frame[by_then], "at")

    @property
    @once
    def hazards(self) -> pd.DataFrame:
        """Rows of the register, newest first (ties: by id)."""
        return newest_first(self.register.hazards, "found")

    @property
    @once
    def backdrop(self) -> Backdrop:
        """What maps are drawn on."""
        return Backdrop.from_ledger(self.ledger)

    @property
    @once
    def coverage_map(self) -> str:
        """HTML of the map of coverage."""
        return coverage_map(self.assessment, self.backdrop, tiles=self.tiles)

    @property
    @once
    def hazard_map(self) -> str:
        """HTML of the heatmap of hazards."""
        return hazard_map(self.register, self.backdrop, tiles=self.tiles)

    @property
    @once
    def gaps_map(self) -> str:
        """HTML of the map of what was missed."""
        return gaps_map(self.assessment, self.gaps, self.backdrop, tiles=self.tiles)


def newest_first(frame: pd.DataFrame, moment: str) -> pd.DataFrame:
    """Give the rows by time, the newest first; equal times by id. Sorting text is slow: by its codes."""
    ids = pd.factorize(frame["id"], sort=True)[0]
    return frame.iloc[np.lexsort((ids, -frame[moment].astype("int64").to_numpy()))]


class Desk:
    """Holds the store open and the newest figures at hand; a write by any process is seen at the next request.

    Reading and writing have a connection each: a write that waits for another process blocks no reader.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.writer: Store = open_store(settings.store, write=True)
        self._reader: Store = open_store(settings.store)
        self.writing = Lock()
        self._lock = Lock()
        self._state: State | None = None
        self._days: OrderedDict[date, Day] = OrderedDict()

    @property
    def town(self) -> Town:
        """The town."""
        return self._reader.town

    def rules_text(self) -> str:
        """Give the town's rules as TOML."""
        with self._lock:
            return self._reader.rules_text()

    def drafts(self) -> list[Draft]:
        """Give the drafts of divisions, without their content."""
        with self._lock:
            return self._reader.drafts()

    def draft(self, number: int) -> Draft:
        """Give a draft with its content; AdoptProblem when there is none of that number."""
        with self._lock:
            return self._reader.draft(number)

    def version(self) -> int:
        """Give the number of the newest write."""
        with self._lock:
            return self._reader.version()

    def state(self) -> State:
        """Give the store as it is now."""
        with self._lock:
            return self._fresh()

    def ledger(self) -> Ledger:
        """Give the whole ledger as it is now."""
        return self.state().ledger

    def glance(self) -> Ledger:
        """Give the ledger as it was last read, without asking whether something was written since."""
        state = self._state
        return state.ledger if state is not None else self.ledger()

    def day(self, as_of: date | None = None) -> Day:
        """Give the town as of a day; the last day of the data when none is named."""
        with self._lock:
            state = self._fresh()
            wanted = as_of or last_day(state.ledger)
            if wanted not in self._days:
                self._days[wanted] = Day(state, wanted, self.settings.background)
                if len(self._days) > DAYS_KEPT:
                    self._days.popitem(last=False)
            self._days.move_to_end(wanted)
            return self._days[wanted]

    def warm(self) -> None:
        """Compute what the first page needs, so that nobody waits for it."""
        day = self.day()
        _ = day.gaps, day.register

    def _fresh(self) -> State:
        # asked first: a write meanwhile makes the next request read anew
        version, changes = self._reader.version(), self._reader.changes()
        if self._state is None:
            self._state = self._read_all(version, changes)
        elif (self._state.version, self._state.changes) != (version, changes):
            self._state = self._read_changed(self._state, version, changes)
            self._days.clear()
        return self._state

    def _read_changed(self, old: State, version: int, changes: Mapping[str, str]) -> State:
        """Read the tables that changed; all when more than tables did, or something came between.

        The audit names what we wrote, the last changes what another program did.
        """
        audited = set(self._reader.audit(limit=version - old.version)["table"]) if version > old.version else set()
        changed = audited | {name for name, moment in changes.items() if old.changes.get(name) != moment}
        if not changed <= TABLES.keys():
            return self._read_all(version, changes)
        frames = {**old.ledger.frames, **self._reader.ledger(*sorted(changed)).frames}
        if (self._reader.version(), self._reader.changes()) != (version, changes):
            return self._read_all(version, changes)
        return State(version, changes, Ledger(old.ledger.town, frames), old.rules, old.rules_text)

    def _read_all(self, version: int, changes: Mapping[str, str]) -> State:
        """Read everything, the town's settings too: a store reads them when it is opened."""
        reader = open_store(self.settings.store)
        self._reader.close()
        self._reader = reader
        text = self._reader.rules_text()
        return State(version, changes, self._reader.ledger(), parse_rules(text), text)

    def close(self) -> None:
        """Close the store."""
        self._reader.close()
        self.writer.close()


def last_day(ledger: Ledger) -> date:
    """Give the last town-local day with an inspection, else with a found hazard, else today; never a day to come."""
    now = datetime.now(ledger.town.zone)
    for moments in (ledger.inspections["at"], ledger.hazards["found_at"]):
        latest = moments[moments <= now].max()
        if not pd.isna(latest):
            last: date = latest.tz_convert(ledger.town.zone).date()
            return last
    return now.date()
