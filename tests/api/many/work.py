"""Work that a worker process can import: on numbers, and one that ends its process."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def twice(number: int) -> int:
    """Give twice the number."""
    return 2 * number


def twice_unless_killed(number: int, deadly: int, mark: str) -> int:
    """Give twice the number; the first time that the deadly one comes, the process is killed at once."""
    flag = Path(mark)
    if number == deadly and not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def deadly(number: int, which: int) -> int:
    """Give the number, but one of them kills every process that takes it."""
    if number == which:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def wrong(number: int) -> int:
    """Fail with an error of the program's own."""
    raise ZeroDivisionError(number)
