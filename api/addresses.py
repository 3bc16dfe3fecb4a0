"""Addresses as they come: a program may send bytes in the query that its client should have written as %XX."""

from __future__ import annotations

from string import printable
from urllib.parse import quote

from starlette.types import ASGIApp, Receive, Scope, Send


class Addressed:
    """Write them so: a query that is no ASCII can't be read by what stands inside."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and not scope["query_string"].isascii():
            scope["query_string"] = quote(scope["query_string"], safe=printable).encode()
        await self.app(scope, receive, send)
