"""Which passwords are taken, and how long it takes to be refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from time import process_time

import pytest

from api.passwords import is_right, kept
from geodata.accounts.model import AccountProblem


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "x" * 201,
        "aaaaaaaaaaaa",
        "Password123456",
        "admin123456",
        "wanglei001",
        "wangleiwanglei",
        "1234561234",
        "changeme99",
    ],
)
def test_easily_guessed(password: str) -> None:
    """Short, endless, repeated, obvious passwords and the login itself are refused."""
    with pytest.raises(AccountProblem, match="密码"):
        kept(password, "wanglei")


def test_phrase() -> None:
    """A phrase is taken, kept as argon2id, and is right alone as it is."""
    hashed = kept("石榴花开在六月里呀呀", "wanglei")
    assert hashed.startswith("$argon2id$")
    assert is_right("石榴花开在六月里呀呀", hashed) == (True, None)
    assert is_right("石榴花开在六月里呀", hashed) == (False, None)
    assert is_right("石榴花开在六月里呀呀", None) == (False, None)


def test_nobody_takes_as_long() -> None:
    """Whether somebody has an account can't be told by the time (of the processor, medians of 9) within 10 %."""
    hashed = kept("three brown cows at dawn", "wanglei")
    is_right("x", None)

    def median(known: str | None) -> float:
        times = []
        for _ in range(9):
            begin = process_time()
            is_right("four brown cows at dawn", known)
            times.append(process_time() - begin)
        return sorted(times)[4]

    gaps = sorted(abs(median(hashed) / median(None) - 1) for _ in range(3))
    assert gaps[0] < 0.1


def test_few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many come in at the same moment, four passwords at most are checked at once: each takes 64 MB."""
    going, most, lock = [0], [0], Lock()

    class Hasher:
        def verify_and_update(self, *_: str) -> tuple[bool, None]:
            with lock:
                going[0] += 1
                most[0] = max(most[0], going[0])
            Event().wait(0.005)
            with lock:
                going[0] -= 1
            return True, None

    monkeypatch.setattr("api.passwords._hasher", Hasher)
    with ThreadPoolExecutor(20) as pool:
        assert all(right for right, _ in pool.map(lambda _: is_right("x", "hash"), range(40)))
    assert most[0] == 4
