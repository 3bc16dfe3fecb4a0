"""Threads of the service: few for what is computed, others for what is short.

Python lets one thread compute at a time. Forty that want to hand its lock around, each finds the processor's cache full
of the others' tables, and all are done later than one after another; and who only asks whether a token is right would
wait behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import current_default_thread_limiter, run_sync

P = ParamSpec("P")
T = TypeVar("T")

COMPUTED = 3
"""Requests that are computed side by side: one that takes seconds leaves room for others. A phone's day takes 68 ms
alone, 101 beside one more, 136 beside five, 166 beside thirty-one."""
SHORT = 32
"""Who asks for a row, a token, or waits for the disk or a child process."""
_limiter: RunVar[CapacityLimiter] = RunVar("wangge-short")


def answer_by_turns() -> None:
    """Let few requests compute at once: those whose routes are plain functions; call it in the event loop."""
    current_default_thread_limiter().total_tokens = COMPUTED


async def aside(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call something short in a thread, beside all that is computed."""
    limiter = _limiter.get(None)
    if limiter is None:
        limiter = CapacityLimiter(SHORT)
        _limiter.set(limiter)
    return await run_sync(partial(call, *args, **kwargs), limiter=limiter)
