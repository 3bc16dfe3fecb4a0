"""What the service knows: the store, and the figures of the days that were asked for, until something is written."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from threading import Lock
from time import monotonic, perf_counter

import pandas as pd
import shapely

from api.asked import BY_DAY, Asked
from api.backgrounds import open_backgrounds
from api.coming import is_new_enough
from api.day import Day, State
from api.group_commit import GroupCommit
from api.kept import Tables
from api.memory import settle
from api.metrics import computing, count_commit, count_failed_commit
from api.posts import Posts
from api.settings import Settings
from api.sharing import Sharing
from coverage.course.policy import parse_policy
from coverage.course.replay import Policy
from coverage.rulebook import Rulebook
from geodata.errors import StoreProblem
from geodata.ledger import Ledger
from geodata.model import Town
from geodata.photos.picture import POSTED
from geodata.photos.pool import Lookers
from geodata.store import Posted, Store, open_store
from geodata.store.posting import Outcome, Row, Together
from geodata.store.reading import Mark
from geodata.store.telling import Hearing
from geodata.tables import TABLES

ACTOR = "service"
DAYS_KEPT = 6
POSTS_KEPT = 1000
PATIENCE_S = 120.0
"""An import of half a year's ledger is one transaction: who posts meanwhile waits for it, and is not refused."""
PICTURE_READERS = 2
HEARING_S = 0.05
"""So long is waited for what another service says of a write that is seen already."""
HAPPENED = {"inspections": "at", "hazards": "found_at"}
"""Tables of what happens, and the column that says when."""
AT_HAND = tuple(name for name in TABLES if name not in BY_DAY)


class Desk(Asked):
    """Holds the store open and the newest figures at hand; a write by any process is seen at the next request.

    Reading and writing have a connection each: a write that waits for another process blocks no reader.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.backgrounds = open_backgrounds(settings.background, settings.tiles, settings.attribution)
        self.writer: Store = open_store(settings.store, write=True, patience=PATIENCE_S)
        self._reader: Store = open_store(settings.store)
        self._hearing = Hearing(settings.store)
        self._hearing.heard()
        self.lookers = Lookers(PICTURE_READERS, POSTED)
        self.writing = Lock()
        self._posts_waiting = GroupCommit(self.writing, self._write)
        self._lock = Lock()
        self.boards: Sharing[Day] = Sharing()
        self._state: State | None = None
        self._looked_at = -math.inf
        self._looked_version = -1
        self._settles = False
        """Whether this desk serves, and the process holds little else."""
        self._posted: dict[int, Posted] = {}
        self._days: OrderedDict[date, Day] = OrderedDict()

    @property
    def whole(self) -> Desk:
        """The desk that shows all of the town: numbers that are given once are given there."""
        return self

    def post(self, row: Row) -> str:
        """Write a row if it is new; give what became of it. `updated` stands for: another is there, nothing written."""
        return self.post_together([row])

    def post_together(self, rows: Sequence[Row]) -> str:
        """Write rows as `post` does one: all of them or none. `updated` also when only some of them are there."""
        return self._posts_waiting.post(Together(tuple(rows)))

    async def posted(self, row: Row) -> str:
        """Write a row as `post` does, without a thread that waits for the disk."""
        return await self._posts_waiting.posted(Together((row,)))

    def _write(self, posts: Sequence[Together]) -> list[Outcome]:
        begin = perf_counter()
        try:
            outcomes = self.writer.post(posts, actor=ACTOR, source="api", tell=self._remember)
        except StoreProblem:
            count_failed_commit(posts)
            raise
        count_commit(posts, outcomes, perf_counter() - begin)
        return outcomes

    def _remember(self, posted: Posted) -> None:
        runs = {name: fids for name, fids in posted.runs.items() if name not in BY_DAY}
        if not runs:
            return  # no table at hand has changed, nor the mark
        posted = replace(posted, runs=runs)
        if len(self._posted) > POSTS_KEPT:  # nobody asked for long: the tables will be read anew
            self._posted.clear()
        self._posted[posted.before.version] = posted

    def knows(self, table: str, row_id: str) -> bool:
        """Say whether a table has a row of this id.

        What was read before is asked first: a row that was taken away since is refused in the post's own transaction.
        """
        return self.knows_at_hand(table, row_id) or self.links(table, row_id) is not None

    def knows_at_hand(self, table: str, row_id: str) -> bool:
        """Say whether what was read before has a row of this id: nothing is read for it, and nobody is waited for."""
        state = self._state
        return state is not None and state.tables.tables[table].knows(row_id)

    @property
    def town(self) -> Town:
        """The town."""
        return self._reader.town

    def policy(self) -> Policy:
        """Give what the rules of today ask for along a hazard's life."""
        return parse_policy(self.rules_text(datetime.now(self.town.zone).date()))

    def state(self) -> State:
        """Give the store as it is now."""
        return self.looked()[0]

    def looked(self) -> tuple[State, int]:
        """Give the store as it is now, and the number of a write: that one and all before it are in it."""
        with self._lock:
            return self._fresh(), self._looked_version

    def at_hand(self) -> State:
        """Give the store as it was last read: nothing is read for it, but at first."""
        return self._state or self.state()

    def ledger(self) -> Ledger:
        """Give the whole ledger as it is now."""
        return self.state().ledger

    def basis(self) -> Tables:
        """Give areas, officers and places as they are now; for a part of the town no other table is cut for that."""
        return self.state().tables

    def routes_cut(self, day: date) -> frozenset[str]:
        """Give whose routes of a day go where this desk shows nothing: nobody's, for it shows all."""
        return frozenset()

    def walks(self, officer: str) -> bool:
        """Say whether ways of an officer are shown here: everybody's are."""
        return True

    def extent(self) -> shapely.Polygon | None:
        """Give the box around the areas as they were last read; None where none is drawn."""
        return self.at_hand().tables.tables["areas"].extent()

    def day(self, as_of: date | None = None) -> Day:
        """Give the town as of a day; the last day of the data when none is named."""
        with self._lock:
            state = self._fresh()
            wanted = as_of or last_day_of(state.town, state.tables)
            if wanted not in self._days:
                self._days[wanted] = Day(state, wanted, self.backgrounds.tiles)
                if len(self._days) > DAYS_KEPT:
                    self._days.popitem(last=False)
            self._days.move_to_end(wanted)
            return self._days[wanted]

    def warm(self) -> None:
        """Compute what the first pages need, so that nobody waits for it."""
        day = self.day()
        _ = day.gaps, day.register, day.clocks, day.standings, self.extent()
        for table in ("places", "inspections"):  # which posts are checked against
            self.knows_at_hand(table, "")
        settle()
        self._settles = True

    def _fresh(self) -> State:
        state = self._state
        if state is not None and is_new_enough(self._looked_at):
            return state
        looked_at, version = monotonic(), self._reader.version()
        mark = self._reader.mark()
        if state is None:
            with computing("read"):
                state = self._read_all()
        elif state.mark != mark:
            posts = self._posts_heard(state.mark, mark)
            with computing("read" if posts is None else "follow"):
                if posts is None:
                    self._state = state = self._read_changed(state, mark)
                    self._days.clear()
                    if self._settles:
                        settle()
                else:
                    state = self._follow(state, mark, posts)
            mark = state.mark
            for version in [each for each in list(self._posted) if each < mark.version]:
                self._posted.pop(version, None)
        self._state, self._looked_at, self._looked_version = state, looked_at, version
        return state

    def _posts_heard(self, old: Mark, new: Mark) -> list[Posted] | None:
        """Give `_posts`, with those that other services of the store tell of."""
        heard, until = self._hearing.heard(), perf_counter() + HEARING_S
        for posted in heard:
            self._remember(posted)
        # what is committed may be seen a moment before it is heard
        while (posts := self._posts(old, new)) is None and (heard := self._hearing.heard(until - perf_counter())):
            for posted in heard:
                self._remember(posted)
        return posts

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
        rows = self._reader.posted(posts)
        tables = old.tables
        for name, each in rows.items():
            tables = tables.grown(name, each)
        state, came = State(mark, old.town, tables, old.rules), Posts.of(rows, old.town)
        for as_of, day in self._days.items():
            self._days[as_of] = day.after(state, came)
        return state

    def _read_changed(self, old: State, mark: Mark) -> State:
        """Read the tables that changed; all when more than tables did, or something came between.

        The new state has the mark of what was read: a post that was written meanwhile is either in both, or in neither
        and followed at the next request.
        """
        changed = self._changed(old, mark)
        if changed is None:
            return self._read_all()
        now, ledger = self._reader.marked_ledger(*sorted(changed))
        since = changed if now == mark else self._changed(old, now)
        if since is None or not since <= changed:
            return self._read_all()
        return State(now, old.town, old.tables.replaced(ledger.frames), old.rules)

    def _changed(self, old: State, mark: Mark) -> frozenset[str] | None:
        """Give the tables that changed up to a mark; None when more than tables did, or nobody can tell.

        The audit names what we wrote, the last changes what another program did.
        """
        written = self._reader.version() - old.mark.version  # with those of kept routes, which the mark leaves out
        audit = self._reader.audit(limit=max(written, 0) + 1)
        goes_on = (audit["id"] == old.mark.version) & (audit["at"] == pd.Timestamp(old.mark.moment))
        if not goes_on.any():  # a backup was put in its place: what was read before tells nothing
            return None
        audited = set(audit.loc[audit["id"] > old.mark.version, "table"])
        moved = {name for name, moment in mark.changes.items() if old.mark.changes.get(name) != moment}
        changed = frozenset(audited | moved) - BY_DAY
        return changed if changed <= TABLES.keys() else None

    def _read_all(self) -> State:
        """Read everything, the town's settings too: a store reads them when it is opened."""
        with open_store(self.settings.store) as reader:
            mark, ledger = reader.marked_ledger(*AT_HAND)
        # settings are read after the mark: what is written between is seen at the next request
        reader = open_store(self.settings.store)
        self._reader.close()
        self._reader = reader
        self.ask_anew()
        return State(mark, reader.town, Tables.read(ledger.frames), Rulebook.read(reader.rule_texts()))

    def close(self) -> None:
        """Close the store and the background files, once all that was posted is written."""
        self._posts_waiting.close()
        self.backgrounds.close()
        self.lookers.close()
        self._reader.close()
        self.stop_answering()
        self._hearing.close()
        self.writer.close()


def last_day(ledger: Ledger) -> date:
    """Give the last town-local day with an inspection, else with a found hazard, else today; never a day to come."""
    return last_day_of(ledger.town, Tables.read(ledger.frames))


def last_day_of(town: Town, tables: Tables) -> date:
    """Give `last_day` of the ledger of these tables, without putting them together."""
    now = datetime.now(town.zone)
    for name, column in HAPPENED.items():
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
