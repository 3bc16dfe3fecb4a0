"""What a GeoPackage file tells GIS programs: its `gpkg_` tables, the R-tree of each layer, how far a layer reaches."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from pyproj import CRS

from geodata.store.geopackage import APPLICATION_ID, GEOMETRY, SRS, USER_VERSION, Objects, decode_shapes
from geodata.store.schema import METADATA, Stored
from geodata.tables import TABLES, Shape, Table

_NOW = sa.text("strftime('%Y-%m-%dT%H:%M:%fZ', 'now')")

GPKG = sa.MetaData()

REFERENCE_SYSTEMS = sa.Table(
    "gpkg_spatial_ref_sys",
    GPKG,
    sa.Column("srs_name", Stored("TEXT"), nullable=False),
    sa.Column("srs_id", sa.Integer, primary_key=True, nullable=False),
    sa.Column("organization", Stored("TEXT"), nullable=False),
    sa.Column("organization_coordsys_id", sa.Integer, nullable=False),
    sa.Column("definition", Stored("TEXT"), nullable=False),
    sa.Column("description", Stored("TEXT")),
)

CONTENTS = sa.Table(
    "gpkg_contents",
    GPKG,
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
    GPKG,
    sa.Column("table_name", Stored("TEXT"), sa.ForeignKey("gpkg_contents.table_name"), primary_key=True, unique=True),
    sa.Column("column_name", Stored("TEXT"), primary_key=True, nullable=False),
    sa.Column("geometry_type_name", Stored("TEXT"), nullable=False),
    sa.Column("srs_id", sa.Integer, sa.ForeignKey("gpkg_spatial_ref_sys.srs_id"), nullable=False),
    sa.Column("z", Stored("TINYINT"), nullable=False),
    sa.Column("m", Stored("TINYINT"), nullable=False),
)

EXTENSIONS = sa.Table(
    "gpkg_extensions",
    GPKG,
    sa.Column("table_name", Stored("TEXT")),
    sa.Column("column_name", Stored("TEXT")),
    sa.Column("extension_name", Stored("TEXT"), nullable=False),
    sa.Column("definition", Stored("TEXT"), nullable=False),
    sa.Column("scope", Stored("TEXT"), nullable=False),
    sa.UniqueConstraint("table_name", "column_name", "extension_name"),
)


def create_catalogue(connection: sa.Connection) -> None:
    """Make every table, index, R-tree and `gpkg_` row of an empty store, in the transaction that is open."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {USER_VERSION}")
    METADATA.create_all(connection)
    GPKG.create_all(connection)
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


def widen_contents(connection: sa.Connection, table: Table, written: Objects | None) -> None:
    """Tell GIS programs that geometries (blobs; None where the table has none) were written to the layer."""
    connection.exec_driver_sql(_CHANGED, (table.name,))
    if written is not None:
        box = shapely.total_bounds(decode_shapes(written))
        if not np.isnan(box).any():
            connection.exec_driver_sql(_WIDEN, (*box.tolist(), table.name))


# written out: to put them together takes longer than to run them, and each post runs them
_CHANGED = f"UPDATE gpkg_contents SET last_change = {_NOW.text} WHERE table_name = ?"  # noqa: S608 - our own words
_WIDEN = (
    "UPDATE gpkg_contents SET min_x = min(coalesce(min_x, ?1), ?1), min_y = min(coalesce(min_y, ?2), ?2), "
    "max_x = max(coalesce(max_x, ?3), ?3), max_y = max(coalesce(max_y, ?4), ?4) WHERE table_name = ?5"
)


def measure_contents(connection: sa.Connection, table: Table) -> None:
    """Tell GIS programs that rows of the layer were deleted, and how far it reaches now, as its R-tree says."""
    change: dict[str, Any] = {"last_change": _NOW}
    if table.geometry:
        query = f'SELECT min(minx), min(miny), max(maxx), max(maxy) FROM "rtree_{table.name}_{GEOMETRY}"'  # noqa: S608
        box = connection.exec_driver_sql(query).fetchone() or (None,) * 4
        change |= dict(zip(("min_x", "min_y", "max_x", "max_y"), box, strict=True))
    connection.execute(CONTENTS.update().where(CONTENTS.c.table_name == table.name).values(change))


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
