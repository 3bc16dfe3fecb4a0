"""Small pictures beside the store, in one SQLite file of their own: `town.gpkg` → `town.thumbnails.db`.

They are made from the originals and can be made again, so no truth is lost without them; the town's own file stays
small enough to be copied and sent (12 kB a picture, 130,000 inspections a half-year would be 1.5 GB in it), and GIS
programs see no table of blobs. One file, not a folder: 100,000 small files take offices' virus scanners an hour.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from geodata.errors import StoreProblem
from geodata.store.connection import PATIENCE_S, clear_words

APPLICATION_ID = 0x57475448  # "WGTH"

Put = Callable[[str, bytes], None]


def thumbnails_path(store: Path) -> Path:
    """Give where the thumbnails of a store are."""
    return store.with_suffix(".thumbnails.db")


@contextmanager
def thumbnails_written(store: Path) -> Iterator[Put]:
    """Give a function that keeps a photo's thumbnail (JPEG) by its id; all are kept at the end, none after an error.

    Raises
    ------
    StoreProblem
        The file can't be written, or is another program's.
    """
    path = thumbnails_path(store)
    with clear_words(path), closing(sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)) as connection:
        _claim(connection, path)
        connection.execute("BEGIN IMMEDIATE")

        def put(photo: str, jpeg: bytes) -> None:
            connection.execute("INSERT OR IGNORE INTO thumbnail VALUES (?, ?)", (photo, jpeg))

        try:
            yield put
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def read_thumbnail(store: Path, photo: str) -> bytes | None:
    """Give the thumbnail of a photo as JPEG, None where there is none."""
    path = thumbnails_path(store)
    if not path.is_file():
        return None
    uri = path.resolve().as_uri() + "?mode=ro"
    with clear_words(path), closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE_S)) as connection:
        row = connection.execute("SELECT jpeg FROM thumbnail WHERE id = ?", (photo,)).fetchone()
    return None if row is None else bytes(row[0])


def read_thumbnails(store: Path, photos: Sequence[str]) -> dict[str, bytes]:
    """Give the thumbnails of some photos as JPEG, by photo; those that have none are left out."""
    path = thumbnails_path(store)
    if not photos or not path.is_file():
        return {}
    uri = path.resolve().as_uri() + "?mode=ro"
    with clear_words(path), closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE_S)) as connection:
        rows = (
            connection.execute("SELECT id, jpeg FROM thumbnail WHERE id = ?", (photo,)).fetchone() for photo in photos
        )
        return {row[0]: bytes(row[1]) for row in rows if row is not None}


def _claim(connection: sqlite3.Connection, path: Path) -> None:
    """Make the table in a new file; refuse a file that is not ours."""
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if mark == APPLICATION_ID:
        return
    if tables:
        raise StoreProblem(f"{path} 已经存在，但不是网格的缩略图文件，没有改动它。请把它改名或移走。")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("CREATE TABLE IF NOT EXISTS thumbnail (id TEXT PRIMARY KEY NOT NULL, jpeg BLOB NOT NULL)")
