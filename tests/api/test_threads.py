"""Threads for what is short."""

from __future__ import annotations

import asyncio
from threading import Event

from anyio.to_thread import current_default_thread_limiter
from starlette.concurrency import run_in_threadpool

from api.threads import aside


def test_what_is_short_waits_for_nothing_that_is_computed() -> None:
    """While all threads for requests are taken, what is short is done."""
    begun: list[int] = []
    over = Event()

    def compute(number: int) -> None:
        begun.append(number)
        over.wait(30)

    async def story() -> None:
        current_default_thread_limiter().total_tokens = 2
        computing = [asyncio.ensure_future(run_in_threadpool(compute, number)) for number in range(3)]
        while len(begun) < 2:
            await asyncio.sleep(0)
        assert await aside(pow, 2, 3) == 8
        assert len(begun) == 2
        over.set()
        await asyncio.gather(*computing)

    asyncio.run(story())
