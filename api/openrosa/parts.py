"""The body of a submission, taken apart: multipart/form-data within limits, whether its length is told or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.types import Message

from api.openrosa.submission import MAX_BYTES as MAX_XML_BYTES
from api.problems import ParameterProblem, TooLargeProblem

MAX_BODY_BYTES = 32 * 2**20
MAX_PARTS = 250
XML_PART = "xml_submission_file"
MORE_TO_COME = "*isIncomplete*"
"""Collect puts this part, `yes`, into every post but the last one of a submission that it splits."""


@dataclass(frozen=True)
class Parts:
    """The parts of a post.

    Attributes
    ----------
    xml
        The filled-in form.
    files
        Name → content of the other files.
    more
        The phone says that it will send more of the same form.
    """

    xml: bytes
    files: Mapping[str, bytes]
    more: bool


async def parts_of(request: Request) -> Parts:
    """Read a post. TooLargeProblem, or ParameterProblem for what is no submission."""
    heard = Request(request.scope, _Limited(request))
    try:
        async with heard.form(max_files=MAX_PARTS, max_fields=MAX_PARTS, max_part_size=MAX_XML_BYTES) as form:
            files = {name: part async for name, part in _files(form.multi_items())}
            xml = files.pop(XML_PART, None)
            given = form.get(XML_PART)
            more = form.get(MORE_TO_COME) == "yes"
    except FormParserError as error:
        raise ParameterProblem("报来的内容不是完整的 multipart/form-data，可能中途断了。请在手机上再发一次。") from error
    if xml is None and isinstance(given, str):
        xml = given.encode()
    if xml is None:
        raise ParameterProblem(f"报来的内容里没有表（{XML_PART}），没有登记。")
    return Parts(xml, files, more)


async def _files(items):  # type: ignore[no-untyped-def]
    for name, part in items:
        if isinstance(part, UploadFile):
            yield (name if name == XML_PART else part.filename or name), await part.read()


class _Limited:
    """Receives as the request does, up to a limit."""

    def __init__(self, request: Request) -> None:
        self._receive = request.receive
        self._left = MAX_BODY_BYTES

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise TooLargeProblem(f"一次最多报 {MAX_BODY_BYTES // 2**20} MB。请在手机设置里把照片改小后再报。")
        return message
