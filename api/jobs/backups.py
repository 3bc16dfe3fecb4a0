"""Backups that the service makes: when one is due, what comes among them, which go."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from threading import Event, Thread
from zoneinfo import ZoneInfo

from api.jobs.folder import Places
from api.jobs.kinds import backups_in, draft_of_backup
from geodata.errors import StoreProblem
from geodata.store.backup import moment_of
from geodata.store.rotation import Rotation

LOOK_S = 20.0
"""A clock that is set, a machine that slept: it is looked at so often, not slept until the hour."""


@dataclass(frozen=True)
class Made:
    """A backup: its file, and the moment in its name (the machine's clock); None where the name has none."""

    path: Path
    at: datetime | None


def made(places: Places) -> list[Made]:
    """Give the backups, the newest first."""
    return [Made(each, moment_of(each, places.store.stem)) for each in backups_in(places)]


def settle_backup(places: Places, number: int, rotation: Rotation, said: str, *, whole: bool) -> str:
    """Bring a job's backup among the others and let the old ones go, or take away what is left of it; say what."""
    folder = draft_of_backup(places, number)
    if whole:
        for file in sorted(folder.glob("*.zip")):
            file.replace(places.backups / file.name)
            said = f"已备份：{file.name}，检查过，完好。"
    shutil.rmtree(folder, ignore_errors=True)
    if whole:
        dated = {each.at: each.path for each in made(places) if each.at is not None}
        old = [dated[moment] for moment in rotation.gone(list(dated))]
        for path in old:
            path.unlink(missing_ok=True)
        said += f"按设定删去 {len(old)} 份旧的。" * bool(old)
    return said


def due_since(last: datetime | None, at: time, now: datetime) -> bool:
    """Say whether the newest moment when a backup was due came after the last one that was made or tried."""
    due = datetime.combine(now.date(), at, tzinfo=now.tzinfo)
    if due > now:
        due -= timedelta(days=1)
    return last is None or last < due


class Schedule:
    """Has a backup made each day at an hour; one that was missed while no service ran is made when one runs again."""

    def __init__(self, at: time, zone: ZoneInfo, last: Callable[[], datetime | None], make: Callable[[], None]) -> None:
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
            self.look(datetime.now(self._zone))
            self._closing.wait(LOOK_S)

    def look(self, now: datetime) -> None:
        """Have a backup made if one is due."""
        if due_since(self._last(), self._at, now):
            self._make()


def clock(text: str) -> time:
    """Read `02:00`; StoreProblem for anything else."""
    try:
        return datetime.strptime(text, "%H:%M").time()
    except ValueError as problem:
        raise StoreProblem(f"几点备份“{text}”看不懂，应写成 02:00 的样子。") from problem
