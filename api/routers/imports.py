"""What was imported, and an import taken back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import pandas as pd
from fastapi import APIRouter, Path, Query

from api.desk import ACTOR, Desk
from api.jobs.wire import ImportList, ImportRow, UndoneAnswer
from api.params import TheActor, TheDesk

router = APIRouter(tags=["imports"])


@router.get("/imports")
def imports(desk: TheDesk, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> ImportList:
    """List the newest imports; how one is made: `/jobs`."""
    return ImportList(rows=imports_of(desk, limit))


@router.post("/imports/{import_id}/undo")
def undo(desk: TheDesk, me: TheActor, import_id: Annotated[int, Path(ge=1, le=2**53)]) -> UndoneAnswer:
    """Take an import back, all of it; 409 says which later import must be undone first."""
    with desk.writing:
        done = desk.writer.undo(import_id, actor=me.signed(ACTOR))
    return UndoneAnswer(**asdict(done))


def imports_of(desk: Desk, limit: int) -> list[ImportRow]:
    """Give the newest imports, times town-local."""
    found = desk.imports(limit)
    found["at"] = found["at"].dt.tz_convert(desk.town.zone)
    return [
        ImportRow(
            **{str(name): value for name, value in row.items() if name not in ("remembered", "undone")},
            undone=None if pd.isna(row["undone"]) else int(row["undone"]),
            undoable=bool(row["remembered"]) and bool(pd.isna(row["undone"])),
        )
        for row in found.to_dict("records")
    ]
