"""The clerk's desk: what wants doing today, imports, rules, long work, backups."""

from __future__ import annotations

from itertools import takewhile
from typing import Annotated, Any

import numpy as np
import pandas as pd
from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from api.day import Day
from api.desk import Desk
from api.import_words import HOW
from api.jobs.backups import made
from api.jobs.folder import reports_of
from api.jobs.kinds import recent_uploads
from api.jobs.runner import Runner
from api.jobs.wire import answer_of
from api.pages.common import common
from api.pages.desk_words import COMMANDS, DATUMS, JOB_STATES, MAP_WORDS, POSITION_WORDS
from api.pages.rendering import render
from api.params import TheDay, TheDesk, TheRunner
from api.reports.kinds import KINDS
from api.routers.checklists import tag_of as tag_of_checklists
from api.routers.imports import imports_of
from api.routers.rules import tag_of
from api.rules_desk import told
from coverage.periods import period_of
from geodata.model import Level
from geodata.store.jobs import Job
from geodata.tables import IMPORTED, TABLES
from maps.datum_choice import Choices, choices
from maps.layers import drawn_levels

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
SHOWN = 100
"""Rows of a result that a page shows; the whole is for saving."""
IMPORTS_SHOWN, JOBS_SHOWN, RECENT = 50, 60, 8
IMPORTS_KNOWN = 500
"""So many of the newest imports are asked whether they were undone."""


@router.get("/desk")
def desk_home(request: Request, desk: TheDesk, day: TheDay, runner: TheRunner) -> str:
    """Give what wants doing today, and the way to everything."""
    recent = runner.book.newest(200)
    return render(
        "desk.html",
        **_common(request, desk, day, runner),
        todo=_todo(day, runner, recent),
        going=[job for job in recent if job.going],
        recent=recent[:RECENT],
        imports=imports_of(desk, 5),
        commands=COMMANDS,
    )


@router.get("/desk/imports")
def imports(request: Request, desk: TheDesk, day: TheDay, runner: TheRunner) -> str:
    """Give where files are sent in, and what was imported."""
    return render(
        "desk_imports.html",
        **_common(request, desk, day, runner),
        tables=[(name, TABLES[name].title) for name in IMPORTED],
        imports=imports_of(desk, IMPORTS_SHOWN),
    )


@router.get("/desk/jobs")
def jobs(request: Request, desk: TheDesk, day: TheDay, runner: TheRunner) -> str:
    """Give where long work is begun, and what became of it."""
    quarter, month = period_of("quarter", day.as_of).label, period_of("month", day.as_of).label
    return render(
        "desk_jobs.html",
        **_common(request, desk, day, runner),
        jobs=runner.book.newest(JOBS_SHOWN),
        reports=KINDS,
        month=month,
        quarter=quarter,
        maps=MAP_WORDS,
    )


@router.get("/desk/jobs/{number}")
def job(
    request: Request, desk: TheDesk, day: TheDay, runner: TheRunner, number: Annotated[int, Path(ge=1, le=2**53)]
) -> str:
    """Give one job: how far it is, or what came of it."""
    found = runner.get(number)
    folder = runner.places.folder(number)
    asked_for = found.asked.get("uploads", ())
    result = folder.result if found.state == "done" else None
    reports = list(reports_of(result)) if found.kind == "import" else []
    return render(
        "desk_job.html",
        **_common(request, desk, day, runner),
        job=found,
        told=answer_of(found, folder, desk.town.zone),
        result=result,
        reports=reports,
        rejected=_rejected(reports),
        again=_again(found, result),
        shown=SHOWN,
        how=HOW,
        others={each: name for each, name in recent_uploads(runner.places, RECENT).items() if each not in asked_for},
        words=_words,
        named_fields=_named_fields,
        datums=dict(DATUMS),
        choices=_choices(day, result) if found.kind == "examine" and result else None,
        fields=_fields(result) if found.kind == "examine" and result else [],
        tables=[(name, TABLES[name].title) for name in IMPORTED],
    )


@router.get("/desk/rules")
def rules(request: Request, desk: TheDesk, day: TheDay, runner: TheRunner) -> str:
    """Give the rules in words, and as a text to be changed."""
    texts = desk.rule_texts()
    return render(
        "desk_rules.html",
        **_common(request, desk, day, runner),
        rules=told(day.assessment),
        versions=list(reversed(texts)),
        tag=tag_of(texts),
    )


@router.get("/desk/checklists")
def checklists(request: Request, desk: TheDesk, day: TheDay, runner: TheRunner) -> str:
    """Give the checklists as they are gone through on the spot, and as a text to be changed."""
    text = desk.checklists_text()
    return render(
        "desk_checklists.html",
        **_common(request, desk, day, runner),
        lists=desk.checklists(),
        text=text,
        tag=tag_of_checklists(text),
    )


@router.get("/desk/backups")
def backups(request: Request, desk: TheDesk, day: TheDay, runner: TheRunner) -> str:
    """Give the backups, and how one is brought back."""
    return render(
        "desk_backups.html",
        **_common(request, desk, day, runner),
        backups=made(runner.places),
        folder=str(runner.places.backups),
        failed=_failed_backup(runner),
        at=desk.settings.backup_at,
        keep=desk.settings.backup_keep,
        jobs=runner.book.newest(10, kinds=("backup", "verify")),
    )


def _common(request: Request, desk: Desk, day: Day, runner: Runner) -> dict[str, Any]:
    return {
        **common(request, desk, day),
        "states": JOB_STATES,
        "zone": desk.town.zone,
        "table_words": {name: table.title for name, table in TABLES.items()},
        "waiting": sum(1 for _ in runner.book.going()),
        "undone": {row.id: row.undone for row in imports_of(desk, IMPORTS_KNOWN) if row.undone is not None},
    }


def _todo(day: Day, runner: Runner, recent: list[Job]) -> dict[str, Any]:
    """Give the counts of what wants doing."""
    lost = [job for job in recent if job.kind == "import" and job.state == "done" and not job.facts.get("dry_run")]
    shapes = day.ledger.places.geometry
    newest = next(iter(made(runner.places)), None)
    return {
        "rejected": [job for job in lost if job.facts.get("rejected")][:RECENT],
        "unsure": [job for job in lost if job.facts.get("unsure") or job.facts.get("ambiguous")][:RECENT],
        "unlocated": int((shapes.isna() | shapes.is_empty).sum()),
        "majors": _overdue_majors(day.clocks.rows),
        "backup": newest,
        "failed_backup": _failed_backup(runner),
        "failed": [job for job in recent[:30] if job.state in ("failed", "interrupted")][:RECENT],
    }


def _failed_backup(runner: Runner) -> Job | None:
    """Give the last backup when it failed."""
    last = runner.book.newest(1, states=("done", "failed", "interrupted"), kinds=("backup",))
    return last[0] if last and last[0].state != "done" else None


def _rejected(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"file": report["file"], **each} for report in reports for each in report.get("rejected", ())]


def _again(job: Job, result: Any) -> dict[str, Any] | None:
    """Give what is asked when a dry run is done for good; None for another job, or one without a row to write."""
    if job.kind != "import" or not job.asked.get("dry_run") or result is None:
        return None
    return {**job.asked, "dry_run": False}


def _overdue_majors(clocks: pd.DataFrame) -> int:
    """Count major hazards whose deadline is past."""
    return int((clocks["major"].astype(bool) & (clocks["days_left"] < 0).fillna(value=False)).sum())


def _choices(day: Day, result: dict[str, Any]) -> Choices | None:
    """Draw the ways in which a file's positions may be read; None where there is no choice."""
    held = takewhile(bool, (way.get("positions") for way in result.get("ways", ())))  # none in jobs of before
    ways = [np.array(each, dtype=float) for each in held]
    if len(ways) < 2:
        return None
    ledger, finest = day.ledger, drawn_levels(day.assessment.areas)
    level = Level.COMMUNITY if Level.COMMUNITY in finest else finest[-1] if finest else ledger.town.level
    frames = (ledger.areas[ledger.areas["level"] == str(level)], ledger.roads, ledger.places)
    areas, roads, places = (np.asarray(each.geometry.array, dtype=object) for each in frames)
    return choices(areas, roads, places, ways)


def _fields(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Give field, its words and the header that is read as it, of the table that a file is like."""
    table = TABLES.get(result.get("table") or "")
    if table is None:
        return []
    columns = result.get("columns", {})
    kept = {column.name for column in table.columns if not column.derived} | POSITION_WORDS.keys()
    return [(name, word, columns.get(name, "")) for name, word in _words(table.name).items() if name in kept]


def _named_fields(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Give field and words of what the new rows of a report say, in the order of the table."""
    said = {field for row in report["added"] for field in row}
    return [(field, word) for field, word in _words(report["table"]).items() if field in said]


def _words(table: str) -> dict[str, str]:
    """Give what the fields of a table are called in a ledger."""
    known = TABLES.get(table)
    if known is None:
        return {}
    words = {column.name: (*column.headers, column.name)[0] for column in known.columns}
    return words | (dict(POSITION_WORDS) if known.geometry else {})
