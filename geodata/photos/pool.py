"""Many pictures through a few child processes (`geodata.photos.child`): in order, few in memory, each on its own."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from geodata.own_folder import OwnFolder
from geodata.photos.child import LENGTH
from geodata.photos.exif import Exif
from geodata.photos.picture import CAMERA, Picture
from geodata.walled import child_environment

MAX_PHOTO_BYTES = 100 * 2**20
MEMORY = 1000 * 2**20
"""Address space of a child, its libraries included."""
PATIENCE_S = 60
"""Seconds on the wall that one picture may take."""
RETIRED_AFTER = 400
"""Pictures that a child reads before a fresh one takes its place, within `CPU_SECONDS`."""
CPU_SECONDS = 1200
MOST_CHILDREN = 4
WORTH_A_CHILD = 8
"""Pictures that are read in about the time that one more child takes to start."""

_BROKEN = "照片损坏得让读取程序中断了；请从手机或相机里重新拷贝原照片，或删去它"
_SLOW = f"读了 {PATIENCE_S} 秒还没有读完，已停止；请从手机或相机里重新拷贝原照片，或删去它"


@dataclass(frozen=True)
class Looked:
    """A file that was looked at: SHA-256 of its bytes in hex, and the picture or why it is none."""

    id: str
    picture: Picture | None
    unfit: str = ""


def look_at_all(paths: Sequence[Path], *, children: int | None = None) -> Iterator[Looked]:
    """Look at files in their order; at most twice as many pictures as children are in memory at a time."""
    workers = children or min(os.cpu_count() or 1, MOST_CHILDREN, 1 + len(paths) // WORTH_A_CHILD)
    with closing(Lookers(workers)) as lookers, ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Looked]] = deque()
        for path in paths:
            waiting.append(pool.submit(_look, path, lookers))
            if len(waiting) >= 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _look(path: Path, lookers: Lookers) -> Looked:
    try:
        size = path.stat().st_size
        if size == 0:
            return Looked("", None, "是空文件；请从手机或相机里重新拷贝")
        if size > MAX_PHOTO_BYTES:
            return Looked("", None, f"有 {size / 2**20:.0f} MB，超过一张照片的上限 {MAX_PHOTO_BYTES / 2**20:.0f} MB")
        data = path.read_bytes()
    except OSError as problem:
        return Looked("", None, f"打不开（{problem.strerror}）；请检查权限和磁盘")
    return lookers.look(data)


class Lookers:
    """Some child processes with a private folder each, started when they are needed; any thread may ask. Close them."""

    def __init__(self, children: int, kinds: frozenset[str] = CAMERA) -> None:
        self._folder = OwnFolder("wangge-photos-")
        self._idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        self._children = []
        for number in range(children):
            own = self._folder.path / str(number)
            own.mkdir()
            self._children.append(_Child(own, kinds))
            self._idle.put(self._children[-1])

    def look(self, data: bytes) -> Looked:
        """Look at the bytes of one picture; waits until a child is free."""
        child = self._idle.get()
        try:
            picture, unfit = child.ask(data)
        finally:
            self._idle.put(child)
        return Looked(sha256(data).hexdigest(), picture, unfit)

    def close(self) -> None:
        """End the children and take their folder away."""
        for child in self._children:
            child.stop()
        self._folder.close()


class _Child:
    """A child process, started when it is first asked and again after it broke down or has read its share."""

    def __init__(self, folder: Path, kinds: frozenset[str]) -> None:
        self._folder = folder
        self._kinds = kinds
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0

    def ask(self, data: bytes) -> tuple[Picture | None, str]:
        """Give the picture, or why it is none."""
        if self._read >= RETIRED_AFTER:
            self.stop()
        fresh = self._read == 0
        answer, slow = self._exchange(data)
        if answer is None and not slow and not fresh:  # what came before may have worn it out
            answer, slow = self._exchange(data)
        if answer is None:
            return None, _SLOW if slow else _BROKEN
        document, thumbnail = answer
        if "unfit" in document:
            return None, str(document["unfit"])
        exif = Exif(**{**document.pop("exif")})
        return Picture(exif=exif, thumbnail=thumbnail, **document), ""

    def _exchange(self, data: bytes) -> tuple[tuple[dict[str, Any], bytes] | None, bool]:
        """Ask once; no answer when the child broke down, and whether it was too slow."""
        process = self._process or self._start()
        slow = threading.Event()

        def give_up() -> None:
            slow.set()
            process.kill()

        clock = threading.Timer(PATIENCE_S, give_up)
        clock.start()
        try:
            assert process.stdin is not None  # noqa: S101 - for the type: both are pipes
            assert process.stdout is not None  # noqa: S101
            process.stdin.write(LENGTH.pack(len(data)) + data)
            process.stdin.flush()
            text, thumbnail = _part(process.stdout), _part(process.stdout)
        except (OSError, EOFError):
            self.stop()
            return None, slow.is_set()
        finally:
            clock.cancel()
        self._read += 1
        return (json.loads(text), thumbnail), False

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", "-X", "utf8", "-m", "geodata.photos.child"]
        self._process = subprocess.Popen(  # noqa: S603 - our own program, no word of the command is a user's
            [*command, str(self._folder), str(CPU_SECONDS), str(MEMORY), ",".join(sorted(self._kinds))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            cwd=self._folder,
        )
        self._read = 0
        return self._process

    def stop(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        self._read = 0
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                _close(pipe)
        process.wait()


def _part(source: IO[bytes]) -> bytes:
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    part = source.read(length)
    if len(part) < length:
        raise EOFError
    return part


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:  # what was not sent yet has nobody to read it
        return
