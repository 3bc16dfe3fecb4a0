"""What another program does to a store, behind the back of those who have it open."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Any

from geodata.store.connection import connect
from geodata.store.location import Where


def elsewhere(where: Where, *statements: str) -> list[Any]:
    """Run statements over a connection of their own; give the rows of the last one. `x'00'` are bytes, as in SQLite."""
    rows: list[Any] = []
    with closing(connect(where, write=True)) as connection:
        for statement in statements:
            said = statement if isinstance(where, Path) else re.sub(r"x'([0-9a-f]*)'", r"'\\x\1'::bytea", statement)
            cursor: Any = connection.execute(said)
            rows = cursor.fetchall() if cursor.description else []
    return rows
