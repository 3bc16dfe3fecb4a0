"""What a desk is asked that stands in no table at hand: short questions to the store, over a connection of their own.

Hundreds post at once, and each post asks what its row names. Were it asked over the connection that follows the store,
all of them would wait behind whoever has the newest rows read and figures follow them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from threading import Lock

import pandas as pd

from api.settings import Settings
from coverage.checklists import Checklist, parse_checklists
from coverage.routes.planned import sent_only, sent_places
from geodata.ledger import Ledger
from geodata.rule_texts import RuleText
from geodata.store import Store, open_store
from geodata.store.drafts import Draft
from geodata.store.reading import Mark
from geodata.tables import ROUTE_TABLES

BY_DAY = frozenset(table.name for table in ROUTE_TABLES)
"""Tables of kept routes: read by day, never at hand."""
SENT_BEFORE, SENT_AHEAD = timedelta(days=7), timedelta(days=31)
"""Of these days around today, places of routes are open to those who were sent there."""


class Asked:
    """Answers from the store as it is now."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._asking = Lock()
        self._answering: Store = open_store(settings.store)
        self._checklists: tuple[str, tuple[Checklist, ...]] = "", ()
        self._sent_to: tuple[date, object, int, Mapping[str, frozenset[str]]] | None = None

    def ask_anew(self) -> None:
        """Open the store again: it reads its settings when it is opened, and they may be others."""
        opened = open_store(self.settings.store)
        with self._asking:
            self._answering, before = opened, self._answering
        before.close()

    def links(self, table: str, row_id: str) -> dict[str, str | None] | None:
        """Give the place and the inspection that a row names; None: no such row."""
        with self._asking:
            return self._answering.links(table, row_id)

    def rules_text(self, day: date) -> str:
        """Give the town's rules that hold on a day, as TOML."""
        with self._asking:
            return self._answering.rules_text(day)

    def checklists_text(self) -> str:
        """Give the town's checklists as TOML."""
        with self._asking:
            return self._answering.checklists_text()

    def checklists(self) -> tuple[Checklist, ...]:
        """Give the town's checklists."""
        text = self.checklists_text()
        known, checklists = self._checklists
        if text != known:
            checklists = parse_checklists(text)
            self._checklists = text, checklists
        return checklists

    def drafts(self) -> list[Draft]:
        """Give the drafts of divisions, without their content."""
        with self._asking:
            return self._answering.drafts()

    def draft(self, number: int) -> Draft:
        """Give a draft with its content; DraftProblem when there is none of that number."""
        with self._asking:
            return self._answering.draft(number)

    def imports(self, limit: int) -> pd.DataFrame:
        """Give the newest imports, as `Store.imports` does."""
        with self._asking:
            return self._answering.imports(limit)

    def rule_texts(self) -> tuple[RuleText, ...]:
        """Give the rules files, the oldest first."""
        with self._asking:
            return self._answering.rule_texts()

    def frozen(self, kind: str, period: str) -> bytes | None:
        """Give the newest frozen edition of a report; None where there is none."""
        with self._asking:
            editions = self._answering.frozen_reports(kind, period)
            return self._answering.frozen_content(editions[-1].id) if editions else None

    def routes(self, first: date, last: date, officer: str | None = None) -> Ledger:
        """Give the kept routes of some days, as `Store.routes` does."""
        with self._asking:
            return self._answering.routes(first, last, officer)

    def routes_written(self, since: int) -> bool:
        """Say whether kept routes were written after the write of that number."""
        with self._asking:
            return self._answering.written(since, BY_DAY)

    def handed(self, today: date, reading: object) -> Mapping[str, frozenset[str]]:
        """Give the places of routes that were sent to each officer for days around one; read when routes were written.

        Hundreds of own desks ask for theirs whenever somebody's route was sent: all are read once. `reading` is that of
        the areas at hand: another one, and a backup was put in the place of the store.
        """
        with self._asking:
            held, store = self._sent_to, self._answering
            if held is None or held[:2] != (today, reading) or store.written(held[2], BY_DAY):
                version = store.version()  # asked first: what is written meanwhile is read again
                places = sent_places(sent_only(store.routes(today - SENT_BEFORE, today + SENT_AHEAD)))
                held = self._sent_to = today, reading, version, places
            return held[3]

    def untouched_until(self, since: int, mark: Mark, tables: Collection[str]) -> int | None:
        """Give the number of the newest write when neither some tables nor kept routes were written since one.

        `mark` is of the state in which the tables stand; None: they may be others, by a write of ours, of another
        program, or by a backup.
        """
        with self._asking:
            version, changes = self._answering.version(), self._answering.changes()
            if version < since or self._answering.written(since, {*tables, *BY_DAY}):
                return None
        return version if all(changes.get(name) == mark.changes.get(name) for name in tables) else None

    def version(self) -> int:
        """Give the number of the newest write."""
        with self._asking:
            return self._answering.version()

    def stop_answering(self) -> None:
        """Close the connection."""
        self._answering.close()
