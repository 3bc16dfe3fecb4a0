"""The only door to numba: loops over single atoms, compiled.

numba looks for the package coverage.py and takes ours, `coverage`, for it, which breaks it. While it is first imported
that name is shut. Nothing else may import numba.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

_OURS = "coverage"
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _numba() -> Any:
    ours = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == _OURS}
    for name in ours:
        del sys.modules[name]
    sys.modules[_OURS] = None  # type: ignore[assignment]
    try:
        return importlib.import_module("numba")
    finally:
        del sys.modules[_OURS]
        sys.modules.update(ours)


_njit = partial(_numba().njit, cache=True, nogil=True)


def compiled(function: _Function) -> _Function:
    """Compile a function at its first call, kept on disk for the next process; other threads run beside it."""
    made: _Function = _njit(function)
    return made


def inlined(function: _Function) -> _Function:
    """Compile a small function into its callers: a call with arrays costs more than what it does."""
    made: _Function = _njit(function, forceinline=True)
    return made
