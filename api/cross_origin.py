"""What pages of other sites may read (CORS): the addresses below /ogc, which are read-only, by a token they were given.

A browser lets a page of another site see an answer only where the answer says so. Here it says so to all sites, but
never together with the cookie: a page that was not given a token sees no more than that one must come in. Where nobody
has an account there is no door, and any site that the clerk opens could read the town: then it is said to none.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import answer_of
from api.threads import aside
from geodata.accounts.book import Accounts
from geodata.errors import StoreProblem

BELOW = "/ogc"
ALL_SITES = {"Access-Control-Allow-Origin": "*"}
SHOWN = {**ALL_SITES, "Access-Control-Expose-Headers": "Content-Crs, Link, WWW-Authenticate"}
ASKED_FIRST = {
    **ALL_SITES,
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Authorization",
    "Access-Control-Max-Age": "600",
}
"""Answered to what a browser asks before it sends a token for a page (Fetch, 4.8)."""


class Shared:
    """Let pages of other sites read what lies below /ogc, once somebody has an account."""

    def __init__(self, app: ASGIApp, accounts: Accounts) -> None:
        self.app = app
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        below = scope["type"] == "http" and (scope["path"] == BELOW or scope["path"].startswith(f"{BELOW}/"))
        try:
            shut = below and await aside(self._accounts.exist)
        except StoreProblem as error:
            await answer_of(Request(scope), error)(scope, receive, send)
            return
        if not shut:
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and "origin" in asked and "access-control-request-method" in asked:
            await Response(status_code=204, headers=ASKED_FIRST)(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SHOWN)
            await send(message)

        await self.app(scope, receive, sending)
