"""Jobs as processes: how many at once, cancelled, killed, found again by the next service."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.jobs import child
from api.jobs.kinds import Backup
from api.problems import ConflictProblem, NotFoundProblem
from geodata.errors import StoreProblem
from tests.api.jobs.conftest import Office, check, divide, until


def gone(pid: int) -> bool:
    """Say whether there is no process of that number, or only what its parent has not asked about yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_two_at_once_and_one_that_writes(office: Office) -> None:
    """Two run at a time; a second one that writes waits for the first while one that reads goes before it."""
    first, pid = office.running(divide())
    second = office.add(divide())
    reads, _ = office.running(check())
    third = office.add(check())
    assert [office.state(each) for each in (first, second, reads, third)] == ["running", "queued", "running", "queued"]
    office.finish(pid)
    until(lambda: office.state(second) == "running")
    assert office.state(third) == "queued"


def test_done(office: Office) -> None:
    """A job that ended well keeps its result, its files and its last words; its progress is told while it runs."""
    number, pid = office.running(check())
    folder = office.places.folder(number)
    progress = folder.progress
    assert progress is not None and (progress.stage, progress.done, progress.of) == ("b", 1, 3)
    assert folder.messages == []
    office.finish(pid)
    until(lambda: office.state(number) == "done")
    folder = office.places.folder(number)
    assert (folder.result, folder.files, folder.messages) == ({"findings": []}, {"made.txt": 4}, ["last words"])


@pytest.mark.parametrize(("order", "state"), [("code 0", "done"), ("code 1", "done"), ("code 2", "failed")])
def test_exit_codes(office: Office, order: str, state: str) -> None:
    """0 is done; 1 of a check are its findings; anything else failed, and what it wrote is taken away."""
    office.order(order)
    number = office.add(check())
    until(lambda: not office.runner.get(number).going)
    job, folder = office.runner.get(number), office.places.folder(number)
    assert (job.state, job.said) == (state, "last words")
    assert folder.files == ({"made.txt": 4} if state == "done" else {})
    assert folder.result == {"findings": []}


def test_cancelled_while_it_waits(office: Office) -> None:
    """A queued job that is cancelled never runs, and can't be cancelled twice."""
    office.running(divide())
    number = office.add(divide())
    assert office.runner.cancel(number).state == "cancelled"
    with pytest.raises(ConflictProblem, match="已经结束"):
        office.runner.cancel(number)
    assert not office.places.folder(number).path.exists()


def test_cancelled_while_it_runs(office: Office) -> None:
    """Its process ends at once, and what it had written is taken away."""
    number, pid = office.running(divide())
    office.runner.cancel(number)
    until(lambda: office.state(number) == "cancelled")
    assert gone(pid)
    assert office.places.folder(number).files == {}


def test_killed_by_somebody_and_done_again(office: Office) -> None:
    """A process that is killed leaves an interrupted job, which may be done again as a new one."""
    number, pid = office.running(check())
    with pytest.raises(ConflictProblem, match="还没有结束"):
        office.runner.again(number)
    os.kill(pid, signal.SIGKILL)
    until(lambda: office.state(number) == "interrupted")
    assert "可以放心再做一次" in office.runner.get(number).said
    office.order("code 0")
    again = office.runner.again(number)
    until(lambda: office.state(again.id) == "done")
    assert (again.asked, again.title) == (office.runner.get(number).asked, office.runner.get(number).title)


def test_the_next_service_finds_what_runs(office: Office) -> None:
    """A job goes on while no service runs, is found by the next one, and can be cancelled there."""
    number, pid = office.running(divide())
    office.runner.close()
    assert not gone(pid)
    office.open()
    waits = office.add(divide())
    assert (office.state(number), office.state(waits)) == ("running", "queued")
    office.runner.cancel(number)
    until(lambda: office.state(number) == "cancelled" and office.state(waits) == "running")


def test_what_ended_meanwhile(office: Office) -> None:
    """Of what ended while no service ran, the next one says whether it came to its end or was broken off."""
    office.order("code 0")
    office.add(divide())
    until(lambda: not office.runner.book.going())
    office.order("wait")
    broken, pid = office.running(check())
    office.runner.close()
    os.kill(pid, signal.SIGKILL)
    until(lambda: not office.places.folder(broken).alive())
    office.open()
    until(lambda: office.state(broken) == "interrupted")


def test_a_backup_comes_whole_among_the_others(office: Office) -> None:
    """A backup stands among the others only when it was done; those that the rotation lets go are taken away."""
    office.places.backups.mkdir()
    for day in (1, 2, 29):
        (office.places.backups / f"town-202406{day:02}-020000.zip").write_text("old")
    (office.places.backups / "别的.zip").write_text("not ours")
    number, _ = office.running(Backup(kind="backup"))
    assert not (office.places.backups / "town-20240630-020000.zip").exists()
    office.runner.cancel(number)
    until(lambda: office.state(number) == "cancelled")
    office.order("code 0")
    done = office.add(Backup(kind="backup"))
    until(lambda: office.state(done) == "done")
    left = sorted(each.name for each in office.places.backups.iterdir())
    assert left == ["town-20240629-020000.zip", "town-20240630-020000.zip", "别的.zip"]
    assert "删去 2 份旧的" in office.runner.get(done).said


def test_two_services(office: Office) -> None:
    """Of two services of a store either cancels what runs, and together they run no more than one would."""
    first, pid = office.running(divide())
    with office.another() as other:
        second = other.add(divide(), "t").id
        until(lambda: first in other._running)
        assert other.get(second).state == "queued"
        assert other.cancel(first).state == "running"
        until(lambda: office.state(first) == "cancelled" and office.state(second) == "running")
        assert gone(pid)
        assert office.runner.get(first).said == "已取消，没有写入。"
        with pytest.raises(ConflictProblem):
            other.cancel(first)


def test_cancelled_before_it_lives(office: Office) -> None:
    """The real child of a job that was cancelled does nothing: who cancelled found no process yet."""
    folder = office.places.folder(7)
    folder.make()
    folder.cancel()
    assert child.main([str(folder.path), "no such command"]) == 0
    assert (folder.code, folder.cancelled) == (None, True)


def test_one_backup_a_night(office: Office) -> None:
    """Of the services that find a backup due only one makes it."""
    with office.another() as other:
        for runner in (office.runner, other, office.runner):
            runner.add_once(Backup(kind="backup"), datetime.now(UTC) - timedelta(hours=1))
    assert len(office.runner.book.newest(9, kinds=("backup",))) == 1


def test_goes_on_after_a_fault(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that was full for a moment stops no jobs; a result that can't be read fails its job alone."""
    monkeypatch.setattr("api.jobs.runner.IDLE_S", 0.01)
    begin, tries = office.runner.book.begin, list[int]()

    def begins(number: int, at_once: int) -> bool:
        tries.append(number)
        if len(tries) == 1:
            raise StoreProblem("磁盘已满")
        return begin(number, at_once)

    def unreadable(*_: object) -> dict[str, int]:
        raise KeyError("findings")

    monkeypatch.setattr(office.runner.book, "begin", begins)
    office.order("code 0")
    with monkeypatch.context() as patch:
        patch.setattr(type(check()), "facts", unreadable)
        odd = office.add(check())
        until(lambda: not office.runner.get(odd).going)
    assert (office.state(odd), "读不出来" in office.runner.get(odd).said) == ("failed", True)
    well = office.add(check())
    until(lambda: office.state(well) == "done")


def test_no_such_job(office: Office) -> None:
    """A number that no job has is not found."""
    for ask in (office.runner.get, office.runner.cancel, office.runner.again):
        with pytest.raises(NotFoundProblem):
            ask(99)
