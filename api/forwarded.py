"""The address that a request was made to, as the asker sees it: behind a reverse proxy that is not ours."""

from __future__ import annotations

import re
from ipaddress import IPv6Address

from fastapi import Request
from starlette.datastructures import URL

from api.problems import ParameterProblem
from api.settings import Settings

_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[([0-9A-Fa-f:.]{2,45})\])(?::\d{1,5})?", re.ASCII)
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")
_OTHERS = ("host", "proto", "port", "prefix")
_PAIR = re.compile(r'\s*(\w+)\s*=\s*(?:"([^"]*)"|([^;,\s"]*))\s*')


def public_url(request: Request) -> URL:
    """Give the address of a request; a trusted proxy says which scheme, host and prefix it was asked with.

    That is `Forwarded` (RFC 7239), or `X-Forwarded-Proto`, `-Host` and `-Prefix`; of several values the last, which the
    trusted proxy itself wrote. What others send under these names is not heard.

    Raises ParameterProblem when a trusted proxy says what is no scheme, host or prefix, or says it in both ways: it
    writes one of them, and lets the other through as the asker wrote it.
    """
    settings: Settings = request.app.state.desk.settings
    if request.client is None or not settings.trusts(request.client.host):
        return request.url
    said = _said(request)
    scheme, host, prefix = (said.get(name, "") for name in ("proto", "host", "prefix"))
    if scheme not in ("", "http", "https") or not (_is_host(host) or not host) or not _PREFIX.fullmatch(prefix):
        raise ParameterProblem("反向代理转来的 Forwarded 或 X-Forwarded-… 不对，请检查代理的设置。")
    url = request.url.replace(path=prefix.rstrip("/") + request.url.path)
    return url.replace(scheme=scheme or url.scheme, netloc=host or url.netloc)


def _said(request: Request) -> dict[str, str]:
    forwarded, others = _last(request, "forwarded"), {name: _last(request, f"x-forwarded-{name}") for name in _OTHERS}
    if not forwarded:
        return others
    if any(others.values()):
        raise ParameterProblem(
            "反向代理同时转来 Forwarded 和 X-Forwarded-…，不知道该信哪个。请让代理只用一种，清空另一种。"
        )
    pairs = (_PAIR.fullmatch(part) for part in forwarded.split(";"))
    said = {found[1].lower(): found[2] or found[3] or "" for found in pairs if found}
    return {name: said.get(name, "") for name in ("host", "proto")}


def _last(request: Request, name: str) -> str:
    """Give the last value of a header, which may stand in several lines."""
    return ",".join(request.headers.getlist(name)).rpartition(",")[2].strip()


def _is_host(text: str) -> bool:
    found = _HOST.fullmatch(text)
    if not found or found[1] is None:
        return bool(found)
    try:
        IPv6Address(found[1])
    except ValueError:
        return False
    return True
