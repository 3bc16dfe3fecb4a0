"""Accounts of one store taken along to another, of either kind: users, their tokens, what was done to accounts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from geodata.accounts.door import Door, door_of
from geodata.accounts.schema import CHANGES, TOKENS, USERS
from geodata.store.location import Where, store_path

TAKEN = (USERS, TOKENS, CHANGES)
"""Who is in, and who tried to come in, belongs to the place: sessions and tries stay behind."""

Rows = dict[str, list[dict[str, Any]]]


def copy_accounts(source: str | Where, target: str | Where) -> int:
    """Copy the accounts of a store to one where nobody has any, in one transaction; what stands there stays.

    Returns
    -------
    How many users came: 0 where the source has none or the target has its own.

    Raises
    ------
    StoreProblem
        One of the two can't be used; nothing was written.
    """
    old, new = door_of(store_path(source)), door_of(store_path(target))
    try:
        rows = _rows(old) if old.exists() else {}
        return _put(new, rows) if rows.get(USERS.name) else 0
    finally:
        old.close()
        new.close()


def _rows(door: Door) -> Rows:
    """Give all rows by table, of one state."""
    with door.clear_words(), door.opened().connect() as connection:
        door.begin_reading(connection)
        found = {table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()] for table in TAKEN}
        connection.exec_driver_sql("ROLLBACK")
        return found


def _put(door: Door, rows: Rows) -> int:
    with door.clear_words(), door.opened().connect() as connection:
        door.begin(connection)
        try:
            if connection.execute(sa.select(USERS.c.login).limit(1)).first():
                connection.exec_driver_sql("ROLLBACK")
                return 0
            for table in TAKEN:
                if rows[table.name]:
                    connection.execute(table.insert(), rows[table.name])
            door.count_on(connection, TOKENS)
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
    return len(rows[USERS.name])
