"""Backups that the service makes: when one is due, what comes among them, which go."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from threading import Event, Thread
from zoneinfo import ZoneInfo

from api.jobs.folder import Places
from api.jobs.kinds import backups_in, draft_of_backup
from geodata.errors import StoreProblem, WanggeError
from geodata.store.backup import read_manifest
from geodata.store.heads import append_head, read_heads
from geodata.store.rotation import Rotation

LOOK_S = 20.0
"""A clock that is set, a machine that slept: it is looked at so often, not slept until the hour."""
LOGGER = logging.getLogger("wangge.jobs")


@dataclass(frozen=True)
class Made:
    """A backup: its file, and the moment in its name (the machine's clock)."""

    path: Path
    at: datetime


def made(places: Places) -> list[Made]:
    """Give the backups, the newest first."""
    return [Made(path, at) for path, at in backups_in(places)]


def settle_backup(places: Places, number: int, rotation: Rotation, said: str, *, whole: bool) -> str:
    """Bring a job's backup among the others and let the old ones go, or take away what is left of it; say what."""
    folder = draft_of_backup(places, number)
    if whole:
        for file in sorted(folder.glob("*.zip")):
            kept = places.backups / file.name
            file.replace(kept)
            said = f"已备份：{file.name}，检查过，完好。{export_head(places, kept)}"
    shutil.rmtree(folder, ignore_errors=True)
    if whole:
        dated = {each.at: each.path for each in made(places)}
        old = [dated[moment] for moment in rotation.gone(list(dated))]
        for path in old:
            path.unlink(missing_ok=True)
        said += f"按设定删去 {len(old)} 份旧的。" * bool(old)
    return said


def heads_file(places: Places) -> Path:
    """Give the text to which the head of the audit's chain is added with each backup; it outlives the backups."""
    return places.backups / f"{places.store.stem}.heads.txt"


def export_head(places: Places, backup: Path) -> str:
    """Add the head of the audit's chain in a backup to the heads kept beside it; say why it could not be."""
    try:
        (head,) = read_heads(backup, read_manifest(backup).code)
        append_head(heads_file(places), head)
    except WanggeError as problem:
        return f"审计链头没有导出：{problem}"
    except OSError as problem:
        return f"审计链头没有导出：写不了 {heads_file(places).name}（{problem.strerror}）。请检查备份文件夹。"
    return ""


def due_at(at: time, now: datetime) -> datetime:
    """Give the newest moment when a backup was due."""
    due = datetime.combine(now.date(), at, tzinfo=now.tzinfo)
    return due if due <= now else due - timedelta(days=1)


def due_since(last: datetime | None, at: time, now: datetime) -> bool:
    """Say whether a backup was due after the last one that was made or tried."""
    return last is None or last < due_at(at, now)


class Schedule:
    """Has a backup made each day at an hour; one that was missed while no service ran is made when one runs again.

    `make` is told since when it is due, and makes none where another service did since.
    """

    def __init__(
        self, at: time, zone: ZoneInfo, last: Callable[[], datetime | None], make: Callable[[datetime], None]
    ) -> None:
        self._at, self._zone, self._last, self._make = at, zone, last, make
        self._closing = Event()
        self._thread = Thread(target=self._run, name="backups", daemon=True)

    def open(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self.look(datetime.now(self._zone))
            except (WanggeError, OSError):  # the disk is full, somebody holds the file: looked at again
                LOGGER.exception("the backup of the night could not be asked for")
            self._closing.wait(LOOK_S)

    def look(self, now: datetime) -> None:
        """Have a backup made if one is due."""
        if due_since(self._last(), self._at, now):
            self._make(due_at(self._at, now))


def clock(text: str) -> time:
    """Read `02:00`; StoreProblem for anything else."""
    try:
        return datetime.strptime(text, "%H:%M").time()
    except ValueError as problem:
        raise StoreProblem(f"几点备份“{text}”看不懂，应写成 02:00 的样子。") from problem
