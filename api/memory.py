"""Where a service's memory comes from, and who looks through it for what nobody holds any more."""

from __future__ import annotations

import ctypes
import gc
import platform

M_ARENA_MAX = -8
"""Of glibc's <malloc.h>."""
ARENAS = 2
NEW = 20_000
"""Objects that may hold others, made and not yet gone, after which Python looks for circles among them (700 else)."""


def share_memory() -> None:
    """Have all threads take memory from two heaps; call it before there are threads.

    glibc gives each thread a heap of its own, up to eight a processor. Forty threads that answer by turns leave their
    largest answers' room behind in all of them: a morning's posts and boards took a third more. Python lets one thread
    compute at a time, so that sharing costs nothing. Other C libraries have no such heaps.
    """
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def collect_rarely() -> None:
    """Look for circles less often; nearly all that a service makes goes as soon as nobody holds it.

    Forty threads always hold some ten thousands of objects that are about to go. Looked at after each 700, they pass
    for old ones, and all that is old is looked through again: under load that took 46 % of the processor.
    """
    gc.set_threshold(NEW, *gc.get_threshold()[1:])


def settle() -> None:
    """Take all that is there out of the collector's sight; what nobody holds goes first.

    A collection that walks over a million shapes and texts stops everybody for tenths of a second. Call it when tables
    were read: what stood before and goes later still goes, unless it stands in a circle; then with the next call.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
