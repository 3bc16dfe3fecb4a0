"""Whose turn it is: reads go straight on; of writes few begin at once, in the order in which they came.

All requests are begun by one event loop. When fifty people post at once, who asks for figures would wait behind fifty
posts at each of his steps. So at most `BEGIN` writes begin in a turn of the loop, and what reads comes between; while
something is being read, only so many in `PAUSE_S`, for the reader needs the processor too. As many are told that their
write stands (`api.group_commit`): to answer is half of the work. A write that has begun is never stopped, so those that
wait for the disk are as many as ever and share its flush; and none waits for ever: with readers always there some
`BEGIN / PAUSE_S` = 40 a second go on. There is no place that a slow telephone could hold: only the beginning is
counted. Of reads few are computed at once, in the order in which they came, from their beginning until their answer is
begun.
"""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, Future, Semaphore, TimerHandle
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic
from weakref import WeakKeyDictionary

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.coming import note_coming
from api.permissions import WRITES

BEGIN = 2
"""Writes that begin in one turn: about a millisecond of work."""
PAUSE_S = 0.05
COMPUTED = 2
"""Reads that are computed side by side: one may wait for a disk or another service. Python lets one thread compute at a
time, and each finds the processor's cache full of the others' tables: in a morning's first minute a phone's day takes
2.7 s at the median beside two others, 0.8 beside one, 0.7 alone."""
LONG_S = 1.0
"""What takes longer, an atlas on paper say, is one of them no more: nobody waits until it is done."""
LIGHT = ("/static/", "/assets/", "/healthz", "/readyz", "/metrics")
"""Nothing is computed for these."""


class Lane:
    """Let writes begin a few at a time."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        turns = turns_of(loop)
        if scope["method"] in WRITES:
            await turns.mine()
            await self.app(scope, receive, send)
        elif scope["path"].startswith(LIGHT):
            await self.app(scope, receive, send)
        else:
            await self._read(turns, scope, receive, send)

    async def _read(self, turns: Turns, scope: Scope, receive: Receive, send: Send) -> None:
        """Compute an answer when it is one of the few; how long it takes to be sent concerns nobody else."""
        loop = asyncio.get_running_loop()
        note_coming(monotonic())
        await turns.computing.acquire()
        with ExitStack() as computing:
            computing.callback(turns.computing.release)
            computing.enter_context(turns.reading(loop))
            computing.callback(loop.call_later(LONG_S, computing.close).cancel)

            async def begun(message: Message) -> None:
                computing.close()
                await send(message)

            await self.app(scope, receive, begun)


_ALL: WeakKeyDictionary[AbstractEventLoop, Turns] = WeakKeyDictionary()


def turns_of(loop: AbstractEventLoop) -> Turns:
    """Give the turns of an event loop; a server has one."""
    return _ALL.setdefault(loop, Turns())


class Turns:
    """Turns of one event loop, which alone touches them."""

    def __init__(self) -> None:
        self._waiting: deque[Future[None]] = deque()
        self._begun = 0
        """In this turn."""
        self._turning = False
        """Whether `_next` will be called."""
        self.computing = Semaphore(COMPUTED)
        self._readers = 0
        self._paused: dict[Callable[[], None], TimerHandle] = {}

    @contextmanager
    def reading(self, loop: AbstractEventLoop) -> Iterator[None]:
        """Let writes wait longer meanwhile, and no longer."""
        self._readers += 1
        try:
            yield
        finally:
            self._readers -= 1
            if not self._readers:
                for go_on, timer in self._paused.items():
                    timer.cancel()
                    loop.call_soon(go_on)
                self._paused.clear()

    def then(self, loop: AbstractEventLoop, go_on: Callable[[], None]) -> None:
        """Go on with writes in the next turn."""
        if self._readers:
            self._paused[go_on] = loop.call_later(PAUSE_S, self._after_pause, go_on)
        else:
            loop.call_soon(go_on)

    def _after_pause(self, go_on: Callable[[], None]) -> None:
        del self._paused[go_on]
        go_on()

    async def mine(self) -> None:
        """Wait until a write may begin. Who goes away while waiting loses the turn."""
        loop = asyncio.get_running_loop()
        if self._begun < BEGIN and not self._waiting:
            self._begun += 1
            if not self._turning:
                self._turning = True
                loop.call_soon(self._next, loop)
            return
        waiting = loop.create_future()
        self._waiting.append(waiting)
        await waiting

    def _next(self, loop: AbstractEventLoop) -> None:
        """Begin the next turn; the last one is that in which nothing began."""
        self._begun = 0
        while self._waiting and self._begun < BEGIN:
            waiting = self._waiting.popleft()
            if not waiting.cancelled():
                waiting.set_result(None)
                self._begun += 1
        self._turning = bool(self._begun)
        if self._turning:
            self.then(loop, lambda: self._next(loop))
