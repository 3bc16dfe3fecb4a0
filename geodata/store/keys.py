"""Answers to posts that carried a key, for a day, in a SQLite file beside the store: `town.gpkg` → `town.keys.db`.

Of a PostgreSQL store they stand in its table `wangge_keys`, where all its services find them. They are no part of the
town: they may be thrown away while no service runs, and backups leave them out. A key is
noted before its post is done, so that a service that is killed between the two knows of it when it comes back. Who
does a post holds a lease of its key, and renews it while it is at it: no other service does the post meanwhile.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from geodata.errors import StoreProblem
from geodata.store.connection import PATIENCE_S, clear_words, connect
from geodata.store.dialects import Raw, dialect_at
from geodata.store.location import Where

APPLICATION_ID = 0x57474B59  # "WGKY"
KEPT_S = 24 * 3600
KEYS_KEPT = 100_000
"""So many keys are kept; beyond that the oldest is forgotten."""

LEASE_S = 30.0
"""A service that has not renewed the lease of a key for so long was killed."""

_ALL = 1 << 62

TABLE = """
CREATE TABLE IF NOT EXISTS post (
    key TEXT PRIMARY KEY NOT NULL, at REAL NOT NULL, request TEXT NOT NULL, version INTEGER NOT NULL,
    status INTEGER, headers TEXT, body BLOB, owner TEXT, until REAL
)
"""
_LEASE = {"owner": "TEXT", "until": "REAL"}
"""Columns that files of before lack."""


@dataclass(frozen=True)
class Answer:
    """An answer as it was sent: status, headers, body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Entry:
    """A key that was seen before.

    Attributes
    ----------
    request
        What came with it (a hash).
    version
        Of the store before the post.
    answer
        What was answered; None while that is not known.
    held
        Its post is being done by a service that lives.
    """

    request: str
    version: int
    answer: Answer | None
    held: bool = field(default=False, compare=False)


def keys_path(store: Path) -> Path:
    """Give where the keys of a store are."""
    return store.with_suffix(".keys.db")


class Keys:
    """The keys of a store; threads may share it. The file is opened, and made, when the first key comes.

    Every method raises StoreProblem when it can't be done.
    """

    def __init__(self, store: Where, now: Callable[[], float] = time.time) -> None:
        self._where = keys_path(store) if isinstance(store, Path) else store
        self._table = "post" if isinstance(store, Path) else "wangge_keys"
        self._now = now
        self._owner = secrets.token_hex(8)
        self._lock = Lock()
        self._connection: Raw | None = None

    def begin(self, key: str, request: str, version: int) -> Entry | None:
        """Take a key for a post that is to be done now, and give None; else give what is known of the key.

        A key is taken, for `LEASE_S`, when it is new, or when who had it for the same post left no answer, holds it no
        longer, and nothing was written to the store since then.
        """
        with self._writing() as connection:
            connection.execute(f"DELETE FROM {self._table} WHERE at < ?", (self._now() - KEPT_S,))  # noqa: S608
            columns = "request, version, status, headers, body, until"
            row = connection.execute(f"SELECT {columns} FROM {self._table} WHERE key = ?", (key,)).fetchone()  # noqa: S608
            if row is not None:
                entry = replace(_entry(*row[:5]), held=(row[5] or 0.0) > self._now())
                if entry.held or entry != Entry(request, version, None):
                    return entry
                self._hold(connection, key)
                return None
            connection.execute(
                f"INSERT INTO {self._table} (key, at, request, version) VALUES (?, ?, ?, ?)",  # noqa: S608
                (key, self._now(), request, version),
            )
            self._hold(connection, key)
            spare = f"SELECT key FROM {self._table} ORDER BY at DESC, key DESC LIMIT {_ALL} OFFSET ?"  # noqa: S608
            connection.execute(f"DELETE FROM {self._table} WHERE key IN ({spare})", (KEYS_KEPT,))  # noqa: S608
            return None

    def renew(self, key: str) -> None:
        """Hold a key that was taken for another `LEASE_S`."""
        with self._writing() as connection:
            values = (self._now() + LEASE_S, key, self._owner)
            connection.execute(f"UPDATE {self._table} SET until = ? WHERE key = ? AND owner = ?", values)  # noqa: S608

    def finish(self, key: str, answer: Answer) -> None:
        """Keep what was answered to who took the key; cookies are for one browser alone, and are left out."""
        headers = [each for each in answer.headers if each[0].lower() != "set-cookie"]
        values = (answer.status, json.dumps(headers), memoryview(zlib.compress(answer.body)), key, self._owner)
        setting = "status = ?, headers = ?, body = ?, until = NULL"
        with self._writing() as connection:
            connection.execute(f"UPDATE {self._table} SET {setting} WHERE key = ? AND owner = ?", values)  # noqa: S608

    def release(self, key: str) -> None:
        """Hold a key no longer: nobody knows what came of its post."""
        with self._writing() as connection:
            setting = "until = NULL WHERE key = ? AND owner = ?"
            connection.execute(f"UPDATE {self._table} SET {setting}", (key, self._owner))  # noqa: S608

    def forget(self, key: str) -> None:
        """Take a key that was taken here as never seen: nothing came of its post."""
        with self._writing() as connection:
            connection.execute(f"DELETE FROM {self._table} WHERE key = ? AND owner = ?", (key, self._owner))  # noqa: S608

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _hold(self, connection: Raw, key: str) -> None:
        values = (self._owner, self._now() + LEASE_S, key)
        connection.execute(f"UPDATE {self._table} SET owner = ?, until = ? WHERE key = ?", values)  # noqa: S608

    @contextmanager
    def _writing(self) -> Iterator[Raw]:
        with self._lock, clear_words(self._where):
            dialect = dialect_at(self._where)
            if self._connection is None or dialect.has_gone(self._connection):
                where = self._where
                self._connection = _opened(where) if isinstance(where, Path) else connect(where, write=True)
            connection = self._connection
            dialect.begin(connection, "keys")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise


def _entry(request: str, version: int, status: int | None, headers: str | None, body: bytes | None) -> Entry:
    if status is None or headers is None or body is None:
        return Entry(request, version, None)
    named = tuple((name, value) for name, value in json.loads(headers))
    return Entry(request, version, Answer(status, named, zlib.decompress(body)))


def _opened(path: Path) -> sqlite3.Connection:
    """Open the file, made where there is none; refuse a file that is not ours."""
    path.touch(0o600)  # answers name people
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)  # a file of before
    connection = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and mark != APPLICATION_ID:
            raise StoreProblem(f"{path} 已经存在，但不是网格的填报键文件，没有改动它。请把它改名或移走。")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # what was answered may name people
        connection.execute(TABLE)
        known = {row[1] for row in connection.execute("PRAGMA table_info(post)")}
        for name in _LEASE.keys() - known:
            connection.execute(f"ALTER TABLE post ADD COLUMN {name} {_LEASE[name]}")
        connection.execute("CREATE INDEX IF NOT EXISTS post_at ON post (at)")
    except BaseException:
        connection.close()
        raise
    return connection
