"""Rows of the tables, as lists give them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from pydantic import create_model

from api.described.shapes import Positioned, Shape
from geodata.tables import AREAS, HAZARDS, INSPECTIONS, PHOTOS, PLACES, Kind, Table

TYPES: Mapping[Kind, type] = MappingProxyType(
    {
        "text": str,
        "choice": str,
        "tags": str,
        "integer": float,
        "number": float,
        "date": date,
        "moment": datetime,
        "flag": bool,
    }
)


def row_of_table(table: Table, base: type[Shape]) -> type[Shape]:
    """Give the shape of a row of a table: its columns, in its order."""
    fields: dict[str, Any] = {column.name: (TYPES[column.kind] | None, ...) for column in table.columns}
    return create_model(table.name.capitalize().removesuffix("s"), __base__=base, __doc__=table.title, **fields)


Area = row_of_table(AREAS, Shape)

Place = row_of_table(PLACES, Positioned)

Inspection = row_of_table(INSPECTIONS, Positioned)

Hazard = row_of_table(HAZARDS, Positioned)

Photo = row_of_table(PHOTOS, Positioned)
