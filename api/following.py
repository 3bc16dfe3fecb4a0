"""A part of a day that is long to make: made once, and after posts from what it was before them."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from api.metrics import computing
from api.posts import Posts

T = TypeVar("T")


class Followed(Generic[T]):
    """One part of one day; who asks while it is made waits.

    Where the one before the posts is still being made, it is waited for: however many posts come meanwhile, and however
    many look, the long way is gone once. It holds on to no day, and to the one before only until it is made itself.
    """

    def __init__(self, name: str, before: tuple[Followed[T], Posts] | None = None) -> None:
        self.name = name
        self._before = before
        self._lock = Lock()
        self._begun = False
        self._made: list[T] = []

    def get(self, make: Callable[[tuple[T, Posts] | None], T]) -> T:
        """Give the part; `make` makes it, of what was made before some posts and those where that is known."""
        with self._lock:
            if not self._made:
                self._begun = True
                known = self._known()
                with computing(self.name):
                    self._made.append(make(known))
                self._before = None
            return self._made[0]

    def after(self, posts: Posts) -> Followed[T]:
        """Give the same part after some posts; made anew where nobody has asked for it yet."""
        before = self._before
        if self._begun:
            return Followed(self.name, (self, posts))
        return Followed(self.name, None if before is None else (before[0], before[1].and_then(posts)))

    def _known(self) -> tuple[T, Posts] | None:
        if self._before is None:
            return None
        part, posts = self._before
        with part._lock:
            return (part._made[0], posts) if part._made else None
