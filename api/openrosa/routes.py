"""The addresses that ODK Collect and KoboCollect ask, below `/openrosa`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.responses import Response

from api.actor import Actor
from api.desk import Desk
from api.forwarded import public_url
from api.openrosa.answers import HEADERS, document, message
from api.openrosa.form import Form, form_of
from api.openrosa.listing import form_list, manifest
from api.openrosa.media import MEDIA
from api.openrosa.parts import Parts, parts_of
from api.openrosa.pictures import check_pictures, keep_pictures
from api.openrosa.recording import record, rows_of, show_hazards
from api.openrosa.settings_code import settings_svg
from api.openrosa.submission import read_submission
from api.params import TheActor, TheDesk
from api.problems import NotFoundProblem, ParameterProblem
from api.threads import aside


def speaks(version: Annotated[str | None, Header(alias="X-OpenRosa-Version")] = None) -> None:
    """Refuse another version of OpenRosa than 1.0; who names none is heard."""
    if version not in (None, "1.0"):
        raise ParameterProblem("X-OpenRosa-Version 应为 1.0。")


router = APIRouter(prefix="/openrosa", include_in_schema=False, dependencies=[Depends(speaks)])
FormId = Annotated[str, Path(max_length=200)]


def forms_of(desk: Desk) -> list[Form]:
    """Give the town's forms."""
    return [form_of(checklist) for checklist in desk.checklists()]


def form(desk: TheDesk, form_id: FormId) -> Form:
    """Give the form of an address."""
    return _form(desk, form_id)


def _form(desk: Desk, form_id: str) -> Form:
    for each in forms_of(desk):
        if each.id == form_id:
            return each
    raise NotFoundProblem(f"没有编号为“{form_id[:60]}”的表。请在手机上重新获取空白表。")


TheForm = Annotated[Form, Depends(form)]


def base(request: Request) -> str:
    """Give the address of `/openrosa` as the phone sees it."""
    url = public_url(request)
    return str(url.replace(path=url.path.removesuffix(request.url.path) + router.prefix, query=""))


TheBase = Annotated[str, Depends(base)]


@router.get("/formList")
def listed(desk: TheDesk, address: TheBase, formID: str | None = None, verbose: str | None = None) -> Response:  # noqa: N803
    """List the forms, or the one that is asked for."""
    forms = [each for each in forms_of(desk) if formID in (None, each.id)]
    return document(form_list(forms, address, verbose=verbose == "true"))


@router.get("/forms/{form_id}.xml")
def xform(held: TheForm) -> Response:
    """Give a form."""
    return Response(held.xml, headers=HEADERS, media_type="text/xml; charset=utf-8")


@router.get("/forms/{form_id}/manifest")
def files_of(desk: TheDesk, held: TheForm, address: TheBase) -> Response:
    """List the files of a form."""
    ledger, lists = desk.ledger(), desk.checklists()
    files = {name: made(ledger, held.checklist, lists) for name, made in MEDIA.items()}
    return document(manifest(held, files, address))


@router.get("/forms/{form_id}/media/{name}")
def media(desk: TheDesk, held: TheForm, name: Annotated[str, Path(max_length=200)]) -> Response:
    """Give a file of a form."""
    if name not in MEDIA:
        raise NotFoundProblem(f"这张表没有文件“{name[:60]}”。")
    content = MEDIA[name](desk.ledger(), held.checklist, desk.checklists())
    return Response(content, headers=HEADERS, media_type="text/csv; charset=utf-8")


@router.get("/submission")
def submission_asked(address: TheBase) -> Response:
    """Say where and how much may be sent; Collect asks for 204."""
    return Response(status_code=204, headers={**HEADERS, "Location": f"{address}/submission"})


@router.post("/submission")
async def submit(request: Request, desk: TheDesk, me: TheActor) -> Response:
    """Take a filled-in form, or one more part of its pictures: 201 when it is whole, 202 while pictures are missing.

    The standard has 201 for received and 202 for "saved, may not be fully processed": in both cases the phone has done
    its duty for this post, and the visit stands in the ledger (Collect goes on after either). As in ODK Central, the
    same instanceID with another content is 409. Files that the form does not name are not kept.
    """
    return await aside(_taken, desk, me, await parts_of(request))


def _taken(desk: Desk, me: Actor, parts: Parts) -> Response:
    """Check everything that came, write the visit, then keep its pictures."""
    sent = read_submission(parts.xml)
    held = _form(desk, sent.form_id)
    rows = rows_of(desk, me, held, sent)
    pictures = {name: parts.files[name] for name in sent.pictures if name in parts.files}
    check_pictures(desk, sent, pictures)
    again = record(desk, rows) == "unchanged"
    missing = keep_pictures(desk, me, sent, pictures)
    show_hazards(desk, me, held, sent, pictures)
    told = "这次检查已经登记过" if again else f"检查已登记，隐患 {len(rows) - 1} 条"
    if missing:
        return message(f"{told}，还差照片 {len(missing)} 张，请接着发送。", 202)
    return message(f"{told}，照片 {len(sent.pictures)} 张收齐。", 201)


@router.get("/settings.svg")
def settings_code(desk: TheDesk, address: TheBase) -> Response:
    """Give the QR code that sets Collect up for this town."""
    return Response(settings_svg(address, desk.town), headers=HEADERS, media_type="image/svg+xml")
