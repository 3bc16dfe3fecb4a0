"""Tables of accounts. Passwords are argon2 hashes, sessions and tokens SHA-256 of random secrets: none can be used."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

USERS = sa.Table(
    "users",
    METADATA,
    sa.Column("login", sa.Text, primary_key=True, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("officer", sa.Text),
    sa.Column("areas", sa.Text, nullable=False),  # JSON lists of texts
    sa.Column("industries", sa.Text, nullable=False),
    sa.Column("department", sa.Text),
    sa.Column("password", sa.Text),
    sa.Column("subject", sa.Text, unique=True),
    sa.Column("disabled", sa.Boolean, nullable=False),
)
# moments are seconds since 1970, UTC: compared in the query
SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("secret", sa.Text, nullable=False, unique=True),
    sa.Column("login", sa.Text, sa.ForeignKey("users.login"), nullable=False, index=True),
    sa.Column("begun_at", sa.Float, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
)
TOKENS = sa.Table(
    "tokens",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("secret", sa.Text, nullable=False, unique=True),
    sa.Column("login", sa.Text, sa.ForeignKey("users.login"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("read_only", sa.Boolean, nullable=False),
    sa.Column("made_at", sa.Float, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
    sa.Column("revoked", sa.Boolean, nullable=False),
)
ATTEMPTS = sa.Table(
    "attempts",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("login", sa.Text, nullable=False, index=True),  # SHA-256: a password typed in the wrong field is not kept
    sa.Column("address", sa.Text, nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
)
CHANGES = sa.Table(
    "changes",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
"""What was done to accounts: appended only, each with a hash over itself and the one before (`store.chain.link`)."""
