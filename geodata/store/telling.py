"""What the services of one PostgreSQL store tell each other of posts: none reads a table anew for the row of another.

A post says in its own transaction which rows it writes between which marks (NOTIFY): the server passes it on when the
post is committed, and only then. Who was not listening, or missed a word, reads the tables that changed as ever.
A file has one service, and nobody to tell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from geodata.errors import StoreProblem
from geodata.store.connection import clear_words, connect
from geodata.store.dialects import Raw, dialect_at, dialect_of
from geodata.store.location import Where
from geodata.store.reading import Mark, Posted

MOST_BYTES = 7_999
"""The longest word that PostgreSQL passes on (its documentation, NOTIFY)."""


def tell_others(connection: Raw, posted: Posted) -> None:
    """Tell who listens of a post, in the transaction that is open; one that is too long is left for them to find."""
    said = words_of(posted)
    if len(said.encode()) <= MOST_BYTES:
        dialect_of(connection).tell(connection, said)


def words_of(posted: Posted) -> str:
    """Give a post as JSON text: of the mark after it, which tables changed."""
    runs = {name: (fids.start, fids.stop) for name, fids in posted.runs.items()}
    before, after = posted.before, posted.after
    moved = {name: moment for name, moment in after.changes.items() if before.changes.get(name) != moment}
    told = {"runs": runs, "before": asdict(before), "after": asdict(replace(after, changes=moved))}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def posted_of(said: str) -> Posted | None:
    """Give the post that a text tells of; None where it tells of none: another version may say it otherwise."""
    try:
        told = json.loads(said)
        runs = {str(name): range(int(start), int(stop)) for name, (start, stop) in told["runs"].items()}
        before = _mark(told["before"])
        after = _mark(told["after"])
        return Posted(runs, before, replace(after, changes={**before.changes, **after.changes}))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _mark(told: Mapping[str, Any]) -> Mark:
    changes = {str(name): str(moment) for name, moment in told["changes"].items()}
    return Mark(int(told["version"]), str(told["moment"]), changes)


class Hearing:
    """Listens to what the services of a store say; threads take turns to ask it."""

    def __init__(self, where: Where) -> None:
        self._where = where
        self._connection: Raw | None = None

    def heard(self, wait: float = 0.0) -> list[Posted]:
        """Give the posts that were told of since the last call, waiting so many seconds for a first one.

        None where the connection broke meanwhile: the next call connects anew, and the tables are read till then.

        Raises
        ------
        StoreProblem
            The database can't be reached.
        """
        if isinstance(self._where, Path):
            return []
        dialect = dialect_at(self._where)
        with clear_words(self._where):
            if self._connection is None or dialect.is_lost(self._connection):
                self._connection = connect(self._where, write=False)
                dialect.listen(self._connection)
                return []
        try:
            with clear_words(self._where):
                said = dialect.heard(self._connection, max(wait, 0.0))
        except StoreProblem:
            if not dialect.is_lost(self._connection):
                raise
            return []
        return [posted for posted in map(posted_of, said) if posted is not None]

    def close(self) -> None:
        """Stop listening."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
