"""Jobs: asked for, seen, cancelled, their answers and files; the files that they read."""

from __future__ import annotations

from io import StringIO
from pathlib import PurePosixPath
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.requests import ClientDisconnect

from api.described.shapes import Answers
from api.jobs.folder import OUT, reports_of
from api.jobs.kinds import AnyAsked
from api.jobs.uploads import files_of, take
from api.jobs.wire import JobAnswer, JobList, UploadAnswer, answer_of
from api.params import TheActor, TheDesk, TheRunner
from api.problems import InputProblem, NotFoundProblem
from geodata.csv_files import write_rows
from geodata.store.jobs import JobState

router = APIRouter(tags=["jobs"])
Number = Annotated[int, Path(ge=1, le=2**53)]
CLERK = "clerk"
"""Who asks where nobody has an account."""
SAVED = "application/octet-stream"
RAW = {"requestBody": {"required": True, "content": {SAVED: {"schema": {"type": "string", "format": "binary"}}}}}
FILE: Answers = {200: {"content": {SAVED: {}}, "description": "文件"}}


@router.post("/uploads", status_code=201, response_model=UploadAnswer, openapi_extra=RAW)
async def upload(
    request: Request,
    runner: TheRunner,
    name: Annotated[str, Query(min_length=1, max_length=200, description="文件名，带后缀")],
) -> Response:
    """Take a file (the body, as it is, at most 200 MB) for a job; it is kept for 30 days."""
    in_use = {each for job in runner.book.going() for each in files_of(job.asked)}
    try:
        kept = await take(runner.places, name, request.stream(), in_use)
    except ClientDisconnect as gone:
        raise InputProblem("文件没有传完，没有收下。") from gone
    return JSONResponse({"id": kept.id, "name": kept.name, "bytes": kept.size}, 201)


@router.post("/jobs", status_code=201)
def new_job(
    desk: TheDesk, runner: TheRunner, me: TheActor, asked: Annotated[AnyAsked, Body()], response: Response
) -> JobAnswer:
    """Have a long work done by a process of its own: queued now, seen by its number."""
    job = runner.add(asked, me.signed(CLERK))
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return answer_of(job, runner.places.folder(job.id), desk.town.zone)


@router.get("/jobs")
def jobs(
    desk: TheDesk,
    runner: TheRunner,
    state: Annotated[JobState | None, Query(description="只看这种状态的")] = None,
    kind: Annotated[str | None, Query(max_length=20, description="只看这一种")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> JobList:
    """List the newest jobs; the last 200 that ended are kept."""
    found = runner.book.newest(limit, **({"states": (state,)} if state else {}), kinds=(kind,) if kind else ())
    rows = [answer_of(job, runner.places.folder(job.id), desk.town.zone) for job in found]
    return JobList(rows=rows, total=len(rows))


@router.get("/jobs/{number}")
def job(desk: TheDesk, runner: TheRunner, number: Number) -> JobAnswer:
    """Give a job as it stands."""
    return answer_of(runner.get(number), runner.places.folder(number), desk.town.zone)


@router.post("/jobs/{number}/cancel")
def cancel(desk: TheDesk, runner: TheRunner, number: Number) -> JobAnswer:
    """End a job at once; nothing of it is half written. 409 when it has ended."""
    return answer_of(runner.cancel(number), runner.places.folder(number), desk.town.zone)


@router.post("/jobs/{number}/again", status_code=201)
def again(desk: TheDesk, runner: TheRunner, me: TheActor, number: Number) -> JobAnswer:
    """Do the same once more, as a new job: it is safe, an import of the same file changes nothing."""
    fresh = runner.again(number, me.signed(CLERK))
    return answer_of(fresh, runner.places.folder(fresh.id), desk.town.zone)


@router.get("/jobs/{number}/result", responses={200: {"content": {"application/json": {}}, "description": "结果"}})
def result(runner: TheRunner, number: Number) -> Response:
    """Give the JSON document of a job that is done, as the command line gives it (`--format json`)."""
    out = runner.places.folder(runner.get(number).id).path / OUT
    if runner.get(number).state != "done" or not out.is_file() or not out.stat().st_size:
        raise NotFoundProblem(f"任务 {number} 没有结果。")
    return FileResponse(out, media_type="application/json")


@router.get("/jobs/{number}/rejected.csv", responses={200: {"content": {"text/csv": {}}, "description": "退回的行"}})
def rejected(runner: TheRunner, number: Number) -> Response:
    """Give the rows that an import rejected: file, row, column, value and what to do."""
    runner.get(number)
    text = StringIO()
    rows = [
        (report["file"], each["row"], each["column"], each["value"], each["problem"])
        for report in reports_of(runner.places.folder(number).result)
        for each in report.get("rejected", ())
    ]
    write_rows(text, [("文件", "行", "列", "值", "问题"), *rows], line_end="\r\n")
    return _saved(text.getvalue().encode("utf-8-sig"), f"退回的行-{number}.csv", "text/csv; charset=utf-8")


@router.get("/jobs/{number}/files/{name:path}", responses=FILE)
def file(runner: TheRunner, number: Number, name: Annotated[str, Path(max_length=300)]) -> Response:
    """Give a file that a job wrote, for saving."""
    runner.get(number)
    folder = runner.places.folder(number)
    if name not in folder.files:
        raise NotFoundProblem(f"任务 {number} 没有文件“{name}”。")
    return FileResponse(folder.files_path / name, media_type=SAVED, filename=PurePosixPath(name).name)


def _saved(content: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=media_type, headers=headers)
