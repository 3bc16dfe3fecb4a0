"""What lies beside the store for the desk: a folder a job, files that were sent in, backups."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from api.jobs.child import ALIVE, CANCELLED, EXIT, PID
from geodata.store.location import Address, Where, beside

OUT, ERR, FILES = "out", "err", "files"
TAIL_BYTES = 64 * 1024
MOST_RESULT_BYTES = 64 * 2**20
"""Longer answers are for saving, not for a page."""


@dataclass(frozen=True)
class Places:
    """Where things lie: the store, the folders of jobs, of files that were sent in, of backups."""

    store: Where
    backups: Path

    @property
    def jobs(self) -> Path:
        """The folder of the jobs' folders."""
        return beside(self.store, ".jobs")

    @property
    def uploads(self) -> Path:
        """The folder of files that were sent in."""
        return beside(self.store, ".uploads")

    @property
    def named(self) -> str:
        """The store as it is named to a child process; the rest of a database's address is in its environment."""
        return self.store.bare if isinstance(self.store, Address) else str(self.store)

    def folder(self, number: int) -> JobFolder:
        """Give the folder of a job."""
        return JobFolder(self.jobs / f"{number:06d}")


@dataclass(frozen=True)
class Progress:
    """How far a job is: what is being done, and so many of so many (0 of 0: it can't be told)."""

    label: str
    stage: str
    done: int
    of: int


@dataclass(frozen=True)
class JobFolder:
    """The folder of a job: what its process said, gave and wrote."""

    path: Path

    @property
    def files_path(self) -> Path:
        """Where its files lie."""
        return self.path / FILES

    def make(self) -> None:
        """Make it, for this user alone."""
        self.path.parent.mkdir(mode=0o700, exist_ok=True)
        self.path.mkdir(mode=0o700, exist_ok=True)
        self.files_path.mkdir(mode=0o700, exist_ok=True)

    def alive(self) -> bool:
        """Say whether its process lives, whoever started it."""
        if not self.path.is_dir():
            return False
        lock = FileLock(self.path / ALIVE, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            return True
        lock.release()
        return False

    def kill(self) -> None:
        """End its process and all that it started, at once. Only while `alive`: the number is of who holds the lock."""
        text = _read(self.path / PID)
        if text.isdigit():
            kill_group(int(text))

    def cancel(self) -> None:
        """Have the job end, whoever started it: what has not begun yet sees the mark, what lives is ended at once."""
        (self.path / CANCELLED).touch(0o600)
        if self.alive():
            self.kill()

    @property
    def cancelled(self) -> bool:
        """Say whether somebody cancelled it."""
        return (self.path / CANCELLED).exists()

    @property
    def begun(self) -> bool:
        """Say whether its process came so far that it held its lock."""
        return (self.path / PID).exists()

    @property
    def code(self) -> int | None:
        """The exit code; None while there is none, or when the process ended without one."""
        text = _read(self.path / EXIT).strip()
        return int(text) if text.lstrip("-").isdigit() else None

    @cached_property
    def _lines(self) -> list[str]:
        return _tail(self.path / ERR).splitlines()

    @property
    def progress(self) -> Progress | None:
        """How far it is, as it said last; None before it said anything."""
        return next((told for line in reversed(self._lines) if (told := _told(line))), None)

    @property
    def messages(self) -> list[str]:
        """What it said to people, the last lines of it."""
        return [line for line in self._lines if _told(line) is None]

    @cached_property
    def result(self) -> Any:
        """The JSON document that it gave; None where it gave none."""
        out = self.path / OUT
        if not out.is_file() or not 0 < out.stat().st_size <= MOST_RESULT_BYTES:
            return None
        try:
            return json.loads(out.read_text(encoding="utf-8"))
        except ValueError:  # it was ended while it wrote
            return None

    @cached_property
    def files(self) -> dict[str, int]:
        """Name → bytes of each file that it wrote, in order."""
        if not self.files_path.is_dir():
            return {}
        found = sorted(each for each in self.files_path.rglob("*") if each.is_file() and not each.is_symlink())
        return {
            each.relative_to(self.files_path).as_posix(): each.stat().st_size
            for each in found
            if not any(part.startswith(".wangge-") for part in each.relative_to(self.files_path).parts)
        }

    def drop_files(self) -> None:
        """Take away what it wrote: it ended before all of it was there."""
        shutil.rmtree(self.files_path, ignore_errors=True)

    def drop(self) -> None:
        """Take the folder away."""
        shutil.rmtree(self.path, ignore_errors=True)


def kill_group(number: int) -> None:
    """End a process that leads a group of its own, and that group; one that is gone already is no matter."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(number, signal.SIGKILL)
        else:
            os.kill(number, signal.SIGTERM)  # ends it at once on Windows
    except ProcessLookupError:
        return


def _told(line: str) -> Progress | None:
    if not line.startswith('{"progress":'):
        return None
    try:
        given = json.loads(line)["progress"]
        return Progress(str(given["label"]), str(given["stage"]), int(given["done"]), int(given["of"]))
    except (ValueError, KeyError, TypeError):
        return None


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _tail(path: Path) -> str:
    """Give the end of a text that may still grow, from the beginning of a line on."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        length = file.seek(0, os.SEEK_END)
        file.seek(max(0, length - TAIL_BYTES))
        content = file.read()
    if length > TAIL_BYTES:
        content = content.partition(b"\n")[2]
    return content.decode("utf-8", "replace")


def reports_of(result: Any) -> Iterator[dict[str, Any]]:
    """Give the reports of an import: of one file, or of each of several."""
    if isinstance(result, dict):
        yield from result["files"] if isinstance(result.get("files"), list) else [result]
