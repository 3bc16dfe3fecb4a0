"""Threads of a service share their memory; what stands is left alone by the collector."""

from __future__ import annotations

import gc
import subprocess
import sys
from weakref import ref

import pytest

from api.memory import settle

HEAPS = """
import ctypes, threading
from api.memory import share_memory
share_memory()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
ready = threading.Barrier(8)
def take():
    libc.malloc(ctypes.c_size_t(1000))
    ready.wait(20)
threads = [threading.Thread(target=take) for _ in range(8)]
for each in threads: each.start()
for each in threads: each.join()
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc alone has such heaps")
def test_two_heaps() -> None:
    """However many threads take memory, there are two heaps."""
    told = subprocess.run([sys.executable, "-c", HEAPS], capture_output=True, text=True, check=True).stdout
    assert 1 <= told.count("<heap nr=") <= 2


ROOM = """
import resource, sys
import numpy as np
from api.memory import keep_room
if sys.argv[1] == "kept":
    keep_room()
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(3):
    del_me = np.ones(20_000_000)
    del del_me
before = faults()
for _ in range(10):
    del_me = np.ones(20_000_000)
    del del_me
print(faults() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc alone is told so")
def test_room_is_kept() -> None:
    """Large arrays one after another are taken from the system once, not each time."""
    words = [sys.executable, "-c", ROOM]
    kept, given = (
        int(subprocess.run([*words, word], capture_output=True, text=True, check=True).stdout)
        for word in ("kept", "given")
    )
    assert kept < 100 < given


class Circle:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.own = self


def test_circles_go_when_it_settles() -> None:
    """What is in a circle goes with the next settling, also when it stood through one before; what is held stays."""
    held, gone = Circle(), Circle()
    settle()
    try:
        alive, dead = ref(held), ref(gone)
        del gone
        gc.collect()
        assert dead() is not None
        settle()
        assert dead() is None
        assert alive() is held
    finally:
        gc.unfreeze()
