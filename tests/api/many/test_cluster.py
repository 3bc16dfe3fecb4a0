"""Work in processes of Dask: any number of things, workers that die, bounds of memory."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from api.many.cluster import ClusterProblem, Crew, Done, Lost, crew
from tests.api.many.work import deadly, twice, twice_unless_killed, wrong


@pytest.fixture(scope="module")
def two() -> Iterator[Crew]:
    """Give two worker processes."""
    with crew(workers=2, memory_mib=700) as workers:
        yield workers


def test_everything_is_done_once(two: Crew) -> None:
    """More things than are handed out at once are each done once, in other processes; nothing gives nothing."""
    done = list(two.each(twice, range(50)))
    assert sorted((each.item, each.result) for each in done) == [(n, 2 * n) for n in range(50)]
    assert list(two.each(twice, [])) == []
    assert os.getpid() not in two.processes()


def test_bounds_are_those_of_dask(two: Crew) -> None:
    """Every worker has one thread, and the memory at which Dask stops it is the one that is told."""
    known = two.client.scheduler_info(n_workers=-1)["workers"].values()
    assert [each["memory_limit"] for each in known] == [two.memory_bytes] * two.workers == [700 * 2**20] * 2
    assert [each["nthreads"] for each in known] == [1, 1]


def test_a_worker_is_killed(two: Crew, tmp_path: Path) -> None:
    """A worker that is killed amid its work, and one that is killed from outside, cost nothing but time."""
    work = partial(twice_unless_killed, deadly=7, mark=str(tmp_path / "killed"))
    done = []
    for each in two.each(work, range(30)):
        done.append(each)
        if len(done) == 20:
            os.kill(two.processes()[0], signal.SIGKILL)
    assert (tmp_path / "killed").exists()
    assert sorted((each.item, each.result) for each in done) == [(n, 2 * n) for n in range(30)]


def test_what_kills_workers_is_given_up_alone(two: Crew) -> None:
    """A thing that kills whoever takes it is given up; what was handed out beside it is done."""
    done: list[Done[int, int]] = list(two.each(partial(deadly, which=3), range(12)))
    lost = [each.item for each in done if isinstance(each.result, Lost)]
    assert lost == [3]
    assert sorted(each.item for each in done) == list(range(12))


def test_an_error_of_the_program_is_raised(two: Crew) -> None:
    """An error that is no fault of the data comes out."""
    with pytest.raises(ZeroDivisionError):
        list(two.each(wrong, [1]))


def test_no_such_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler that can't be reached is told, with how an address looks."""
    monkeypatch.setattr("api.many.cluster.PATIENCE_S", 0.3)
    with (
        pytest.raises(ClusterProblem, match=r"连不上调度程序 tcp://127\.0\.0\.1:9"),
        crew(scheduler="tcp://127.0.0.1:9"),
    ):
        pass
    with pytest.raises(ClusterProblem, match="连不上调度程序 nowhere"), crew(scheduler="nowhere://x"):
        pass
