"""Whose turn it is when many write and some read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from unittest.mock import patch

from starlette.types import Receive, Scope, Send

from api import lane
from api.coming import is_new_enough
from api.lane import BEGIN, COMPUTED, Lane, turns_of

MANY = 5 * BEGIN


class Door:
    """A lane before an application that notes who begins, and answers when it is let."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._sending: list[Send] = []
        self.answer = asyncio.Event()
        self.lane = Lane(self._app)

    async def _app(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.begun.append(scope["path"])
        self._sending.append(send)
        await self.answer.wait()

    async def tell(self, number: int) -> None:
        """Begin to answer the one that began as that number."""
        await self._sending[number]({"type": "http.response.start", "status": 200, "headers": []})

    def come(self, method: str, path: str) -> asyncio.Task[None]:
        """Ask for something; it begins when it may."""

        async def nothing(*_: object) -> dict[str, object]:
            return {}

        coming = self.lane({"type": "http", "method": method, "path": path}, nothing, nothing)  # type: ignore[arg-type]
        return asyncio.ensure_future(coming)  # type: ignore[arg-type]


def in_a_loop(what: Callable[[Door], Awaitable[None]]) -> None:
    """Run a story before a door of its own."""

    async def story() -> None:
        await asyncio.wait_for(what(Door()), 30)

    asyncio.run(story())


async def until(door: Door, count: int) -> None:
    """Wait until so many have begun."""
    while len(door.begun) < count:
        await asyncio.sleep(0)


def test_in_their_order() -> None:
    """All writes begin, in the order in which they came, though none of before has been answered."""

    async def story(door: Door) -> None:
        tasks = [door.come("POST", str(number)) for number in range(MANY)]
        await until(door, MANY)
        assert door.begun == [str(number) for number in range(MANY)]
        door.answer.set()
        await asyncio.gather(*tasks)

    in_a_loop(story)


def test_reads_go_straight_on() -> None:
    """Who reads begins before the writes that wait, at once."""

    async def story(door: Door) -> None:
        tasks = [door.come("POST", str(number)) for number in range(MANY)]
        tasks.append(door.come("GET", "read"))
        await until(door, 1)
        assert door.begun.index("read") == BEGIN
        assert len(door.begun) == BEGIN + 1
        await until(door, MANY + 1)
        door.answer.set()
        await asyncio.gather(*tasks)

    in_a_loop(story)


def test_writes_go_on_while_somebody_reads() -> None:
    """While something is being read some writes begin in each pause, and none is forgotten."""

    async def story(door: Door) -> None:
        reader = door.come("GET", "read")
        await until(door, 1)
        loop = asyncio.get_running_loop()
        begin = loop.time()
        tasks = [door.come("POST", str(number)) for number in range(MANY)]
        await until(door, MANY + 1)
        assert loop.time() - begin >= (MANY // BEGIN - 2) * lane.PAUSE_S
        door.answer.set()
        await asyncio.gather(reader, *tasks)

    in_a_loop(story)


def test_the_pause_ends_with_the_last_reader() -> None:
    """Writes that paused for a reader go on as soon as nobody reads."""

    async def story(door: Door) -> None:
        with patch.object(lane, "PAUSE_S", 3600.0):
            reader = door.come("GET", "read")
            await until(door, 1)
            tasks = [door.come("POST", str(number)) for number in range(MANY)]
            await until(door, 1 + BEGIN)
            door.answer.set()
            await asyncio.gather(reader, *tasks)

    in_a_loop(story)


def test_few_are_computed_at_once() -> None:
    """So many reads compute side by side, the next one begins when one of them is answered; a stylesheet at once."""

    async def story(door: Door) -> None:
        reading = [door.come("GET", str(number)) for number in range(COMPUTED + 1)]
        await until(door, COMPUTED)
        light = door.come("GET", "/static/wangge.css")
        await until(door, COMPUTED + 1)
        assert door.begun[-1] == "/static/wangge.css"
        await door.tell(0)
        await until(door, COMPUTED + 2)
        assert door.begun[-1] == str(COMPUTED)
        assert not reading[0].done()
        door.answer.set()
        await asyncio.gather(light, *reading)

    in_a_loop(story)


def test_a_read_came_when_it_began_to_wait() -> None:
    """What was seen while a read waited for its turn is new enough for it; for a write nothing seen before is."""
    told: dict[str, tuple[bool, bool]] = {}

    async def story() -> None:
        turn = asyncio.Event()

        async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
            told[scope["path"]] = is_new_enough(before), is_new_enough(monotonic())
            await turn.wait()

        before = monotonic() - 1
        door = Lane(app)
        asked = [("GET", str(number)) for number in range(COMPUTED + 1)] + [("POST", "post")]
        coming = [door({"type": "http", "method": how, "path": path}, _unasked, _unasked) for how, path in asked]
        tasks = [asyncio.ensure_future(each) for each in coming]
        while len(told) < COMPUTED + 1:
            await asyncio.sleep(0)
        assert str(COMPUTED) not in told
        before = monotonic()
        turn.set()
        await asyncio.gather(*tasks)

    asyncio.run(asyncio.wait_for(story(), 30))
    assert told == {str(each): (False, True) for each in range(COMPUTED)} | {
        str(COMPUTED): (True, True),
        "post": (False, False),
    }


async def _unasked(*_: object) -> dict[str, object]:
    return {}


def test_who_computes_long_holds_nobody_up() -> None:
    """The place of a read that takes long is free again, and is freed once only."""

    async def story(door: Door) -> None:
        with patch.object(lane, "LONG_S", 0.0):
            long = [door.come("GET", str(number)) for number in range(COMPUTED)]
            await until(door, COMPUTED)
            more = [door.come("GET", f"more {number}") for number in range(COMPUTED)]
            await until(door, 2 * COMPUTED)
        door.answer.set()
        await asyncio.gather(*long, *more)
        assert not turns_of(asyncio.get_running_loop()).computing.locked()

    in_a_loop(story)


def test_who_goes_away() -> None:
    """A write that was given up while it waited never begins, and takes nobody's turn."""

    async def story(door: Door) -> None:
        tasks = [door.come("POST", str(number)) for number in range(MANY)]
        await asyncio.sleep(0)
        gone = tasks.pop()
        gone.cancel()
        door.answer.set()
        await asyncio.gather(*tasks)
        assert gone.cancelled()
        assert str(MANY - 1) not in door.begun

    in_a_loop(story)


def test_one_alone() -> None:
    """A write that comes alone begins at once, each time."""

    async def story(door: Door) -> None:
        door.answer.set()
        for number in range(3 * BEGIN):
            await door.come("POST", str(number))
            await asyncio.sleep(0)
        assert len(door.begun) == 3 * BEGIN

    in_a_loop(story)


def test_another_loop() -> None:
    """A loop that ended in the middle of a turn holds nobody up in the next."""
    door = Lane(_nothing)
    for _ in range(3 * BEGIN):
        asyncio.run(door({"type": "http", "method": "POST", "path": "/"}, _nothing, _nothing))  # type: ignore[arg-type]


async def _nothing(*_: object) -> None:
    """Answer nothing."""
