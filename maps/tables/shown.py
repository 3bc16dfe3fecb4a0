"""How a value is shown on paper, and how wide its column is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geodata.rounding import decimals, percent
from geodata.widths import cells
from maps.tables.sheet import Column, Kind

NARROWEST, WIDEST = 6, 50
"""Characters of a column that is as wide as what stands in it."""
LOOKED_AT = 2000
"""Rows whose widths are looked at."""


def shown(value: Any, kind: Kind) -> str:
    """Give a value as it is printed; nothing for a missing one."""
    if value is None or isinstance(value, str):
        return value or ""
    match kind:
        case "count" | "whole":
            return f"{value:,.0f}"
        case "rate":
            return f"{percent(value)}%"
        case "score":
            return decimals(value, 2)
        case "number":
            return f"{value:,.2f}".rstrip("0").rstrip(".")
        case _:
            return str(value)


def column_widths(columns: Sequence[Column], values: Sequence[Sequence[Any]]) -> list[int]:
    """Give the width of each column in characters: what it says, else as wide as what stands in it."""
    widths = []
    for at, column in enumerate(columns):
        longest = max((cells(shown(row[at], column.kind)) for row in values[:LOOKED_AT]), default=0)
        widths.append(column.width or min(max(longest + 2, _of_header(column.header), NARROWEST), WIDEST))
    return widths


def _of_header(header: str) -> int:
    """Headers may break once."""
    return -(-cells(header) // 2) + 3
