"""The desk as one person sees it: the same store and writer, a part of the town."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from datetime import date, datetime
from threading import Lock

import pandas as pd
import shapely

from api.day import Day, State
from api.desk import Desk, last_day_of
from api.kept import Tables
from api.scope import BASIS, Basis, Narrowed, Scope, based, narrowed_by
from api.sharing import Sharing
from coverage.checklists import Checklist
from geodata.ledger import Ledger
from geodata.model import Town
from geodata.store.drafts import Draft
from geodata.store.reading import Mark

OWN_DAYS_KEPT = 2
"""There are hundreds of such desks, and a day of a part is made in a moment."""


class OwnDesk(Desk):
    """A desk that shows a scope of the town; what is asked of it is answered from rows of that scope alone.

    The days are its own: an assessment of a part is made from that part.
    """

    def __init__(self, whole: Desk, scope: Scope) -> None:
        self._whole = whole
        self.scope = scope
        self.settings = whole.settings
        self.backgrounds = whole.backgrounds
        self.writer = whole.writer
        self.writing = whole.writing
        self.lookers = whole.lookers
        self.boards = Sharing()
        self._posts_waiting = whole._posts_waiting
        self._lock = Lock()
        self._basis: Basis | None = None
        self._based_on: Mark | None = None
        self._version = -1
        self._narrowed: Narrowed | None = None
        self._looked_on = date.min
        self._handed_places: frozenset[str] = frozenset()
        self._own_state: State | None = None
        self._days: OrderedDict[date, Day] = OrderedDict()

    @property
    def whole(self) -> Desk:
        """The desk that shows all of the town."""
        return self._whole

    def state(self) -> State:
        """Give the own part of the store as it is now."""
        with self._lock:
            return self._fresh()

    def day(self, as_of: date | None = None) -> Day:
        """Give the own part of the town as of a day; the last day of the whole town's data when none is named."""
        with self._lock:
            state = self._fresh()
            wanted = as_of or last_day_of(self.town, self._whole.state().tables)
            if wanted not in self._days:
                self._days[wanted] = Day(state, wanted, self.backgrounds.tiles)
                if len(self._days) > OWN_DAYS_KEPT:
                    self._days.popitem(last=False)
            self._days.move_to_end(wanted)
            return self._days[wanted]

    def basis(self) -> Tables:
        """Give the own areas, officers and places as they are now."""
        return self._based_now().own

    def _based(self) -> tuple[Basis, State]:
        """Give what all else is cut by, and the whole town that it was cut from."""
        whole, version = self._whole.looked()  # routes that were sent change the version, but not the mark
        known = self._basis
        if known is not None and (self._based_on, self._version) == (whole.mark, version):
            return known, whole
        if self._sent_anew(whole):
            self._handed_places = self._handed()
        self._based_on, self._version, self._looked_on = whole.mark, version, datetime.now(self.town.zone).date()
        basis = self._basis = based(whole.tables, self.scope, known, self._handed_places)
        return basis, whole

    def _fresh(self) -> State:
        basis, whole = self._based()
        known, before = self._own_state, self._narrowed
        if known is not None and before is not None and known.mark == whole.mark and before.basis is basis:
            return known
        self._narrowed = narrowed_by(basis, whole.tables, before)
        state = replace(whole, tables=self._narrowed.own)
        if known is None or before is None or known.rules is not state.rules or not before.own.same(state.tables):
            self._days.clear()
        self._own_state = state
        return state

    def _sent_anew(self, whole: State) -> bool:
        """Say whether routes must be read: posts change the version too, and far more often."""
        before = self._basis
        return (
            before is None
            or before.seen["areas"].reading is not whole.tables.tables["areas"].reading  # a backup in its place
            or self._looked_on != datetime.now(self.town.zone).date()
            or self._whole.routes_written(self._version)
        )

    @property
    def town(self) -> Town:
        """The town."""
        return self._whole.town

    def knows(self, table: str, row_id: str) -> bool:
        """Say whether the own part of a table has a row of this id.

        What is at an own place is one's own; and places are no others for what others posted: nothing is read for that.
        """
        if table == "places":
            with self._lock:
                return (self._standing() or self._based()[0]).own.tables[table].knows(row_id)
        return self.links(table, row_id) is not None

    def _standing(self) -> Basis | None:
        """Give the basis as it was last cut, where nothing was written of it since; the whole town is not looked at."""
        known, mark = self._basis, self._based_on
        if known is None or mark is None or self._looked_on != datetime.now(self.town.zone).date():
            return None
        version = self._whole.untouched_until(self._version, mark, BASIS)
        if version is None:
            return None
        self._version = version
        return known

    def links(self, table: str, row_id: str) -> dict[str, str | None] | None:
        """Give what a row of the own part names; None: no such row."""
        found = self._whole.links(table, row_id)
        if found is None:
            return None
        place = found.get("place_id")
        mine = self.knows("places", place) if place is not None else self.state().tables.tables[table].knows(row_id)
        return found if mine else None

    def knows_at_hand(self, table: str, row_id: str) -> bool:
        """Say no: what is the own part is asked of the store each time, for it may have become another."""
        return False

    def extent(self) -> shapely.Polygon | None:
        """Give the box around the areas of the whole town: a position is checked against it."""
        return self._whole.extent()

    def routes(self, first: date, last: date, officer: str | None = None) -> Ledger:
        """Give the own route whole, and those of officers who answer for the own areas, as far as they go there."""
        found, own = self._whole.routes(first, last, officer), self._based_now()
        if found.planned_routes.empty:
            return found
        frames = {}
        for name, rows in found.frames.items():
            kept = rows["officer"].isin(own.walkers)
            if "place_id" in rows:
                kept &= rows["place_id"].isin(own.places) | (rows["officer"] == self.scope.officer)
            frames[name] = rows[kept].reset_index(drop=True)
        routes, stops = frames["planned_routes"], found.planned_stops
        seen = stops["id"].isin(frames["planned_stops"]["id"]).to_numpy(bool)
        elsewhere = _days_of(routes).isin(_days_of(stops[~seen]))
        # what is said of a change names places, and whom they were given to
        frames["planned_routes"] = routes.assign(reason=routes["reason"].mask(elsewhere))
        return Ledger(found.town, frames)

    def routes_cut(self, day: date) -> frozenset[str]:
        """Give whose newest routes of a day also go where nothing is seen from here, or are not seen at all."""
        seen = _newest(self.routes(day, day))
        return frozenset(officer for officer, _ in _newest(self._whole.routes(day, day)) - seen)

    def walks(self, officer: str) -> bool:
        """Say whether ways of an officer are shown here: of those who answer for the own areas."""
        return officer in self._based_now().walkers

    def _based_now(self) -> Basis:
        with self._lock:
            return self._based()[0]

    def _handed(self) -> frozenset[str]:
        """Give the places of routes that were sent to the own officer of late: whoever is sent there may see them."""
        if self.scope.officer is None:
            return frozenset()
        today = datetime.now(self.town.zone).date()
        areas = self._whole.at_hand().tables.tables["areas"]
        return self._whole.handed(today, areas.reading).get(self.scope.officer, frozenset())

    def frozen(self, kind: str, period: str) -> bytes | None:
        """Give None: a report that was kept is one of the whole town."""
        return None

    def rules_text(self, day: date) -> str:
        """Give the town's rules that hold on a day, as TOML."""
        return self._whole.rules_text(day)

    def checklists_text(self) -> str:
        """Give the town's checklists as TOML."""
        return self._whole.checklists_text()

    def checklists(self) -> tuple[Checklist, ...]:
        """Give the town's checklists."""
        return self._whole.checklists()

    def drafts(self) -> list[Draft]:
        """Give the drafts of divisions, without their content."""
        return self._whole.drafts()

    def draft(self, number: int) -> Draft:
        """Give a draft with its content."""
        return self._whole.draft(number)

    def version(self) -> int:
        """Give the number of the newest write."""
        return self._whole.version()


def _days_of(rows: pd.DataFrame) -> pd.MultiIndex:
    """Give of which day of whom rows of routes are."""
    return pd.MultiIndex.from_frame(rows[["date", "officer"]])


def _newest(kept: Ledger) -> frozenset[tuple[str, int]]:
    """Give of whom there are routes, and how many stops the newest of each has."""
    newest = kept.planned_routes.groupby("officer")["revision"].max()
    stops = kept.planned_stops
    counts = stops["officer"][(stops["revision"] == stops["officer"].map(newest)).to_numpy(bool)].value_counts()
    return frozenset((str(officer), int(counts.get(officer, 0))) for officer in newest.index)
