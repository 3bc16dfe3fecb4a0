"""Where a process's memory comes from, and who looks through it for what nobody holds any more."""

from __future__ import annotations

import ctypes
import gc
import platform
from collections.abc import Mapping

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -2, -3, -8
"""Of glibc's <malloc.h>."""
ARENAS = 2
KEPT_BYTES, AT_ONCE_BYTES = 2**30, 2**26
NEW = 20_000
"""Objects that may hold others, made and not yet gone, after which Python looks for circles among them (700 else)."""


def share_memory() -> None:
    """Have all threads take memory from two heaps; call it before there are threads.

    glibc gives each thread a heap of its own, up to eight a processor. Forty threads that answer by turns leave their
    largest answers' room behind in all of them: a morning's posts and boards took a third more. Python lets one thread
    compute at a time, so that sharing costs nothing. Other C libraries have no such heaps.
    """
    _tell({M_ARENA_MAX: ARENAS})


def keep_room() -> None:
    """Have room that was given back kept for what comes next, in a process that computes once and ends.

    glibc hands each large array back to the system and takes the next one page by page: for 4.3 million inspections
    0.4 s of 3.1. A service lives on, and must give back.
    """
    _tell({M_MMAP_THRESHOLD: KEPT_BYTES, M_TRIM_THRESHOLD: KEPT_BYTES, M_TOP_PAD: AT_ONCE_BYTES})


def _tell(settings: Mapping[int, int]) -> None:
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        for name, value in settings.items():
            libc.mallopt(name, value)


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
