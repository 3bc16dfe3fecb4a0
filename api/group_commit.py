"""Posts that wait for the writer are written together: one transaction, one flush of the disk for all of them."""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Lock

from api.lane import BEGIN, turns_of
from geodata.store.posting import Outcome, Together

Told = Outcome | BaseException
Heard = asyncio.Future[str]


class GroupCommit:
    """One thread writes all that wait by then; each is answered after the commit, for itself.

    Nobody waits for others to come: one alone is written at once. Who waits in an event loop holds no thread, and all
    of one loop are told by one call: a call for each would wake it up as often.
    """

    def __init__(self, writing: Lock, write: Callable[[Sequence[Together]], list[Outcome]]) -> None:
        self._writing = writing
        self._write = write
        self._writer = ThreadPoolExecutor(1, "wangge-posts")
        self._guard = Lock()
        self._waiting: list[tuple[Together, Future[str] | Heard]] = []
        self._busy = False
        """Whether the writer will come to those who wait."""

    def post(self, rows: Together) -> str:
        """Give what became of the rows once they stand in the file; raise what is wrong with them or the writing."""
        mine: Future[str] = Future()
        self._wait(rows, mine)
        return mine.result()

    async def posted(self, rows: Together) -> str:
        """Give the same without a thread that waits. Who goes away has posted all the same."""
        mine: Heard = asyncio.get_running_loop().create_future()
        self._wait(rows, mine)
        return await mine

    def close(self) -> None:
        """Wait until all that were posted are written."""
        self._writer.shutdown()

    def _wait(self, rows: Together, mine: Future[str] | Heard) -> None:
        with self._guard:
            self._waiting.append((rows, mine))
            if not self._busy:
                self._writer.submit(self._write_all)
                self._busy = True

    def _write_all(self) -> None:
        """Write until nobody waits."""
        while self._goes_on():
            with self._writing:
                taken = self._take()
                told: Sequence[Told]
                try:
                    told = self._write([rows for rows, _ in taken])
                except Exception as problem:  # noqa: BLE001 - it is raised where somebody waits for it
                    told = [problem] * len(taken)
            _tell([(mine, outcome) for (_, mine), outcome in zip(taken, told, strict=True)])

    def _goes_on(self) -> bool:
        with self._guard:
            self._busy = bool(self._waiting)
            return self._busy

    def _take(self) -> list[tuple[Together, Future[str] | Heard]]:
        with self._guard:
            taken, self._waiting = self._waiting, []
        return taken


def _tell(answers: Iterable[tuple[Future[str] | Heard, Told]]) -> None:
    """Tell each what became of the own rows."""
    by_loop: defaultdict[AbstractEventLoop, list[tuple[Heard, Told]]] = defaultdict(list)
    for mine, outcome in answers:
        if isinstance(mine, Future):
            _settle(mine, outcome)
        else:
            by_loop[mine.get_loop()].append((mine, outcome))
    for loop, theirs in by_loop.items():
        with suppress(RuntimeError):  # the loop is closed: the service ended while it was written, and nobody waits
            loop.call_soon_threadsafe(_settle_some, loop, theirs)


def _settle_some(loop: AbstractEventLoop, answers: Sequence[tuple[Heard, Told]]) -> None:
    """Tell a few in each turn of the loop: what else it has to do would wait until fifty are answered."""
    others = answers[BEGIN:]
    for mine, outcome in answers[:BEGIN]:
        if not mine.cancelled():
            _settle(mine, outcome)
    if others:
        turns_of(loop).then(loop, lambda: _settle_some(loop, others))


def _settle(mine: Future[str] | Heard, outcome: Told) -> None:
    if isinstance(outcome, BaseException):
        mine.set_exception(outcome)
    else:
        mine.set_result(outcome)
