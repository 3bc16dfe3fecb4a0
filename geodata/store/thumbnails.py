"""Small pictures beside the store, in one SQLite file of their own: `town.gpkg` → `town.thumbnails.db`.

They are made from the originals and can be made again, so no truth is lost without them; the town's own file stays
small enough to be copied and sent (12 kB a picture, 130,000 inspections a half-year would be 1.5 GB in it), and GIS
programs see no table of blobs. One file, not a folder: 100,000 small files take offices' virus scanners an hour.
Of a PostgreSQL store they stand in its table `wangge_thumbnails`: a server has room.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from geodata.errors import StoreProblem
from geodata.store.connection import PATIENCE_S, clear_words, connect
from geodata.store.dialects import Raw, dialect_of
from geodata.store.location import Where

APPLICATION_ID = 0x57475448  # "WGTH"

_PAGE = 500

Put = Callable[[str, bytes], None]


def thumbnails_path(store: Path) -> Path:
    """Give where the thumbnails of a file are."""
    return store.with_suffix(".thumbnails.db")


@contextmanager
def thumbnails_written(store: Where) -> Iterator[Put]:
    """Give a function that keeps a photo's thumbnail (JPEG) by its id; all are kept at the end, none after an error.

    Raises
    ------
    StoreProblem
        They can't be written, or the file is another program's.
    """
    with _opened(store, write=True) as (connection, table):
        dialect_of(connection).begin(connection, "thumbnails")

        def put(photo: str, jpeg: bytes) -> None:
            statement = f"INSERT INTO {table} (id, jpeg) VALUES (?, ?) ON CONFLICT DO NOTHING"  # noqa: S608 - our own words
            connection.execute(statement, (photo, memoryview(jpeg)))

        try:
            yield put
        except BaseException:
            connection.rollback()  # a disk that is full has ended the transaction before
            raise
        connection.execute("COMMIT")


def read_thumbnail(store: Where, photo: str) -> bytes | None:
    """Give the thumbnail of a photo as JPEG, None where there is none."""
    return read_thumbnails(store, [photo]).get(photo)


def read_thumbnails(store: Where, photos: Sequence[str]) -> dict[str, bytes]:
    """Give the thumbnails of some photos as JPEG, by photo; those that have none are left out."""
    if not photos or (isinstance(store, Path) and not thumbnails_path(store).is_file()):
        return {}
    with _opened(store, write=False) as (connection, table):
        query = f"SELECT id, jpeg FROM {table} WHERE id = ?"  # noqa: S608 - our own words
        rows = (connection.execute(query, (photo,)).fetchone() for photo in photos)
        return {row[0]: bytes(row[1]) for row in rows if row is not None}


def having_thumbnails(store: Where, photos: Sequence[str]) -> frozenset[str]:
    """Give which of some photos have a thumbnail, by one question; no picture is read."""
    if not photos or (isinstance(store, Path) and not thumbnails_path(store).is_file()):
        return frozenset()
    with _opened(store, write=False) as (connection, table):
        marks = ", ".join("?" * len(photos))
        query = f"SELECT id FROM {table} WHERE id IN ({marks})"  # noqa: S608 - our own words
        return frozenset(row[0] for row in connection.execute(query, tuple(photos)).fetchall())


def copy_thumbnails(source: Where, target: Where) -> int:
    """Copy the thumbnails of a store to another, those that are not there yet; give how many it has."""
    if isinstance(source, Path) and not thumbnails_path(source).is_file():
        return 0
    count, last = 0, ""
    with _opened(source, write=False) as (connection, table), thumbnails_written(target) as put:
        page = f"SELECT id, jpeg FROM {table} WHERE id > ? ORDER BY id LIMIT {_PAGE}"  # noqa: S608 - our own words
        while rows := connection.execute(page, (last,)).fetchall():
            for photo, jpeg in rows:
                put(photo, bytes(jpeg))
            count, last = count + len(rows), rows[-1][0]
    return count


@contextmanager
def _opened(store: Where, *, write: bool) -> Iterator[tuple[Raw, str]]:
    """Give a connection to the thumbnails, and the name of their table."""
    if not isinstance(store, Path):
        with clear_words(store), closing(connect(store, write=write)) as connection:
            yield connection, "wangge_thumbnails"
        return
    path = thumbnails_path(store)
    uri = path.resolve().as_uri() + ("" if write else "?mode=ro")
    with (
        clear_words(path),
        closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE_S, isolation_level=None)) as connection,
    ):
        if write:
            _claim(connection, path)
        yield connection, "thumbnail"


def _claim(connection: sqlite3.Connection, path: Path) -> None:
    """Make the table in a new file, with the mark or neither; refuse a file that is not ours."""
    if _is_claimed(connection, path):
        return
    connection.execute("BEGIN IMMEDIATE")  # one of those who come at once makes it
    try:
        if not _is_claimed(connection, path):
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("CREATE TABLE thumbnail (id TEXT PRIMARY KEY NOT NULL, jpeg BLOB NOT NULL)")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _is_claimed(connection: sqlite3.Connection, path: Path) -> bool:
    """Say whether the table is there. Asked for first: the mark came with it, or before it in an older version."""
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    if tables and mark != APPLICATION_ID:
        raise StoreProblem(f"{path} 已经存在，但不是网格的缩略图文件，没有改动它。请把它改名或移走。")
    return bool(tables)
