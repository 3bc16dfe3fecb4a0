"""Version 6: routes that are kept, their stops and what was left out."""

from __future__ import annotations

from alembic import op

from geodata.store.dialects.catalogue import announce
from geodata.store.migrations.namesakes import refuse_namesake
from geodata.tables import Shape

revision = "6"
down_revision = "5"

_PLANNED_ROUTES = """
CREATE TABLE planned_routes (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    geometry MULTILINESTRING,
    id TEXT NOT NULL,
    date DATE,
    officer TEXT,
    revision INTEGER,
    state TEXT,
    at DATETIME,
    actor TEXT,
    action TEXT,
    reason TEXT,
    mode TEXT,
    "begin" INTEGER,
    "end" INTEGER,
    depart INTEGER,
    home INTEGER,
    lunch_from INTEGER,
    lunch_to INTEGER,
    from_lon REAL,
    from_lat REAL,
    to_lon REAL,
    to_lat REAL,
    travel_minutes REAL,
    stay_minutes REAL,
    wait_minutes REAL,
    length_m REAL,
    prize REAL,
    feasible BOOLEAN,
    straight BOOLEAN,
    problems TEXT
)
"""
_PLANNED_STOPS = """
CREATE TABLE planned_stops (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    geometry POINT,
    id TEXT NOT NULL,
    date DATE,
    officer TEXT,
    revision INTEGER,
    number INTEGER,
    place_id TEXT,
    arrive INTEGER,
    "begin" INTEGER,
    leave INTEGER,
    stay INTEGER,
    opens INTEGER,
    closes INTEGER,
    travel_minutes REAL,
    length_m REAL,
    prize REAL,
    must BOOLEAN,
    locked BOOLEAN,
    done BOOLEAN,
    partner TEXT,
    why TEXT,
    problem TEXT
)
"""
_ROUTE_SKIPS = """
CREATE TABLE route_skips (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    geometry POINT,
    id TEXT NOT NULL,
    date DATE,
    officer TEXT,
    place_id TEXT,
    at DATETIME,
    actor TEXT,
    state TEXT,
    reason TEXT,
    note TEXT
)
"""


def upgrade() -> None:
    """Bring a GeoPackage from version 5 to 6."""
    connection = op.get_bind()
    made: tuple[tuple[str, str, str, Shape], ...] = (
        ("planned_routes", "巡查路线", _PLANNED_ROUTES, "MULTILINESTRING"),
        ("planned_stops", "路线停留点", _PLANNED_STOPS, "POINT"),
        ("route_skips", "没去的停留点", _ROUTE_SKIPS, "POINT"),
    )
    for name, title, statement, shape in made:
        refuse_namesake(connection, name, title)
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"CREATE UNIQUE INDEX {name}_id ON {name} (id)")
        announce(connection, name, title, shape)
