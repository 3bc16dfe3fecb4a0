"""Reports: what each kind of a period has, and each of its files."""

from __future__ import annotations

from datetime import datetime
from mimetypes import guess_type
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api.described.reports import ReportFiles
from api.described.shapes import answers
from api.desk import Desk
from api.params import TheDesk
from api.problems import NotFoundProblem
from api.reports.asked import Asked, Papers, parse_period
from api.reports.freezing import unpacked
from api.reports.kinds import KINDS
from geodata.store.thumbnails import read_thumbnails

router = APIRouter(tags=["reports"])
Kind = Annotated[str, Path(description=f"{'、'.join(KINDS)}")]
ThePeriod = Annotated[str, Path(description="2024-06 或 2024Q2", max_length=20)]
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {".xlsx": WORKBOOK, ".docx": DOCUMENT}


@router.get("/reports/{kind}/{period}", responses=answers(ReportFiles))
def files(desk: TheDesk, kind: Kind, period: ThePeriod) -> dict[str, Any]:
    """List the files of a report, each with its address."""
    asked, papers = papers_of(desk, kind, period)
    return {
        "kind": kind,
        "title": KINDS[kind].title,
        "period": asked.period.label,
        "as_of": asked.as_of.isoformat(),
        "files": [{"name": name, "address": address(kind, period, name)} for name in papers.names],
    }


@router.get(
    "/reports/{kind}/{period}/{name:path}",
    responses={200: {"content": {"application/octet-stream": {}}, "description": "文件"}},
)
def file(desk: TheDesk, kind: Kind, period: ThePeriod, name: Annotated[str, Path(max_length=300)]) -> Response:
    """Make one file of a report and give it for saving."""
    _, papers = papers_of(desk, kind, period)
    if name not in papers.names:
        raise NotFoundProblem(f"这期报表里没有“{name}”。")
    kind_of_file = TYPES.get(f".{name.rpartition('.')[2]}") or guess_type(name)[0] or "application/octet-stream"
    saved_as = quote(name.rpartition("/")[2])
    return Response(
        papers.content(name),
        media_type=kind_of_file,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{saved_as}"},
    )


def papers_of(desk: Desk, kind: str, period: str) -> tuple[Asked, Papers]:
    """Give what is asked and its files; NotFoundProblem for a kind that is none, QuestionProblem for a wrong period."""
    if kind not in KINDS:
        raise NotFoundProblem(f"没有报表“{kind}”，有：{'、'.join(KINDS)}。")
    now = datetime.now(desk.town.zone).replace(microsecond=0)
    span, as_of = parse_period(period, KINDS[kind].periods, now.date())
    store = desk.settings.store
    asked = Asked(span, desk.day(as_of), now, desk.day, lambda photos: read_thumbnails(store, photos), desk.frozen)
    kept = desk.frozen(kind, span.label) if KINDS[kind].frozen else None
    return asked, KINDS[kind].load().papers(asked) if kept is None else unpacked(kept)


def address(kind: str, period: str, name: str) -> str:
    """Give where a file is fetched."""
    return f"/api/v1/reports/{kind}/{quote(period)}/{quote(name)}"
