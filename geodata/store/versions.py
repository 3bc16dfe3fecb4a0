"""The versions of the store's schema: what each brought, for who reads a file that has not got it yet."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SCHEMA_VERSION = 7
"""Raised with every change of the schema, with a step in `geodata.store.migrations`."""

OLDEST = 1
"""The oldest version that is still read, and brought up when it is opened for writing."""

TABLES_SINCE: Mapping[str, int] = MappingProxyType(
    {"photos": 2}
    | dict.fromkeys(("past_areas", "adoptions", "successions"), 3)
    | dict.fromkeys(("exemptions", "moves", "masks", "reviews", "steps"), 4)
    | {"risk_decisions": 5}
    | dict.fromkeys(("planned_routes", "planned_stops", "route_skips"), 6)
)
"""Table → the version that brought it; those that are not listed stand in every store."""

COLUMNS_SINCE: Mapping[tuple[str, str], int] = MappingProxyType(
    {("areas", "since"): 3}
    | dict.fromkeys([("officers", name) for name in ("department", "skills", "stand_in")], 3)
    | dict.fromkeys([("inspections", name) for name in ("covers", "matched_by", "likeness")], 4)
)
"""Table and column → the version that brought the column to a table of before."""


def brought(table: str, version: int, column: str | None = None) -> bool:
    """Say whether a store of that version has the table, or the column of it."""
    of_column = OLDEST if column is None else COLUMNS_SINCE.get((table, column), OLDEST)
    return max(TABLES_SINCE.get(table, OLDEST), of_column) <= version
