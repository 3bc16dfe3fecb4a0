"""Which sign-in service an office uses, and what of its settings is refused before the service starts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LEAST_SECRET = 16
"""Characters; what services give is longer."""
LEAST_OWN = 8
"""So many characters of a secret must be left without the words of examples."""
_EXAMPLES = re.compile(
    r"change|secret|password|passwd|client|example|default|placeholder|replace|insert|test|demo|your|here|oidc|wangge"
    r"|admin|qwerty|1234567890|123456|密码|密钥|me\b|my\b|[\W_x]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Service:
    """The sign-in service of an office.

    Attributes
    ----------
    issuer
        Its address, as its tokens name it (`iss`).
    client_id, secret
        How this service is known there.
    name
        What people call it: 用…登录.
    """

    issuer: str
    client_id: str
    secret: SecretStr
    name: str

    @classmethod
    def of(cls, issuer: str, client_id: str, secret: SecretStr, name: str) -> Service | None:
        """Give the service of the settings, None for none; ValueError says what is wrong, never the secret."""
        given = [issuer, client_id, secret.get_secret_value(), name]
        if not any(given):
            return None
        if not all(given):
            raise ValueError("统一登录的 WANGGE_OIDC_ISSUER、_CLIENT_ID、_CLIENT_SECRET、_NAME 要么都写，要么都不写")
        if not is_safe(issuer) or urlsplit(issuer).query:
            raise ValueError("WANGGE_OIDC_ISSUER 要是 https:// 开头的网址（只有本机的可以是 http://），不带参数")
        if not (client_id.isascii() and client_id.isprintable()):
            raise ValueError("WANGGE_OIDC_CLIENT_ID 有不允许的字符")
        if len(name) > 20 or not name.isprintable():
            raise ValueError("WANGGE_OIDC_NAME 最多 20 个字")
        if fault := secret_fault(secret.get_secret_value(), client_id):
            raise ValueError(f"WANGGE_OIDC_CLIENT_SECRET {fault}，请用统一登录服务给的密钥")
        return cls(issuer, client_id, secret, name)


def is_safe(url: str) -> bool:
    """Say whether an address is asked: by https, or on this machine; without a name or password in it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url
    whole = bool(host) and not parts.fragment and "@" not in parts.netloc and plain
    return whole and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


def secret_fault(secret: str, client_id: str) -> str | None:
    """Say why a secret is none: short, of examples, the client's own name; None for a good one."""
    if len(secret) < LEAST_SECRET:
        return f"不到 {LEAST_SECRET} 个字符"
    if not (secret.isascii() and secret.isprintable()):
        return "有不允许的字符"
    if secret.casefold() == client_id.casefold() or len(set(secret)) < LEAST_OWN:
        return "太好猜"
    return "是例子里的写法" if len(_EXAMPLES.sub("", secret)) < LEAST_OWN else None
