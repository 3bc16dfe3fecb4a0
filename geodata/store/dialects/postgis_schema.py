"""What a PostgreSQL store holds besides the tables of `geodata.store.schema`: counters, notes of changes, indexes.

`wangge_tables` has a row a table: the greatest id that our own tables ever kept (a sequence would count what was rolled
back, and a hole looks like a row that somebody deleted), and when a layer last changed, by whatever program.
"""

from __future__ import annotations

import sqlalchemy as sa

from geodata.store.dialects import raw_of
from geodata.store.geopackage import GEOMETRY
from geodata.store.schema import AUDIT, DRAFTS, METADATA, REPORTS
from geodata.tables import TABLES, Shape

COUNTED = (AUDIT.name, DRAFTS.name, REPORTS.name)
"""Tables whose ids are counted in `wangge_tables`."""

TRIGGER = "wangge_changed"

_TABLES = """
CREATE TABLE wangge_tables (
    name text COLLATE "C" PRIMARY KEY,
    number bigint NOT NULL DEFAULT 0,
    changed_at text,
    changed_by xid8
) WITH (fillfactor = 50)
"""

_SIDE = """
CREATE TABLE wangge_keys (
    key text COLLATE "C" PRIMARY KEY, at double precision NOT NULL, request text NOT NULL, version bigint NOT NULL,
    status integer, headers text, body bytea, owner text, until double precision
);
CREATE INDEX wangge_keys_at ON wangge_keys (at);
CREATE TABLE wangge_thumbnails (id text COLLATE "C" PRIMARY KEY, jpeg bytea NOT NULL)
"""
"""What stands in files of its own beside a GeoPackage: `geodata.store.keys`, `geodata.store.thumbnails`."""

_NOTE = """
CREATE FUNCTION wangge_note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE wangge_tables
    SET changed_at = to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        changed_by = pg_current_xact_id()
    WHERE name = TG_TABLE_NAME AND changed_by IS DISTINCT FROM pg_current_xact_id();
    RETURN NULL;
END
$$
"""
"""Once a transaction and layer: thousands of statements write to one layer, and readers see only what was committed."""


def create_tables(connection: sa.Connection) -> None:
    """Make every table, index and trigger of an empty store, in the transaction that is open."""
    raw = raw_of(connection)
    METADATA.create_all(connection, checkfirst=False)
    raw.execute(_TABLES)
    raw.execute(_NOTE)
    raw.execute(_SIDE)
    for name in COUNTED:
        raw.execute("INSERT INTO wangge_tables (name) VALUES (?)", (name,))
    for table in TABLES.values():
        announce(connection, table.name, table.title, table.geometry)


def announce(connection: sa.Connection, name: str, title: str, shape: Shape | None) -> None:
    """Name a layer that was made, note its changes from now on, and index its shapes."""
    raw = raw_of(connection)
    now = "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    raw.execute(f"INSERT INTO wangge_tables (name, changed_at) VALUES (?, {now})", (name,))  # noqa: S608 - our own words
    raw.execute(f"COMMENT ON TABLE \"{name}\" IS '{title}'")
    raw.execute(
        f'CREATE TRIGGER {TRIGGER} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{name}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION wangge_note_change()"
    )
    if shape:
        raw.execute(f'CREATE INDEX "{name}_{GEOMETRY}" ON "{name}" USING gist ({GEOMETRY})')
