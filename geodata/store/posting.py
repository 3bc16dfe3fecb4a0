"""Rows that are posted one by one: each checked by itself, several written together, each with its audit row.

The twin of `values` and `writing` for one row: a frame of one row costs a hundred times what its values do.
"""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from geodata.errors import StoreProblem
from geodata.store.contents import widen_contents
from geodata.store.geopackage import GEOMETRY, encode_point
from geodata.store.memory import last_fid
from geodata.store.writing import INSERTED, UNCHANGED, UPDATED, Batch, Written, differ, objects, put_audit, standing
from geodata.tables import Column, Table

Outcome = str | StoreProblem | sqlite3.IntegrityError
"""`inserted`, `updated` (another row stands under the key: nothing is written), `unchanged`; or what is wrong."""


@dataclass(frozen=True)
class Row:
    """One row of a table of points or without geometry: column → stored value, the key among them.

    `actor` is who posts it, where the audit is to name another than who writes.
    """

    table: Table
    stored: Mapping[str, Any]
    actor: str | None = None


def row_of(table: Table, values: Mapping[str, Any], actor: str | None = None) -> Row:
    """Check and encode one row, from column → plain value (None: missing; `geometry`: a point).

    Raises ValueError as `geodata.store.writing.batch` does: before anything is written.
    """
    stored = {
        name: _stored_point(table, value) if name == GEOMETRY else stored_value(table.column(name), value)
        for name, value in values.items()
    }
    lacking = [name for name in table.key if stored.get(name) is None]
    if lacking:
        raise ValueError(f"table {table.name}: row without {'/'.join(lacking)}")
    return Row(table, stored, actor)


def stored_value(column: Column, value: Any) -> Any:
    """Give what the store holds of a plain value, as `geodata.store.values.encode` does of a column."""
    if value is None:
        if column.kind == "flag":
            raise ValueError(f"column {column.name} (flag): bool wanted")
        return None
    match column.kind:
        case "integer" | "number":
            return _stored_number(column, value)
        case "flag" if isinstance(value, bool):
            return int(value)
        case "date" if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        case "moment" if isinstance(value, datetime) and value.tzinfo is not None and not value.microsecond:
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
        case "text" | "tags" | "choice" if isinstance(value, str):
            value.encode()  # half a surrogate pair is no text
            if column.choices and not column.open_choice and value not in column.choices.values():
                raise ValueError(f"column {column.name}: no such choice {value!r}")
            return value
    raise ValueError(f"column {column.name} ({column.kind}): {value!r} can't be stored")


def _stored_number(column: Column, value: Any) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isinf(value):
        raise ValueError(f"column {column.name} ({column.kind}): {value!r} can't be stored")
    if math.isnan(value):
        return None
    if column.kind == "number":
        return float(value) + 0.0  # SQLite keeps no minus before a zero
    if value != int(value):
        raise ValueError(f"column {column.name}: whole numbers wanted")
    return int(value)


def _stored_point(table: Table, point: Any) -> bytes | None:
    if table.geometry != "POINT":
        raise ValueError(f"table {table.name}: no points are stored there")
    if point is None:
        return None
    if not isinstance(point, shapely.Point) or point.is_empty or not np.isfinite(point.coords[0]).all():
        raise ValueError(f"table {table.name}: no position: {point!r}")
    return encode_point(point.x, point.y)


def insert_new(
    connection: sa.Connection, raw: sqlite3.Connection, rows: Sequence[Row], written: Written
) -> tuple[list[Outcome], dict[str, range]]:
    """Insert the rows whose key is new, each with an audit row; `raw` is the SQLite connection of the transaction.

    Gives the outcome of each, and the fids of those inserted, by table: the write lock is ours, so they are a run. What
    is wrong with one row is its own outcome, and the others stand.
    """
    outcomes = [_insert_one(connection, raw, row, written) for row in rows]
    inserted = [row for row, outcome in zip(rows, outcomes, strict=True) if outcome == INSERTED]
    runs: dict[str, range] = {}
    for name, count in Counter(row.table.name for row in inserted).items():
        mine = [row for row in inserted if row.table.name == name]
        table = mine[0].table
        shapes = objects([row.stored.get(GEOMETRY) for row in mine]) if table.geometry else None
        widen_contents(connection, table, shapes)
        last = last_fid(connection, table)
        runs[name] = range(last - count + 1, last + 1)
    return outcomes, runs


def _insert_one(connection: sa.Connection, raw: sqlite3.Connection, row: Row, written: Written) -> Outcome:
    raw.execute("SAVEPOINT one_row")
    outcome: Outcome
    try:
        outcome = _become(connection, raw, row)
        if outcome == INSERTED:
            mine = written if row.actor is None else replace(written, actor=row.actor)
            put_audit(connection, row.table.name, mine, {}, {INSERTED: 1})
    except (StoreProblem, sqlite3.IntegrityError) as problem:
        raw.execute("ROLLBACK TO one_row")
        outcome = problem
    raw.execute("RELEASE one_row")
    return outcome


def _become(connection: sa.Connection, raw: sqlite3.Connection, row: Row) -> str:
    """Insert the row if its key is new, else compare it with the one that stands."""
    table, names = row.table, list(row.stored)
    match = " AND ".join(f'"{name}" = ?' for name in table.key)
    key = [row.stored[name] for name in table.key]
    if raw.execute(f'SELECT 1 FROM "{table.name}" WHERE {match}', key).fetchone() is None:  # noqa: S608 - our own words
        listed, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        raw.execute(f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks})', list(row.stored.values()))  # noqa: S608
        return INSERTED
    batch = Batch(table, pd.RangeIndex(1), {name: objects([value]) for name, value in row.stored.items()})
    known, _, old = standing(connection, batch)
    changed = [differ(batch, name, old[name], known) for name in batch.compared]
    return UPDATED if np.any(changed) else UNCHANGED
