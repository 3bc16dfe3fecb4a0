"""How a store's file is, asked from beside those who work with it: over connections of their own, soon closed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from geodata.errors import DiskFullProblem, StoreProblem
from geodata.store.connection import clear_words, connect, one_state
from geodata.store.dialects import dialect_of
from geodata.store.location import Where
from geodata.store.reading import read_version
from geodata.tables import TABLES

ROOM_BYTES = 100 * 1024**2
"""With less free on the disk the store counts as out of room: half a year of a town of 33,826 places takes 83 MB."""


@dataclass(frozen=True)
class Size:
    """How large a store is.

    Attributes
    ----------
    version
        Id of the newest audit row.
    rows
        Table → number of its rows.
    file_bytes, log_bytes
        Of the file, and of its write-ahead log; of all tables with their indexes, and 0, in PostgreSQL.
    """

    version: int
    rows: Mapping[str, int]
    file_bytes: int
    log_bytes: int


def faults(store: Where, patience: float = 1.0) -> dict[str, str]:
    """Give what keeps a store from being used: check (`store`, `writer`, `disk`) → a Chinese sentence; none when sound.

    Nothing is written. The sentences name the file without its folder, since anybody may be told.

    Parameters
    ----------
    patience
        Seconds to wait for another writer before it counts as blocked.
    """
    found: dict[str, str] = {}
    for name, check in (("store", _check_read), ("writer", _check_writer), ("disk", _check_room)):
        try:
            check(store, patience)
        except StoreProblem as problem:
            found[name] = str(problem)
    return found


def size_of(store: Where) -> Size:
    """Give how large a store is, in one state of the file; StoreProblem when it can't be read."""
    with clear_words(_in_public(store)), closing(connect(store, write=False, patience=1.0)) as connection:
        with one_state(connection):
            version = read_version(connection)
            counts = {name: f'SELECT count(*) FROM "{name}"' for name in TABLES}  # noqa: S608 - our own words
            rows = {name: int(connection.execute(query).fetchone()[0]) for name, query in counts.items()}
        return Size(version, rows, *dialect_of(connection).bytes_of(connection, store))


def _in_public(store: Where) -> Where:
    return Path(store.name) if isinstance(store, Path) else store.in_public


def _check_read(store: Where, patience: float) -> None:
    with clear_words(_in_public(store)), closing(connect(store, write=False, patience=patience)) as connection:
        read_version(connection)


def _check_writer(store: Where, patience: float) -> None:
    """Take the writer's lock and give it back."""
    with clear_words(_in_public(store)), closing(connect(store, write=True, patience=patience)) as connection:
        dialect_of(connection).begin(connection, "writing")
        connection.execute("ROLLBACK")


def _check_room(store: Where, _: float) -> None:
    if not isinstance(store, Path):
        return  # the server's disk is not ours to see
    try:
        free = shutil.disk_usage(store.parent).free
    except OSError as problem:
        raise StoreProblem(f"看不到 {store.name} 所在磁盘的剩余空间（{problem.strerror}）。请检查磁盘。") from problem
    if free < ROOM_BYTES:
        raise DiskFullProblem(
            f"磁盘只剩 {free // 1024**2} MB，少于 {ROOM_BYTES // 1024**2} MB，随时会写不进去。请腾出空间。"
        )
