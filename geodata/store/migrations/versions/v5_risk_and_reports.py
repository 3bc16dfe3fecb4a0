"""Version 5: decisions about risk, and reports as they were sent out."""

from __future__ import annotations

from alembic import op

from geodata.store.dialects.catalogue import announce
from geodata.store.migrations.namesakes import refuse_namesake

revision = "5"
down_revision = "4"

_RISK_DECISIONS = """
CREATE TABLE risk_decisions (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id TEXT NOT NULL,
    place_id TEXT,
    at DATETIME,
    actor TEXT,
    before TEXT,
    proposed TEXT,
    accepted TEXT,
    score REAL,
    reason TEXT
)
"""
_REPORTS = """
CREATE TABLE wangge_reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL,
    period TEXT NOT NULL,
    made_at DATETIME NOT NULL,
    made_by TEXT NOT NULL,
    hash TEXT NOT NULL,
    content BLOB NOT NULL
)
"""


def upgrade() -> None:
    """Bring a GeoPackage from version 4 to 5."""
    connection = op.get_bind()
    for name, title, statement in (
        ("risk_decisions", "风险定级", _RISK_DECISIONS),
        ("wangge_reports", "定稿报表", _REPORTS),
    ):
        refuse_namesake(connection, name, title)
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("CREATE UNIQUE INDEX risk_decisions_id ON risk_decisions (id)")
    announce(connection, "risk_decisions", "风险定级", None)
