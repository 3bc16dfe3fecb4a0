"""Version 2: photos, and what is remembered of imports so that they can be undone."""

from __future__ import annotations

from alembic import op

from geodata.store.dialects.catalogue import announce
from geodata.store.migrations.namesakes import refuse_namesake

revision = "2"
down_revision = None

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


def upgrade() -> None:
    """Bring a GeoPackage from version 1 to 2."""
    connection = op.get_bind()
    refuse_namesake(connection, "photos", "照片")
    connection.exec_driver_sql(_PHOTOS)
    connection.exec_driver_sql("CREATE UNIQUE INDEX photos_id ON photos (id)")
    announce(connection, "photos", "照片", "POINT")
    connection.exec_driver_sql(_IMPORTS)
