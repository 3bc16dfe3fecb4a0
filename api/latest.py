"""The newest few answers to questions of which there can be any number."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class _Answer(Generic[T]):
    def __init__(self) -> None:
        self.lock = Lock()
        self.value: list[T] = []


class Latest(Generic[T]):
    """Keeps the answers asked for last. Who asks what is being computed waits for that; nobody else does."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = Lock()
        self._answers: OrderedDict[Hashable, _Answer[T]] = OrderedDict()

    def get(self, question: Hashable, compute: Callable[[], T]) -> T:
        """Give the answer that is kept, else compute it; what `compute` raises is not kept."""
        with self._lock:
            answer = self._answers.setdefault(question, _Answer())
            self._answers.move_to_end(question)
            while len(self._answers) > self.most:
                self._answers.popitem(last=False)
        with answer.lock:
            if not answer.value:
                answer.value.append(compute())
            return answer.value[0]
