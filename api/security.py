"""What every answer carries, and which requests are not heard."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.addresses import Addressed
from api.jobs.uploads import MOST_BYTES
from api.methods import takes
from api.observing import REQUEST_ID, SCOPE_ID
from api.openrosa.parts import MAX_BODY_BYTES
from api.permissions import WRITES
from api.problems import answer_of, problem
from api.settings import LOOPBACK, Settings
from api.threads import aside
from geodata.accounts.book import Accounts
from geodata.errors import StoreProblem
from geodata.photos.keeping import MAX_POSTED_BYTES

RawHeaders = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Body:
    """What a route takes: content types, how many bytes at most, and whether their number may be left open."""

    types: frozenset[str]
    most: int
    chunked: bool = False


FORM = Body(frozenset({"application/json"}), 256 * 1024)
PICTURE = Body(frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"}), MAX_POSTED_BYTES)
FILE = Body(frozenset({"application/octet-stream"}), MOST_BYTES)
SUBMISSION = Body(frozenset({"multipart/form-data"}), MAX_BODY_BYTES, chunked=True)
BODIES: tuple[tuple[str, str, Body], ...] = (
    ("PUT", "/api/v1/photos/", PICTURE),
    ("POST", "/openrosa/submission", SUBMISSION),
    ("POST", "/api/v1/uploads", FILE),
)
"""Method, beginning of the path, and what is taken there; everywhere else a form."""
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "manifest-src 'self'; worker-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
# A map's document carries its own policy, with the hashes of its scripts; both hold.
MAP_POLICY = "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_COMMON = tuple((name.lower().encode(), value.encode()) for name, value in HEADERS.items())
_POLICY = b"content-security-policy"


def guard(app: FastAPI, settings: Settings, accounts: Accounts) -> None:
    """Refuse foreign hosts (DNS rebinding), writes from other origins and large bodies; add headers to every answer."""
    app.add_middleware(Guarded, settings=settings, accounts=accounts)
    app.add_middleware(Addressed)

    @app.exception_handler(Exception)
    def broken(request: Request, _: Exception) -> Response:
        """Say that it is our fault; the server logs what happened. Made outside of the middleware above."""
        number = request.scope[SCOPE_ID]
        response = problem(request, 500, f"服务内部出错，请把运行窗口里的提示发给维护人员（请求编号 {number}）。")
        response.headers[REQUEST_ID] = number
        response.raw_headers = hardened(request.url.path, response.raw_headers)
        return response


class Guarded:
    """Refuse what is not heard; harden every answer."""

    def __init__(self, app: ASGIApp, settings: Settings, accounts: Accounts) -> None:
        self.app = app
        self._settings = settings
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = hardened(scope["path"], message["headers"])
            await send(message)

        refused = await _refusal(Request(scope), self._settings, self._accounts)
        await (self.app if refused is None else refused)(scope, receive, sending)


def hardened(path: str, headers: RawHeaders) -> RawHeaders:
    """Give the headers of an answer with those that every answer carries; its own stay, but for the policy."""
    own = {name for name, _ in headers}
    policy = MAP_POLICY if path.startswith("/maps/") else PAGE_POLICY
    added = [pair for pair in _COMMON if pair[0] not in own]
    return [*(pair for pair in headers if pair[0] != _POLICY), *added, (_POLICY, policy.encode())]


async def _refusal(request: Request, settings: Settings, accounts: Accounts) -> Response | None:
    host = _split(f"//{request.headers.get('host', '')}").hostname or ""
    try:
        foreign = host not in LOOPBACK and not settings.insecure_no_accounts
        closed = foreign and not await aside(accounts.exist)
    except StoreProblem as error:
        return answer_of(request, error)
    if closed:
        return problem(request, 400, f"这个服务只在本机开放，不接受对主机 {host or '（没有写明）'} 的请求。")
    return _write_refusal(request) if request.method in WRITES else None


def _write_refusal(request: Request) -> Response | None:
    """Say why a write is not heard: another page sent it, or what it brings is not taken."""
    origin = request.headers.get("origin")
    foreign = origin is not None and _split(origin).netloc != request.headers.get("host")
    if foreign or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return problem(request, 403, "不接受别的网页发来的填报。")
    if request.method == "DELETE" or not takes(request.method, request.scope["path"]):
        return None  # nothing is read of a DELETE, nor of what is answered 405
    return _body_refusal(request)


def _body_refusal(request: Request) -> Response | None:
    """Say why what a write brings is not taken: it is of another type, too long, or does not say how long."""
    taken, length = body_of(request.method, request.scope["path"]), request.headers.get("content-length", "")
    if request.headers.get("content-type", "").split(";")[0].strip().lower() not in taken.types:
        return problem(request, 415, f"填报的内容要用 {'、'.join(sorted(taken.types))}。")
    if not length and taken.chunked and "chunked" in request.headers.get("transfer-encoding", "").lower():
        return None  # counted as it comes
    if not (length.isascii() and length.isdigit()):
        return problem(request, 411, "请求要写明 Content-Length。")
    if len(length) > 9 or int(length) > taken.most:
        shown = f"{taken.most >> 20} MB" if taken.most >= 2**20 else f"{taken.most >> 10} KB"
        return problem(request, 413, f"一次填报最多 {shown}。")
    return None


def body_of(method: str, path: str) -> Body:
    """Give what may be sent to a path."""
    return next((body for word, start, body in BODIES if word == method and path.startswith(start)), FORM)


def _split(address: str) -> SplitResult:
    """Split an address; one that is none names no host."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
