"""What is long to make and asked for by many at once: those who come while one is made share the next one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
QUESTIONS_KEPT = 8


class _Turn(Generic[T]):
    def __init__(self) -> None:
        self.lock = Lock()
        self.begun = 0
        self.waiting = 0
        self.made: list[T] = []


class Sharing(Generic[T]):
    """Gives each what was begun after they came: nobody is told of less than had happened by then.

    One is made at a time, so that a crowd costs as much as two people, in time and in memory.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._turns: OrderedDict[Hashable, _Turn[T]] = OrderedDict()

    def get(self, question: Hashable, make: Callable[[], T]) -> T:
        """Give the answer to a question, made by oneself or by another who began since."""
        with self._lock:
            turn = self._turns.pop(question, None) or _Turn()
            self._turns[question] = turn
            while len(self._turns) > QUESTIONS_KEPT:
                self._turns.popitem(last=False)
            came = turn.begun
            turn.waiting += 1
        with turn.lock:
            with self._lock:
                turn.waiting -= 1
            if turn.begun <= came or not turn.made:
                turn.made.clear()
                turn.begun += 1
                turn.made.append(make())
            made = turn.made[0]
            with self._lock:
                if not turn.waiting:
                    turn.made.clear()  # nobody who may have it is left
            return made

    def waiting(self, question: Hashable) -> int:
        """Count those who wait for an answer, but for who makes one."""
        with self._lock:
            turn = self._turns.get(question)
            return turn.waiting if turn else 0
