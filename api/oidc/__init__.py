"""The office's own sign-in service (OpenID Connect Core 1.0, code flow with PKCE): settings, the walk there, tokens.

Nobody gets an account by it: a clerk writes the subject into an account, and by that alone who comes back is known.
Its libraries are an extra (`wangge[oidc]`): only `provider_of` loads what needs them.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from api.oidc.service import Service
from geodata.errors import WanggeError

if TYPE_CHECKING:
    from api.oidc.provider import Provider


def provider_of(service: Service | None) -> Provider | None:
    """Give who is asked, None where an office has no such service; WanggeError when its libraries are not installed."""
    if service is None:
        return None
    if any(find_spec(name) is None for name in ("authlib", "httpx2", "joserfc")):
        raise WanggeError("统一登录要用的程序库没有安装：请安装 wangge[oidc]，或去掉 WANGGE_OIDC_… 的设置。")
    from api.oidc.provider import Provider  # noqa: PLC0415 - an extra

    return Provider(service)
