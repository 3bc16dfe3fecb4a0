"""Passwords: which are taken, how they are kept (argon2id), how one is checked: as long for nobody as for somebody."""

from __future__ import annotations

import secrets
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from geodata.accounts.model import AccountProblem

LEAST = 10
MOST = 200
"""Characters; a longer one would only cost time."""
OBVIOUS = (
    "password",
    "123456",
    "qwerty",
    "admin",
    "wangge",
    "abc123",
    "111111",
    "888888",
    "000000",
    "changeme",
    "安全",
)

_AT_ONCE = BoundedSemaphore(4)
"""Each takes 64 MB while it is checked: a morning's logins come one after another."""


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys() -> str:
    """Hash a password that nobody has: who is unknown is checked against it."""
    return _hasher().hash(secrets.token_urlsafe(32))


def kept(password: str, login: str) -> str:
    """Give the hash of a new password; AccountProblem for one that is easily guessed.

    NIST SP 800-63B: long enough, not the obvious ones, no rules of composition, no expiry.
    """
    plain = password.strip().casefold()
    if not LEAST <= len(password) <= MOST:
        raise AccountProblem(f"密码要有 {LEAST} 到 {MOST} 个字符，可以用一句自己记得住的话。")
    if len(set(plain)) < 5 or plain == login.casefold() * (len(plain) // max(len(login), 1)):
        raise AccountProblem("密码太好猜（几个字符反复，或就是登录名），请换一个。")
    rest = plain
    for word in (*OBVIOUS, login.casefold()):
        rest = rest.replace(word, "")
    if len(rest) < LEAST // 2:
        raise AccountProblem("密码太好猜（常见密码或登录名稍加改动），请换一个。")
    return _hasher().hash(password)


def is_right(password: str, hashed: str | None) -> tuple[bool, str | None]:
    """Say whether a password is the one that was kept, and give it hashed as is done nowadays where it was not.

    None for who has none or is not known: the answer takes as long, and is no.
    """
    with _AT_ONCE:
        right, newer = _hasher().verify_and_update(password[: MOST + 1], hashed or _nobodys())
    return right and hashed is not None, newer if hashed is not None else None
