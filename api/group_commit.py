"""Posts that wait for the writer are written together: one transaction, one flush of the disk for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Lock
from typing import Final

from geodata.store.posting import Outcome, Together

TURN: Final = object()
"""What one who waits hears when it is their turn to write for all."""

Told = SimpleQueue[Outcome | BaseException | object]


class GroupCommit:
    """One writes all that wait by then; each is answered after the commit, for itself.

    Nobody waits for others to come: one alone is written at once. Who has written gives the turn to the first of those
    who came meanwhile, before anybody is answered. Nobody but whose turn it is waits for the writer's lock: it would
    pass through the hands of all who are done before the next could write.
    """

    def __init__(self, writing: Lock, write: Callable[[Sequence[Together]], list[Outcome]]) -> None:
        self._writing = writing
        self._write = write
        self._guard = Lock()
        self._waiting: list[tuple[Together, Told]] = []
        self._taken = False
        """Whether it is somebody's turn."""

    def post(self, rows: Together) -> str:
        """Give what became of the rows once they stand in the file; raise what is wrong with them or the writing."""
        mine: Told = SimpleQueue()
        with self._guard:
            self._waiting.append((rows, mine))
            my_turn, self._taken = not self._taken, True
        told = TURN if my_turn else mine.get()
        if told is TURN:
            self._write_all()
            told = mine.get()
        if isinstance(told, BaseException):
            raise told
        assert isinstance(told, str)  # noqa: S101 - for the type checker
        return told

    def _write_all(self) -> None:
        taken: list[tuple[Together, Told]] = []
        told: Sequence[Outcome | BaseException] = ()
        try:
            with self._writing:
                taken = self._take()
                told = self._write([rows for rows, _ in taken])
        except BaseException as problem:
            taken = taken or self._take()
            told = [problem] * len(taken)
            if not isinstance(problem, Exception):
                raise
        finally:
            with self._guard:
                self._taken = bool(self._waiting)
                if self._waiting:
                    self._waiting[0][1].put(TURN)
            for (_, queue), outcome in zip(taken, told, strict=True):
                queue.put(outcome)

    def _take(self) -> list[tuple[Together, Told]]:
        with self._guard:
            taken, self._waiting = self._waiting, []
        return taken
