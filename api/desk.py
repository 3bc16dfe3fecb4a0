"""What the service knows: the store, and the figures of the days that were asked for, until something is written."""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import pandas as pd

from api.kept import Tables
from api.settings import Settings
from coverage.assess import NEEDED, Assessment, assess, reassess
from coverage.course.policy import parse_policy
from coverage.course.replay import Policy
from coverage.gaps import find_gaps
from coverage.hazards import HazardRegister, hazard_register
from coverage.periods import local_days
from coverage.rulebook import Rulebook
from coverage.scoring import hazard_history
from geodata.ledger import Ledger
from geodata.model import Town
from geodata.store import Posted, Store, open_store
from geodata.store.drafts import Draft
from geodata.store.reading import Mark
from geodata.tables import TABLES
from maps import Backdrop, Tiles, coverage_map, gaps_map, hazard_map

if TYPE_CHECKING:
    from coverage.streets.walks import StreetWalks

DAYS_KEPT = 6
POSTS_KEPT = 1000

T = TypeVar("T")


@dataclass(frozen=True)
class State:
    """The store as it stood after one write: how far it had come, its tables and its rules."""

    mark: Mark
    town: Town
    tables: Tables
    rules: Rulebook

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger; each of its frames is put together when it is asked for."""
        return Ledger(self.town, self.tables)


Before = tuple[Assessment, frozenset[str]]
"""An assessment of before some posts, and the places that had their inspections changed since."""


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

    def __init__(self, state: State, as_of: date, tiles: Tiles | None = None, before: Before | None = None) -> None:
        self.state = state
        self.ledger = state.ledger
        self.rules = state.rules.on(as_of)
        self.as_of = as_of
        self.before = before
        self.tiles = tiles
        self.parts: dict[str, Any] = {}
        self.locks: dict[str, Lock] = {}

    @property
    @once
    def assessment(self) -> Assessment:
        """Every duty and its state."""
        if self.before is None:
            return assess(self.ledger, self.rules, self.as_of)
        assessment, place_ids = self.before
        if not place_ids:
            return assessment
        tables = self.state.tables.inspections_of(place_ids, NEEDED["inspections"])
        return reassess(assessment, Ledger(self.state.town, tables), place_ids)

    def after(self, state: State, place_ids: frozenset[str]) -> Day:
        """Give the same day after inspections of some places and hazards were posted: only those places are judged."""
        before = self.before
        if "assessment" in self.parts:
            before = self.parts["assessment"], place_ids
        elif before is not None:
            before = before[0], before[1] | place_ids
        day = Day(state, self.as_of, self.tiles, before)
        if "backdrop" in self.parts:
            day.parts["backdrop"] = self.parts["backdrop"]
        return day

    @property
    @once
    def register(self) -> HazardRegister:
        """Every hazard and its state."""
        return hazard_register(self.ledger, self.as_of)

    @property
    @once
    def gaps(self) -> pd.DataFrame:
        """What was missed, worst first."""
        return find_gaps(self.assessment, history=self.history)

    @property
    @once
    def history(self) -> pd.Series:
        """Hazards found at each place in the year up to the day."""
        return hazard_history(self.ledger.hazards, self.ledger.town, self.as_of)

    def walks(self, every: str) -> StreetWalks:
        """Which metres of street were walked in the period of a kind that holds the day; computed once, as a part."""
        from coverage.streets.walks import street_walks  # noqa: PLC0415 - compiled loops: slow import

        name = f"walks-{every}"
        with self.locks.setdefault(name, Lock()):
            if name not in self.parts:
                self.parts[name] = street_walks(self.ledger, self.as_of, every)
            return cast("StreetWalks", self.parts[name])

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
        self._posted: dict[int, Posted] = {}
        self._days: OrderedDict[date, Day] = OrderedDict()

    def post(self, table: str, row: pd.DataFrame, *, actor: str, source: str) -> str:
        """Write a row if it is new; give what became of it. `updated` stands for: another is there, nothing written."""
        with self.writing:
            outcome = self.writer.post(table, row, actor=actor, source=source, tell=self._remember)
        return str(outcome.iloc[0])

    def _remember(self, posted: Posted) -> None:
        if len(self._posted) > POSTS_KEPT:  # nobody asked for long: the tables will be read anew
            self._posted.clear()
        self._posted[posted.before.version] = posted

    def knows(self, table: str, row_id: str) -> bool:
        """Say whether a table has a row of this id. Rows are never taken away: what was read before is asked first."""
        state = self._state
        return (state is not None and state.tables.tables[table].knows(row_id)) or (
            self.state().tables.tables[table].knows(row_id)
        )

    @property
    def town(self) -> Town:
        """The town."""
        return self._reader.town

    def rules_text(self, day: date) -> str:
        """Give the town's rules that hold on a day, as TOML."""
        with self._lock:
            return self._reader.rules_text(day)

    def policy(self) -> Policy:
        """Give what the rules of today ask for along a hazard's life."""
        return parse_policy(self.rules_text(datetime.now(self.town.zone).date()))

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
            wanted = as_of or last_day_of(state.town, state.tables)
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
        gc.freeze()  # a collection that walks over a million shapes and texts stops everybody for a tenth of a second

    def _fresh(self) -> State:
        mark = self._reader.mark()  # asked first: a write meanwhile makes the next request read anew
        state = self._state
        if state is None:
            state = self._read_all(mark)
        elif state.mark != mark:
            posts = self._posts(state.mark, mark)
            if posts is None:
                state = self._read_changed(state, mark)
                self._days.clear()
            else:
                state = self._follow(state, mark, posts)
            for version in [each for each in list(self._posted) if each < mark.version]:
                self._posted.pop(version, None)
        self._state = state
        return state

    def _posts(self, old: Mark, new: Mark) -> list[Posted] | None:
        """Give the posts that led from one mark to another; None when anything else was written between."""
        found: list[Posted] = []
        while old != new:
            post = self._posted.get(old.version)
            if post is None or post.before != old:
                return None
            found.append(post)
            old = post.after
        return found

    def _follow(self, old: State, mark: Mark, posts: list[Posted]) -> State:
        """Add what was posted to the tables and to the days at hand."""
        tables, place_ids = old.tables, frozenset[str]()
        for name, rows in self._reader.posted(posts).items():
            tables = tables.grown(name, rows)
            if name == "inspections":
                place_ids |= frozenset(rows["place_id"].dropna())
        state = State(mark, old.town, tables, old.rules)
        for as_of, day in self._days.items():
            self._days[as_of] = day.after(state, place_ids)
        return state

    def _read_changed(self, old: State, mark: Mark) -> State:
        """Read the tables that changed; all when more than tables did, or something came between.

        The audit names what we wrote, the last changes what another program did.
        """
        written = mark.version - old.mark.version
        audited = set(self._reader.audit(limit=written)["table"]) if written > 0 else set()
        changed = audited | {name for name, moment in mark.changes.items() if old.mark.changes.get(name) != moment}
        if not changed <= TABLES.keys():
            return self._read_all(mark)
        tables = old.tables.replaced(self._reader.ledger(*sorted(changed)).frames)
        return State(mark, old.town, tables, old.rules) if self._reader.mark() == mark else self._read_all(mark)

    def _read_all(self, mark: Mark) -> State:
        """Read everything, the town's settings too: a store reads them when it is opened."""
        reader = open_store(self.settings.store)
        self._reader.close()
        self._reader = reader
        ledger = self._reader.ledger()
        return State(mark, ledger.town, Tables.read(ledger.frames), Rulebook.read(self._reader.rule_texts()))

    def close(self) -> None:
        """Close the store."""
        self._reader.close()
        self.writer.close()


def last_day(ledger: Ledger) -> date:
    """Give the last town-local day with an inspection, else with a found hazard, else today; never a day to come."""
    return last_day_of(ledger.town, Tables.read(ledger.frames))


def last_day_of(town: Town, tables: Tables) -> date:
    """Give `last_day` of the ledger of these tables, without putting them together."""
    now = datetime.now(town.zone)
    for name, column in (("inspections", "at"), ("hazards", "found_at")):
        moments = [_latest(rows[column], now) for rows in tables.tables[name].frames]
        known = [moment for moment in moments if not pd.isna(moment)]
        if known:
            last: date = max(known).tz_convert(town.zone).date()
            return last
    return now.date()


def _latest(moments: pd.Series, now: datetime) -> pd.Timestamp:
    latest: pd.Timestamp = moments.max()
    if not pd.isna(latest) and latest > now:
        latest = moments[moments <= now].max()
    return latest
