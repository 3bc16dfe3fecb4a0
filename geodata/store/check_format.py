"""Is the file a GeoPackage that QGIS and GDAL read rightly: its marks, its `gpkg_` rows, its R-trees."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import shapely

from geodata.store.connection import has_table
from geodata.store.dialects.geopackage import is_geopackage
from geodata.store.geopackage import GEOMETRY, SRS, USER_VERSION, Objects, decode_shapes
from geodata.store.wording import of_table, some
from geodata.tables import Table

# a GIS program that builds an index anew names two of the triggers as GeoPackage 1.4 does
_TRIGGERS = (("insert",), ("update1", "update6"), ("update2",), ("update3", "update5"), ("update4",), ("delete",))


def check_file(connection: sqlite3.Connection) -> Iterator[str]:
    """Check the marks of a GeoPackage and its reference systems."""
    if not is_geopackage(connection):
        yield "文件头的 application_id 不是 GPKG，GIS 软件会认不出它。请用备份恢复。"
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != USER_VERSION:
        yield f"文件头的 GeoPackage 版本是 {version}，应为 {USER_VERSION}。请用备份恢复。"
    numbers = {number for (number,) in connection.execute("SELECT srs_id FROM gpkg_spatial_ref_sys")}
    lacking = sorted({-1, 0, SRS} - numbers)
    if lacking:
        yield f"表 gpkg_spatial_ref_sys 缺少坐标系 {some(lacking)}。请用备份恢复。"


def check_layer(connection: sqlite3.Connection, table: Table, columns: Sequence[str]) -> Iterator[str]:
    """Check that a layer is there with these columns, is announced to GIS programs, and has its R-tree."""
    if not has_table(connection, table.name):
        yield f"缺少{of_table(table)}。请用备份恢复。"
        return
    there = {row[1] for row in connection.execute(f'PRAGMA table_info("{table.name}")')}
    wanted = {"fid", *columns, *((GEOMETRY,) if table.geometry else ())}
    if wanted - there:
        yield f"{of_table(table)}缺少列 {some(sorted(wanted - there))}。请用备份恢复。"
    indexes = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    if f"{table.name}_{'_'.join(table.key)}" not in indexes:
        yield f"{of_table(table)}缺少编号的唯一索引，可能出现重复的行。请用备份恢复。"
    expected = ("features", SRS) if table.geometry else ("attributes", None)
    if _row(connection, "gpkg_contents", "data_type, srs_id", table) != expected:
        yield f"{of_table(table)}在 gpkg_contents 里的登记不对，GIS 软件会认不出这一层。请用备份恢复。"
    if not table.geometry:
        return
    column = (GEOMETRY, table.geometry, SRS, 0, 0)
    if _row(connection, "gpkg_geometry_columns", "column_name, geometry_type_name, srs_id, z, m", table) != column:
        yield f"{of_table(table)}在 gpkg_geometry_columns 里的登记不对，图形会读错。请用备份恢复。"
    extension = (GEOMETRY, "gpkg_rtree_index", "write-only")
    if _row(connection, "gpkg_extensions", "column_name, extension_name, scope", table) != extension:
        yield f"{of_table(table)}在 gpkg_extensions 里没有登记空间索引。请用备份恢复。"
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    prefix = f"rtree_{table.name}_{GEOMETRY}_"
    lacking = [either[0] for either in _TRIGGERS if not names & {prefix + name for name in either}]
    if lacking:
        yield f"{of_table(table)}缺少空间索引的触发器 {some(lacking)}，以后的改动会查不到。请用备份恢复。"


def check_geometries(connection: sqlite3.Connection, table: Table) -> Iterator[str]:
    """Check that every geometry can be read, is of the layer's shape, and stands in the R-tree with its bounds."""
    if not table.geometry:
        return
    rows = connection.execute(
        f'SELECT fid, {GEOMETRY} FROM "{table.name}" WHERE {GEOMETRY} IS NOT NULL ORDER BY fid'  # noqa: S608
    ).fetchall()
    fids, shapes, unreadable = decode_each(rows)
    if unreadable:
        yield f"{of_table(table)}里有读不出的图形：fid {some(unreadable)}。请用备份恢复这些行。"
    wanted = {"POINT": 0, "MULTILINESTRING": 5, "MULTIPOLYGON": 6}[table.geometry]
    kinds = shapely.get_type_id(shapes)
    strange = fids[(kinds != wanted) & (kinds != shapely.GeometryType.MISSING)]
    if len(strange):
        yield f"{of_table(table)}里有不是 {table.geometry} 的图形：fid {some(strange.tolist())}。请在 QGIS 中改正。"
    known = ~shapely.is_missing(shapes)
    yield from _check_rtree(connection, table, fids[known], shapely.bounds(shapes[known]))


def _check_rtree(
    connection: sqlite3.Connection, table: Table, fids: npt.NDArray[np.int64], bounds: npt.NDArray[np.float64]
) -> Iterator[str]:
    index = f"rtree_{table.name}_{GEOMETRY}"
    if not has_table(connection, index):
        yield f"{of_table(table)}没有空间索引 {index}。请用备份恢复。"
        return
    rows = connection.execute(f'SELECT id, minx, miny, maxx, maxy FROM "{index}" ORDER BY id').fetchall()  # noqa: S608
    held = np.array(rows, dtype=np.float64).reshape(-1, 5)
    ids = held[:, 0].astype(np.int64)
    lacking, surplus = np.setdiff1d(fids, ids), np.setdiff1d(ids, fids)
    if len(lacking):
        yield f"{of_table(table)}的空间索引缺少 {len(lacking)} 行：fid {some(lacking.tolist())}。请在 QGIS 中重建索引。"
    if len(surplus):
        yield f"{of_table(table)}的空间索引多出 {len(surplus)} 行：fid {some(surplus.tolist())}。请在 QGIS 中重建索引。"
    both, at, in_index = np.intersect1d(fids, ids, return_indices=True)
    wrong = ~_covers_closely(held[in_index, 1:], bounds[at]).all(axis=1)
    if wrong.any():
        yield f"{of_table(table)}的空间索引与图形不符：fid {some(both[wrong].tolist())}。请在 QGIS 中重建索引。"


def _covers_closely(held: npt.NDArray[np.float64], bounds: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Say which sides of the index boxes are right: the R-tree keeps single floats, rounded outwards."""
    outward = np.array([-1.0, -1.0, 1.0, 1.0]) * (held - bounds)
    slack = 4 * np.spacing(np.abs(bounds).astype(np.float32)).astype(np.float64)
    return (outward >= 0) & (outward <= slack)


def _row(connection: sqlite3.Connection, catalogue: str, columns: str, table: Table) -> tuple[object, ...] | None:
    query = f"SELECT {columns} FROM {catalogue} WHERE table_name = ?"  # noqa: S608 - our own words
    row: tuple[object, ...] | None = connection.execute(query, (table.name,)).fetchone()
    return row


def decode_each(rows: Sequence[tuple[int, bytes]]) -> tuple[npt.NDArray[np.int64], Objects, list[int]]:
    """Decode all at once when that works, else one by one: fids, shapes, and the fids that can't be decoded."""
    fids = np.array([fid for fid, _ in rows], dtype=np.int64)
    try:
        return fids, decode_shapes([blob for _, blob in rows]), []
    except ValueError:
        good = [row for row in rows if _readable(row[1])]
    kept = np.array([fid for fid, _ in good], dtype=np.int64)
    return kept, decode_shapes([blob for _, blob in good]), np.setdiff1d(fids, kept).tolist()


def _readable(blob: bytes) -> bool:
    try:
        decode_shapes([blob])
    except ValueError:
        return False
    return True
