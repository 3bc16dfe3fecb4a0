"""Threads for what is short: a token, a row, a file's flush.

Requests that compute, and those that wait for an import to end, have the threads of Starlette; who only asks whether a
token is right would wait behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

P = ParamSpec("P")
T = TypeVar("T")

SHORT = 32
"""At once."""
_limiter: RunVar[CapacityLimiter] = RunVar("wangge-short")


async def aside(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call something short in a thread, beside all that is computed."""
    limiter = _limiter.get(None)
    if limiter is None:
        limiter = CapacityLimiter(SHORT)
        _limiter.set(limiter)
    return await run_sync(partial(call, *args, **kwargs), limiter=limiter)
