"""Posts that wait for the writer are written together: one transaction, one flush of the disk for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Lock

from geodata.store.posting import Outcome, Together


class GroupCommit:
    """Whoever gets the writer first writes all that wait by then; each is answered after the commit, for itself.

    Nobody waits for others to come: one alone is written at once.
    """

    def __init__(self, writing: Lock, write: Callable[[Sequence[Together]], list[Outcome]]) -> None:
        self._writing = writing
        self._write = write
        self._guard = Lock()
        self._waiting: list[tuple[Together, Future[Outcome]]] = []

    def post(self, rows: Together) -> str:
        """Give what became of the rows once they stand in the file; raise what is wrong with them or the writing."""
        mine: Future[Outcome] = Future()
        with self._guard:
            self._waiting.append((rows, mine))
        with self._writing:
            if not mine.done():
                self._write_all()
        outcome = mine.result()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _write_all(self) -> None:
        with self._guard:
            taken, self._waiting = self._waiting, []
        try:
            outcomes = self._write([rows for rows, _ in taken])
        except BaseException as problem:
            for _, future in taken:
                future.set_exception(problem)
            raise
        for (_, future), outcome in zip(taken, outcomes, strict=True):
            future.set_result(outcome)
