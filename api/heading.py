"""HEAD: what GET would answer, without its body (RFC 9110, 9.3.2). Every address that has GET has it."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Headed:
    """Ask for a HEAD as for a GET, and send what comes of it without its body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        inner = {**scope, "method": "GET"}  # the server must go on to know that it is a HEAD: no body will come

        async def sending(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        try:
            await self.app(inner, receive, sending)
        finally:
            scope.update({**inner, "method": "HEAD"})  # which route it was is told in the log
