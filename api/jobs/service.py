"""The jobs of one service put together: who runs them, and when a backup is made by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from api.jobs.backups import Schedule, clock, made
from api.jobs.folder import Places
from api.jobs.kinds import Backup
from api.jobs.runner import Runner
from api.settings import Settings
from geodata.store.location import beside
from geodata.store.rotation import Rotation


@dataclass(frozen=True)
class JobsRun:
    """Who runs the jobs, and the hour of backups where there is one."""

    runner: Runner
    schedule: Schedule | None

    def open(self) -> None:
        """Begin."""
        self.runner.open()
        if self.schedule:
            self.schedule.open()

    def close(self) -> None:
        """Stop; jobs that run go on."""
        if self.schedule:
            self.schedule.close()
        self.runner.close()


def jobs_of(settings: Settings, zone: ZoneInfo) -> JobsRun:
    """Give the jobs of a service; nothing is begun yet. StoreProblem where the file of jobs is damaged."""
    store = settings.store.resolve() if isinstance(settings.store, Path) else settings.store
    backups = settings.backup_dir or beside(store, ".backups")
    runner = Runner(Places(store, backups.resolve()), Rotation.read(settings.backup_keep))
    runner.book.check()

    def last() -> datetime | None:
        """Give when a backup was made or tried last; who failed tries again the next day."""
        tried = [job.made_at for job in runner.book.newest(1, kinds=("backup",))]
        return max([*tried, *(each.at for each in made(runner.places))], default=None)

    def make(due: datetime) -> None:
        runner.add_once(Backup(kind="backup"), due)

    return JobsRun(runner, Schedule(clock(settings.backup_at), zone, last, make) if settings.backup_at else None)
