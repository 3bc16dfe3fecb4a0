"""The process of one job: runs a `wangge` command, holds a lock while it lives, and leaves its exit code in a file.

Run as `python -m api.jobs.child FOLDER WORD…`. What it says goes to files that the service opened, not to pipes, so it
goes on when the service ends, and the next service finds it by its lock and reads what became of it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from api.disk import FAULTS, refused

ALIVE, PID, EXIT, CANCELLED = "alive", "pid", "exit", "cancelled"
"""Files of a job's folder: locked while its process lives; the number of that process; with which code it ended;
there when somebody cancelled it."""
NICER = 5
PROBED_S = 5.0
"""Who asks whether a process lives holds its lock for a moment: it is waited for."""


def main(arguments: Sequence[str]) -> int:
    """Run the command, unless somebody does; give its exit code."""
    folder, words = Path(arguments[0]), arguments[1:]
    lock = FileLock(folder / ALIVE, timeout=PROBED_S)
    try:
        lock.acquire()
    except Timeout:
        return 0
    (folder / PID).write_text(str(os.getpid()))
    if (folder / CANCELLED).exists():  # who cancels from now on finds the process by its number
        return 0
    if hasattr(os, "nice"):
        os.nice(NICER)  # people who look at pages come first
    from api.cli import main as wangge  # noqa: PLC0415 - the lock is taken before anything that takes time

    code = wangge(words)
    part = folder / f"{EXIT}.part"
    part.write_text(str(code))
    part.replace(folder / EXIT)
    return code


def _told(arguments: Sequence[str]) -> int:
    """Do the work; what the disk refuses to the job's own files is said in words."""
    try:
        return main(arguments)
    except OSError as problem:
        if problem.errno not in FAULTS:
            raise
        sys.stderr.write(f"错误：{refused(problem)}。\n")
        return 1


if __name__ == "__main__":
    sys.exit(_told(sys.argv[1:]))
