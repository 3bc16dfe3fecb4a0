"""Where the accounts of a store are kept: a file beside a file, or a schema beside that of a town in a database.

Beside, not in it: a town's file is copied and sent, and its schema is opened to QGIS users; hashes of passwords have no
business in either.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import sqlalchemy as sa

from geodata.accounts.schema import METADATA, USERS
from geodata.errors import StoreProblem
from geodata.store.connection import PATIENCE_S
from geodata.store.location import Address, Where


class Door(Protocol):
    """The way to the accounts of a store."""

    def exists(self) -> bool:
        """Say whether any accounts were ever kept."""

    def is_missing(self) -> bool:
        """Say whether it is plain without asking anybody that none were: a look at the disk at most."""

    def opened(self) -> sa.Engine:
        """Give an engine whose connections begin no transaction by themselves; the tables are made where none are."""

    def begin(self, connection: sa.Connection) -> None:
        """Begin a transaction that writes, after those of others."""

    def begin_reading(self, connection: sa.Connection) -> None:
        """Begin a transaction that reads one state."""

    def count_on(self, connection: sa.Connection, table: sa.Table) -> None:
        """Let the next number of a table come after those that were put in by their numbers."""

    def clear_words(self) -> Any:
        """Turn what the database or the disk refuses into StoreProblem."""

    def close(self) -> None:
        """Close it."""


def door_of(store: Where) -> Door:
    """Give the way to the accounts of a store."""
    return InDatabase(store) if isinstance(store, Address) else InFile(accounts_path(store))


def accounts_path(store: Path) -> Path:
    """Give where the accounts of a file are."""
    return store.with_suffix(".accounts.db")


class InFile:
    """Accounts in a SQLite file, its owner's alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._engine: sa.Engine | None = None

    def exists(self) -> bool:
        """Say whether there is the file."""
        return self._path.exists()

    def is_missing(self) -> bool:
        """Say whether there is no file."""
        return not self._path.exists()

    def opened(self) -> sa.Engine:
        """Give an engine on the file."""
        with self._lock:
            if self._engine is None:
                if not self._path.exists():
                    os.close(os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600))
                self._engine = _engine(self._path)
                METADATA.create_all(self._engine)
            return self._engine

    def begin(self, connection: sa.Connection) -> None:
        """Take the write lock."""
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def begin_reading(self, connection: sa.Connection) -> None:
        """Read what stood at the first query."""
        connection.exec_driver_sql("BEGIN")

    def count_on(self, connection: sa.Connection, table: sa.Table) -> None:
        """Do nothing: SQLite takes the number after the greatest."""

    @contextmanager
    def clear_words(self) -> Iterator[None]:
        """Name the file."""
        try:
            yield
        except sa.exc.IntegrityError:
            raise
        except sa.exc.DatabaseError as problem:
            raise StoreProblem(f"账号文件 {self._path} 用不了（{problem.orig}）。请检查文件和磁盘后再试。") from problem
        except OSError as problem:
            raise StoreProblem(f"账号文件 {self._path} 建不了（{problem.strerror}）。请检查文件夹的权限。") from problem

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None


class InDatabase:
    """Accounts in a schema of their own, `<schema>_accounts`, which all services of the town share."""

    def __init__(self, where: Address) -> None:
        self._where = where
        self._schema = f"{where.schema}_accounts"
        self._lock = Lock()
        self._engine: sa.Engine | None = None
        self._made = False

    def exists(self) -> bool:
        """Say whether there are the tables; once they are, they stay."""
        if not self._made:
            with self.clear_words(), self._connections().connect() as connection:
                query = sa.text("SELECT to_regclass(:name) IS NOT NULL")
                self._made = bool(connection.execute(query, {"name": f"{self._schema}.{USERS.name}"}).scalar_one())
        return self._made

    def is_missing(self) -> bool:
        """Say no: the database would have to be asked."""
        return False

    def opened(self) -> sa.Engine:
        """Give an engine on the schema."""
        engine = self._connections()
        if not self.exists():
            with engine.connect() as connection:
                self.begin(connection)
                connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{self._schema}"')
                METADATA.create_all(connection)
                connection.exec_driver_sql("COMMIT")
            self._made = True
        return engine

    def begin(self, connection: sa.Connection) -> None:
        """Wait for the turn among those who change accounts."""
        lock = f"pg_advisory_xact_lock(hashtextextended('{self._schema}', 0))"
        connection.exec_driver_sql(f"BEGIN; SELECT {lock}")

    def begin_reading(self, connection: sa.Connection) -> None:
        """Read what stood at the first query."""
        connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def count_on(self, connection: sa.Connection, table: sa.Table) -> None:
        """Set the table's sequence."""
        sequence = f"pg_get_serial_sequence('{self._schema}.{table.name}', 'number')"
        query = f"SELECT setval({sequence}, max(number)) FROM {table.name} HAVING count(*) > 0"  # noqa: S608 - our own words
        connection.exec_driver_sql(query)

    @contextmanager
    def clear_words(self) -> Iterator[None]:
        """Name the database, without what the driver says."""
        try:
            yield
        except sa.exc.IntegrityError:
            raise
        except sa.exc.DatabaseError as problem:
            raise StoreProblem(
                f"{self._where} 的账号用不了。请检查数据库是否在运行，这个用户能否建立和使用 schema {self._schema}。"
            ) from problem

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _connections(self) -> sa.Engine:
        from geodata.store.dialects.postgis import parameters_of  # noqa: PLC0415 - files don't need the driver

        with self._lock:
            if self._engine is None:
                settings = f"-c search_path={self._schema} -c lock_timeout={round(PATIENCE_S * 1000)}"
                self._engine = sa.create_engine(
                    "postgresql+psycopg://",
                    connect_args={**parameters_of(self._where), "options": settings},
                    isolation_level="AUTOCOMMIT",  # transactions are begun by name
                    pool_pre_ping=True,
                    pool_size=4,
                    max_overflow=32,
                )
            return self._engine


def _engine(path: Path) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": PATIENCE_S}, pool_size=8, max_overflow=32)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions are begun by name
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine
