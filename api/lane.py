"""Whose turn it is: reads go straight on; of writes few begin at once, in the order in which they came.

All requests are begun by one event loop. When fifty people post at once, who asks for figures would wait behind fifty
posts at each of his steps. So at most `BEGIN` writes begin in a turn of the loop, and what reads comes between; while
something is being read, only so many in `PAUSE_S`, for the reader needs the processor too. A write that has begun is
never stopped, so those that wait for the disk are as many as ever and share its flush; and none waits for ever: with
readers always there some `BEGIN / PAUSE_S` = 400 a second go on. Nothing of a waiting write is read from the network.
"""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections import deque

from starlette.types import ASGIApp, Receive, Scope, Send

from api.permissions import WRITES

BEGIN = 4
"""Writes that begin in one turn: about 2 ms of work."""
PAUSE_S = 0.01


class Lane:
    """Let writes begin a few at a time."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._waiting: deque[Future[None]] = deque()
        self._begun = 0
        self._turning = False
        self._reading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["method"] in WRITES:
            await self._turn()
            await self.app(scope, receive, send)
        else:
            self._reading += 1
            try:
                await self.app(scope, receive, send)
            finally:
                self._reading -= 1

    async def _turn(self) -> None:
        """Wait until a write may begin."""
        loop = asyncio.get_running_loop()
        if self._begun < BEGIN and not self._waiting:
            self._begun += 1
            if not self._turning:
                self._turning = True
                loop.call_soon(self._next)
            return
        mine = loop.create_future()
        self._waiting.append(mine)
        await mine

    def _next(self) -> None:
        """Begin the next turn; the last one is that in which nothing began."""
        self._begun = 0
        while self._waiting and self._begun < BEGIN:
            mine = self._waiting.popleft()
            if not mine.cancelled():
                mine.set_result(None)
                self._begun += 1
        self._turning = bool(self._begun)
        if self._turning:
            loop = asyncio.get_running_loop()
            loop.call_later(PAUSE_S, self._next) if self._reading else loop.call_soon(self._next)
