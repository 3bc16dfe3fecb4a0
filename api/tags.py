"""Entity tags: what stands unchanged is not sent again, and what somebody else changed meanwhile is not changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Header
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.described.shapes import Answers
from geodata.errors import ChangedProblem

IfMatch = Annotated[str, Header(description="上次看到的 ETag；此后又有改动就不写（412）", max_length=1000)]
CHANGED_SINCE: Answers = {412: {"description": "看过以后又有改动，什么也没有写"}}
JSON_TYPES = ("application/json", "application/geo+json")


def etag_of(document: Mapping[str, Any]) -> str:
    """Give the tag of a document: another one when anything in it changed."""
    return _tag(json.dumps(document, ensure_ascii=False, sort_keys=True).encode())


def check_match(if_match: str, tag: str) -> None:
    """Refuse a change that was asked for by somebody who saw another state; ChangedProblem. Empty: not asked."""
    if if_match and "*" not in (tags := _listed(if_match)) and tag not in tags:
        raise ChangedProblem


class Tagged:
    """Give every JSON answer of the API a tag of its bytes where it has none, and answer 304 to who has it already.

    The answer is made all the same: what is saved is the way to a telephone, not the work.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        had = Headers(scope=scope).get("If-None-Match", "")
        start: Message | None = None
        parts: list[bytes] = []

        async def sending(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_json(message):
                start = message
                return
            if start is None:
                await send(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body", False):
                return
            body = b"".join(parts)
            if _same(start, body, had):
                body = b""
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, sending)


def _is_json(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "").partition(";")[0]
    return start["status"] == 200 and kind in JSON_TYPES


def _same(start: Message, body: bytes, had: str) -> bool:
    """Put the tag on an answer; make it 304 when it is among those that were given, and say so."""
    headers = MutableHeaders(scope=start)
    tag = headers.setdefault("ETag", _tag(body))
    known = [each.removeprefix("W/") for each in _listed(had)]
    if tag not in known and "*" not in known:
        return False
    start["status"] = 304
    for name in ("content-length", "content-type"):
        del headers[name]
    return True


def _tag(content: bytes) -> str:
    return f'"{sha256(content).hexdigest()[:32]}"'


def _listed(tags: str) -> list[str]:
    return [each.strip() for each in tags.split(",")]
