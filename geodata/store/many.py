"""A statement run for many rows of stored values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa


def run_many(connection: sa.Connection, statement: sa.Insert | sa.Update, columns: Mapping[str, list[Any]]) -> None:
    """Run a statement for rows given as a list a column: no per-row work between the columns and the driver."""
    names = [name for name in columns if name in statement.table.c]
    compiled = statement.compile(dialect=connection.dialect, column_keys=names)
    rows = list(zip(*(columns[name] for name in compiled.positiontup or ()), strict=True))
    if rows:
        connection.exec_driver_sql(str(compiled), rows)
