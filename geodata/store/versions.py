"""The versions of the store's schema: what each brought, for who reads a file that has not got it yet."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SCHEMA_VERSION = 2
"""Raised with every change of the schema, with a step in `geodata.store.migrations`."""

OLDEST = 1
"""The oldest version that is still read, and brought up when it is opened for writing."""

TABLES_SINCE: Mapping[str, int] = MappingProxyType({"photos": 2})
"""Table → the version that brought it; those that are not listed stand in every store."""


def brought(table: str, version: int) -> bool:
    """Say whether a store of that version has the table."""
    return TABLES_SINCE.get(table, OLDEST) <= version
