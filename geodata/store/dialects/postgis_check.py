"""Is a PostgreSQL store as GIS programs and we know it: its counters, its layers' columns, indexes and triggers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geodata.store.dialects.adapting import Connection
from geodata.store.dialects.postgis import POSTGIS
from geodata.store.dialects.postgis_schema import COUNTED, TRIGGER
from geodata.store.geopackage import GEOMETRY, SRS
from geodata.store.wording import of_table, some
from geodata.tables import TABLES, Table


def check_store(connection: Connection) -> Iterator[str]:
    """Check that every table has its row in `wangge_tables`."""
    rows = connection.execute("SELECT name, changed_at IS NOT NULL FROM wangge_tables").fetchall()
    noted = {name for name, changed in rows if changed}
    lacking = sorted(({*COUNTED} - {name for name, _ in rows}) | (TABLES.keys() - noted))
    if lacking:
        yield f"计数表 wangge_tables 缺少 {some(lacking)}。请用备份恢复。"


def check_layer(connection: Connection, table: Table, columns: Sequence[str]) -> Iterator[str]:
    """Check that a layer is there with these columns, indexes and trigger, registered with its shape."""
    there = POSTGIS.columns_of(connection, table.name)
    if not there:
        yield f"缺少{of_table(table)}。请用备份恢复。"
        return
    wanted = {"fid", *columns, *((GEOMETRY,) if table.geometry else ())}
    if wanted - there:
        yield f"{of_table(table)}缺少列 {some(sorted(wanted - there))}。请用备份恢复。"
    query = "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = ?"
    indexes = {name for (name,) in connection.execute(query, (table.name,))}
    if f"{table.name}_{'_'.join(table.key)}" not in indexes:
        yield f"{of_table(table)}缺少编号的唯一索引，可能出现重复的行。请用备份恢复。"
    query = (
        "SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ? AND t.tgname = ? "
        "AND t.tgenabled <> 'D'"
    )
    if connection.execute(query, (table.name, TRIGGER)).fetchone() is None:
        yield f"{of_table(table)}缺少记录改动的触发器 {TRIGGER}，服务会看不到别的程序的改动。请用备份恢复。"
    if not table.geometry:
        return
    if f"{table.name}_{GEOMETRY}" not in indexes:
        yield f"{of_table(table)}没有空间索引 {table.name}_{GEOMETRY}。请用备份恢复。"
    query = "SELECT type, srid FROM geometry_columns WHERE f_table_schema = current_schema() AND f_table_name = ?"
    if connection.execute(query, (table.name,)).fetchone() != (table.geometry, SRS):
        yield f"{of_table(table)}的图形列类型不对，应为 {table.geometry}、EPSG:{SRS}。请用备份恢复。"


def check_geometries(connection: Connection, table: Table) -> Iterator[str]:
    """Check that every coordinate is a finite number; the column itself lets no other shape in."""
    if not table.geometry:
        return
    query = (
        f'SELECT fid FROM "{table.name}" WHERE {GEOMETRY} IS NOT NULL AND NOT ST_IsEmpty({GEOMETRY}) '  # noqa: S608
        f"AND NOT (abs(ST_XMin({GEOMETRY})) < 1e300 AND abs(ST_XMax({GEOMETRY})) < 1e300 "
        f"AND abs(ST_YMin({GEOMETRY})) < 1e300 AND abs(ST_YMax({GEOMETRY})) < 1e300) ORDER BY fid"
    )
    broken = [fid for (fid,) in connection.execute(query)]
    if broken:
        yield f"{of_table(table)}里有读不出的图形：fid {some(broken)}。请用备份恢复这些行。"
