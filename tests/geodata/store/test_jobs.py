"""Jobs noted beside a store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from geodata.errors import StoreProblem
from geodata.store.jobs import JobBook, jobs_path

NOON = datetime(2024, 6, 30, 12, tzinfo=UTC)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[JobBook]:
    """Give an empty book whose clock goes on by a minute."""
    moments = iter(NOON + timedelta(minutes=at) for at in range(1000))
    held = JobBook(tmp_path / "town.gpkg", lambda: next(moments))
    yield held
    held.close()


def test_nothing_is_made_before_the_first_job(book: JobBook, tmp_path: Path) -> None:
    """Asking an empty book makes no file."""
    assert (book.going(), book.newest(5), book.get(1)) == ([], [], None)
    assert list(tmp_path.iterdir()) == []


def test_a_life(book: JobBook, tmp_path: Path) -> None:
    """A job is queued, runs, ends; what was asked and what became of it stand in the file, for its user alone."""
    job = book.add("import", "导入 甲", {"table": "places"}, writes=True)
    assert (job.state, job.asked, job.writes, job.began_at) == ("queued", {"table": "places"}, True, None)
    assert book.begin(job.id, 2)
    assert book.going()[0].state == "running"
    assert book.end(job.id, "done", "新增 3 行", {"inserted": 3})
    again = JobBook(tmp_path / "town.gpkg")
    kept = again.get(job.id)
    again.close()
    assert kept is not None
    assert (kept.state, kept.said, kept.facts, kept.going) == ("done", "新增 3 行", {"inserted": 3}, False)
    assert kept.began_at is not None and kept.ended_at is not None and kept.made_at < kept.began_at < kept.ended_at
    modes = {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    assert modes == {0o600}


def test_an_end_is_final(book: JobBook) -> None:
    """A job that was cancelled can neither begin nor end again."""
    job = book.add("check", "检查", {}, writes=False)
    assert book.end(job.id, "cancelled", "")
    assert not book.begin(job.id, 2)
    assert not book.end(job.id, "done", "")
    kept = book.get(job.id)
    assert kept is not None and kept.state == "cancelled"


def test_old_ones_are_forgotten(book: JobBook) -> None:
    """The newest that ended stay, those that go on always; numbers are never given twice."""
    jobs = [book.add("check", str(at), {}, writes=False) for at in range(5)]
    for job in jobs[1:]:
        book.end(job.id, "done", "")
    assert book.forget(2) == [jobs[2].id, jobs[1].id]
    assert [job.id for job in book.newest(10)] == [jobs[4].id, jobs[3].id, jobs[0].id]
    book.forget(0)
    assert book.add("check", "", {}, writes=False).id == jobs[4].id + 1


def test_lists_by_state_and_kind(book: JobBook) -> None:
    """A list may be of some states, of some kinds."""
    backup, check = (book.add(kind, "", {}, writes=False) for kind in ("backup", "check"))
    book.end(check.id, "failed", "")
    assert [job.id for job in book.newest(5, states=("failed",))] == [check.id]
    assert [job.id for job in book.newest(5, kinds=("backup",))] == [backup.id]


def test_another_file_is_left_alone(tmp_path: Path) -> None:
    """A file of that name that is not ours is refused, and not changed."""
    path = jobs_path(tmp_path / "town.gpkg")
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreProblem, match="不是网格的任务文件"):
        JobBook(tmp_path / "town.gpkg").add("check", "", {}, writes=False)
    assert path.read_bytes() == before


@pytest.mark.parametrize("how", ["no database", "torn", "odd row"])
def test_a_damaged_file(tmp_path: Path, how: str) -> None:
    """A file that was damaged is refused with what to do, before the service begins."""
    path = jobs_path(tmp_path / "town.gpkg")
    book = JobBook(tmp_path / "town.gpkg")
    for number in range(50):
        book.add("check", "检查" * 100, {"number": number}, writes=False)
    book.close()
    if how == "odd row":
        with sqlite3.connect(path) as other:
            other.execute("UPDATE job SET asked = '{' WHERE id = 7")
        other.close()
    else:
        whole = path.read_bytes()
        path.write_bytes(b"no" * 5000 if how == "no database" else whole[:4096] + b"\x07" * (len(whole) - 4096))
    with pytest.raises(StoreProblem, match=r"任务记录 .* 坏了.*移走"):
        JobBook(tmp_path / "town.gpkg").check()


def test_what_may_begin(book: JobBook, tmp_path: Path) -> None:
    """So many run at once and one that writes, whichever service asks; one of a kind since a moment."""
    jobs = [book.add("x", "", {}, writes=writes).id for writes in (True, True, False, False)]
    other = JobBook(tmp_path / "town.gpkg")
    begun = [held.begin(number, 2) for number, held in zip(jobs, (book, other, other, book), strict=True)]
    assert begun == [True, False, True, False]
    assert not book.end(jobs[0], "cancelled", "", still=("queued",))
    since = NOON + timedelta(minutes=3)
    assert (
        other.add_once("x", "", {}, writes=False, actor="t", since=since.astimezone(ZoneInfo("Asia/Shanghai"))) is None
    )
    assert other.add_once("y", "", {}, writes=False, actor="t", since=since) is not None
    other.close()
