"""Threads for what is computed, and others for what is short."""

from __future__ import annotations

import asyncio
from threading import Event

from starlette.concurrency import run_in_threadpool

from api.threads import COMPUTED, answer_by_turns, aside


def test_what_is_short_waits_for_nothing_that_is_computed() -> None:
    """While as many compute as may, one more waits, and what is short is done."""
    begun: list[int] = []
    over = Event()

    def compute(number: int) -> None:
        begun.append(number)
        over.wait(30)

    async def story() -> None:
        answer_by_turns()
        computing = [asyncio.ensure_future(run_in_threadpool(compute, number)) for number in range(COMPUTED + 1)]
        while len(begun) < COMPUTED:
            await asyncio.sleep(0)
        assert await aside(pow, 2, 3) == 8
        assert len(begun) == COMPUTED
        over.set()
        await asyncio.gather(*computing)
        assert len(begun) == COMPUTED + 1

    asyncio.run(story())
