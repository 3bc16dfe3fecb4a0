"""Ask a program of ours that runs behind walls (`geodata.confined`) for what it reads in a file from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from geodata.confined import overran

PATIENCE = 4
"""The clock on the wall may run so many times longer than the CPU's (a busy machine) before a child is killed."""


class TooSlow(Exception):
    """The child needed more than its time."""


class BrokeDown(Exception):
    """The child ended without an answer: the file broke it, or it asked for more memory than it may have."""


def ask(
    module: str,
    question: bytes,
    folder: Path,
    *,
    seconds: int,
    arguments: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """Run a module as a program of its own and give what it writes on stdout.

    Parameters
    ----------
    question
        Its stdin.
    folder
        Where it works.
    seconds
        CPU seconds that it allows itself; `PATIENCE` times as long on the wall it is killed.
    environment
        Besides the few variables that every child gets.

    Raises
    ------
    TooSlow, BrokeDown
    """
    command = [sys.executable, "-I", "-X", "utf8", "-m", module, *arguments]
    with (
        tempfile.TemporaryFile() as answer,
        subprocess.Popen(  # noqa: S603 - our own program, no word of the command is a user's
            command,
            stdin=subprocess.PIPE,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env=child_environment() | dict(environment or {}),
            cwd=folder,
        ) as child,
    ):
        try:
            child.communicate(question, timeout=seconds * PATIENCE)
        except subprocess.TimeoutExpired as error:
            child.kill()
            raise TooSlow from error
        except BaseException:
            child.kill()
            raise
        if child.returncode:
            raise TooSlow if overran(child.returncode) else BrokeDown
        answer.seek(0)
        return answer.read()


def child_environment() -> dict[str, str]:
    """Give what a child needs of this process's environment, and one thread."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH", "TEMP", "TMP") if name in os.environ}
    return kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
