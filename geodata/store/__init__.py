"""The town's store: a GeoPackage file or a PostgreSQL schema, which QGIS opens as it is; one way in, audited."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import geopandas as gpd
import pandas as pd

from geodata.errors import AdoptProblem, ChangedProblem, StoreProblem
from geodata.identity import areas_mark
from geodata.ledger import Ledger
from geodata.model import Town
from geodata.rule_texts import RuleText, as_settings, from_settings, text_on, with_new
from geodata.store.chain import Head, read_head
from geodata.store.connection import PATIENCE_S, clear_words, connect, one_state
from geodata.store.dialects import Raw, dialect_at, dialect_of
from geodata.store.location import Where, store_path
from geodata.store.reading import (
    Mark,
    read_audit,
    read_changes,
    read_frame,
    read_imports,
    read_ledger,
    read_mark,
    read_marked,
    read_routes,
    read_routes_written,
    read_settings,
    read_took,
    read_version,
)
from geodata.store.versions import SCHEMA_VERSION
from geodata.tables import TABLES

if TYPE_CHECKING:
    import sqlalchemy as sa

    from geodata.store.adopting import Adoption
    from geodata.store.drafts import Draft
    from geodata.store.posting import Outcome, Together
    from geodata.store.reports import FrozenReport
    from geodata.store.undoing import Undone

Keep = Literal["all", "nothing", "if new"]
"""What of a write stays."""


@dataclass(frozen=True)
class Posted:
    """Rows that were posted: a run of fids of each table, and the marks of the store before and after."""

    runs: Mapping[str, range]
    before: Mark
    after: Mark


DEFAULT_RULES = Path(__file__).parent.parent / "default_rules.toml"
DEFAULT_CHECKLISTS = DEFAULT_RULES.with_name("default_checklists.toml")


class Store:
    """An open store. Close it, or use it as a context manager; threads may share it, one call at a time.

    Attributes
    ----------
    path
        The file, or the address of the database.
    town
        The town as it was when the store was opened or the town last changed through this object.
    """

    def __init__(
        self, path: Where, connection: Raw, town: Town, *, writable: bool, patience: float = PATIENCE_S
    ) -> None:
        self.path = path
        self.town = town
        self._connection = connection
        self._writable = writable
        self._patience = patience
        self._closed = False
        self._one_at_a_time = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store; the last one to close a file folds the write-ahead log into it."""
        with self._one_at_a_time:
            self._closed = True
            self._connection.close()

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

    def routes_written(self, since: int) -> bool:
        """Say whether kept routes were written after the audit row of that id."""
        with self._reading() as connection:
            return read_routes_written(connection, since)

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
        """
        from geodata.store.writing import Written, batch, write_batch  # noqa: PLC0415 - slow import

        written = Written(actor, action, source)
        rows = batch(TABLES[new], frame)
        others = [batch(TABLES[name], other) for name, other in also.items()]
        with self._writing() as connection:
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
                tell(Posted(runs, before, read_mark(self._connection)))
            else:
                connection.rollback()
        return outcomes

    def posted(self, posts: Sequence[Posted]) -> dict[str, pd.DataFrame]:
        """Give the rows of posts as frames of a ledger, by table, in the order they were written."""
        runs: dict[str, range] = {}
        for post in posts:
            for table, fids in post.runs.items():
                runs[table] = range(runs.get(table, fids).start, fids.stop)
        with self._reading() as connection, one_state(connection):
            return {name: read_frame(connection, TABLES[name], self.town, rows=fids) for name, fids in runs.items()}

    def mark(self) -> Mark:
        """Give how far the store has come: another mark after every write, from whatever process."""
        with self._reading() as connection, one_state(connection):
            return read_mark(connection)

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

    def save_draft(
        self,
        draft: int | None,
        *,
        name: str,
        level: str,
        actor: str,
        base: str,
        content: Mapping[str, Any],
        seen: str | None = None,
    ) -> int:
        """Keep a draft of a division, a new one (None) or in place of an older one; give its number.

        `seen` is the `changed_at` of the older one as it was seen; ChangedProblem when it was changed since.
        """
        from geodata.store.drafts import put_draft  # noqa: PLC0415 - slow import

        with self._writing() as connection:
            return put_draft(
                connection, draft, name=name, level=level, actor=actor, base=base, content=content, seen=seen
            )

    def drop_draft(self, draft: int, seen: str | None = None) -> None:
        """Throw a draft away; ChangedProblem when it is not as it was `seen` (its `changed_at`)."""
        from geodata.store.drafts import drop_draft  # noqa: PLC0415 - slow import

        with self._writing() as connection:
            drop_draft(connection, draft, seen)

    def drafts(self) -> list[Draft]:
        """Give the drafts without their content, the newest change first."""
        from geodata.store.drafts import read_drafts  # noqa: PLC0415 - slow import

        with self._reading() as connection:
            return read_drafts(connection)

    def draft(self, draft: int) -> Draft:
        """Give a draft with its content; AdoptProblem when there is none of that number."""
        from geodata.store.drafts import read_draft  # noqa: PLC0415 - slow import

        with self._reading() as connection:
            return read_draft(connection, draft)

    def freeze_report(self, kind: str, period: str, content: bytes, actor: str) -> FrozenReport:
        """Keep a report as it was sent out; one transaction with its audit row, and nothing ever changes it.

        Parameters
        ----------
        kind, period
            What it is (`quarterly` …), of when (`2024Q2`).
        content
            Its figures as JSON; it is packed by the store, and the hash is of the bytes as they are given.

        Returns
        -------
        The newest edition of the kind and period: the one that stood there when it has the same content (nothing is
        written then), else the new one.
        """
        from geodata.store.reports import freeze  # noqa: PLC0415 - slow import

        with self._writing() as connection:
            return freeze(connection, kind, period, content, actor)

    def frozen_reports(self, kind: str, period: str | None = None) -> list[FrozenReport]:
        """Give the frozen reports of a kind (and a period) without their content, the newest last."""
        from geodata.store.reports import read_reports  # noqa: PLC0415 - few need it

        with self._reading() as connection:
            return read_reports(connection, kind, period)

    def frozen_content(self, report: int) -> bytes:
        """Give what a frozen report holds, by its id; StoreProblem when there is none or it was damaged."""
        from geodata.store.reports import read_content  # noqa: PLC0415 - few need it

        with self._reading() as connection:
            return read_content(connection, report)

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

    def rules_text(self, day: date | None = None) -> str:
        """Give the town's rules as TOML: those that hold on a day, the newest when none is named."""
        texts = self.rule_texts()
        return text_on(texts, day) if day else texts[-1].text

    def rule_texts(self) -> tuple[RuleText, ...]:
        """Give the town's rules files, the oldest first, each with the first day on which it holds."""
        with self._reading() as connection:
            return from_settings(read_settings(connection))

    def write_rules(
        self,
        text: str,
        *,
        actor: str,
        source: str,
        since: date | None = None,
        reason: str = "",
        seen: tuple[RuleText, ...] | None = None,
    ) -> tuple[RuleText, ...]:
        """Write a TOML text that was checked before: it holds from `since` on, on all days when that is None.

        `seen` are the rules files as they were seen; ChangedProblem when they changed since, by whatever process.

        Returns the rules files that no longer hold on any day.
        """
        from geodata.store.writing import Written, write_settings  # noqa: PLC0415 - slow import

        with self._writing() as connection:
            old = from_settings(read_settings(self._connection))
            if seen not in (None, old):
                raise ChangedProblem
            new = with_new(old, RuleText(since, text, reason))
            write_settings(connection, as_settings(new), Written(actor, "rules", source))
        return tuple(each for each in old if each not in new)

    def checklists_text(self) -> str:
        """Give the town's checklists as TOML; those that every town starts with until it has its own."""
        with self._reading() as connection:
            own = read_settings(connection).get("checklists")
        return DEFAULT_CHECKLISTS.read_text(encoding="utf-8") if own is None else own

    def write_checklists(self, text: str, *, actor: str, source: str) -> None:
        """Put checklists that were checked before in the place of those that hold."""
        from geodata.store.writing import Written, write_settings  # noqa: PLC0415 - slow import

        with self._writing() as connection:
            write_settings(connection, {"checklists": text}, Written(actor, "checklists", source))

    def saved_columns(self, table: str) -> dict[str, dict[str, str]]:
        """Give the column mappings that were saved for a table: mark of a file's headers → field → header."""
        start = f"columns:{table}:"
        with self._reading() as connection:
            settings = read_settings(connection)
        return {key.removeprefix(start): json.loads(value) for key, value in settings.items() if key.startswith(start)}

    def save_columns(self, table: str, mark: str, columns: Mapping[str, str], *, actor: str, source: str) -> None:
        """Keep the column mapping of the files whose headers have this mark, in place of an older one."""
        from geodata.store.writing import Written, write_settings  # noqa: PLC0415 - slow import

        with self._writing() as connection:
            value = json.dumps(dict(columns), ensure_ascii=False)
            write_settings(connection, {f"columns:{table}:{mark}": value}, Written(actor, "columns", source))

    def change_town(self, town: Town, *, actor: str) -> None:
        """Change the town's name or settings; StoreProblem for another code, which names the root of its areas."""
        from geodata.store.writing import Written, batch, town_settings, write_batch, write_settings  # noqa: PLC0415

        if town.code != self.town.code:
            raise StoreProblem(
                f"区划代码不能由 {self.town.code} 改为 {town.code}：请用 wangge init 新建一个文件再导入。"
            )
        written = Written(actor, "town", "settings")
        with self._writing() as connection:
            write_settings(connection, town_settings(town), written)
            write_batch(connection, batch(TABLES["areas"], _root(town)), written)
        self.town = town

    def version(self) -> int:
        """Give the id of the newest audit row: another number after every write, from whatever process."""
        with self._reading() as connection:
            return read_version(connection)

    def changes(self) -> dict[str, str]:
        """Give when each table last changed (UTC, ISO 8601 text), by a write of ours or in another program as QGIS."""
        with self._reading() as connection:
            return read_changes(connection)

    def audit(self, limit: int = 100) -> pd.DataFrame:
        """Give the newest audit rows, newest first.

        Columns: id, at (UTC), actor, action, table, source, inserted, updated, unchanged, changes (JSON text:
        row key → field → `{"from", "to"}`, as the values stand in the store, geometry as WKT).
        """
        with self._reading() as connection:
            return read_audit(connection, limit)

    def check(self, heads: Sequence[Head] = ()) -> list[str]:
        """Give a Chinese sentence for everything that is wrong with the file; none when it is sound.

        Heads of the audit's chain that were exported must still lie on it; StoreProblem where there is no chain yet.
        """
        from geodata.store.checking import check  # noqa: PLC0415 - only `wangge check` needs it

        with self._reading() as connection:
            return check(connection, self.town, heads)

    def head(self) -> Head | None:
        """Give the head of the audit's chain: its newest row; None for a store of before there was a chain."""
        with self._reading() as connection, one_state(connection):
            return read_head(connection, self.town.code)

    def check_audit(self, heads: Sequence[Head] = ()) -> list[str]:
        """Check the audit's chain alone, as `check` does; StoreProblem for a store of before there was a chain."""
        from geodata.store.checking import check_audit_alone  # noqa: PLC0415 - only `wangge check` needs it

        with self._reading() as connection:
            return check_audit_alone(connection, self.town, heads)

    @cached_property
    def _engine(self) -> sa.Engine:
        from geodata.store.writing import engine_on  # noqa: PLC0415 - slow import

        return engine_on(self._connection)

    @contextmanager
    def _reading(self) -> Iterator[Raw]:
        with self._one_at_a_time, clear_words(self.path):
            self._find_again()
            yield self._connection

    def _find_again(self) -> None:
        """Connect anew where the connection broke: the server of the database was started again."""
        if dialect_at(self.path).is_lost(self._connection) and not self._closed:
            self._connection = connect(self.path, write=self._writable, patience=self._patience)
            self.__dict__.pop("_engine", None)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        from geodata.store.writing import transaction  # noqa: PLC0415 - slow import

        if not self._writable:
            raise StoreProblem(f"{self.path} 是以只读方式打开的，不能写入。")
        with self._one_at_a_time, clear_words(self.path):
            self._find_again()
            with transaction(self._engine) as connection:
                yield connection


def create_store(path: str | Where, town: Town, *, actor: str = "clerk") -> Store:
    """Make an empty store with the town as the root of its areas and the default rules; it is open for writing.

    Raises StoreProblem when the file exists, its folder doesn't, or the path is no `.gpkg`.
    """
    from geodata.store.schema import create_schema  # noqa: PLC0415 - slow import

    where = store_path(path)
    with clear_words(where), dialect_at(where).claimed(where):
        store = Store(where, _connect(where, write=True), town, writable=True)
        try:
            with store._writing() as connection:
                create_schema(connection)
                begin_town(connection, town, actor=actor)
            with clear_words(where):
                dialect_at(where).settle(store._connection)
        except BaseException:
            store.close()
            raise
    return store


def begin_town(connection: sa.Connection, town: Town, *, actor: str) -> None:
    """Write the first rows into empty tables: the town's settings, the default rules, the root of its areas."""
    from geodata.store.writing import Written, batch, town_settings, write_batch, write_settings  # noqa: PLC0415

    rules = DEFAULT_RULES.read_text(encoding="utf-8")
    settings = {"store_schema": str(SCHEMA_VERSION), **town_settings(town), "rules": rules}
    written = Written(actor, "init", town.code)
    write_settings(connection, settings, written)
    write_batch(connection, batch(TABLES["areas"], _root(town)), written)


def open_store(path: str | Where, *, write: bool = False, patience: float = PATIENCE_S) -> Store:
    """Open a store. One of an older version is read as it is, and brought up to date when it is opened for writing.

    Parameters
    ----------
    write
        Open it for writing too.
    patience
        Seconds to wait for another writer.

    Raises
    ------
    StoreProblem when the file is missing, no wangge store, or one of a newer version.
    """
    where = store_path(path)
    dialect = dialect_at(where)
    with clear_words(where):
        dialect.demand(where)
        connection = dialect.connect(where, write=write, patience=patience)
    try:
        with clear_words(where):
            town, version = _town(where, connection)
            if write:
                dialect.settle(connection)
        store = Store(where, connection, town, writable=write, patience=patience)
        if write and version < SCHEMA_VERSION:
            _bring_up(store)
        return store
    except BaseException:
        connection.close()
        raise


def _bring_up(store: Store) -> None:
    from geodata.store.migrations import migrate  # noqa: PLC0415 - only old stores need it

    with store._writing() as connection:
        migrate(connection, actor="wangge")


def _connect(where: Where, *, write: bool) -> Raw:
    with clear_words(where):
        return connect(where, write=write)


def _town(where: Where, connection: Raw) -> tuple[Town, int]:
    """Give the town of a store and the version of its schema."""
    settings = read_settings(connection) if dialect_of(connection).is_store(connection) else {}
    if not settings.get("store_schema", "").isdigit():
        kind = "文件" if isinstance(where, Path) else ""
        raise StoreProblem(
            f"{where} 里没有网格的数据（不是 wangge 建的{kind}）。请检查路径，或用 wangge init 新建一个。"
        )
    version = int(settings["store_schema"])
    if version > SCHEMA_VERSION:
        raise StoreProblem(
            f"{where} 的数据结构版本是 {version}，比本软件的（{SCHEMA_VERSION}）新，不能打开。请升级网格软件。"
        )
    if version < dialect_of(connection).oldest:
        raise StoreProblem(f"{where} 的数据结构版本是 {version}，从来没有过这个版本。请用最近的备份恢复。")
    try:
        return Town(**{field.name: json.loads(settings[field.name]) for field in fields(Town)}), version
    except (KeyError, ValueError) as problem:
        raise StoreProblem(f"{where} 的设置不完整（{problem}）。请用最近的备份恢复。") from problem


def _root(town: Town) -> pd.DataFrame:
    return pd.DataFrame({"code": [town.code], "name": [town.name], "level": [str(town.level)]}, dtype="str")
