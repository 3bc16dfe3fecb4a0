"""Backups that the service keeps: listed and given for saving; made and verified as jobs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse, Response

from api.jobs.backups import made
from api.jobs.kinds import backup_path
from api.jobs.wire import BackupList, BackupRow
from api.params import TheDesk, TheRunner

router = APIRouter(tags=["backups"])


@router.get("/backups")
def backups(desk: TheDesk, runner: TheRunner) -> BackupList:
    """List the backups, the newest first, and when one is made by itself (null: never)."""
    rows = [
        BackupRow(
            name=each.path.name, bytes=each.path.stat().st_size, at=each.at and each.at.astimezone(desk.town.zone)
        )
        for each in made(runner.places)
    ]
    return BackupList(rows=rows, at=desk.settings.backup_at, keep=desk.settings.backup_keep)


@router.get("/backups/{name}", responses={200: {"content": {"application/zip": {}}, "description": "备份"}})
def backup(runner: TheRunner, name: Annotated[str, Path(max_length=200)]) -> Response:
    """Give a backup for saving."""
    return FileResponse(backup_path(runner.places, name), media_type="application/zip", filename=name)
