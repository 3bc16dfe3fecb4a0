"""The store's schema, once, in SQLAlchemy Core, and the GeoPackage rows and triggers that go with it.

What belongs to one dialect stays here and in `geopackage.py`: the column types, the R-tree and the `gpkg_` tables.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from pyproj import CRS
from sqlalchemy.types import UserDefinedType

from geodata.store.geopackage import APPLICATION_ID, GEOMETRY, SRS, USER_VERSION
from geodata.tables import TABLES, Kind, Shape, Table

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


class Stored(UserDefinedType[Any]):
    """A column type by its GeoPackage name; values come encoded from `geodata.store.values`."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        """Give the type as it stands in CREATE TABLE."""
        return self.name


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
        sa.Column("fid", sa.Integer, primary_key=True, nullable=False),
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
    sa.Column("id", sa.Integer, primary_key=True, nullable=False),
    sa.Column("at", Stored("DATETIME"), nullable=False),
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
    sa.Column("audit_id", sa.Integer, primary_key=True, nullable=False),
    sa.Column("first_fid", sa.Integer, nullable=False),
    sa.Column("columns", Stored("TEXT"), nullable=False),
    sa.Column("marks", Stored("BLOB"), nullable=False),
    sa.Column("digest", Stored("TEXT")),
    sa.Column("undone_by", sa.Integer),
)
"""What the audit must know besides to undo an import (`geodata.store.memory`)."""

DRAFTS = sa.Table(
    "wangge_drafts",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, nullable=False),
    sa.Column("name", Stored("TEXT"), nullable=False),
    sa.Column("level", Stored("TEXT"), nullable=False),
    sa.Column("actor", Stored("TEXT"), nullable=False),
    sa.Column("changed_at", Stored("DATETIME"), nullable=False),
    sa.Column("base", Stored("TEXT"), nullable=False),
    sa.Column("content", Stored("BLOB"), nullable=False),
    sqlite_autoincrement=True,
)
"""Divisions that nobody has adopted yet (`geodata.store.drafts`)."""

REPORTS = sa.Table(
    "wangge_reports",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, nullable=False),
    sa.Column("kind", Stored("TEXT"), nullable=False),
    sa.Column("period", Stored("TEXT"), nullable=False),
    sa.Column("made_at", Stored("DATETIME"), nullable=False),
    sa.Column("made_by", Stored("TEXT"), nullable=False),
    sa.Column("hash", Stored("TEXT"), nullable=False),
    sa.Column("content", Stored("BLOB"), nullable=False),
    sqlite_autoincrement=True,
)
"""Reports as they were when they were sent out (`geodata.store.reports`)."""

REFERENCE_SYSTEMS = sa.Table(
    "gpkg_spatial_ref_sys",
    METADATA,
    sa.Column("srs_name", Stored("TEXT"), nullable=False),
    sa.Column("srs_id", sa.Integer, primary_key=True, nullable=False),
    sa.Column("organization", Stored("TEXT"), nullable=False),
    sa.Column("organization_coordsys_id", sa.Integer, nullable=False),
    sa.Column("definition", Stored("TEXT"), nullable=False),
    sa.Column("description", Stored("TEXT")),
)

CONTENTS = sa.Table(
    "gpkg_contents",
    METADATA,
    sa.Column("table_name", Stored("TEXT"), primary_key=True, nullable=False),
    sa.Column("data_type", Stored("TEXT"), nullable=False),
    sa.Column("identifier", Stored("TEXT"), unique=True),
    sa.Column("description", Stored("TEXT"), server_default=""),
    sa.Column(
        "last_change",
        Stored("DATETIME"),
        nullable=False,
        server_default=sa.text("(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"),
    ),
    sa.Column("min_x", Stored("DOUBLE")),
    sa.Column("min_y", Stored("DOUBLE")),
    sa.Column("max_x", Stored("DOUBLE")),
    sa.Column("max_y", Stored("DOUBLE")),
    sa.Column("srs_id", sa.Integer, sa.ForeignKey("gpkg_spatial_ref_sys.srs_id")),
)

GEOMETRY_COLUMNS = sa.Table(
    "gpkg_geometry_columns",
    METADATA,
    sa.Column("table_name", Stored("TEXT"), sa.ForeignKey("gpkg_contents.table_name"), primary_key=True, unique=True),
    sa.Column("column_name", Stored("TEXT"), primary_key=True, nullable=False),
    sa.Column("geometry_type_name", Stored("TEXT"), nullable=False),
    sa.Column("srs_id", sa.Integer, sa.ForeignKey("gpkg_spatial_ref_sys.srs_id"), nullable=False),
    sa.Column("z", Stored("TINYINT"), nullable=False),
    sa.Column("m", Stored("TINYINT"), nullable=False),
)

EXTENSIONS = sa.Table(
    "gpkg_extensions",
    METADATA,
    sa.Column("table_name", Stored("TEXT")),
    sa.Column("column_name", Stored("TEXT")),
    sa.Column("extension_name", Stored("TEXT"), nullable=False),
    sa.Column("definition", Stored("TEXT"), nullable=False),
    sa.Column("scope", Stored("TEXT"), nullable=False),
    sa.UniqueConstraint("table_name", "column_name", "extension_name"),
)


def create_schema(connection: sa.Connection) -> None:
    """Make every table, index, R-tree and `gpkg_` row of an empty store, in the transaction that is open."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {USER_VERSION}")
    METADATA.create_all(connection)
    connection.execute(REFERENCE_SYSTEMS.insert(), _reference_systems())
    for table in TABLES.values():
        announce(connection, table.name, table.title, table.geometry)


def announce(connection: sa.Connection, name: str, title: str, shape: Shape | None) -> None:
    """Tell GIS programs of a layer that was made, and give it its R-tree."""
    contents = {"table_name": name, "data_type": "features" if shape else "attributes"}
    connection.execute(CONTENTS.insert(), {**contents, "identifier": title, "srs_id": SRS if shape else None})
    if not shape:
        return
    column = {"table_name": name, "column_name": GEOMETRY}
    kind = {"geometry_type_name": shape, "srs_id": SRS, "z": 0, "m": 0}
    connection.execute(GEOMETRY_COLUMNS.insert(), {**column, **kind})
    extension = {
        "extension_name": "gpkg_rtree_index",
        "definition": "http://www.geopackage.org/spec130/#extension_rtree",
        "scope": "write-only",
    }
    connection.execute(EXTENSIONS.insert(), {**column, **extension})
    for statement in _rtree(name):
        connection.exec_driver_sql(statement)


def _reference_systems() -> list[dict[str, Any]]:
    unknown = [
        {"srs_name": f"Undefined {kind} SRS", "srs_id": number, "organization": "NONE", "definition": "undefined"}
        for kind, number in (("Cartesian", -1), ("geographic", 0))
    ]
    known = [
        {"srs_name": name, "srs_id": number, "organization": "EPSG", "definition": CRS(number).to_wkt("WKT1_GDAL")}
        for name, number in (("WGS 84 geodetic", SRS), ("China Geodetic Coordinate System 2000", 4490))
    ]
    return [{**row, "organization_coordsys_id": row["srs_id"]} for row in unknown + known]


def _rtree(table: str) -> list[str]:
    """Give the statements of annex F.3 of GeoPackage 1.3 for one layer: the index and the triggers that keep it."""
    index, geom = f"rtree_{table}_{GEOMETRY}", GEOMETRY
    drawn = f'(NEW."{geom}" NOTNULL AND NOT ST_IsEmpty(NEW."{geom}"))'
    blank = f'(NEW."{geom}" ISNULL OR ST_IsEmpty(NEW."{geom}"))'
    sides = ", ".join(f'ST_{side}(NEW."{geom}")' for side in ("MinX", "MaxX", "MinY", "MaxY"))
    put = f'INSERT OR REPLACE INTO "{index}" VALUES (NEW."fid", {sides});'  # noqa: S608 - our own words
    drop = f'DELETE FROM "{index}" WHERE id = OLD."fid";'  # noqa: S608
    drop_both = f'DELETE FROM "{index}" WHERE id IN (OLD."fid", NEW."fid");'  # noqa: S608
    same, moved = 'OLD."fid" = NEW."fid"', 'OLD."fid" != NEW."fid"'
    triggers = (
        ("insert", "INSERT", drawn, put),
        ("update1", f'UPDATE OF "{geom}"', f"{same} AND {drawn}", put),
        ("update2", f'UPDATE OF "{geom}"', f"{same} AND {blank}", drop),
        ("update3", "UPDATE", f"{moved} AND {drawn}", f"{drop} {put}"),
        ("update4", "UPDATE", f"{moved} AND {blank}", drop_both),
        ("delete", "DELETE", f'OLD."{geom}" NOT NULL', drop),
    )
    return [
        f'CREATE VIRTUAL TABLE "{index}" USING rtree(id, minx, maxx, miny, maxy)',
        *(
            f'CREATE TRIGGER "{index}_{name}" AFTER {event} ON "{table}" WHEN {condition} BEGIN {action} END'
            for name, event, condition, action in triggers
        ),
    ]
