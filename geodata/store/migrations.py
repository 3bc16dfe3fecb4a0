"""The steps by which an older store becomes one of this version: all in one transaction, with its audit row.

A step is frozen: it makes what its version had, not what `geodata.tables` says today, so that the steps after it find
what they expect. A test holds a store that was brought up against one made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import sqlalchemy as sa

from geodata.errors import StoreProblem
from geodata.store.schema import SETTINGS, announce
from geodata.store.versions import SCHEMA_VERSION
from geodata.store.writing import Written, write_settings

Step = Callable[[sa.Connection], None]

_PHOTOS = """
CREATE TABLE photos (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    geometry POINT,
    id TEXT NOT NULL,
    name TEXT,
    taken_at DATETIME,
    altitude REAL,
    direction REAL,
    direction_ref TEXT,
    accuracy REAL,
    clock_error REAL,
    camera TEXT,
    width INTEGER,
    height INTEGER,
    phash TEXT,
    inspection_id TEXT,
    place_id TEXT,
    officer TEXT,
    attached_by TEXT
)
"""


_IMPORTS = """
CREATE TABLE wangge_imports (
    audit_id INTEGER PRIMARY KEY NOT NULL,
    first_fid INTEGER NOT NULL,
    columns TEXT NOT NULL,
    marks BLOB NOT NULL,
    digest TEXT,
    undone_by INTEGER
)
"""


def _add_photos_and_memory_of_imports(connection: sa.Connection) -> None:
    if sa.inspect(connection).has_table("photos"):  # drawn by somebody in a GIS program
        raise StoreProblem(
            "这个文件里已有一张不是网格建的 photos 表，与新的照片表重名，什么也没有改动。请在 QGIS 里把它改名后再打开。"
        )
    connection.exec_driver_sql(_PHOTOS)
    connection.exec_driver_sql("CREATE UNIQUE INDEX photos_id ON photos (id)")
    announce(connection, "photos", "照片", "POINT")
    connection.exec_driver_sql(_IMPORTS)


STEPS: Mapping[int, Step] = MappingProxyType({2: _add_photos_and_memory_of_imports})
"""Version → the step from the one before it."""


def migrate(connection: sa.Connection, *, actor: str) -> None:
    """Bring the store up to `SCHEMA_VERSION` in the transaction that is open; nothing when it is there already.

    The version is read under the write lock: of two who open an old store at once, the second finds it done.
    """
    stored = connection.execute(sa.select(SETTINGS.c.value).where(SETTINGS.c.key == "store_schema")).scalar_one()
    version = int(stored)
    if version >= SCHEMA_VERSION:
        return
    for number in range(version + 1, SCHEMA_VERSION + 1):
        STEPS[number](connection)
    written = Written(actor, "migrate", f"{version} → {SCHEMA_VERSION}")
    write_settings(connection, {"store_schema": str(SCHEMA_VERSION)}, written)
