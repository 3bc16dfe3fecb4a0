"""Rows that are posted one by one: each checked by itself, several written together, each with its audit row.

The twin of `values` and `writing` for one row: a frame of one row costs a hundred times what its values do.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from geodata.errors import NamedProblem, StoreProblem
from geodata.store.dialects import Raw, dialect_of
from geodata.store.geopackage import GEOMETRY, encode_point, encode_shapes
from geodata.store.named import demand_named
from geodata.store.writing import INSERTED, UNCHANGED, UPDATED, Batch, Written, differ, objects, put_audit, standing
from geodata.tables import Column, Table

Outcome = str | Exception
"""`inserted`, `updated` (another row stands under the key: nothing is written), `unchanged`; or what is wrong:
NamedProblem, StoreProblem, or the driver's IntegrityError."""


@dataclass(frozen=True)
class Row:
    """One row of a table of points, of lines or without geometry: column → stored value, the key among them.

    `actor` is who posts it, where the audit is to name another than who writes.
    """

    table: Table
    stored: Mapping[str, Any]
    actor: str | None = None


def row_of(table: Table, values: Mapping[str, Any], actor: str | None = None) -> Row:
    """Check and encode one row, from column → plain value (None: missing; `geometry`: a point or lines).

    Raises ValueError as `geodata.store.writing.batch` does: before anything is written.
    """
    stored = {
        name: _stored_shape(table, value) if name == GEOMETRY else stored_value(table.column(name), value)
        for name, value in values.items()
    }
    lacking = [name for name in table.key if stored.get(name) is None]
    if lacking:
        raise ValueError(f"table {table.name}: row without {'/'.join(lacking)}")
    return Row(table, stored, actor)


@dataclass(frozen=True)
class Together:
    """Rows that stand or fall together: all of them are new and written, or none is."""

    rows: tuple[Row, ...]


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


def _stored_shape(table: Table, shape: Any) -> bytes | None:
    if table.geometry not in ("POINT", "MULTILINESTRING"):
        raise ValueError(f"table {table.name}: no points or lines are stored there")
    if shape is None:
        return None
    kind = shapely.Point if table.geometry == "POINT" else shapely.MultiLineString
    if not isinstance(shape, kind) or shape.is_empty or not np.isfinite(shapely.get_coordinates(shape)).all():
        raise ValueError(f"table {table.name}: no position: {shape!r}")
    if isinstance(shape, shapely.Point):
        return encode_point(shape.x, shape.y)
    blob: bytes = encode_shapes(objects([shape]))[0]
    return blob


def insert_new(
    connection: sa.Connection, raw: Raw, posts: Sequence[Together], written: Written
) -> tuple[list[Outcome], dict[str, range]]:
    """Insert the posts whose keys are new, each row with an audit row; `raw` is the driver's connection.

    Gives the outcome of each, and the fids of those inserted, by table: the write lock is ours, so they are a run. What
    is wrong with one post is its own outcome, and the others stand.
    """
    dialect = dialect_of(raw)
    wanted = Counter(row.table.name for post in posts for row in post.rows)
    first = {name: dialect.next_fid(raw, name, count) for name, count in wanted.items()}
    free = dict(first)
    outcomes = [_insert_one(connection, raw, post, free, written) for post in posts]
    inserted = [row for post, outcome in zip(posts, outcomes, strict=True) if outcome == INSERTED for row in post.rows]
    runs: dict[str, range] = {}
    for name in {row.table.name for row in inserted}:
        mine = [row for row in inserted if row.table.name == name]
        table = mine[0].table
        shapes = objects([row.stored.get(GEOMETRY) for row in mine]) if table.geometry else None
        dialect.note_written(connection, table, shapes)
        runs[name] = range(first[name], free[name])
    return outcomes, runs


def _insert_one(connection: sa.Connection, raw: Raw, post: Together, free: dict[str, int], written: Written) -> Outcome:
    """Insert the rows of a post, or leave everything as it was; `free` is the next free fid of each table."""
    raw.execute("SAVEPOINT one_post")
    before = dict(free)
    outcome: Outcome
    try:
        became = {_become(connection, raw, row, free) for row in post.rows}
        outcome = became.pop() if len(became) == 1 else UPDATED  # some new, some not: not the post of before
        if outcome == INSERTED:
            for row in post.rows:
                mine = written if row.actor is None else replace(written, actor=row.actor)
                put_audit(connection, row.table.name, mine, {}, {INSERTED: 1})
    except (NamedProblem, StoreProblem, raw.IntegrityError) as problem:
        outcome = problem
    if outcome != INSERTED:
        raw.execute("ROLLBACK TO one_post")
        free.update(before)
    raw.execute("RELEASE one_post")
    return outcome


def _become(connection: sa.Connection, raw: Raw, row: Row, free: dict[str, int]) -> str:
    """Insert the row under the next free fid if its key is new, else compare it with the one that stands.

    Raises NamedProblem for a new row that names one that is not there.
    """
    table, names = row.table, ["fid", *row.stored]
    match = " AND ".join(f'"{name}" = ?' for name in table.key)
    key = [row.stored[name] for name in table.key]
    if raw.execute(f'SELECT 1 FROM "{table.name}" WHERE {match}', key).fetchone() is None:  # noqa: S608 - our own words
        demand_named(raw, table.name, row.stored)
        listed, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        raw.execute(f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks})', [free[table.name], *row.stored.values()])  # noqa: S608
        free[table.name] += 1
        return INSERTED
    batch = Batch(table, pd.RangeIndex(1), {name: objects([value]) for name, value in row.stored.items()})
    known, _, old = standing(connection, batch)
    changed = [differ(batch, name, old[name], known) for name in batch.compared]
    return UPDATED if np.any(changed) else UNCHANGED
