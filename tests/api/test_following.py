"""A part of a day that follows posts: made once the long way, then from what it was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from api.following import Followed
from api.posts import Posts

Known = tuple[str, Posts] | None


def posts(name: str) -> Posts:
    """Give a post of an inspection."""
    return Posts(frozenset({"inspections"}), visited=frozenset({name}))


def told(known: Known) -> str:
    """Say what a part was made of."""
    return "anew" if known is None else f"{known[0]}+{','.join(sorted(known[1].visited))}"


def test_made_once_then_followed() -> None:
    """What nobody asked for is made anew; what was made is followed, over all posts since."""
    first: Followed[str] = Followed("x")
    second = first.after(posts("a"))
    assert second.get(told) == "anew"
    fourth = second.after(posts("b")).after(posts("c"))
    assert fourth.get(told) == "anew+b,c"
    assert fourth.get(lambda _: "never asked") == "anew+b,c"


def test_waits_for_the_one_before() -> None:
    """Posts that come while the long way is gone do not have it gone again."""
    first: Followed[str] = Followed("x")
    begun, go_on = Event(), Event()

    def slow(known: Known) -> str:
        begun.set()
        assert go_on.wait(20)
        return told(known)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(first.get, slow)
        assert begun.wait(20)
        other = pool.submit(first.after(posts("a")).get, told)
        go_on.set()
        assert (one.result(), other.result()) == ("anew", "anew+a")


def test_the_one_before_failed() -> None:
    """Where the one before could not be made, this one is made anew."""
    first: Followed[str] = Followed("x")

    def fail(_: Known) -> str:
        raise MemoryError

    with pytest.raises(MemoryError):
        first.get(fail)
    assert first.after(posts("a")).get(told) == "anew"
    assert first.get(told) == "anew"


def test_holds_on_to_nothing() -> None:
    """Once made, it keeps the one before no longer alive."""
    first: Followed[str] = Followed("x")
    first.get(told)
    second = first.after(posts("a"))
    second.get(told)
    assert second._before is None
