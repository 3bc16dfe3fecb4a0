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


@dataclass(frozen=True)
class Parts:
    """The parts of a post.

    Attributes
    ----------
    xml
        The filled-in form.
    files
        Name → content of the other files.
    """

    xml: bytes
    files: Mapping[str, bytes]


async def parts_of(request: Request) -> Parts:
    """Read a post. TooLargeProblem, or ParameterProblem for what is no submission."""
    heard = Request(request.scope, _Limited(request))
    try:
        async with heard.form(max_files=MAX_PARTS, max_fields=MAX_PARTS, max_part_size=MAX_XML_BYTES) as form:
            files = {_called(name, part): await _content(part) for name, part in form.multi_items()}
    except FormParserError as error:
        raise ParameterProblem("报来的内容不完整（multipart/form-data），可能中途断了。请再发一次。") from error
    if XML_PART not in files:
        raise ParameterProblem(f"报来的内容里没有表（{XML_PART}），没有登记。")
    return Parts(files.pop(XML_PART), files)


def _called(name: str, part: UploadFile | str) -> str:
    """Give what a part is known by: a file's own name, which the form names too."""
    return (part.filename or name) if isinstance(part, UploadFile) and name != XML_PART else name


async def _content(part: UploadFile | str) -> bytes:
    return await part.read() if isinstance(part, UploadFile) else part.encode()


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
