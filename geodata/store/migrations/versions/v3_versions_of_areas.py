"""Version 3: past areas, adoptions, what followed which; drafts of divisions."""

from __future__ import annotations

from alembic import op

from geodata.store.dialects.catalogue import announce
from geodata.store.migrations.namesakes import refuse_namesake

revision = "3"
down_revision = "2"

_PAST_AREAS = """
CREATE TABLE past_areas (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    geometry MULTIPOLYGON,
    code TEXT NOT NULL,
    name TEXT,
    level TEXT NOT NULL,
    parent TEXT,
    manager TEXT,
    parent_level TEXT,
    parent_how TEXT,
    since DATE,
    until DATE,
    adoption TEXT NOT NULL
)
"""
_ADOPTIONS = """
CREATE TABLE adoptions (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id TEXT NOT NULL,
    level TEXT,
    day DATE,
    reason TEXT,
    actor TEXT,
    at DATETIME,
    figures TEXT
)
"""
_SUCCESSIONS = """
CREATE TABLE successions (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    adoption TEXT NOT NULL,
    level TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    m2 REAL,
    places INTEGER
)
"""
_DRAFTS = """
CREATE TABLE wangge_drafts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    actor TEXT NOT NULL,
    changed_at DATETIME NOT NULL,
    base TEXT NOT NULL,
    content BLOB NOT NULL
)
"""


def upgrade() -> None:
    """Bring a GeoPackage from version 2 to 3."""
    connection = op.get_bind()
    made = (
        ("past_areas", "旧区域", _PAST_AREAS, "level, code, adoption"),
        ("adoptions", "启用记录", _ADOPTIONS, "id"),
        ("successions", "区域沿革", _SUCCESSIONS, "adoption, level, old, new"),
    )
    for name, title, statement, key in made:
        refuse_namesake(connection, name, title)
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"CREATE UNIQUE INDEX {name}_{key.replace(', ', '_')} ON {name} ({key})")
        announce(connection, name, title, "MULTIPOLYGON" if name == "past_areas" else None)
    connection.exec_driver_sql("ALTER TABLE areas ADD COLUMN since DATE")
    for name in ("department", "skills", "stand_in"):
        connection.exec_driver_sql(f"ALTER TABLE officers ADD COLUMN {name} TEXT")
    connection.exec_driver_sql(_DRAFTS)
