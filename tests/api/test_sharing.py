"""Who asks while an answer is made shares the next one, and is never told an older one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from weakref import ref

import pytest

from api.sharing import QUESTIONS_KEPT, Sharing

CROWD = 6


def test_a_crowd_costs_two() -> None:
    """Those who come while one is made get one that was begun after they came: the same for all of them."""
    sharing: Sharing[int] = Sharing()
    made: list[int] = []
    begun, go_on, all_here = Event(), Event(), Barrier(CROWD + 1)

    def first() -> int:
        begun.set()
        assert go_on.wait(20)
        made.append(1)
        return len(made)

    def later() -> int:
        made.append(2)
        return len(made)

    def come() -> int:
        all_here.wait(20)
        return sharing.get("board", later)

    with ThreadPoolExecutor(CROWD + 1) as pool:
        one = pool.submit(sharing.get, "board", first)
        assert begun.wait(20)
        others = [pool.submit(come) for _ in range(CROWD)]
        all_here.wait(20)
        while sharing.waiting("board") < CROWD:
            assert not one.done()
        go_on.set()
        assert one.result() == 1
        assert [each.result() for each in others] == [2] * CROWD
    assert sharing.get("board", later) == 3  # nobody else had begun since


def test_what_went_wrong_is_told_once() -> None:
    """An answer that can't be made is told to who made it; the next one makes it anew."""
    sharing: Sharing[int] = Sharing()
    with pytest.raises(ZeroDivisionError):
        sharing.get("board", lambda: 1 // 0)
    assert sharing.get("board", lambda: 7) == 7


def test_few_questions_are_kept() -> None:
    """However many days are asked for, few answers stay."""
    sharing: Sharing[int] = Sharing()
    for number in range(3 * QUESTIONS_KEPT):
        assert sharing.get(number, lambda number=number: number) == number  # type: ignore[misc]
    assert len(sharing._turns) == QUESTIONS_KEPT


def test_what_nobody_waits_for_is_let_go() -> None:
    """An answer is held for those who wait for it, no longer: the next one to come gets another anyway."""
    sharing: Sharing[Event] = Sharing()
    held = ref(sharing.get("board", Event))
    assert held() is None
