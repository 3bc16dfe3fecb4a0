"""Walls around a process that opens a file from outside: memory, time, other files, the network.

What holds where:

================ ======================================== ==========================
wall             Linux                                    Windows
================ ======================================== ==========================
memory, CPU time `setrlimit`                              the caller's clock alone
other files      Landlock, kernel 5.13 and later          a private copy, own names
network          Landlock (TCP), a network namespace of    no driver that opens URLs
                 its own where the kernel gives one
================ ======================================== ==========================

The driver allow-list, the private copy and the clock hold everywhere and don't need these walls; the walls hold what a
bug in a driver would let out.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

MAX_ANSWER_BYTES = 768 * 2**20
MAX_OPEN_FILES = 64

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # Landlock's system calls, alike on all machines
_ASK_VERSION, _BENEATH = 1, 1
_READ = (1 << 2) | (1 << 3)  # files, folders
_ALL_FILES = (1 << 13) - 1
_ALL_TCP = 3  # bind, connect
_TCP_SINCE = 4
_NO_NEW_PRIVILEGES = 38
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("tcp", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("access", ctypes.c_uint64), ("folder", ctypes.c_int32))


def confine(folder: Path, readable: Iterable[Path], *, seconds: int, memory: int) -> tuple[str, ...]:
    """Wall this process in for good.

    Parameters
    ----------
    folder
        The one folder in which it may read and write.
    readable
        Folders that it may read besides (its libraries' own data).
    seconds
        Of CPU; the process is killed after them.
    memory
        Bytes of address space.

    Returns
    -------
    The walls that stand: `limits`, `files`, `network`; those that this system does not have are missing.
    """
    if sys.platform != "linux":
        return _limit(seconds, memory) if sys.platform != "win32" else ()
    libc = ctypes.CDLL(None, use_errno=True)
    walls: tuple[str, ...] = ()
    if libc.unshare(_NEW_USER | _NEW_NETWORK) == 0:
        walls += ("network",)
    if _lock_files(libc, folder, readable):
        walls += ("files",)
    return walls + _limit(seconds, memory)


def overran(returncode: int) -> bool:
    """Say whether a process that ended so was killed for its CPU time."""
    if sys.platform == "win32":
        return False
    import signal  # noqa: PLC0415 - other names on Windows

    return returncode == -signal.SIGXCPU


def _limit(seconds: int, memory: int) -> tuple[str, ...]:
    if sys.platform == "win32":
        return ()
    import resource  # noqa: PLC0415 - not on Windows

    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, MAX_ANSWER_BYTES),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))
    return ("limits",)


def _lock_files(libc: ctypes.CDLL, folder: Path, readable: Iterable[Path]) -> bool:
    """Let this process open nothing but the folders, and no TCP connection; False where the kernel can't."""
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < 1:
        return False
    rules = _Ruleset(_ALL_FILES, _ALL_TCP)
    size = ctypes.sizeof(rules) if version >= _TCP_SINCE else ctypes.sizeof(ctypes.c_uint64)
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return False
    for path, access in ((folder, _ALL_FILES), *((each, _READ) for each in readable)):
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        rule = _Beneath(access, handle)
        libc.syscall(_ADD_RULE, ruleset, _BENEATH, ctypes.byref(rule), 0)
        os.close(handle)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    done = libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return bool(done)
