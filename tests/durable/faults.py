"""Faults that the system gives to a running service at a call of one's choice, put in and taken out by strace."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType

PATIENCE_S = 20.0
NO_FILE = re.compile("<(pipe|socket|anon_inode)")
TRACED = re.compile(r"TracerPid:\s+[1-9]")


class Fault:
    """While this holds, the `at`-th `call` of each thread of a process, and of those it starts, fails.

    Attributes
    ----------
    hit, beside
        Lines of the trace with a fault in a file, and in what lies on no disk (pipes, sockets); known at the end.
    """

    def __init__(self, process: int, call: str, error: str, at: int, trace: Path) -> None:
        self.hit: list[str] = []
        self.beside: list[str] = []
        self._process, self._trace = process, trace
        self._words = ["-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={at}"]

    def __enter__(self) -> Fault:
        command = ["strace", "-f", "-qq", "-y", "-o", str(self._trace), "-p", str(self._process), *self._words]
        self._strace = subprocess.Popen(command)
        until = time.monotonic() + PATIENCE_S
        while not self._holds():
            assert time.monotonic() < until, "strace does not hold the service"
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._strace.send_signal(signal.SIGINT)
        self._strace.wait(PATIENCE_S)
        for line in self._trace.read_text(errors="replace").splitlines():
            if "INJECTED" in line:
                (self.beside if NO_FILE.search(line) else self.hit).append(line)

    def _holds(self) -> bool:
        """Say whether every thread is traced."""
        try:
            tasks = list(Path(f"/proc/{self._process}/task").iterdir())
            return all(TRACED.search((task / "status").read_text()) for task in tasks)
        except FileNotFoundError:  # a thread that ended meanwhile
            return False
