"""Divisions that nobody has adopted yet. They are a person's scratch paper: replaced, thrown away, not audited."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from geodata.errors import ChangedProblem, DraftProblem
from geodata.store.connection import has_table
from geodata.store.dialects import Raw, dialect_in, raw_of
from geodata.store.schema import DRAFTS


@dataclass(frozen=True)
class Draft:
    """A division on paper.

    Attributes
    ----------
    id, name, level, actor, changed_at
        Who named it what, and when it was last changed (UTC, ISO 8601).
    base
        Mark of the areas that it was made from (`geodata.identity.areas_mark`).
    content
        What the maker of it keeps, as JSON; None in a list.
    """

    id: int
    name: str
    level: str
    actor: str
    changed_at: str
    base: str
    content: dict[str, Any] | None


def put_draft(
    connection: sa.Connection,
    draft: int | None,
    *,
    name: str,
    level: str,
    actor: str,
    base: str,
    content: Mapping[str, Any],
    seen: str | None = None,
) -> int:
    """Keep a draft, a new one or in place of an older one; give its number.

    `seen` is the draft's `changed_at` as it was seen: ChangedProblem when it was changed since, by whatever process.
    Raises DraftProblem when there is no draft of that number.
    """
    row = {"name": name, "level": level, "actor": actor, "base": base}
    row["changed_at"] = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    packed = zlib.compress(json.dumps(content, ensure_ascii=False, allow_nan=False).encode())
    if draft is None:
        number = dialect_in(connection).next_number(raw_of(connection), DRAFTS.name)
        connection.execute(DRAFTS.insert(), {"id": number, **row, "content": packed})
        return number
    _check_seen(connection, draft, seen)
    connection.execute(DRAFTS.update().where(DRAFTS.c.id == draft), {**row, "content": packed})
    return draft


def drop_draft(connection: sa.Connection, draft: int, seen: str | None = None) -> None:
    """Throw a draft away; DraftProblem when there is none of that number, ChangedProblem as in `put_draft`."""
    _check_seen(connection, draft, seen)
    connection.execute(DRAFTS.delete().where(DRAFTS.c.id == draft))


def _check_seen(connection: sa.Connection, draft: int, seen: str | None) -> None:
    changed_at = connection.execute(sa.select(DRAFTS.c.changed_at).where(DRAFTS.c.id == draft)).scalar()
    if changed_at is None:
        raise DraftProblem(_NONE.format(draft))
    if seen not in (None, changed_at):
        raise ChangedProblem


def read_drafts(connection: Raw) -> list[Draft]:
    """Give the drafts without their content, the newest change first; a store of before has none."""
    if not has_table(connection, DRAFTS.name):
        return []
    query = f"SELECT {_LISTED} FROM wangge_drafts ORDER BY changed_at DESC, id DESC"  # noqa: S608 - our own words
    return [_draft(row, None) for row in connection.execute(query)]


def read_draft(connection: Raw, draft: int) -> Draft:
    """Give a draft with its content; DraftProblem when there is none of that number."""
    query = f"SELECT {_LISTED}, content FROM wangge_drafts WHERE id = ?"  # noqa: S608 - our own words
    row = connection.execute(query, (draft,)).fetchone() if has_table(connection, DRAFTS.name) else None
    if row is None:
        raise DraftProblem(_NONE.format(draft))
    return _draft(row, json.loads(zlib.decompress(row[-1])))


def _draft(row: tuple[Any, ...], content: dict[str, Any] | None) -> Draft:
    number, name, level, actor, changed_at, base = row[:6]
    return Draft(number, name, level, actor, changed_at, base, content)


_LISTED = "id, name, level, actor, changed_at, base"
_NONE = "没有编号为 {} 的方案草稿。"
