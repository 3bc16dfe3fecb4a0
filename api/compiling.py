"""The loops of the streets are compiled beside a service that starts on a machine for the first time.

That takes some forty seconds of one core, once: whoever opens the list of gaps first would wait for it.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

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
    command = [sys.executable, "-m", "coverage.streets.compiling"]
    return subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)  # noqa: S603 - our own program
