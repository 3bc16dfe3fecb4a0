"""The steps by which an older store becomes one of this version: all in one transaction, with its audit row.

A step is frozen: it makes what its version had, not what `geodata.tables` says today, so that the steps after it find
what they expect. A test holds a store that was brought up against one made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import sqlalchemy as sa

from geodata.errors import StoreProblem
from geodata.store.chain import chain_all
from geodata.store.dialects import raw_of
from geodata.store.dialects.catalogue import announce
from geodata.store.schema import SETTINGS
from geodata.store.versions import SCHEMA_VERSION
from geodata.store.writing import Written, write_settings
from geodata.tables import Shape

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


_RISK_DECISIONS = """
CREATE TABLE risk_decisions (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id TEXT NOT NULL,
    place_id TEXT,
    at DATETIME,
    actor TEXT,
    before TEXT,
    proposed TEXT,
    accepted TEXT,
    score REAL,
    reason TEXT
)
"""
_REPORTS = """
CREATE TABLE wangge_reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL,
    period TEXT NOT NULL,
    made_at DATETIME NOT NULL,
    made_by TEXT NOT NULL,
    hash TEXT NOT NULL,
    content BLOB NOT NULL
)
"""
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


def _add_photos_and_memory_of_imports(connection: sa.Connection) -> None:
    _refuse_namesake(connection, "photos", "照片")
    connection.exec_driver_sql(_PHOTOS)
    connection.exec_driver_sql("CREATE UNIQUE INDEX photos_id ON photos (id)")
    announce(connection, "photos", "照片", "POINT")
    connection.exec_driver_sql(_IMPORTS)


def _add_versions_of_areas(connection: sa.Connection) -> None:
    made = (
        ("past_areas", "旧区域", _PAST_AREAS, "level, code, adoption"),
        ("adoptions", "启用记录", _ADOPTIONS, "id"),
        ("successions", "区域沿革", _SUCCESSIONS, "adoption, level, old, new"),
    )
    for name, title, statement, key in made:
        _refuse_namesake(connection, name, title)
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"CREATE UNIQUE INDEX {name}_{key.replace(', ', '_')} ON {name} ({key})")
        announce(connection, name, title, "MULTIPOLYGON" if name == "past_areas" else None)
    connection.exec_driver_sql("ALTER TABLE areas ADD COLUMN since DATE")
    for name in ("department", "skills", "stand_in"):
        connection.exec_driver_sql(f"ALTER TABLE officers ADD COLUMN {name} TEXT")
    connection.exec_driver_sql(_DRAFTS)


def _add_what_offices_decide(connection: sa.Connection) -> None:
    made: tuple[tuple[str, str, str, Shape | None], ...] = (
        ("exemptions", "停产和免查", _EXEMPTIONS, None),
        ("moves", "迁址", _MOVES, "POINT"),
        ("masks", "不计地块", _MASKS, "MULTIPOLYGON"),
        ("reviews", "人工复核", _REVIEWS, None),
        ("steps", "隐患办理", _STEPS, "POINT"),
    )
    for name, title, statement, shape in made:
        _refuse_namesake(connection, name, title)
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"CREATE UNIQUE INDEX {name}_id ON {name} (id)")
        announce(connection, name, title, shape)
    for name, kind in (("covers", "TEXT"), ("matched_by", "TEXT"), ("likeness", "REAL")):
        connection.exec_driver_sql(f"ALTER TABLE inspections ADD COLUMN {name} {kind}")


def _add_decisions_about_risk_and_frozen_reports(connection: sa.Connection) -> None:
    for name, title, statement in (
        ("risk_decisions", "风险定级", _RISK_DECISIONS),
        ("wangge_reports", "定稿报表", _REPORTS),
    ):
        _refuse_namesake(connection, name, title)
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("CREATE UNIQUE INDEX risk_decisions_id ON risk_decisions (id)")
    announce(connection, "risk_decisions", "风险定级", None)


def _add_routes_that_are_kept(connection: sa.Connection) -> None:
    made: tuple[tuple[str, str, str, Shape], ...] = (
        ("planned_routes", "巡查路线", _PLANNED_ROUTES, "MULTILINESTRING"),
        ("planned_stops", "路线停留点", _PLANNED_STOPS, "POINT"),
        ("route_skips", "没去的停留点", _ROUTE_SKIPS, "POINT"),
    )
    for name, title, statement, shape in made:
        _refuse_namesake(connection, name, title)
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"CREATE UNIQUE INDEX {name}_id ON {name} (id)")
        announce(connection, name, title, shape)


def _chain_the_audit(connection: sa.Connection) -> None:
    """Chain the rows that stand, in their order: what was changed before today is not found by it."""
    connection.exec_driver_sql("ALTER TABLE wangge_audit ADD COLUMN hash TEXT NOT NULL DEFAULT ''")
    chain_all(raw_of(connection))


def _refuse_namesake(connection: sa.Connection, name: str, title: str) -> None:
    if sa.inspect(connection).has_table(name):  # drawn by somebody in a GIS program
        raise StoreProblem(
            f"这个文件里已有一张不是网格建的 {name} 表，与新的{title}表重名，什么也没有改动。"
            "请在 QGIS 里把它改名后再打开。"
        )


STEPS: Mapping[int, Step] = MappingProxyType(
    {
        2: _add_photos_and_memory_of_imports,
        3: _add_versions_of_areas,
        4: _add_what_offices_decide,
        5: _add_decisions_about_risk_and_frozen_reports,
        6: _add_routes_that_are_kept,
        7: _chain_the_audit,
    }
)
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
