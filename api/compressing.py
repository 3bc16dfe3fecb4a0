"""Answers made smaller on their way (gzip): what a telephone or a far office waits for.

Compression lets who can watch lengths guess secrets that stand in an answer beside words of his own (BREACH, 2013).
So only answers that a page of this service, or no page at all, has asked for are compressed: a page of somebody else,
which is what the attack needs to ask often and with words of its choice, gets them as they are (`Sec-Fetch-Site`, which
browsers write and pages can't). Session cookies stand in headers, which are never compressed here.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALLEST = 1024
"""Bytes; below, the headers weigh more than what is won."""
LEVEL = 5
"""Of zlib: two thirds of the time of 9 at 2 % more bytes."""
PACKED = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/octet-stream",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)
"""Kinds that are compressed in themselves."""
OWN = ("same-origin", "none")


class Compressed:
    """Compress answers of more than `SMALLEST` bytes for who understands it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._packing = GZipMiddleware(app, SMALLEST, LEVEL, exclude_content_types=PACKED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or Headers(scope=scope).get("sec-fetch-site", "none") not in OWN:
            await self.app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _one_of_two(MutableHeaders(scope=message))
            await send(message)

        await self._packing(scope, receive, sending)


def _one_of_two(headers: MutableHeaders) -> None:
    """Keep parts of a file from being joined to its compressed bytes: there are none of these, and its tag is weak."""
    if headers.get("content-encoding") == "gzip" and "accept-ranges" in headers:
        del headers["accept-ranges"]
        if "etag" in headers and not headers["etag"].startswith("W/"):
            headers["etag"] = f"W/{headers['etag']}"
