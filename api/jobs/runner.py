"""The jobs of a store: queued, started as processes, watched, ended, by any of its services.

Services share the book (`town.jobs.db`) and the folders of jobs: each watches whatever runs, whoever started it, so
that one goes on where another ended. The book says what may begin; one service at a time settles what ended.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from filelock import FileLock, Timeout

from api.jobs.backups import settle_backup
from api.jobs.folder import ERR, OUT, JobFolder, Places, kill_group
from api.jobs.kinds import READER, Asked, draft_of_backup
from api.problems import ConflictProblem, NotFoundProblem
from geodata.errors import WanggeError
from geodata.store.jobs import Job, JobBook, JobState
from geodata.store.location import Address, beside
from geodata.store.rotation import Rotation

AT_ONCE = 2
ACTOR = "service"
"""Who asks for what nobody did: the backup of the night."""
KEPT = 200
"""Jobs that have ended stay readable, the newest so many."""
STEP_S = 0.2
IDLE_S = 2.0
"""Where nothing runs here: another service may have ended, a fault may have passed."""
GRACE = timedelta(seconds=60)
"""A process that another service started may need so long until it holds its lock."""
SETTLING = ".settling"
COMMAND = (sys.executable, "-P", "-m", "api.jobs.child")
BROKE = "任务的进程中途结束了（断电、重启或被系统停止）。要写的要么全部写好、要么没有写，可以放心再做一次。"
UNREADABLE = "做完了，但结果读不出来（可能是另一个版本的程序写的）。写进去了什么，请看操作记录。"
UNSAID = "没能留下说明，请看磁盘是不是满了。"
LOGGER = logging.getLogger("wangge.jobs")


@dataclass
class _Running:
    """A job whose process lives; `process` when this service started it."""

    job: Job
    folder: JobFolder
    process: subprocess.Popen[bytes] | None = None

    def ended(self, now: datetime, grace: timedelta) -> bool:
        if self.process is not None:
            return self.process.poll() is not None
        told = self.folder.begun or self.folder.code is not None  # asked first: it may begin between the two
        if self.folder.alive():
            return False
        began = self.job.began_at
        # one that begins in the future began before the clock went back
        return told or began is None or not timedelta() <= now - began <= grace


class Runner:
    """Runs jobs, at most `AT_ONCE` and one that writes; one thread starts and watches all of them."""

    def __init__(
        self, places: Places, rotation: Rotation, command: Sequence[str] = COMMAND, grace: timedelta = GRACE
    ) -> None:
        self.places = places
        self.book = JobBook(places.store)
        self._rotation = rotation
        self._command = tuple(command)
        self._database = places.store.environment if isinstance(places.store, Address) else {}
        self._grace = grace
        self._lock = Lock()
        self._running: dict[int, _Running] = {}
        self._wake, self._closing = Event(), Event()
        self._thread: Thread | None = None

    def open(self) -> None:
        """Begin, with the jobs of before."""
        self._thread = Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching. Jobs that run go on, and the next service finds them."""
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self.book.close()

    def add(self, asked: Asked, actor: str = ACTOR) -> Job:
        """Queue a job; NotFoundProblem where a file that it needs is gone."""
        job = self._added(asked, actor, None)
        assert job is not None  # noqa: S101 - only `since` gives none
        return job

    def add_once(self, asked: Asked, since: datetime) -> None:
        """Queue what nobody asked for, unless a job of its kind was made since then, by any service."""
        self._added(asked, ACTOR, since)

    def _added(self, asked: Asked, actor: str, since: datetime | None) -> Job | None:
        asked.words(self.places, 0)
        title = asked.title(self.places)
        given = asked.model_dump(mode="json", exclude_none=True)
        job = self.book.add_once(given["kind"], title, given, writes=asked.writes, actor=actor, since=since)
        self._wake.set()
        return job

    def get(self, number: int) -> Job:
        """Give a job; NotFoundProblem when there is none."""
        job = self.book.get(number)
        if job is None:
            raise NotFoundProblem(f"没有编号 {number} 的任务，或者太久了已经清理。")
        return job

    def again(self, number: int, actor: str = ACTOR) -> Job:
        """Queue the same once more; it is safe: each command writes all of it or nothing."""
        job = self.get(number)
        if job.going:
            raise ConflictProblem(f"任务 {number} 还没有结束。")
        return self.add(READER.validate_python(dict(job.asked)), actor)

    def cancel(self, number: int) -> Job:
        """End a job at once, whichever service started it; ConflictProblem when it has ended."""
        self.get(number)
        if not self.book.end(number, "cancelled", "排队时取消，什么都没有做。", still=("queued",)):
            with self._lock:  # nothing is settled meanwhile
                if not self.get(number).going:
                    raise ConflictProblem(f"任务 {number} 已经结束，不能取消。")
                self.places.folder(number).cancel()
        self._wake.set()
        return self.get(number)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.clear()
            try:
                self._step()
            except (WanggeError, OSError, ValueError):  # the disk is full, somebody holds the file: looked at again
                LOGGER.exception("jobs could not be noted")
            self._wake.wait(STEP_S if self._running else IDLE_S)

    def _step(self) -> None:
        now = datetime.now(UTC)
        with self._lock:
            for job in self.book.going():
                if job.state == "running" and job.id not in self._running:
                    self._running[job.id] = _Running(job, self.places.folder(job.id))
            for number, running in list(self._running.items()):
                if running.folder.cancelled:
                    _kill(running)
                if running.ended(now, self._grace) and self._settled(running):
                    del self._running[number]
            for job in self.book.going():
                if job.state == "queued" and self._may_start(job):
                    self._start(job)

    def _may_start(self, job: Job) -> bool:
        """Say whether it may begin, as far as is seen here; the book has the last word."""
        others = [each.job for each in self._running.values()]
        return len(others) < AT_ONCE and not (job.writes and any(each.writes for each in others))

    def _start(self, job: Job) -> None:
        folder = self.places.folder(job.id)
        try:
            words = READER.validate_python(dict(job.asked)).words(self.places, job.id)
            folder.make()
            if job.kind == "backup":
                draft_of_backup(self.places, job.id).mkdir(mode=0o700, parents=True, exist_ok=True)
        except (ValueError, WanggeError, OSError) as problem:  # a file is gone, a version asked otherwise
            self.book.end(job.id, "failed", str(problem), still=("queued",))
            return
        if not self.book.begin(job.id, AT_ONCE):  # cancelled meanwhile, or another service was first
            return
        try:
            process = self._process(folder, words, job.actor)
        except OSError as problem:
            self.book.end(job.id, "failed", f"任务没有启动：{problem.strerror}。")
            return
        self._running[job.id] = _Running(self.get(job.id), folder, process)

    def _process(self, folder: JobFolder, words: Sequence[str], actor: str) -> subprocess.Popen[bytes]:
        with _private(folder.path / OUT) as out, _private(folder.path / ERR) as err:
            return subprocess.Popen(  # noqa: S603 - no shell, every word is ours or behind `--name=`
                [*self._command, str(folder.path), *words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=os.environ | self._database | {"WANGGE_PROGRESS": "json", "WANGGE_ACTOR": actor},
                start_new_session=True,  # Ctrl+C on the service is none on the job
            )

    def _settled(self, running: _Running) -> bool:
        """Settle what ended, unless another service did; False while one is at it."""
        self.places.jobs.mkdir(mode=0o700, exist_ok=True)
        try:
            with FileLock(self.places.jobs / SETTLING, timeout=0):
                job = self.book.get(running.job.id)
                if job is not None and job.state == "running":
                    self._settle(running)
        except Timeout:
            return False
        return True

    def _settle(self, running: _Running) -> None:
        job, folder = running.job, self.places.folder(running.job.id)  # what it said is read anew
        state, said = _outcome(running, folder)
        said, facts = self._without_folders(said, folder), dict[str, Any]()
        if state == "done":
            state, said, facts = _told(job, folder, said)
        if job.kind == "backup":
            said = settle_backup(self.places, job.id, self._rotation, said, whole=state == "done")
        if state != "done":
            folder.drop_files()
        self.book.end(job.id, state, said, facts)
        for number in self.book.forget(KEPT):
            self.places.folder(number).drop()

    def _without_folders(self, said: str, folder: JobFolder) -> str:
        """Leave out where our own files lie: people know them by their names."""
        for path in (self.places.backups, folder.files_path, beside(self.places.store, "").parent):
            said = said.replace(f"{path}{os.sep}", "")
        return said


def _told(job: Job, folder: JobFolder, said: str) -> tuple[JobState, str, dict[str, Any]]:
    """Give the sentence and the counts of what was done; a result that can't be read is a failure."""
    try:
        asked = READER.validate_python(dict(job.asked))
        facts = dict(asked.facts(folder.result))
        return "done", asked.sentence(facts) or said, facts
    except (ValueError, LookupError, TypeError, AttributeError):
        LOGGER.exception("the result of a job could not be read")
        return "failed", UNREADABLE, {}


def _outcome(running: _Running, folder: JobFolder) -> tuple[JobState, str]:
    """Say how a process ended, and the sentence for people."""
    last = folder.messages[-1] if folder.messages else ""
    code = folder.code
    if code is None:
        if folder.cancelled:
            return "cancelled", "已取消，没有写入。"
        if running.process is not None and (running.process.returncode or 0) > 0:
            return "failed", f"出错了，没有做完：{last.removeprefix('错误：') or UNSAID}"
        return "interrupted", BROKE
    found = code == 1 and running.job.kind == "check" and folder.result is not None
    return ("done", last) if code == 0 or found else ("failed", last.removeprefix("错误："))


def _kill(running: _Running) -> None:
    if running.process is None:
        if running.folder.alive():
            running.folder.kill()
    elif running.process.poll() is None:
        kill_group(running.process.pid)


@contextmanager
def _private(path: Path) -> Iterator[int]:
    """Give a new file for this user alone."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        yield file
    finally:
        os.close(file)
