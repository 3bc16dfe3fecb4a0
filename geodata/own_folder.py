"""A folder of a process's own among the temporary ones; what a killed process left goes when the next one is made.

Beside the folder lies a locked file, `….alive`: the system lets go of the lock when the process ends, however it ends.
The lock is taken before the folder is made, so that no folder is ever there whose owner lives and holds no lock.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from secrets import token_hex

from filelock import FileLock, Timeout

ALIVE = ".alive"


class OwnFolder:
    """A new empty folder for this user alone, until it is closed, nobody holds it, or the process ends.

    Attributes
    ----------
    path
        Where it is: its name begins with the kind.
    """

    def __init__(self, kind: str) -> None:
        """Make it, and take away those of the kind whose processes were killed."""
        temporary = Path(tempfile.gettempdir())
        _clear(temporary, kind)
        self.path = temporary / f"{kind}{token_hex(8)}"
        # another thread may close it
        lock = FileLock(f"{self.path}{ALIVE}", mode=0o600, thread_local=False)
        lock.acquire()
        self.path.mkdir(mode=0o700)
        self._end = weakref.finalize(self, _drop, self.path, lock)

    def close(self) -> None:
        """Take it away with all that is in it."""
        self._end()


def _clear(temporary: Path, kind: str) -> None:
    for file in temporary.glob(f"{kind}*{ALIVE}"):
        lock = FileLock(file, timeout=0)
        try:
            lock.acquire()
        except (Timeout, PermissionError):  # its process lives, or it is another user's
            continue
        _drop(file.with_suffix(""), lock)


def _drop(folder: Path, lock: FileLock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    Path(lock.lock_file).unlink(missing_ok=True)  # while it is held: who waits for it sees that it is gone
    lock.release()
