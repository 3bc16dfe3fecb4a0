"""Each request, from outside of everything that answers it: its number, its line in the log, its counts."""

from __future__ import annotations

import re
from time import perf_counter
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.logs import REQUESTS, TOLD
from api.metrics import count_request

REQUEST_ID = "X-Request-Id"
SCOPE_ID = "wangge.request_id"
SANE = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}", re.IGNORECASE)
"""A UUID, with hyphens or without. Other texts are not taken: they could be somebody's telephone number."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNKNOWN = "(none)"
"""No route answered: there is none, it was refused before, a key was answered again."""
BROKEN, GONE = 500, 499
"""What is counted where no answer began: our error; who asked went away."""


class Observed:
    """Give each request a number, and tell of it when it is answered: route, status, time, size and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begin, status, size, error = perf_counter(), 0, 0, None
        given = Headers(scope=scope).get(REQUEST_ID, "")
        scope[SCOPE_ID] = request_id = given if SANE.fullmatch(given) else str(uuid4())

        async def sending(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as problem:
            error = problem
            raise
        finally:
            _tell(scope, status or (BROKEN if error else GONE), perf_counter() - begin, size, error)


def _tell(scope: Scope, status: int, seconds: float, size: int, error: Exception | None) -> None:
    route = template(scope)
    method = scope["method"] if scope["method"] in METHODS else UNKNOWN
    count_request(route, method, status, seconds)
    said = {
        "method": method,
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "bytes": size,
        "request_id": scope[SCOPE_ID],
    }
    if error is None:
        REQUESTS.info("request", extra={"said": said})
    else:
        REQUESTS.error("request", extra={"said": said}, exc_info=error)
        setattr(error, TOLD, True)


def template(scope: Scope) -> str:
    """Give the path of the route that answered, as it is written in the code; there are as many as there are routes."""
    route, path = scope.get("route"), scope["path"]
    if route is not None:
        asked = route.path_format.format(**scope["path_params"])
        return str(path.removesuffix(asked) + route.path_format) if path.endswith(asked) else str(route.path_format)
    if "endpoint" not in scope:
        return UNKNOWN
    mounted = scope.get("root_path")
    return f"{mounted}/{{path}}" if mounted else str(path)
