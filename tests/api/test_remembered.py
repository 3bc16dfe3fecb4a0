"""Passwords that were right a moment ago."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.remembered import KEPT_S, MOST, Remembered
from geodata.accounts.model import User

WANG = User("wang", "王五", "clerk", password="hash of the first")
HERE = "10.0.0.1"


def kept(now: list[float] | None = None) -> Remembered:
    """Remember the password of one."""
    clock = now or [0.0]
    remembered = Remembered(lambda: clock[0])
    remembered.keep(WANG, "three cows", HERE)
    return remembered


def test_the_same_again() -> None:
    """What was right is right again, of the same person from the same address."""
    remembered = kept()
    assert [remembered.holds(WANG, "three cows", HERE) for _ in range(3)] == [True] * 3


@pytest.mark.parametrize(
    ("user", "password", "address"),
    [
        (WANG, "three cow", HERE),
        (WANG, "three cows", "10.0.0.2"),
        (replace(WANG, login="li"), "three cows", HERE),
        (replace(WANG, password="hash of another"), "three cows", HERE),
        (replace(WANG, password=None), "three cows", HERE),
        (replace(WANG, disabled=True), "three cows", HERE),
        (WANG, "three cows\udc80", HERE),
    ],
)
def test_anything_else(user: User, password: str, address: str) -> None:
    """Another password, address, person, a password changed in the book, or an account that is shut: not known."""
    assert not kept().holds(user, password, address)


def test_a_wrong_one_ends_it() -> None:
    """After a wrong password the right one is checked in full again: nobody can try while it is remembered."""
    remembered = kept()
    assert not remembered.holds(WANG, "guess", HERE)
    assert not remembered.holds(WANG, "three cows", HERE)


def test_for_a_while() -> None:
    """It is forgotten in time, and when sessions are ended; that of others stays."""
    now = [0.0]
    remembered = kept(now)
    now[0] = KEPT_S - 1
    assert remembered.holds(WANG, "three cows", HERE)
    now[0] = KEPT_S
    assert not remembered.holds(WANG, "three cows", HERE)
    remembered.keep(WANG, "three cows", HERE)
    remembered.forget("li")
    assert remembered.holds(WANG, "three cows", HERE)
    remembered.forget("wang")
    assert not remembered.holds(WANG, "three cows", HERE)


def test_bounded() -> None:
    """So many are remembered and no more; the first are forgotten."""
    remembered = kept()
    for number in range(MOST):
        remembered.keep(WANG, "three cows", str(number))
    assert not remembered.holds(WANG, "three cows", HERE)
    assert remembered.holds(WANG, "three cows", "0")


def test_no_password_is_held() -> None:
    """Neither the password nor a plain hash of it stands in what is held, and another process marks it otherwise."""
    one, other = kept(), kept()
    assert "three cows" not in repr(vars(one))
    assert one._marks != other._marks
