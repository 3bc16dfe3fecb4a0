"""Version 4: exemptions, moves, masks, reviews, steps of hazards."""

from __future__ import annotations

from alembic import op

from geodata.store.dialects.catalogue import announce
from geodata.store.migrations.namesakes import refuse_namesake
from geodata.tables import Shape

revision = "4"
down_revision = "3"

_EXEMPTIONS = """
CREATE TABLE exemptions (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id TEXT NOT NULL,
    place_id TEXT,
    kind TEXT,
    duty TEXT,
    first DATE,
    last DATE,
    reason TEXT,
    approver TEXT
)
"""
_MOVES = """
CREATE TABLE moves (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    geometry POINT,
    id TEXT NOT NULL,
    place_id TEXT,
    day DATE,
    address TEXT
)
"""
_MASKS = """
CREATE TABLE masks (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    geometry MULTIPOLYGON,
    id TEXT NOT NULL,
    name TEXT,
    kind TEXT
)
"""
_REVIEWS = """
CREATE TABLE reviews (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id TEXT NOT NULL,
    inspection_id TEXT,
    verdict TEXT,
    reason TEXT,
    actor TEXT,
    at DATETIME
)
"""
_STEPS = """
CREATE TABLE steps (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    geometry POINT,
    id TEXT NOT NULL,
    hazard_id TEXT,
    action TEXT,
    at DATETIME,
    actor TEXT,
    role TEXT,
    reason TEXT,
    facts TEXT,
    photos TEXT,
    accuracy REAL,
    state TEXT,
    deadline DATE,
    rectified_at DATETIME,
    closed_at DATETIME
)
"""


def upgrade() -> None:
    """Bring a GeoPackage from version 3 to 4."""
    connection = op.get_bind()
    made: tuple[tuple[str, str, str, Shape | None], ...] = (
        ("exemptions", "停产和免查", _EXEMPTIONS, None),
        ("moves", "迁址", _MOVES, "POINT"),
        ("masks", "不计地块", _MASKS, "MULTIPOLYGON"),
        ("reviews", "人工复核", _REVIEWS, None),
        ("steps", "隐患办理", _STEPS, "POINT"),
    )
    for name, title, statement, shape in made:
        refuse_namesake(connection, name, title)
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"CREATE UNIQUE INDEX {name}_id ON {name} (id)")
        announce(connection, name, title, shape)
    for name, kind in (("covers", "TEXT"), ("matched_by", "TEXT"), ("likeness", "REAL")):
        connection.exec_driver_sql(f"ALTER TABLE inspections ADD COLUMN {name} {kind}")
