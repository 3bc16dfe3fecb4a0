"""A PostgreSQL server of the tests' own: in a folder that goes away, reached by a socket in it, fast and forgetful."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import quote

import psycopg

from geodata.model import Town
from geodata.store import Store, begin_town, create_store, open_store
from geodata.store.connection import connect
from geodata.store.dialects import Raw
from geodata.store.dialects.postgis import POSTGIS
from geodata.store.location import Address, store_path
from geodata.store.writing import transaction
from geodata.tables import TABLES

PROGRAMS = Path("/usr/lib/postgresql")
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB", "autovacuum=off")
_NUMBERS = count(1)


def programs() -> Path | None:
    """Give the folder of the newest PostgreSQL with PostGIS on this machine; None where there is none."""
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    shared = Path("/usr/share/postgresql")
    complete = [path for path in found if (shared / path.parts[-3] / "extension" / "postgis.control").is_file()]
    return complete[-1].parent if complete else None


class Cluster:
    """A server in a folder: it may be stopped, as the power going away would stop it, and started again.

    PostgreSQL refuses to run as root: it runs as `postgres`, or as `nobody`. The system ends it when the tests end,
    however they end.
    """

    def __init__(self, home: Path, settings: Sequence[str]) -> None:
        self.home = home
        self.address = f"postgresql://wangge@/town?host={quote(str(home), safe='')}"
        self._programs = programs() or PROGRAMS
        self._settings = settings
        self._other = _another_user() if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Make the folder's files."""
        user: dict[str, Any] = {}
        if self._other:
            user = {"user": self._other.pw_uid, "group": self._other.pw_gid, "extra_groups": []}
        self.give(self.home)
        words = ["-U", "wangge", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        made = [self._programs / "initdb", "-D", self.home / "data", *words]
        subprocess.run(made, check=True, capture_output=True, cwd=self.home, **user)

    def give(self, folder: Path) -> None:
        """Give a folder to the user that the server runs as."""
        if self._other:
            os.chown(folder, self._other.pw_uid, self._other.pw_gid)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        run = [self._programs / "postgres", "-D", self.home / "data", "-k", self.home, "-c", "listen_addresses="]
        run += [word for setting in self._settings for word in ("-c", setting)]
        other = self._other
        ids = [f"--reuid={other.pw_uid}", f"--regid={other.pw_gid}", "--clear-groups"] if other else []
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["setpriv", *ids, "--pdeathsig=QUIT", *run],
                cwd=self.home,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        ready = [self._programs / "pg_isready", "-q", "-h", self.home, "-U", "wangge", "-d", "postgres"]
        for _ in range(600):
            if subprocess.run(ready, check=False).returncode == 0:
                return
            if self._process.poll() is not None:
                raise RuntimeError((self.home / "log").read_text())
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.05)

    def stop(self) -> None:
        """End it at once, everything that it has not flushed is lost (`pg_ctl stop -m immediate`)."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=30)
            self._process = None

    def run(self, statement: str, database: str = "town") -> None:
        """Run a statement as the owner of everything."""
        with psycopg.connect(host=str(self.home), user="wangge", dbname=database, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]


@contextmanager
def cluster(settings: Sequence[str] = ()) -> Iterator[Cluster]:
    """Run a server with an empty database, `town`, with PostGIS in it."""
    home = Path(mkdtemp(prefix="wangge-pg-", dir="/tmp"))  # a socket's path is at most 107 bytes
    made = Cluster(home, settings)
    try:
        made.make()
        made.start()
        made.run("CREATE DATABASE town", "postgres")
        made.run("CREATE EXTENSION postgis")
        yield made
    finally:
        made.stop()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def server(settings: Sequence[str] = FORGETFUL) -> Iterator[str]:
    """Run a server, and give the address of its database."""
    with cluster(settings) as made:
        yield made.address


def _another_user() -> pwd.struct_passwd:
    names = {each.pw_name for each in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


_USED: dict[str, list[tuple[Address, int]]] = {}
"""Address of a server → stores that tests left behind, with what their schema is made of."""


@contextmanager
def borrowed(address: str) -> Iterator[Address]:
    """Give a place whose store, if one stands there, may be renewed; making a schema takes the server a second."""
    left = _USED.setdefault(address, [])
    where, made_of = left.pop() if left else (fresh(address), 0)
    yield where
    with closing(connect(where, write=False)) as connection:
        if not POSTGIS.is_store(connection):
            return
        now = _made_of(connection)
    if now == made_of or not made_of:
        left.append((where, now))


def renewed(where: Address, town: Town) -> Store:
    """Give an empty store of a town: made anew, or of one that stands there, with every counter at its beginning."""
    with closing(connect(where, write=True)) as connection:
        if not POSTGIS.is_store(connection):
            return create_store(where, town)
        with transaction(POSTGIS.engine_on(connection)) as begun:
            POSTGIS.empty(begun)
            for table in TABLES:
                POSTGIS.count_on(connection, table, 0)
            connection.execute("UPDATE wangge_tables SET number = 0")
            connection.execute("DELETE FROM wangge_keys; DELETE FROM wangge_thumbnails")
            begin_town(begun, town, actor="clerk")
    return open_store(where, write=True)


def _made_of(connection: Raw) -> int:
    """Give a number that changes with the tables, columns, indexes and triggers of a schema."""
    query = (
        "SELECT sum(hashtext(c.relname || attname || atttypid || attisdropped || coalesce(tgname, ''))::bigint) "
        "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_trigger t ON t.tgrelid = c.oid "
        "WHERE c.relnamespace = current_schema()::regnamespace"
    )
    return int(connection.execute(query).fetchone()[0]) + _rows_counted(connection)


def _rows_counted(connection: Raw) -> int:
    return int(connection.execute("SELECT count(*) FROM wangge_tables").fetchone()[0])


def fresh(address: str, files: Path | None = None) -> Address:
    """Give a place in a database where no town is yet; what is no table goes into the folder `files`."""
    folder = "" if files is None else f"&files={quote(str(files))}"
    where = store_path(f"{address}&schema=t{next(_NUMBERS)}{folder}")
    assert isinstance(where, Address)
    return where
