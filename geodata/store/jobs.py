"""The jobs of a service, kept in a SQLite file beside the store: `town.gpkg` → `town.jobs.db`.

They are no part of the town, as the keys of posts are none: the file may be thrown away while no service runs, and
backups leave it out. It says what was asked and what became of it; what a job wrote lies in a folder of its own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, Literal, get_args

from geodata.errors import StoreProblem
from geodata.store.connection import PATIENCE_S, clear_words
from geodata.store.location import Where, beside

APPLICATION_ID = 0x57474A42  # "WGJB"
JobState = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
STATES: tuple[JobState, ...] = get_args(JobState)
GOING: tuple[JobState, ...] = ("queued", "running")

TABLE = """
CREATE TABLE IF NOT EXISTS job (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, title TEXT NOT NULL, asked TEXT NOT NULL,
    writes INTEGER NOT NULL, actor TEXT NOT NULL, state TEXT NOT NULL,
    made_at TEXT NOT NULL, began_at TEXT, ended_at TEXT, said TEXT NOT NULL DEFAULT '', facts TEXT NOT NULL DEFAULT '{}'
)
"""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
COLUMNS = "id, kind, title, asked, writes, actor, state, made_at, began_at, ended_at, said, facts"


@dataclass(frozen=True)
class Job:
    """One job.

    Attributes
    ----------
    id
        Counts up, never given twice.
    kind, title, asked
        What is done, as the code and as people call it, and the answers to what may be chosen (JSON).
    writes
        It writes to the store: one such at a time.
    actor
        Who asked for it; the audit names them.
    state
        `interrupted`: its process ended in the middle, by whatever; what it was to write is whole or not there.
    made_at, began_at, ended_at
        UTC; None while it has not come to that.
    said
        In what it ended, a sentence.
    facts
        Counts of its result that lists show.
    """

    id: int
    kind: str
    title: str
    asked: Mapping[str, Any]
    writes: bool
    actor: str
    state: JobState
    made_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    said: str
    facts: Mapping[str, Any]

    @property
    def going(self) -> bool:
        """Say whether it waits or runs."""
        return self.state in GOING


def jobs_path(store: Where) -> Path:
    """Give where the jobs of a store are noted."""
    return beside(store, ".jobs.db")


class JobBook:
    """The jobs of a store; threads may share it. The file is made when the first job comes.

    Every method raises StoreProblem when it can't be done.
    """

    def __init__(self, store: Where, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = jobs_path(store)
        self._now = now
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def add(self, kind: str, title: str, asked: Mapping[str, Any], *, writes: bool, actor: str = "clerk") -> Job:
        """Note a new job, queued."""
        job = self.add_once(kind, title, asked, writes=writes, actor=actor, since=None)
        assert job is not None  # noqa: S101 - there is no moment that it could have been made since
        return job

    def add_once(
        self, kind: str, title: str, asked: Mapping[str, Any], *, writes: bool, actor: str, since: datetime | None
    ) -> Job | None:
        """Note a new job unless one of its kind was made since a moment: then None, whichever service made it."""
        values = (kind, title, json.dumps(asked, ensure_ascii=False), writes, actor, "queued", self._moment())
        statement = "INSERT INTO job (kind, title, asked, writes, actor, state, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        with self._writing() as connection:
            if since is not None:
                made = "SELECT 1 FROM job WHERE kind = ? AND made_at >= ? LIMIT 1"
                if connection.execute(made, (kind, _text(since))).fetchone():
                    return None
            number = connection.execute(statement, values).lastrowid
            (row,) = connection.execute(f"SELECT {COLUMNS} FROM job WHERE id = ?", (number,))  # noqa: S608
        return _job(row)

    def get(self, number: int) -> Job | None:
        """Give a job; None when there is none of that number (any more)."""
        found = self._read("WHERE id = ?", (number,))
        return found[0] if found else None

    def newest(self, limit: int, states: Sequence[str] = STATES, kinds: Sequence[str] = ()) -> list[Job]:
        """Give the newest jobs in some states, of some kinds (none: of all), newest first."""
        where = f"WHERE state IN ({_marks(states)})" + (f" AND kind IN ({_marks(kinds)})" if kinds else "")
        return self._read(f"{where} ORDER BY id DESC LIMIT ?", (*states, *kinds, limit))

    def going(self) -> list[Job]:
        """Give the jobs that wait or run, the oldest first."""
        return self._read(f"WHERE state IN ({_marks(GOING)}) ORDER BY id", GOING)

    def begin(self, number: int, at_once: int) -> bool:
        """Note that a queued job runs, in one transaction with the question whether it may.

        False when it is queued no longer, when `at_once` jobs run, or when it writes and another that writes runs,
        whichever service of the store began those.
        """
        with self._writing() as connection:
            running = connection.execute("SELECT writes FROM job WHERE state = 'running'").fetchall()
            job = connection.execute("SELECT writes FROM job WHERE id = ? AND state = 'queued'", (number,)).fetchone()
            if job is None or len(running) >= at_once or (job[0] and any(writes for (writes,) in running)):
                return False
            begun = "UPDATE job SET state = 'running', began_at = ? WHERE id = ?"
            connection.execute(begun, (self._moment(), number))
        return True

    def end(
        self,
        number: int,
        state: JobState,
        said: str,
        facts: Mapping[str, Any] = MappingProxyType({}),
        still: Sequence[JobState] = GOING,
    ) -> bool:
        """Note what became of a job that waits or runs (or is in the states `still`); False when it is no longer."""
        values = (state, self._moment(), said, json.dumps(dict(facts), ensure_ascii=False))
        return self._changed("state = ?, ended_at = ?, said = ?, facts = ?", values, number, still)

    def forget(self, keep: int) -> list[int]:
        """Take away jobs that ended, all but the newest so many; give their numbers."""
        with self._writing() as connection:
            query = f"SELECT id FROM job WHERE state NOT IN ({_marks(GOING)}) ORDER BY id DESC LIMIT -1 OFFSET ?"  # noqa: S608
            gone = [row[0] for row in connection.execute(query, (*GOING, keep))]
            connection.executemany("DELETE FROM job WHERE id = ?", [(number,) for number in gone])
        return gone

    def check(self) -> None:
        """Refuse a file that is damaged, with the remedy, before a service begins."""
        self._read("", ())

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _changed(self, setting: str, values: tuple[Any, ...], number: int, states: Sequence[str]) -> bool:
        statement = f"UPDATE job SET {setting} WHERE id = ? AND state IN ({_marks(states)})"  # noqa: S608 - our words
        with self._writing() as connection:
            return connection.execute(statement, (*values, number, *states)).rowcount == 1

    def _read(self, rest: str, values: Sequence[Any]) -> list[Job]:
        with self._lock, _words(self._path):
            if self._connection is None and not self._path.exists():
                return []
            connection = self._connection = self._connection or _opened(self._path)
            query = f"SELECT {COLUMNS} FROM job {rest}"  # noqa: S608 - our words
            return [_job(row) for row in connection.execute(query, tuple(values)).fetchall()]

    def _moment(self) -> str:
        return _text(self._now())

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _words(self._path):
            connection = self._connection = self._connection or _opened(self._path)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise


@contextmanager
def _words(path: Path) -> Iterator[None]:
    """Turn what is wrong with the file into StoreProblem with the remedy."""
    damaged = f"任务记录 {path} 坏了，读不出来。台账不在里面，不受影响：请把这个文件改名或移走，再启动服务。"
    try:
        with clear_words(path):
            yield
    except StoreProblem as problem:
        code = getattr(problem.__cause__, "sqlite_errorcode", 0)
        if code & 0xFF in _DAMAGED:
            raise StoreProblem(damaged) from problem
        raise
    except ValueError as problem:  # a row that is none of ours
        raise StoreProblem(damaged) from problem


def _text(moment: datetime) -> str:
    """Give a moment as it is kept: texts in the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _job(row: Sequence[Any]) -> Job:
    number, kind, title, asked, writes, actor, state, made_at, began_at, ended_at, said, facts = row
    made, began, ended = (datetime.fromisoformat(each) if each else None for each in (made_at, began_at, ended_at))
    assert made is not None  # noqa: S101 - NOT NULL
    return Job(
        number, kind, title, json.loads(asked), bool(writes), actor, state, made, began, ended, said, json.loads(facts)
    )


def _opened(path: Path) -> sqlite3.Connection:
    """Open the file, made where there is none; refuse a file that is not ours."""
    path.touch(0o600)  # what was asked may name people; what SQLite puts beside it follows
    connection = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and mark != APPLICATION_ID:
            raise StoreProblem(f"{path} 已经存在，但不是网格的任务文件，没有改动它。请把它改名或移走。")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(TABLE)
    except BaseException:
        connection.close()
        raise
    return connection
