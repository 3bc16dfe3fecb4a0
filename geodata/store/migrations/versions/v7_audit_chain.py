"""Version 7: the chain of the audit."""

from __future__ import annotations

from alembic import op

from geodata.store.chain import chain_all
from geodata.store.dialects import raw_of

revision = "7"
down_revision = "6"


def upgrade() -> None:
    """Chain the rows that stand, in their order: what was changed before today is not found by it."""
    connection = op.get_bind()
    connection.exec_driver_sql("ALTER TABLE wangge_audit ADD COLUMN hash TEXT NOT NULL DEFAULT ''")
    chain_all(raw_of(connection))
