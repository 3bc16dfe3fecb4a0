"""The address that a request was made to, as the asker sees it: behind a reverse proxy that is not ours."""

from __future__ import annotations

import re

from fastapi import Request
from starlette.datastructures import URL

from api.problems import ParameterProblem
from api.settings import Settings

_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")
_PAIR = re.compile(r'\s*(\w+)\s*=\s*(?:"([^"]*)"|([^;,\s"]*))\s*')


def public_url(request: Request) -> URL:
    """Give the address of a request; a trusted proxy says which scheme, host and prefix it was asked with.

    `Forwarded` (RFC 7239) is taken, else `X-Forwarded-Proto`, `-Host` and `-Prefix`; of several values the last,
    which the trusted proxy itself wrote. What others send under these names is not heard.

    Raises ParameterProblem when a trusted proxy says what is no scheme, host or prefix.
    """
    settings: Settings = request.app.state.desk.settings
    if request.client is None or not settings.trusts(request.client.host):
        return request.url
    said = _said(request)
    scheme, host, prefix = (said.get(name, "") for name in ("proto", "host", "prefix"))
    if scheme not in ("", "http", "https") or not (_HOST.fullmatch(host) or not host) or not _PREFIX.fullmatch(prefix):
        raise ParameterProblem("反向代理转来的 Forwarded 或 X-Forwarded-… 不对，请检查代理的设置。")
    url = request.url.replace(path=prefix.rstrip("/") + request.url.path)
    return url.replace(scheme=scheme or url.scheme, netloc=host or url.netloc)


def _said(request: Request) -> dict[str, str]:
    prefix = {"prefix": _last(request.headers.get("x-forwarded-prefix", ""))}
    forwarded = request.headers.get("forwarded")
    if forwarded is not None:
        pairs = (_PAIR.fullmatch(part) for part in _last(forwarded).split(";"))
        return {found[1].lower(): found[2] or found[3] or "" for found in pairs if found} | prefix
    return {name: _last(request.headers.get(f"x-forwarded-{name}", "")) for name in ("proto", "host")} | prefix


def _last(values: str) -> str:
    return values.rpartition(",")[2].strip()
