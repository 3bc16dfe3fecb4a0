"""The way to the sign-in service: what it answers is read up to a megabyte, and never unpacked."""

from __future__ import annotations

import ssl
from functools import cache

import httpx2

MOST_BYTES = 1_000_000


@cache
def trusted() -> ssl.SSLContext:
    """Give the certificates that are trusted: the machine's, or those of `SSL_CERT_FILE`."""
    return httpx2.create_ssl_context()


class TooMuch(httpx2.TransportError):
    """An answer is longer than a megabyte, or packed though nobody asked for that."""


class Bounded(httpx2.AsyncHTTPTransport):
    """Read whole answers, up to a bound."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Give the answer to a request; TooMuch for one that is too long."""
        request.headers["Accept-Encoding"] = "identity"
        answer = await super().handle_async_request(request)
        body = bytearray()
        try:
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise TooMuch("a packed answer", request=request)
            async for part in answer.aiter_raw():
                body += part
                if len(body) > MOST_BYTES:
                    raise TooMuch("a long answer", request=request)
        finally:
            await answer.aclose()
        return httpx2.Response(answer.status_code, headers=answer.headers, content=bytes(body), request=request)
