"""Where a service's memory comes from."""

from __future__ import annotations

import ctypes
import platform

M_ARENA_MAX = -8
"""Of glibc's <malloc.h>."""
ARENAS = 2


def share_memory() -> None:
    """Have all threads take memory from two heaps; call it before there are threads.

    glibc gives each thread a heap of its own, up to eight a processor. Forty threads that answer by turns leave their
    largest answers' room behind in all of them: a morning's posts and boards took a third more. Python lets one thread
    compute at a time, so that sharing costs nothing. Other C libraries have no such heaps.
    """
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)
