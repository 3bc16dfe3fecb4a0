"""The steps by which an older store becomes one of this version: all in one transaction, with its audit row.

The steps are Alembic's: a file a version in `versions/`, for both kinds of store, each after the one that it names. A
step is frozen: it makes what its version had, not what `geodata.tables` says today, so that the steps after it find
what they expect. Those up to 7 are of GeoPackages alone: no PostgreSQL store is older.

Where a store stands is said by its setting `store_schema`, as ever, and not by a table of Alembic's besides: one mark
can't contradict itself, and an older program reads it too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from geodata.store.schema import SETTINGS
from geodata.store.versions import SCHEMA_VERSION
from geodata.store.writing import Written, write_settings

HERE = Path(__file__).parent

Step = Callable[[sa.Connection], None]


def steps(folder: Path = HERE) -> dict[int, Step]:
    """Give the steps by the version that they lead to, in their order."""
    scripts = ScriptDirectory(str(folder), version_locations=[str(folder / "versions")])
    found = reversed(list(scripts.walk_revisions()))
    return {int(script.revision): _step(script.module.upgrade) for script in found}


def _step(upgrade: Callable[[], None]) -> Step:
    def run(connection: sa.Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            upgrade()

    return run


def migrate(connection: sa.Connection, *, actor: str) -> None:
    """Bring the store up to `SCHEMA_VERSION` in the transaction that is open; nothing when it is there already.

    The version is read under the write lock: of two who open an old store at once, the second finds it done.
    """
    stored = connection.execute(sa.select(SETTINGS.c.value).where(SETTINGS.c.key == "store_schema")).scalar_one()
    version = int(stored)
    if version >= SCHEMA_VERSION:
        return
    for number, step in steps().items():
        if version < number <= SCHEMA_VERSION:
            step(connection)
    written = Written(actor, "migrate", f"{version} → {SCHEMA_VERSION}")
    write_settings(connection, {"store_schema": str(SCHEMA_VERSION)}, written)
