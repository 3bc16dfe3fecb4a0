"""A PostgreSQL server of the tests' own: in a folder that goes away, reached by a socket in it, fast and forgetful."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
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


@contextmanager
def server(settings: Sequence[str] = FORGETFUL) -> Iterator[str]:
    """Run a server, and give the address of a database with PostGIS in it.

    PostgreSQL refuses to run as root: it runs as `postgres`, or as `nobody`. The system ends it when the tests end,
    however they end.
    """
    folder = programs()
    assert folder is not None
    home = Path(mkdtemp(prefix="wangge-pg-", dir="/tmp"))  # a socket's path is at most 107 bytes
    other = _another_user() if os.geteuid() == 0 else None
    if other:
        os.chown(home, other.pw_uid, other.pw_gid)
    user = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []} if other else {}
    made = [
        folder / "initdb",
        "-D",
        home / "data",
        "-U",
        "wangge",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-N",
    ]
    try:
        subprocess.run(made, check=True, capture_output=True, cwd=home, **user)
        run = [folder / "postgres", "-D", home / "data", "-k", home, "-c", "listen_addresses="]
        run += [word for setting in settings for word in ("-c", setting)]
        ids = [f"--reuid={other.pw_uid}", f"--regid={other.pw_gid}", "--clear-groups"] if other else []
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                ["setpriv", *ids, "--pdeathsig=QUIT", *run], cwd=home, stdout=log, stderr=log, start_new_session=True
            )
        try:
            _make_database(home, process)
            yield f"postgresql://wangge@/town?host={quote(str(home), safe='')}"
        finally:
            process.send_signal(3)  # at once: nothing of it is wanted
            process.wait(timeout=30)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _another_user() -> pwd.struct_passwd:
    names = {each.pw_name for each in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def _make_database(home: Path, process: subprocess.Popen[bytes]) -> None:
    ready = [programs() / "pg_isready", "-q", "-h", home, "-U", "wangge", "-d", "postgres"]  # type: ignore[operator]
    for _ in range(600):
        if subprocess.run(ready, check=False).returncode == 0:
            break
        if process.poll() is not None:
            raise RuntimeError((home / "log").read_text())
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    with psycopg.connect(host=str(home), user="wangge", dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE town")
    with psycopg.connect(host=str(home), user="wangge", dbname="town", autocommit=True) as connection:
        connection.execute("CREATE EXTENSION postgis")


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


def fresh(address: str) -> Address:
    """Give a place in a database where no town is yet."""
    where = store_path(f"{address}&schema=t{next(_NUMBERS)}")
    assert isinstance(where, Address)
    return where
