"""A runner whose processes are a few lines that do as they are told: no library is loaded for a job."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from api.jobs.folder import Places
from api.jobs.kinds import Asked, Check, Divide
from api.jobs.runner import Runner
from api.problems import ConflictProblem
from geodata.store.rotation import Rotation

CHILD = """
import fcntl, os, signal, sys
from pathlib import Path
folder, words = Path(sys.argv[1]), sys.argv[2:]
lock = os.open(folder / "alive", os.O_RDWR | os.O_CREAT)
fcntl.flock(lock, fcntl.LOCK_EX)
(folder / "files" / "made.txt").write_text("half")
store = Path(words[1] if words[0] == "backup" else words[-1])
order = store.with_suffix(".order").read_text()
def end(*_):
    code = order.removeprefix("code ") if order.startswith("code") else "0"
    if words[0] == "backup":
        (Path(words[2]) / "town-20240630-020000.zip").write_text("whole")
    print('{"findings": []}', flush=True)
    print("last words", file=sys.stderr, flush=True)
    (folder / "exit").write_text(code)
    os._exit(0)
signal.signal(signal.SIGUSR1, end)
print('{"progress": {"label": "a", "stage": "b", "done": 1, "of": 3}}', file=sys.stderr, flush=True)
(folder / "pid").write_text(str(os.getpid()))
if order.startswith("code"):
    end()
while True:
    signal.pause()
"""
COMMAND = (sys.executable, "-I", "-S", "-c", CHILD)
PATIENCE_S = 30.0


def until(holds: Callable[[], bool]) -> None:
    """Look until something holds."""
    last = monotonic() + PATIENCE_S
    while not holds():
        assert monotonic() < last, "waited too long"
        Event().wait(0.01)


class Office:
    """A store's runner, which may end and begin anew; `order` is what its processes do: `wait`, or `code N`."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(folder / "town.gpkg", folder / "backups")
        self.order("wait")
        self.runner = self.open()

    def order(self, words: str) -> None:
        """Say what processes do that begin from now on."""
        self.places.store.with_suffix(".order").write_text(words)

    def open(self) -> Runner:
        """Begin a service's runner."""
        self.runner = Runner(self.places, Rotation.read("2d"), COMMAND, grace=timedelta(0))
        self.runner.open()
        return self.runner

    @contextmanager
    def another(self) -> Iterator[Runner]:
        """Begin another service of the same store, beside the first."""
        other = Runner(self.places, Rotation.read("2d"), COMMAND)
        other.open()
        yield other
        other.close()

    def add(self, asked: Asked) -> int:
        """Queue a job."""
        return self.runner.add(asked).id

    def state(self, number: int) -> str:
        """Give the state of a job."""
        return self.runner.get(number).state

    def running(self, asked: Asked) -> tuple[int, int]:
        """Queue a job, and give its number and its process's once it runs."""
        number = self.add(asked)
        pid = self.places.folder(number).path / "pid"
        until(lambda: pid.is_file() and pid.read_text() != "")
        return number, int(pid.read_text())

    def finish(self, pid: int) -> None:
        """Let a process that waits come to a good end."""
        os.kill(pid, signal.SIGUSR1)


def check() -> Asked:
    """Give a job that only reads."""
    return Check(kind="check")


def divide() -> Asked:
    """Give a job that writes."""
    return Divide(kind="divide", name="甲", into=2)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give an office; its processes end with the test."""
    held = Office(tmp_path)
    yield held
    for job in held.runner.book.going():
        with suppress(ConflictProblem):  # it ended by itself meanwhile
            held.runner.cancel(job.id)
    until(lambda: not held.runner.book.going())
    held.runner.close()
