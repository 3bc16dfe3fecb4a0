"""Connections to a store, of either kind: the doors that everything else in this package goes through."""

from __future__ import annotations

from contextlib import AbstractContextManager

from geodata.store.dialects import Raw, dialect_at, dialect_of
from geodata.store.location import Where

PATIENCE_S = 10.0
"""Seconds to wait for another writer before giving up."""


def connect(where: Where, *, write: bool, patience: float = PATIENCE_S) -> Raw:
    """Open a store that exists; the connection starts no transaction by itself and may change threads."""
    return dialect_at(where).connect(where, write=write, patience=patience)


def clear_words(where: Where) -> AbstractContextManager[None]:
    """Turn the database's refusals into StoreProblem with the remedy; what is none of them is a fault of ours."""
    return dialect_at(where).clear_words(where)


def one_state(connection: Raw) -> AbstractContextManager[None]:
    """Hold a read transaction: every statement inside sees the same state of the store."""
    return dialect_of(connection).one_state(connection)


def has_table(connection: Raw, name: str) -> bool:
    """Say whether the store has a table of that name."""
    return dialect_of(connection).has_table(connection, name)
