"""Threads of a service share their memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

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
