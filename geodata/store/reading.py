"""Reads of the store: whole columns through the raw connection, in one state of the file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from geopandas.array import from_shapely
from pyproj import CRS

from geodata.collector import resting
from geodata.errors import StoreProblem
from geodata.ledger import Ledger, nothing
from geodata.model import Town
from geodata.store.connection import has_table, one_state
from geodata.store.dialects import Raw, dialect_of
from geodata.store.geopackage import GEOMETRY, SRS
from geodata.store.versions import brought
from geodata.tables import ROUTE_TABLES, TABLES, Table


def read_ledger(connection: Raw, town: Town, tables: Sequence[str], columns: Mapping[str, Sequence[str]]) -> Ledger:
    """Read tables (all their columns, or those listed) in one state of the file."""
    with one_state(connection), resting():
        frames = {name: read_frame(connection, TABLES[name], town, columns.get(name)) for name in tables}
    return Ledger(town, frames)


def read_marked(connection: Raw, town: Town, tables: Sequence[str]) -> tuple[Mark, Ledger]:
    """Read tables and the mark of the very state that they are read in."""
    with one_state(connection), resting():
        mark = read_mark(connection)
        return mark, Ledger(town, {name: read_frame(connection, TABLES[name], town) for name in tables})


def read_routes(connection: Raw, town: Town, first: date, last: date, officer: str | None) -> Ledger:
    """Read the kept routes of some days in one state of the file: their ids begin with the date and the officer."""
    alone = f"{first}/{officer}" if officer is not None and first == last else None
    between = (f"{alone}/", f"{alone}0") if alone else (f"{first}/", f"{last}0")  # "0" comes right after "/"
    with one_state(connection):
        frames = {"planned_routes": read_frame(connection, TABLES["planned_routes"], town, rows=between)}
        if frames["planned_routes"].empty:  # most days of most officers: then nothing belongs to one
            return Ledger(
                town, {table.name: nothing(table.name, town.timezone).copy(deep=False) for table in ROUTE_TABLES}
            )
        frames |= {table.name: read_frame(connection, table, town, rows=between) for table in ROUTE_TABLES[1:]}
    if officer is not None:
        frames = {name: frame[frame["officer"] == officer].reset_index(drop=True) for name, frame in frames.items()}
    return Ledger(town, frames)


def read_frame(
    connection: Raw,
    table: Table,
    town: Town,
    names: Sequence[str] | None = None,
    rows: range | tuple[str, str] | None = None,
) -> pd.DataFrame:
    """Read one table in the order its rows were first written; a GeoDataFrame when the geometry is among the columns.

    Of `rows` these alone: a run of fids, or those whose id lies between two texts (the second one not with them).

    Raises KeyError for a column that is none, StoreProblem naming the column when a value can't be read.
    """
    names = all_columns(table) if names is None else tuple(names)
    unknown = sorted(set(names) - set(all_columns(table)))
    if unknown:
        raise KeyError(f"table {table.name} has no columns {unknown}")
    version = read_schema_version(connection)
    there = tuple(name for name in names if brought(table.name, version, name))
    stored = dict(zip(there, _columns(connection, table, there, rows), strict=True)) if there else {}
    count = len(next(iter(stored.values()), ()))
    stored = {name: stored.get(name, [None] * count) for name in names}
    dialect, decoded = dialect_of(connection), dict[str, Any]()
    for name, values in stored.items():
        try:
            decoded[name] = dialect.decode_column(table, name, values, town.timezone)
        except (ValueError, TypeError) as problem:
            raise StoreProblem(
                f"表 {table.name}（{table.title}）的列 {name} 里有读不出的值（{problem}）。"
                "请运行 wangge check 查看是哪几行，并用备份恢复或在 QGIS 中改正。"
            ) from problem
    if GEOMETRY not in decoded:
        return pd.DataFrame(decoded)
    decoded[GEOMETRY] = from_shapely(decoded[GEOMETRY], crs=_wgs84())
    frame: pd.DataFrame = gpd.GeoDataFrame(pd.DataFrame(decoded, copy=False), geometry=GEOMETRY)
    return frame


@cache
def _wgs84() -> CRS:
    """Give the system of all shapes: to parse it takes as long as to read a few rows."""
    return CRS.from_epsg(SRS)


def all_columns(table: Table) -> tuple[str, ...]:
    """Give the names of every column of a table's frame, the geometry last."""
    return (*table.names, GEOMETRY) if table.geometry else table.names


def read_settings(connection: Raw) -> dict[str, str]:
    """Read the settings of the town."""
    return dict(connection.execute("SELECT key, value FROM wangge_settings").fetchall())


def read_schema_version(connection: Raw) -> int:
    """Read the version of the file's schema."""
    (value,) = connection.execute("SELECT value FROM wangge_settings WHERE key = 'store_schema'").fetchone()
    return int(value)


def read_version(connection: Raw) -> int:
    """Give the id of the newest audit row."""
    return int(connection.execute("SELECT max(id) FROM wangge_audit").fetchone()[0] or 0)


LINKS = ("place_id", "inspection_id")


@dataclass(frozen=True)
class Mark:
    """How far a store has come: id and moment of its newest audit row, and when each table last changed.

    Kept routes don't count: figures that stand at hand stay true when a route changes.
    """

    version: int
    moment: str
    changes: Mapping[str, str]


@dataclass(frozen=True)
class Posted:
    """Rows that were posted: a run of fids of each table, and the marks of the store before and after."""

    runs: Mapping[str, range]
    before: Mark
    after: Mark


def read_mark(connection: Raw) -> Mark:
    """Read the mark, all of it of one state; in a transaction, of that one's."""
    aside = [table.name for table in ROUTE_TABLES]
    version, moment, changes = dialect_of(connection).progress(connection, aside)
    return Mark(version, moment, {name: moment for name, moment in changes.items() if name not in aside})


def read_written(connection: Raw, since: int, tables: Collection[str]) -> bool:
    """Say whether any of some tables was written after an audit row: asked of the rows after it alone."""
    marks = ", ".join("?" * len(tables))
    query = f'SELECT 1 FROM wangge_audit WHERE id > ? AND "table" IN ({marks}) LIMIT 1'  # noqa: S608 - our own words
    return connection.execute(query, (since, *tables)).fetchone() is not None


def read_links(connection: Raw, table: Table, row_id: str) -> dict[str, str | None] | None:
    """Give what the row of an id names: its place and its inspection, as far as the table has them; None: no row."""
    names = [name for name in LINKS if name in table.names]
    listed = ", ".join(f'"{name}"' for name in ("id", *names))
    query = f'SELECT {listed} FROM "{table.name}" WHERE "id" = ?'  # noqa: S608 - our own words
    row = connection.execute(query, (row_id,)).fetchone()
    return None if row is None else dict(zip(names, row[1:], strict=True))


def read_changes(connection: Raw) -> dict[str, str]:
    """Give when each table last changed: also by QGIS and other programs, which write no audit."""
    return dialect_of(connection).changes(connection)


def read_audit(connection: Raw, limit: int) -> pd.DataFrame:
    """Give the newest audit rows, newest first."""
    names = ("id", "at", "actor", "action", "table", "source", "inserted", "updated", "unchanged", "changes")
    listed = ", ".join(f'"{name}"' for name in names)
    rows = connection.execute(f"SELECT {listed} FROM wangge_audit ORDER BY id DESC LIMIT ?", (limit,))  # noqa: S608
    columns = dict(zip(names, _turned(rows.fetchall(), len(names)), strict=True))
    counts = {name: np.array(columns[name], dtype=np.int64) for name in ("id", "inserted", "updated", "unchanged")}
    texts = {name: pd.Series(columns[name], dtype="str") for name in names if name not in counts and name != "at"}
    moment = pd.to_datetime(pd.Series(columns["at"], dtype="str"), format="ISO8601", utc=True)
    return pd.DataFrame({**counts, **texts, "at": moment})[list(names)]


def read_imports(connection: Raw, limit: int) -> pd.DataFrame:
    """Give the newest imports, newest first."""
    remembered = has_table(connection, "wangge_imports")  # a store of before has no such table
    memory = "wangge_imports" if remembered else "(SELECT NULL AS audit_id, NULL AS undone_by)"
    rows = connection.execute(
        'SELECT a.id, a.at, a.actor, a."table", a.source, a.inserted, a.updated, a.unchanged, m.undone_by, '  # noqa: S608
        f"m.audit_id IS NOT NULL FROM wangge_audit a LEFT JOIN {memory} m ON m.audit_id = a.id "
        "WHERE a.action = 'import' ORDER BY a.id DESC LIMIT ?",
        (limit,),
    ).fetchall()
    names = ("id", "at", "actor", "table", "file", "inserted", "updated", "unchanged", "undone", "remembered")
    frame = pd.DataFrame(dict(zip(names, _turned(rows, len(names)), strict=True)))
    frame["at"] = pd.to_datetime(frame["at"].astype("str"), format="ISO8601", utc=True)
    kinds = dict.fromkeys(("id", "inserted", "updated", "unchanged"), "int64")
    kinds |= dict.fromkeys(("actor", "table", "file"), "str") | {"undone": "float64", "remembered": "bool"}
    return frame.astype(kinds)


def read_took(connection: Raw, table: str, digest: str) -> bool:
    """Say whether a file of that digest was ever imported into a table."""
    if not has_table(connection, "wangge_imports"):
        return False
    query = (
        "SELECT 1 FROM wangge_imports m JOIN wangge_audit a ON a.id = m.audit_id "
        'WHERE m.digest = ? AND a."table" = ? LIMIT 1'
    )
    return connection.execute(query, (digest, table)).fetchone() is not None


def _columns(
    connection: Raw, table: Table, names: tuple[str, ...], rows: range | tuple[str, str] | None
) -> list[list[Any]]:
    # SQLite takes a quoted name that is no column for a text, unless the table stands before it
    listed = ", ".join(f'"{table.name}"."{name}"' for name in names)
    which, bounds = _which(rows)
    query = f'SELECT {listed} FROM "{table.name}" {which} ORDER BY fid'  # noqa: S608 - our own words
    return dialect_of(connection).read_columns(connection, query, bounds)


def _which(rows: range | tuple[str, str] | None) -> tuple[str, tuple[int | str, ...]]:
    if rows is None:
        return "", ()
    if isinstance(rows, range):
        return "WHERE fid >= ? AND fid < ?", (rows.start, rows.stop)
    return "WHERE id >= ? AND id < ?", rows


def _turned(rows: list[tuple[Any, ...]], width: int) -> list[Sequence[Any]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width
