"""How a sentence about the store names a table and lists rows."""

from __future__ import annotations

from collections.abc import Sequence

from geodata.tables import Table

SHOWN = 5


def of_table(table: Table) -> str:
    """Give `表 places（监管场所）`."""
    return f"表 {table.name}（{table.title}）"


def some(values: Sequence[object]) -> str:
    """List the first few values, and say how many there are when that is not all."""
    listed = "、".join(str(value) for value in values[:SHOWN])
    return listed if len(values) <= SHOWN else f"{listed} 等 {len(values)} 个"
