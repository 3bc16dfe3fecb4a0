"""The chain of the audit: each row carries a hash over itself and the one before, so that none can be changed alone.

`hash` of a row = SHA-256 (hexadecimal) of a JSON array as UTF-8, without blanks, nothing escaped but what JSON demands:
the hash of the row before, then the row's own `FIELDS` as they stand in the store, whole numbers and texts. The first
row follows the beginning: the same of `["wangge_audit", division code]`; that row is the town's creation, with its
moment. Anybody can check it with `json.dumps(..., ensure_ascii=False, separators=(",", ":"))`.

Who can write the file can also make the chain anew. So its head, the newest hash, is to be kept elsewhere every day
(`geodata.store.heads`): a chain made anew, or cut off at its end, doesn't lead to the heads of before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geodata.store.dialects import Raw, dialect_of

FIELDS = ("id", "at", "actor", "action", "table", "source", "inserted", "updated", "unchanged", "changes")
"""What of a row is hashed, in this order."""

CHAIN_SINCE = 7
"""The version of the store's schema that brought the chain."""

_COLUMNS = ", ".join(f'"{name}"' for name in FIELDS)
_APPEND = f"INSERT INTO wangge_audit ({_COLUMNS}, hash) VALUES ({', '.join('?' * len(FIELDS))}, ?)"  # noqa: S608 - our own words
_CODE = "SELECT value FROM wangge_settings WHERE key = 'code'"
_LAST_HASH = "SELECT hash FROM wangge_audit ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True)
class Head:
    """The newest row of a chain: the town's division code, the row's number and moment (as stored, UTC), its hash."""

    code: str
    number: int
    at: str
    hash: str


def beginning(code: str) -> str:
    """Give what the first row of a town's chain follows."""
    return _digest(["wangge_audit", code])


def link(previous: str, fields: Sequence[Any]) -> str:
    """Give the hash of a row after the hash before it, from its stored `FIELDS`."""
    return _digest([previous, *fields])


def append(connection: Raw, row: Mapping[str, Any]) -> int:
    """Append a row (`FIELDS` without its id) to the chain, in the transaction that is open; give its id.

    The row before is read each time, for a savepoint may have taken back the last one; the write lock is the caller's.
    """
    last = connection.execute(_LAST_HASH).fetchone()
    previous = last[0] if last and last[0] else read_beginning(connection)
    number = dialect_of(connection).next_number(connection, "wangge_audit")
    fields = [number, *(row[name] for name in FIELDS[1:])]
    connection.execute(_APPEND, [*fields, link(previous, fields)])
    return int(fields[0])


def chain_all(connection: Raw) -> None:
    """Chain the rows that stand anew, in their order, in the transaction that is open."""
    previous = read_beginning(connection)
    hashes: list[tuple[str, int]] = []
    for row in connection.execute(f"SELECT {_COLUMNS} FROM wangge_audit ORDER BY id"):  # noqa: S608 - our own words
        previous = link(previous, row)
        hashes.append((previous, row[0]))
    for values in hashes:
        connection.execute("UPDATE wangge_audit SET hash = ? WHERE id = ?", values)


def read_beginning(connection: Raw) -> str:
    """Read what the first row of the town's chain follows."""
    return beginning(json.loads(connection.execute(_CODE).fetchone()[0]))


def has_chain(connection: Raw) -> bool:
    """Say whether the audit is chained; that of a store of before version 7 is not."""
    return "hash" in dialect_of(connection).columns_of(connection, "wangge_audit")


def read_head(connection: Raw, code: str) -> Head | None:
    """Read the head of the chain; None where there is no chain or no row."""
    if not has_chain(connection):
        return None
    newest = connection.execute("SELECT id, at, hash FROM wangge_audit ORDER BY id DESC LIMIT 1").fetchone()
    return None if newest is None else Head(code, *newest)


def _digest(values: Sequence[Any]) -> str:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    # a text that another program left in no proper UTF-8 is hashed as its bytes
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
