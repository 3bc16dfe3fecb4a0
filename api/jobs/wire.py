"""Jobs, imports and backups as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from api.jobs.folder import JobFolder, Progress
from geodata.store.jobs import Job, JobState


class FileOf(BaseModel):
    """A file that a job wrote."""

    name: str
    bytes: int


class JobAnswer(BaseModel):
    """A job: what was asked, how far it is, in what it ended.

    `state`: queued 排队, running 进行, done 完成, failed 失败, cancelled 取消, interrupted 中断 (its process ended in
    the middle; what it was to write is whole or not there). `progress` is null when it said none; `of` 0: it can't be
    told.
    """

    id: int
    kind: str
    title: str
    asked: dict[str, Any]
    actor: str
    state: JobState
    made_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    said: str
    facts: dict[str, Any]
    progress: Progress | None
    messages: list[str]
    files: list[FileOf]


class JobList(BaseModel):
    """Jobs, the newest first."""

    rows: list[JobAnswer]
    total: int


def answer_of(job: Job, folder: JobFolder, zone: ZoneInfo) -> JobAnswer:
    """Give a job as it stands."""

    def local(moment: datetime | None) -> datetime | None:
        return moment and moment.astimezone(zone)

    return JobAnswer(
        id=job.id,
        kind=job.kind,
        title=job.title,
        asked=dict(job.asked),
        actor=job.actor,
        state=job.state,
        made_at=job.made_at.astimezone(zone),
        began_at=local(job.began_at),
        ended_at=local(job.ended_at),
        said=job.said,
        facts=dict(job.facts),
        progress=folder.progress if job.state == "running" else None,
        messages=folder.messages,
        files=[FileOf(name=name, bytes=size) for name, size in folder.files.items()] if job.state == "done" else [],
    )


class UploadAnswer(BaseModel):
    """A file that was taken; `id` names it in jobs."""

    id: str
    name: str
    bytes: int


class ImportRow(BaseModel):
    """An import of the store; `undoable` is what the store knows of, later changes may still stand in the way."""

    id: int
    at: datetime
    actor: str
    table: str
    file: str
    inserted: int
    updated: int
    unchanged: int
    undone: int | None
    undoable: bool


class ImportList(BaseModel):
    """Imports, the newest first."""

    rows: list[ImportRow]


class UndoneAnswer(BaseModel):
    """An import that was taken back."""

    import_id: int
    table: str
    file: str
    deleted: int
    restored: int
    undo_id: int


class BackupRow(BaseModel):
    """A backup; `at` is null when its name has no moment."""

    name: str
    bytes: int
    at: datetime | None


class BackupList(BaseModel):
    """Backups, the newest first."""

    rows: list[BackupRow]
    at: str | None
    keep: str
