"""The store's schema, once, in SQLAlchemy Core, for both kinds of store.

What each kind keeps besides, for GIS programs and to count, is made by its own file in `geodata.store.dialects`.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import UserDefinedType

from geodata.store.dialects import dialect_in
from geodata.store.geopackage import GEOMETRY, SRS
from geodata.tables import TABLES, Kind, Table

_STORED_AS: dict[Kind, str] = {
    "text": "TEXT",
    "choice": "TEXT",
    "tags": "TEXT",
    "integer": "INTEGER",
    "number": "REAL",
    "date": "DATE",
    "moment": "DATETIME",
    "flag": "BOOLEAN",
}


_POSTGIS: dict[str, str] = {
    # compared byte by byte, as SQLite does: kept routes are found by the order of their ids
    "TEXT": 'text COLLATE "C"',
    "INTEGER": "bigint",
    "REAL": "double precision",
    "DATE": "date",
    "DATETIME": "timestamp with time zone",
    "BOOLEAN": "boolean",
    "BLOB": "bytea",
    "POINT": f"geometry(Point, {SRS})",
    "MULTILINESTRING": f"geometry(MultiLineString, {SRS})",
    "MULTIPOLYGON": f"geometry(MultiPolygon, {SRS})",
}


class Stored(UserDefinedType[Any]):
    """A column type by its GeoPackage name; values come encoded from `geodata.store.values`.

    `as_text`: in PostgreSQL the column is a text whatever it is called, for each byte of it is hashed.
    """

    cache_ok = True

    def __init__(self, name: str, *, as_text: bool = False) -> None:
        self.name = name
        self.as_text = as_text

    def get_col_spec(self, **_: Any) -> str:
        """Give the type as it stands in CREATE TABLE of a GeoPackage."""
        return self.name

    def bind_processor(self, dialect: sa.Dialect) -> Any:
        """Mark bytes that are no geometry: to the connection of a PostgreSQL store plain `bytes` are one."""
        return _as_blob if self.name == "BLOB" and dialect.name == "postgresql" else None


@compiles(Stored, "postgresql")
def _in_postgis(kind: Stored, *_: Any, **__: Any) -> str:
    return _POSTGIS["TEXT" if kind.as_text else kind.name]


def _as_blob(value: bytes | None) -> memoryview | None:
    return None if value is None else memoryview(value)


def number() -> sa.types.TypeEngine[int]:
    """Give the type of a row's number; SQLite counts up only what is called INTEGER."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


METADATA = sa.MetaData()


def _layer(table: Table) -> sa.Table:
    columns = [
        sa.Column(column.name, Stored(_STORED_AS[column.kind]), nullable=column.name not in table.key)
        for column in table.columns
    ]
    shape = [sa.Column(GEOMETRY, Stored(table.geometry))] if table.geometry else []
    return sa.Table(
        table.name,
        METADATA,
        sa.Column("fid", number(), sa.Identity(), primary_key=True, nullable=False),
        *shape,
        *columns,
        sa.Index(f"{table.name}_{'_'.join(table.key)}", *table.key, unique=True),
        sqlite_autoincrement=True,
    )


LAYERS = {name: _layer(table) for name, table in TABLES.items()}

SETTINGS = sa.Table(
    "wangge_settings",
    METADATA,
    sa.Column("key", Stored("TEXT"), primary_key=True, nullable=False),
    sa.Column("value", Stored("TEXT"), nullable=False),
)

AUDIT = sa.Table(
    "wangge_audit",
    METADATA,
    sa.Column("id", number(), sa.Identity(), primary_key=True, nullable=False),
    sa.Column("at", Stored("DATETIME", as_text=True), nullable=False),
    sa.Column("actor", Stored("TEXT"), nullable=False),
    sa.Column("action", Stored("TEXT"), nullable=False),
    sa.Column("table", Stored("TEXT"), nullable=False),
    sa.Column("source", Stored("TEXT"), nullable=False),
    sa.Column("inserted", sa.Integer, nullable=False),
    sa.Column("updated", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),
    sa.Column("changes", Stored("TEXT"), nullable=False),
    sa.Column("hash", Stored("TEXT"), nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
"""Who wrote what, chained by its hashes (`geodata.store.chain`)."""

IMPORTS = sa.Table(
    "wangge_imports",
    METADATA,
    sa.Column("audit_id", number(), primary_key=True, nullable=False, autoincrement=False),
    sa.Column("first_fid", number(), nullable=False),
    sa.Column("columns", Stored("TEXT"), nullable=False),
    sa.Column("marks", Stored("BLOB"), nullable=False),
    sa.Column("digest", Stored("TEXT")),
    sa.Column("undone_by", sa.Integer),
)
"""What the audit must know besides to undo an import (`geodata.store.memory`)."""

DRAFTS = sa.Table(
    "wangge_drafts",
    METADATA,
    sa.Column("id", number(), sa.Identity(), primary_key=True, nullable=False),
    sa.Column("name", Stored("TEXT"), nullable=False),
    sa.Column("level", Stored("TEXT"), nullable=False),
    sa.Column("actor", Stored("TEXT"), nullable=False),
    sa.Column("changed_at", Stored("DATETIME", as_text=True), nullable=False),
    sa.Column("base", Stored("TEXT"), nullable=False),
    sa.Column("content", Stored("BLOB"), nullable=False),
    sqlite_autoincrement=True,
)
"""Divisions that nobody has adopted yet (`geodata.store.drafts`)."""

REPORTS = sa.Table(
    "wangge_reports",
    METADATA,
    sa.Column("id", number(), sa.Identity(), primary_key=True, nullable=False),
    sa.Column("kind", Stored("TEXT"), nullable=False),
    sa.Column("period", Stored("TEXT"), nullable=False),
    sa.Column("made_at", Stored("DATETIME", as_text=True), nullable=False),
    sa.Column("made_by", Stored("TEXT"), nullable=False),
    sa.Column("hash", Stored("TEXT"), nullable=False),
    sa.Column("content", Stored("BLOB"), nullable=False),
    sqlite_autoincrement=True,
)
"""Reports as they were when they were sent out (`geodata.store.reports`)."""


def create_schema(connection: sa.Connection) -> None:
    """Make every table of an empty store, in the transaction that is open."""
    dialect_in(connection).create_schema(connection)
