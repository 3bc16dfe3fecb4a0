"""What differs between the two stores, a file each; everything else asks `dialect_of` and is written once.

Both give and take the same stored values (`geodata.store.values`): texts of dates and moments, 0 and 1, geometries as
GeoPackage blobs. So what is hashed, marked and compared is the same in both, and a town keeps all of it when it moves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    import sqlalchemy as sa

    from geodata.store.geopackage import Objects
    from geodata.store.location import Where
    from geodata.tables import Kind, Shape, Table


class Cursor(Protocol):
    """Rows of an answer."""

    def __iter__(self) -> Iterator[Any]: ...

    def fetchone(self) -> Any:
        """Give the next row, None after the last."""

    def fetchmany(self, size: int = ..., /) -> list[Any]:
        """Give the next rows."""

    def fetchall(self) -> list[Any]:
        """Give all rows that are left."""


class Raw(Protocol):
    """A connection of the driver, without SQLAlchemy; it begins no transaction by itself, values stand for `?`."""

    def execute(self, sql: str, values: Sequence[Any] = ..., /) -> Cursor:
        """Run one statement."""

    def rollback(self) -> None:
        """Roll back the transaction that is open, if any."""

    def close(self) -> None:
        """Close it."""

    @property
    def IntegrityError(self) -> type[Exception]:  # noqa: N802 - PEP 249 names it so
        """What a row that breaks a constraint raises."""


class Dialect(Protocol):
    """What a store of one kind does in its own way."""

    oldest: int
    """The first version of the schema that there ever was of the kind."""

    def connect(self, where: Any, *, write: bool, patience: float) -> Raw:
        """Open a store that exists; wait `patience` seconds for another writer."""

    def demand(self, where: Any) -> None:
        """Raise StoreProblem where nothing stands."""

    def claimed(self, where: Any) -> AbstractContextManager[None]:
        """Take a place where nothing stands, so that two who start at once can't both; empty again after an error."""

    def settle(self, connection: Any) -> None:
        """Do what remains to do once a store is there, outside of any transaction."""

    def clear_words(self, where: Any) -> AbstractContextManager[None]:
        """Turn the database's refusals into StoreProblem with the remedy."""

    def one_state(self, connection: Any) -> AbstractContextManager[None]:
        """Hold a read transaction: every statement inside sees the same state."""

    def begin(self, connection: Any, turn: str) -> None:
        """Begin a transaction that writes, after those of the same turn; a file lets in one at a time."""

    def tell(self, connection: Any, said: str) -> None:
        """Pass a text on to who listens, when the transaction that is open is committed."""

    def listen(self, connection: Any) -> None:
        """Listen from now on over this connection, which does nothing else."""

    def heard(self, connection: Any, wait: float) -> list[str]:
        """Give what was passed on since, by users of ours alone; wait so many seconds for a first one."""

    def is_lost(self, connection: Any) -> bool:
        """Say whether a connection no longer leads anywhere: the server was stopped meanwhile."""

    def has_gone(self, connection: Any) -> bool:
        """Say the same of an idle connection that hears nothing, before it is used: without asking the server."""

    def engine_on(self, connection: Any) -> sa.Engine:
        """Give an engine whose every transaction runs on the connection, and takes the writers' lock at once."""

    def is_store(self, connection: Any) -> bool:
        """Say whether there is anything that looks like a store."""

    def has_table(self, connection: Any, name: str) -> bool:
        """Say whether there is a table of that name."""

    def columns_of(self, connection: Any, name: str) -> set[str]:
        """Give the names of a table's columns."""

    def read_columns(self, connection: Any, query: str, bounds: Sequence[Any]) -> list[list[Any]]:
        """Run a query of columns of a layer and give them, each a list of values as the database has them."""

    def decode_column(self, table: Table, name: str, read: Sequence[Any], timezone: str) -> Any:
        """Turn a column that was read so (None: missing) into the frame's; ValueError when a value can't be one."""

    def next_fid(self, connection: Any, table: str, count: int) -> int:
        """Give the first of so many free fids of a layer, one after another; the writers' lock is the caller's."""

    def next_number(self, connection: Any, table: str) -> int:
        """Give the next id of a table of ours, after every id that was ever kept; the writers' lock is the caller's."""

    def bytes_of(self, connection: Any, where: Any) -> tuple[int, int]:
        """Give the bytes that a store takes, and those of its log besides."""

    def count_on(self, connection: Any, table: str, number: int) -> None:
        """Let the next number of a table, be it a layer or ours, come after this one."""

    def last_number(self, connection: Any, table: str) -> int:
        """Give the greatest number that a table ever had, be it a layer or ours."""

    def changes(self, connection: Any) -> dict[str, str]:
        """Give when each layer last changed (UTC, ISO 8601), whoever changed it."""

    def progress(self, connection: Any, aside: Sequence[str]) -> tuple[int, str, dict[str, str]]:
        """Give id and moment of the newest audit row of other tables than these three, and `changes`, of one state."""

    def empty(self, connection: sa.Connection) -> None:
        """Delete every row of a store, in the transaction that is open."""

    def create_schema(self, connection: sa.Connection) -> None:
        """Make every table of an empty store, in the transaction that is open."""

    def announce(self, connection: sa.Connection, name: str, title: str, shape: Shape | None) -> None:
        """Tell GIS programs of a layer that was made, and index its shapes."""

    def note_written(self, connection: sa.Connection, table: Table, written: Objects | None) -> None:
        """Note that rows of a layer were written, with these geometries (blobs; None where it has none)."""

    def note_deleted(self, connection: sa.Connection, table: Table) -> None:
        """Note that rows of a layer were deleted."""

    def insert_many(self, connection: sa.Connection, table: sa.Table, columns: Mapping[str, list[Any]]) -> None:
        """Insert rows of stored values, a list a column."""

    def exactly(self, column: str, kind: str) -> str:
        """Give the SQL of a column's value (`integer`, `text`) as it stands, NULL where another kind stands."""

    def misfits(self, quoted: str, kind: Kind) -> str:
        """Give the SQL condition under which a value that is there is none of the kind."""

    def damage(self, connection: Any) -> list[str]:
        """Give what the database itself calls damaged."""

    def check_store(self, connection: Any) -> Iterable[str]:
        """Give what is wrong with the whole: what GIS programs know it by."""

    def check_layer(self, connection: Any, table: Table, columns: Sequence[str]) -> Iterable[str]:
        """Give what is wrong with a layer: its columns, its indexes, what GIS programs know it by."""

    def check_geometries(self, connection: Any, table: Table) -> Iterable[str]:
        """Give what is wrong with the shapes of a layer."""


def dialect_of(connection: Any) -> Dialect:
    """Give the dialect of a raw connection."""
    return _geopackage() if isinstance(connection, sqlite3.Connection) else _postgis()


def dialect_at(where: Where) -> Dialect:
    """Give the dialect of a store by where it is."""
    return _geopackage() if isinstance(where, Path) else _postgis()


def raw_of(connection: sa.Connection) -> Raw:
    """Give the driver's connection that a transaction runs on."""
    return cast("Raw", connection.connection.driver_connection)


def dialect_in(connection: sa.Connection) -> Dialect:
    """Give the dialect of a transaction."""
    return dialect_of(raw_of(connection))


def _geopackage() -> Dialect:
    from geodata.store.dialects.geopackage import GEOPACKAGE  # noqa: PLC0415 - the other one may be wanted

    return GEOPACKAGE


def _postgis() -> Dialect:
    from geodata.store.dialects.postgis import POSTGIS  # noqa: PLC0415 - a slow import that files don't need

    return POSTGIS
