"""Posts that wait for the writer, written together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Lock

import pandas as pd
import pytest

from api.desk import Desk
from api.group_commit import GroupCommit
from api.settings import Settings
from geodata.errors import StoreProblem
from geodata.store import open_store
from geodata.store.posting import Outcome, Together, row_of
from geodata.tables import INSPECTIONS

WRITERS = 10
AT = pd.Timestamp("2024-06-30T02:00:00Z").to_pydatetime()


def rows(count: int = WRITERS, place: str = "p") -> list[Together]:
    """Give rows to be posted, each by itself."""
    ids = [f"r{number}" for number in range(count)]
    return [Together((row_of(INSPECTIONS, {"id": each, "place_id": place, "at": AT}),)) for each in ids]


def behind_a_writer(group: GroupCommit, writing: Lock, given: Sequence[Together]) -> list[Future[str]]:
    """Post all of them while somebody else writes; give what becomes of each."""
    pool = ThreadPoolExecutor(len(given))
    with writing:
        futures = [pool.submit(group.post, post) for post in given]
        while len(group._waiting) < len(given):
            pass
    pool.shutdown()
    return futures


def test_those_who_wait_are_written_at_once() -> None:
    """All that wait for the writer are one transaction; one who comes alone is written alone."""
    calls: list[list[Together]] = []
    writing = Lock()

    def write(given: Sequence[Together]) -> list[Outcome]:
        calls.append(list(given))
        return ["inserted"] * len(given)

    group = GroupCommit(writing, write)
    assert [future.result() for future in behind_a_writer(group, writing, rows())] == ["inserted"] * WRITERS
    assert group.post(rows(1)[0]) == "inserted"
    assert [len(call) for call in calls] == [WRITERS, 1]


def test_each_has_its_own_outcome() -> None:
    """What is wrong with one row is raised for it alone."""
    writing = Lock()
    outcomes: dict[str, Outcome] = {"r0": "inserted", "r1": StoreProblem("读不出"), "r2": "unchanged"}
    group = GroupCommit(writing, lambda given: [outcomes[post.rows[0].stored["id"]] for post in given])
    first, broken, last = behind_a_writer(group, writing, rows(3))
    assert (first.result(), last.result()) == ("inserted", "unchanged")
    with pytest.raises(StoreProblem, match="读不出"):
        broken.result()


def test_a_failed_transaction_is_everybodys() -> None:
    """When the transaction fails nobody is told that the row stands; the next one is written as ever."""
    writing, fails = Lock(), [True]

    def write(given: Sequence[Together]) -> list[Outcome]:
        if fails.pop():
            raise OSError("disk")
        return ["inserted"] * len(given)

    group = GroupCommit(writing, write)
    for future in behind_a_writer(group, writing, rows()):
        with pytest.raises(OSError, match="disk"):
            future.result()
    fails.append(False)
    assert group.post(rows(1)[0]) == "inserted"


def test_the_turn_goes_on() -> None:
    """Of many who post on and on, while now and then a transaction fails, each hears of the own rows, and once."""
    written: list[str] = []
    calls = count(1)

    def write(given: Sequence[Together]) -> list[Outcome]:
        if next(calls) % 7 == 0:
            raise StoreProblem("磁盘")
        written.extend(post.rows[0].stored["id"] for post in given)
        return [post.rows[0].stored["id"] for post in given]

    group = GroupCommit(Lock(), write)

    def told(post: Together) -> str:
        try:
            return group.post(post)
        except StoreProblem:
            return "refused"

    given = rows(2_000)
    with ThreadPoolExecutor(16) as pool:
        heard = list(pool.map(told, given))
    ids = [post.rows[0].stored["id"] for post in given]
    assert all(word in (own, "refused") for own, word in zip(ids, heard, strict=True))
    assert sorted(written) == sorted(word for word in heard if word != "refused")
    group.close()
    assert not group._busy


def test_without_a_thread() -> None:
    """Who waits in an event loop hears the same; one who goes away has posted all the same; threads may post too."""
    written: list[str] = []

    def write(given: Sequence[Together]) -> list[Outcome]:
        written.extend(post.rows[0].stored["id"] for post in given)
        return [StoreProblem("读不出") if post.rows[0].stored["id"] == "r1" else "inserted" for post in given]

    writing = Lock()
    group = GroupCommit(writing, write)

    async def story() -> list[str | BaseException]:
        with writing:
            waiting = [asyncio.ensure_future(group.posted(post)) for post in rows()]
            in_a_thread = asyncio.ensure_future(asyncio.to_thread(group.post, rows(WRITERS + 1)[-1]))
            await asyncio.sleep(0)
            waiting[2].cancel()
        return await asyncio.gather(*waiting, in_a_thread, return_exceptions=True)

    heard = asyncio.run(story())
    group.close()
    assert sorted(written) == sorted(f"r{number}" for number in range(WRITERS + 1))
    assert isinstance(heard.pop(1), StoreProblem)
    assert isinstance(heard.pop(1), asyncio.CancelledError)
    assert heard == ["inserted"] * (WRITERS - 1)


def test_in_the_file(village: Path, tmp_path: Path) -> None:
    """Ten who post at once stand in the file when they are answered, each with an audit row; the desk follows them."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(village.read_bytes())
    desk = Desk(Settings(store=path))
    before, version = len(desk.ledger().inspections), desk.version()
    place = desk.ledger().places["id"].iloc[0]
    given = rows(place=place)
    given.append(given[0])
    outcomes = [future.result() for future in behind_a_writer(desk._posts_waiting, desk.writing, given)]
    assert sorted(outcomes) == ["inserted"] * WRITERS + ["unchanged"]
    with open_store(path) as other:
        assert len(other.ledger("inspections").inspections) == before + WRITERS
        assert other.version() == version + WRITERS
    assert len(desk.ledger().inspections) == before + WRITERS
    desk.close()
