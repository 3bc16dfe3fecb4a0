"""The newest few answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from api.latest import Latest


def test_an_answer_is_computed_once() -> None:
    """Many who ask the same at once get one answer, computed once."""
    latest: Latest[object] = Latest(2)
    ready, made = Barrier(4), []

    def compute() -> object:
        made.append(object())
        return made[-1]

    def ask(_: int) -> object:
        ready.wait(10)
        return latest.get("q", compute)

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(ask, range(4)))
    assert answers == set(made)
    assert len(made) == 1


def test_another_question_does_not_wait() -> None:
    """While one answer is being computed, another is given."""
    latest: Latest[str] = Latest(2)
    begun, over = Event(), Event()

    def slow() -> str:
        begun.set()
        assert over.wait(10)
        return "slow"

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(latest.get, "slow", slow)
        assert begun.wait(10)
        assert latest.get("quick", lambda: "quick") == "quick"
        over.set()
        assert waiting.result(10) == "slow"


def test_the_oldest_goes() -> None:
    """Beyond so many, the answer asked for longest ago is computed anew."""
    latest: Latest[int] = Latest(2)
    for question, answer in (("a", 1), ("b", 2), ("a", 0), ("c", 3)):
        latest.get(question, lambda answer=answer: answer)  # type: ignore[misc]
    assert [latest.get(each, lambda: 9) for each in ("a", "c", "b")] == [1, 3, 9]


def test_a_failure_is_not_kept() -> None:
    """What could not be computed is tried again."""
    latest: Latest[float] = Latest(2)
    with pytest.raises(ZeroDivisionError):
        latest.get("q", lambda: 1 / 0)
    assert latest.get("q", lambda: 1.0) == 1.0
