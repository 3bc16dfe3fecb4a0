"""What every answer carries, and which requests are not heard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import SplitResult, urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import Response

from api.observing import REQUEST_ID, SCOPE_ID
from api.problems import problem
from api.settings import LOOPBACK, Settings
from geodata.accounts.book import Accounts

MAX_BODY_BYTES = 256 * 1024
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
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

Next = Callable[[Request], Awaitable[Response]]


def guard(app: FastAPI, settings: Settings, accounts: Accounts) -> None:
    """Refuse foreign hosts (DNS rebinding), writes from other origins and large bodies; add headers to every answer."""

    @app.middleware("http")
    async def _(request: Request, call_next: Next) -> Response:
        refused = _refusal(request, settings, accounts)
        return _harden(request, refused if refused is not None else await call_next(request))

    @app.exception_handler(Exception)
    def broken(request: Request, _: Exception) -> Response:
        """Say that it is our fault; the server logs what happened. Made outside of the middleware above."""
        number = request.scope[SCOPE_ID]
        response = problem(request, 500, f"服务内部出错，请把运行窗口里的提示发给维护人员（请求编号 {number}）。")
        response.headers[REQUEST_ID] = number
        return _harden(request, response)


def _harden(request: Request, response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    policy = MAP_POLICY if request.url.path.startswith("/maps/") else PAGE_POLICY
    response.headers["Content-Security-Policy"] = policy
    return response


def _refusal(request: Request, settings: Settings, accounts: Accounts) -> Response | None:
    host = _split(f"//{request.headers.get('host', '')}").hostname or ""
    if host not in LOOPBACK and not settings.insecure_no_accounts and not accounts.exist():
        return problem(request, 400, f"这个服务只在本机开放，不接受对主机 {host or '（没有写明）'} 的请求。")
    return None if request.method in ("GET", "HEAD", "OPTIONS") else _write_refusal(request)


def _write_refusal(request: Request) -> Response | None:
    """Say why a write is not heard: another page sent it, it is no JSON, it is too long."""
    origin, length = request.headers.get("origin"), request.headers.get("content-length", "")
    foreign = origin is not None and _split(origin).netloc != request.headers.get("host")
    if foreign or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return problem(request, 403, "不接受别的网页发来的填报。")
    if request.method == "DELETE":
        return None  # nothing is read of it
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return problem(request, 415, "填报的内容要用 application/json。")
    if not (length.isascii() and length.isdigit()):
        return problem(request, 411, "请求要写明 Content-Length。")
    if len(length) > 9 or int(length) > MAX_BODY_BYTES:
        return problem(request, 413, f"一次填报最多 {MAX_BODY_BYTES // 1024} KB。")
    return None


def _split(address: str) -> SplitResult:
    """Split an address; one that is none names no host."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
