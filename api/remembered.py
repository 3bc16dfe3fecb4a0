"""Passwords that were right a moment ago: a program that sends its password with each request is not hashed each time.

argon2 takes some 50 ms and 64 MB, and an OGC client asks ten times a second. What is remembered is no password: an HMAC
of it, under a key that this process drew and keeps to itself, with the hash that stands in the book, at the address
that it came from. So another password in the book, set by whatever process, makes it worth nothing; who is disabled is
asked of the book each time. A wrong password makes it forgotten and is checked as anybody's, so that nobody can try
more often than without it.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from geodata.accounts.model import User

KEPT_S = 300.0
MOST = 1024
"""People at their addresses; who came first is forgotten first."""


class Remembered:
    """The last right password of each person from each address, for `KEPT_S` after it was checked; threads share it."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._key = secrets.token_bytes(32)
        self._lock = Lock()
        self._marks: OrderedDict[tuple[str, str], tuple[bytes, float]] = OrderedDict()

    def keep(self, user: User, password: str, address: str) -> None:
        """Remember that this was the password of the user, as the book has them, from this address."""
        with self._lock:
            self._marks.pop((user.login, address), None)
            self._marks[user.login, address] = self._mark(user, password), self._now() + KEPT_S
            while len(self._marks) > MOST:
                self._marks.popitem(last=False)

    def holds(self, user: User, password: str, address: str) -> bool:
        """Say whether this was right a moment ago, and the user still is who they were; forget it when not."""
        mine = self._mark(user, password)
        with self._lock:
            mark, until = self._marks.get((user.login, address), (b"", 0.0))
            right = hmac.compare_digest(mark, mine) and self._now() < until and not user.disabled
            if not right:
                self._marks.pop((user.login, address), None)
            return right

    def forget(self, login: str) -> None:
        """Forget a person: their sessions were ended."""
        with self._lock:
            for each in [each for each in self._marks if each[0] == login]:
                del self._marks[each]

    def _mark(self, user: User, password: str) -> bytes:
        parts = [part.encode("utf-8", "surrogatepass") for part in (user.login, password, user.password or "")]
        return hmac.digest(self._key, b"".join(len(part).to_bytes(8) + part for part in parts), "sha256")
