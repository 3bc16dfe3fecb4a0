"""How rows come into a store: each write one transaction, each with its audit row in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import pandas as pd

from geodata.errors import AdoptProblem, ChangedProblem
from geodata.identity import areas_mark
from geodata.store.opened import Opened
from geodata.store.reading import Posted, read_frame, read_mark, read_version
from geodata.store.telling import tell_others
from geodata.tables import TABLES

if TYPE_CHECKING:
    from geodata.store.adopting import Adoption
    from geodata.store.drafts import Draft
    from geodata.store.posting import Outcome, Together
    from geodata.store.undoing import Undone

Keep = Literal["all", "nothing", "if new"]
"""What of a write stays."""


class Rows(Opened):
    """Writes of rows: by hand, by import, by post, by a new division; an import is undone."""

    def write(
        self,
        table: str,
        frame: pd.DataFrame,
        *,
        actor: str,
        action: str,
        source: str,
        keep: Keep = "all",
        version: int | None = None,
    ) -> pd.Series:
        """Insert the rows whose key is new, update those that differ; one transaction with its audit row.

        Parameters
        ----------
        frame
            Key columns and any others, with the dtypes of a ledger frame; columns that are not there stay as they are.
        actor, action, source
            Who, by what (`import`, `post` …), from what file or form; the audit keeps them.
        keep
            `all`; `nothing`: give the outcome only; `if new`: nothing unless every row is inserted.
        version
            Of the store as it was seen: ChangedProblem when anything was written since, by whatever process.

        Returns
        -------
        `inserted`, `updated` or `unchanged` for each row, on the frame's index.

        Raises
        ------
        ValueError before anything is written for a frame that is not as `geodata.tables` says or has a key twice.
        StoreProblem when the file can't be written; it is then as it was.
        """
        frames = {table: frame}
        return self.write_many(frames, actor=actor, action=action, source=source, keep=keep, version=version)[table]

    def write_many(
        self,
        frames: Mapping[str, pd.DataFrame],
        *,
        actor: str,
        action: str,
        source: str,
        keep: Keep = "all",
        version: int | None = None,
    ) -> dict[str, pd.Series]:
        """Write several tables as `write` does, all in one transaction, with one audit row a table."""
        from geodata.store.writing import Written, batch, tables_in_order, write_batch  # noqa: PLC0415 - slow import

        written = Written(actor, action, source)
        batches = {name: batch(TABLES[name], frames[name]) for name in tables_in_order(frames)}
        with self._writing() as connection:
            if version not in (None, read_version(self._connection)):
                raise ChangedProblem
            outcome = {name: write_batch(connection, rows, written)[0] for name, rows in batches.items()}
            new = all((rows == "inserted").all() for rows in outcome.values())
            if keep == "nothing" or (keep == "if new" and not new):
                connection.rollback()
            return outcome

    def append(
        self,
        new: str,
        frame: pd.DataFrame,
        also: Mapping[str, pd.DataFrame],
        *,
        actor: str,
        action: str,
        source: str,
        version: int | None = None,
    ) -> bool:
        """Write rows that must all be new, and with them rows of other tables; nothing at all when one is not new.

        Parameters
        ----------
        new, frame
            The table and its rows that nobody may have written before.
        also
            Rows of other tables, as in `write_many`.
        version
            Nothing is written either when anything was since this version of the store, by whatever process.

        Returns
        -------
        Whether it was written.

        Raises
        ------
        NamedProblem when a new row names a place, an inspection or a hazard that is not there (any more).
        """
        from geodata.store.named import demand_all_named  # noqa: PLC0415 - slow imports
        from geodata.store.writing import Written, batch, write_batch  # noqa: PLC0415

        written = Written(actor, action, source)
        rows = batch(TABLES[new], frame)
        others = [batch(TABLES[name], other) for name, other in also.items()]
        with self._writing() as connection:
            demand_all_named(self._connection, new, rows.columns)
            newest = read_version(self._connection)
            if version not in (None, newest) or not (write_batch(connection, rows, written)[0] == "inserted").all():
                connection.rollback()
                return False
            for other in others:
                write_batch(connection, other, written)
            return True

    def post(
        self, posts: Sequence[Together], *, actor: str, source: str, tell: Callable[[Posted], None]
    ) -> list[Outcome]:
        """Insert the posts whose keys are new, all in one transaction, each row with its audit row; give what became.

        `tell` hears what is written just before it can be seen; a write that fails after that is never seen.
        """
        from geodata.store.posting import insert_new  # noqa: PLC0415 - slow import
        from geodata.store.writing import Written  # noqa: PLC0415

        with self._writing() as connection:
            before = read_mark(self._connection)
            outcomes, runs = insert_new(connection, self._connection, posts, Written(actor, "post", source))
            if runs:
                posted = Posted(runs, before, read_mark(self._connection))
                tell(posted)
                tell_others(self._connection, posted)
            else:
                connection.rollback()
        return outcomes

    def import_rows(
        self,
        frames: Mapping[str, pd.DataFrame],
        *,
        actor: str,
        source: str,
        digest: str | None = None,
        keep: Keep = "all",
        tell: Callable[[int, int], None] | None = None,
        hear_changes: Callable[[str, Mapping[str, Any]], None] | None = None,
    ) -> dict[str, tuple[pd.Series, int | None]]:
        """Write the rows of a file, of one table or several, as `write_many` does, so that `undo` can take them back.

        Parameters
        ----------
        source, digest
            Name of the file, and the SHA-256 of its bytes (hexadecimal).
        tell
            Hears how many of the new rows are written, and of how many.
        hear_changes
            Hears of each table which rows change when nothing is kept: id → field → from and to.

        Returns
        -------
        By table the outcome of each row, and the id of the import (None when nothing was kept).
        """
        from geodata.store.writing import (  # noqa: PLC0415 - slow import
            Written,
            batch,
            read_changes,
            tables_in_order,
            write_batch,
        )

        written = Written(actor, "import", source, digest)
        batches = {name: batch(TABLES[name], frames[name]) for name in tables_in_order(frames)}
        with self._writing() as connection:
            done = {name: write_batch(connection, rows, written, tell) for name, rows in batches.items()}
            if keep == "all":
                return dict(done)
            if hear_changes:
                for name, (_, audit) in done.items():
                    hear_changes(name, read_changes(connection, audit))
            connection.rollback()
            return {name: (outcome, None) for name, (outcome, _) in done.items()}

    def undo(self, import_id: int, *, actor: str) -> Undone:
        """Undo an import: all of it in one transaction with its audit row, or UndoProblem that says why not."""
        from geodata.store.undoing import undo_import  # noqa: PLC0415 - slow import

        with self._writing() as connection:
            return undo_import(connection, import_id, actor)

    def adopt(self, adoption: Adoption, *, actor: str, base: str | None = None, draft: Draft | None = None) -> int:
        """Put a new division into force: what it replaces becomes a past version. Give the adoption's number.

        Parameters
        ----------
        base
            Mark of the areas that it was made from (`areas_mark`); None: whatever stands now.
        draft
            The draft that it is, which ends with it.

        Raises
        ------
        ChangedProblem
            The draft was changed meanwhile.
        AdoptProblem
            Another division came into force meanwhile; the day is too early. Nothing is written.
        """
        from geodata.store.adopting import adopt  # noqa: PLC0415 - slow import
        from geodata.store.drafts import drop_draft  # noqa: PLC0415 - slow import

        with self._writing() as connection:
            standing = read_frame(self._connection, TABLES["areas"], self.town)
            if not isinstance(standing, gpd.GeoDataFrame):
                raise TypeError("areas have shapes")
            if base is not None and areas_mark(standing) != base:
                raise AdoptProblem("这个方案做好以后，区域又有改动，没有启用。请按现在的区域重新划分。")
            if draft is not None:
                drop_draft(connection, draft.id, draft.changed_at)
            return adopt(connection, standing, adoption, town=self.town, actor=actor)
