"""`Idempotency-Key` on posts: sent again, a post is answered as the first time and nothing is written twice.

As draft-ietf-httpapi-idempotency-key-header says, with these choices. Inspections, hazards and skips need no key: their
ids, or what they are known by, make them stand once. Steps, reviews, decisions and drafts have no such id, so the key
is noted before the post is done, and the answer with it when something was written (2xx). While one service of the
store does the post it holds the key, and the others refuse it. A refusal is forgotten: it
wrote nothing, and the same post may be taken later. What ended in an error of ours, or with the service, is done anew
only when nobody has written to the store since; otherwise nobody knows, and a person must look.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha256

from fastapi import Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import security
from api.actor import actor_of
from api.desk import Desk
from api.methods import takes
from api.problems import answer_of, cut_short, problem
from api.threads import aside
from geodata.errors import StoreProblem
from geodata.store.keys import LEASE_S, Answer, Keys

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
FORM = re.compile(r'"?([!#-\[\]-~ ]{1,255})"?')
"""Printable ASCII, as a structured field's string (in quotes) or bare."""

SECRET = re.compile(r"/api/v1/(session|me|users)(/|$)")
"""What is answered here (cookies, tokens, passwords that were set) is for who asked alone, and kept nowhere."""

RUNNING_S = "5"
"""Seconds after which a post that is still being done may be asked for again."""

LOGGER = logging.getLogger("wangge.keys")


class Keyed:
    """Answer a post whose key was seen as it was answered then."""

    def __init__(self, app: ASGIApp, desk: Desk, keys: Keys) -> None:
        self.app = app
        self._desk = desk
        self._keys = keys
        self._running: set[str] = set()  # touched by the event loop alone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive) if scope["type"] == "http" and scope["method"] == "POST" else None
        # a file that is sent in is known by its bytes, and is not held in memory
        given = request.headers.get(HEADER) if request else None
        path = scope["path"] if given is not None else ""
        if request is None or given is None or not _keyed(path) or SECRET.match(path):
            await self.app(scope, receive, send)
            return
        found = FORM.fullmatch(given.strip())
        if found is None:
            response = problem(request, 400, f"{HEADER} 应为 1 到 255 个可打印的 ASCII 字符。")
        else:
            try:
                response = await self._answered(request, _hash(found[1], _whose(request)))
            except ClientDisconnect:
                response = cut_short(request)
        await response(scope, receive, send)

    async def _answered(self, request: Request, key: str) -> Response:
        if key in self._running:
            return _in_use(request, held=True)
        self._running.add(key)
        try:
            body = await request.body()
            asked = _hash(request.url.path, request.url.query, body)
            version = await aside(self._desk.version)
            known = await aside(self._keys.begin, key, asked, version)
            if known is not None and known.request != asked:
                return problem(request, 422, f"这个 {HEADER} 已经用在另一条内容不同的填报上，没有写入。请换一个键。")
            if known is not None and known.answer is not None:
                return _response(known.answer, replayed=True)
            if known is not None:
                return _in_use(request, held=known.held)
            return await self._done(request, key, body, version)
        except StoreProblem as error:
            return answer_of(request, error)
        finally:
            self._running.discard(key)

    async def _done(self, request: Request, key: str, body: bytes, version: int) -> Response:
        """Do the post, and keep what is to be kept before it is answered."""
        record = _Record()
        try:
            async with self._held(key):
                await self.app(request.scope, _again(body, request.receive), record)
        except Exception:
            await aside(self._settle, key, None, version)
            raise
        answer = record.answer()
        await aside(self._settle, key, answer, version)
        return _response(answer)

    @asynccontextmanager
    async def _held(self, key: str) -> AsyncIterator[None]:
        """Renew the lease of a key while its post is being done."""

        async def renewing() -> None:
            while True:
                await asyncio.sleep(LEASE_S / 3)
                try:
                    await aside(self._keys.renew, key)
                except StoreProblem:  # the file is busy: it holds for two more turns
                    LOGGER.exception("the lease of a key could not be renewed")

        task = asyncio.create_task(renewing())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _settle(self, key: str, answer: Answer | None, version: int) -> None:
        """Keep what was answered to a write; forget a key that nothing came of; leave one that nobody can tell of."""
        try:
            if answer is not None and answer.status < 300:
                self._keys.finish(key, answer)
            elif (answer is not None and answer.status < 500) or self._desk.version() == version:
                self._keys.forget(key)
            else:
                self._keys.release(key)
        except StoreProblem:  # what was written stands and is answered; the key stays in use
            LOGGER.exception("the answer to a post with a key could not be kept")


def _keyed(path: str) -> bool:
    return security.body_of("POST", path) is security.FORM and takes("POST", path)


class _Record:
    """Takes what an application sends, in place of the network."""

    def __init__(self) -> None:
        self._start: Message = {}
        self._parts: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._parts.append(message.get("body", b""))

    def answer(self) -> Answer:
        """Give the answer as a whole."""
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in self._start["headers"])
        return Answer(self._start["status"], headers, b"".join(self._parts))


def _again(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read already to who reads it next."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return messages.pop() if messages else await receive()

    return next_message


def _response(answer: Answer, *, replayed: bool = False) -> Response:
    response = Response(answer.body, answer.status)
    response.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    if replayed:
        response.headers[REPLAYED] = "true"
    return response


def _in_use(request: Request, *, held: bool) -> Response:
    response = problem(
        request,
        409,
        f"带这个 {HEADER} 的填报还在办理，或者上次办到一半中断了，不知道写没写成。"
        "请稍等再发；还是这样，就先看最新情况，没有写成的换一个键再报。",
    )
    if held:
        response.headers["Retry-After"] = RUNNING_S  # its answer will be known then
    return response


def _whose(request: Request) -> str:
    """Give whose keys they are: two people may choose the same one."""
    user = actor_of(request).user
    return "" if user is None else user.login


def _hash(*parts: str | bytes) -> str:
    """Give a hash of texts one after another: no key and no body is kept as it came."""
    whole = sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        whole.update(len(content).to_bytes(8) + content)
    return whole.hexdigest()
