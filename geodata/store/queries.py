"""What a store is asked: its tables in one state, how far it has come, its audit, whether it is sound."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import pandas as pd

from geodata.ledger import Ledger
from geodata.store.chain import Head, read_head
from geodata.store.connection import one_state
from geodata.store.opened import Opened
from geodata.store.reading import (
    Mark,
    Posted,
    read_audit,
    read_changes,
    read_frame,
    read_imports,
    read_ledger,
    read_links,
    read_mark,
    read_marked,
    read_routes,
    read_took,
    read_version,
    read_written,
)
from geodata.tables import TABLES


class Queries(Opened):
    """Reads: each sees one state of the store, and none holds up who writes."""

    def ledger(self, *tables: str, columns: Mapping[str, Sequence[str]] | None = None) -> Ledger:
        """Read the asked tables (none named: all) in one state of the file.

        Parameters
        ----------
        tables
            Names of `geodata.tables.TABLES`.
        columns
            Table → columns to read, in their order; a table that is not listed gives all its columns. Without
            `geometry` among them the frame is a plain DataFrame.

        Returns
        -------
        Ledger with frames as `geodata.tables` says: RangeIndex, rows in the order they were first written, geometry in
        EPSG:4326, moments in the town's zone.

        Raises
        ------
        StoreProblem when the file can't be read or holds a value that can't be; KeyError for an unknown table.
        """
        with self._reading() as connection:
            return read_ledger(connection, self.town, tables or tuple(TABLES), columns or {})

    def marked_ledger(self, *tables: str) -> tuple[Mark, Ledger]:
        """Read these tables and the mark, both of one state: what is written meanwhile is in neither."""
        with self._reading() as connection:
            return read_marked(connection, self.town, tables)

    def routes(self, first: date, last: date, officer: str | None = None) -> Ledger:
        """Read the kept routes of the days from `first` to `last`, their stops and what was left out on the way.

        Returns
        -------
        Ledger with `planned_routes`, `planned_stops` and `route_skips`, every revision of them; of one officer alone
        when one is named.
        """
        with self._reading() as connection:
            return read_routes(connection, self.town, first, last, officer)

    def written(self, since: int, tables: Collection[str]) -> bool:
        """Say whether any of some tables was written by us after the audit row of that id."""
        with self._reading() as connection:
            return read_written(connection, since, tables)

    def posted(self, posts: Sequence[Posted]) -> dict[str, pd.DataFrame]:
        """Give the rows of posts as frames of a ledger, by table, in the order they were written."""
        runs: dict[str, range] = {}
        for post in posts:
            for table, fids in post.runs.items():
                runs[table] = range(runs.get(table, fids).start, fids.stop)
        with self._reading() as connection, one_state(connection):
            return {name: read_frame(connection, TABLES[name], self.town, rows=fids) for name, fids in runs.items()}

    def links(self, table: str, row_id: str) -> dict[str, str | None] | None:
        """Give what the row of an id names (`place_id`, `inspection_id`, as the table has them); None: no such row."""
        with self._reading() as connection:
            return read_links(connection, TABLES[table], row_id)

    def mark(self) -> Mark:
        """Give how far the store has come: another mark after every write, from whatever process."""
        with self._reading() as connection:
            return read_mark(connection)

    def version(self) -> int:
        """Give the id of the newest audit row: another number after every write, from whatever process."""
        with self._reading() as connection:
            return read_version(connection)

    def changes(self) -> dict[str, str]:
        """Give when each table last changed (UTC, ISO 8601 text), by a write of ours or in another program as QGIS."""
        with self._reading() as connection:
            return read_changes(connection)

    def imports(self, limit: int = 100) -> pd.DataFrame:
        """Give the newest imports, newest first.

        Columns: id, at (UTC), actor, table, file, inserted, updated, unchanged, undone (id of the undo, NaN for none),
        remembered (bool: it can be undone as far as the store knows).
        """
        with self._reading() as connection:
            return read_imports(connection, limit)

    def took(self, table: str, digest: str) -> bool:
        """Say whether a file with this SHA-256 was ever imported into a table, also when that was undone."""
        with self._reading() as connection:
            return read_took(connection, table, digest)

    def audit(self, limit: int = 100) -> pd.DataFrame:
        """Give the newest audit rows, newest first.

        Columns: id, at (UTC), actor, action, table, source, inserted, updated, unchanged, changes (JSON text:
        row key → field → `{"from", "to"}`, as the values stand in the store, geometry as WKT).
        """
        with self._reading() as connection:
            return read_audit(connection, limit)

    def check(self, heads: Sequence[Head] = (), *, drawn: bool = False) -> list[str]:
        """Give a Chinese sentence for everything that is wrong with the file; none when it is sound.

        Heads of the audit's chain that were exported must still lie on it; StoreProblem where there is no chain yet.
        With `drawn` also polygons that cross themselves: such a store can be backed up, brought back and copied.
        """
        from geodata.store.checking import check  # noqa: PLC0415 - only `wangge check` needs it

        with self._reading() as connection:
            return check(connection, self.town, heads, drawn=drawn)

    def head(self) -> Head | None:
        """Give the head of the audit's chain: its newest row; None for a store of before there was a chain."""
        with self._reading() as connection, one_state(connection):
            return read_head(connection, self.town.code)

    def check_audit(self, heads: Sequence[Head] = ()) -> list[str]:
        """Check the audit's chain alone, as `check` does; StoreProblem for a store of before there was a chain."""
        from geodata.store.checking import check_audit_alone  # noqa: PLC0415 - only `wangge check` needs it

        with self._reading() as connection:
            return check_audit_alone(connection, self.town, heads)
