"""The loops of the streets are compiled beside a service that starts on a machine for the first time.

That takes some forty seconds of one core, once: whoever opens the list of gaps first would wait for it.
"""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock, Timeout

LOOPS, LONGEST = "coverage.streets.lattice", "lattice.likeliest-*.nbi"
"""The module, and what numba keeps of the loop that takes longest."""


def are_compiled() -> bool:
    """Say whether the loops stand compiled beside their code; nothing is loaded for it."""
    spec = find_spec(LOOPS)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(LOOPS)
    return any((Path(spec.origin).parent / "__pycache__").glob(LONGEST))


def compile_beside() -> subprocess.Popen[bytes] | None:
    """Have the loops compiled by a process of the lowest priority, unless they are; it ends by itself."""
    if are_compiled():
        return None
    quiet = subprocess.DEVNULL
    command = [sys.executable, "-m", "api.compiling"]
    return subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)  # noqa: S603 - our own program


def main() -> None:
    """Compile, unless another process of this user does: a town's services start together, or one again and again."""
    if hasattr(os, "nice"):  # the services have the processor first
        os.nice(19)
    try:
        with FileLock(Path(tempfile.gettempdir()) / f"wangge-loops-{_user()}.lock", timeout=0):
            if not are_compiled():
                from coverage.streets.compiling import compile_loops  # noqa: PLC0415 - no service needs it so early

                compile_loops()
    except Timeout:
        return


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()


if __name__ == "__main__":
    main()
