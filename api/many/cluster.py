"""The only door to Dask: work on many things in worker processes, each within a bound of memory, some of which may die.

On one machine the workers are processes of this command; with an address, those of a cluster that somebody runs.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

import dask.config
from distributed import CancelledError, Client, Future, KilledWorker, LocalCluster, wait
from distributed.comm.core import CommClosedError

from geodata.errors import WanggeError

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4
"""So many things a worker are handed out ahead: it never waits, and what waits is bounded."""
DEATHS = 1
"""A thing during which more workers die than that is given up, when it ran alone."""
PATIENCE_S = 15
MEBIBYTE = 2**20


class ClusterProblem(WanggeError):
    """The scheduler can't be reached, or the workers can't be started."""


@dataclass(frozen=True)
class Lost:
    """What was given up: workers died of it, one after another, when nothing else ran."""

    why: str


@dataclass(frozen=True)
class Done(Generic[Item, Result]):
    """One thing and what came of it."""

    item: Item
    result: Result | Lost


@dataclass(frozen=True)
class Crew:
    """Workers at hand: how many, and the bytes of memory at which each is stopped (0: not bounded)."""

    client: Client
    workers: int
    memory_bytes: int

    def each(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Done[Item, Result]]:
        """Do the work on each thing, in any order; an error of the work is raised here.

        When a worker dies, what it was given is done again elsewhere. What was near several deaths is done again
        alone at the end: so only what kills workers itself is given up, never what stood beside it.
        """
        near: list[Item] = []
        for done in self._run(work, items, AHEAD * self.workers):
            if isinstance(done.result, Lost):
                near.append(done.item)
            else:
                yield done
        yield from self._run(work, near, 1)

    def _run(self, work: Callable[[Item], Result], items: Iterable[Item], at_once: int) -> Iterator[Done[Item, Result]]:
        waiting = iter(items)
        running: dict[Future[Result], Item] = {}
        while True:
            for item in islice(waiting, at_once - len(running)):
                running[self.client.submit(work, item, pure=False)] = item
            if not running:
                return
            for future in self._finished(running):
                result = _result(future)
                yield Done(running.pop(future), result)

    def _finished(self, running: Collection[Future[Result]]) -> list[Future[Result]]:
        """Wait until something is done; ClusterProblem when nobody is left who could do it."""
        missed = 0
        while True:
            try:
                return list(wait(list(running), timeout=PATIENCE_S, return_when="FIRST_COMPLETED").done)
            except TimeoutError:
                missed = 0 if self.client.scheduler_info(n_workers=-1)["workers"] else missed + 1
            except (CancelledError, CommClosedError) as problem:
                raise ClusterProblem("和调度程序断开了，没有算完。请检查集群后重新运行。") from problem
            if missed > 1:  # one that was stopped is back long before
                raise ClusterProblem("计算进程都没有了，没有算完。请检查内存（--memory）和集群后重新运行。")

    def processes(self) -> list[int]:
        """Give the process ids of the workers."""
        return sorted(self.client.run(os.getpid).values())


def _result(future: Future[Result]) -> Result | Lost:
    """Give what came of a thing; an error of the work is raised."""
    problem = future.exception() if future.status == "error" else None
    if isinstance(problem, KilledWorker):
        return Lost("计算进程连续几次被终止：数据太大超过内存上限，或者已损坏")
    if problem is not None:
        raise problem
    result: Result = future.result()
    return result


@contextmanager
def crew(*, scheduler: str | None = None, workers: int | None = None, memory_mib: int = 2048) -> Iterator[Crew]:
    """Give workers, and send those home that were started here.

    Parameters
    ----------
    scheduler
        Address of a cluster's scheduler (`tcp://host:8786`); None: processes of this machine, that none else can reach.
    workers
        How many processes of this machine; one a processor when None. A cluster has its own.
    memory_mib
        Memory of each process of this machine: one that would take more is stopped, and its work given to another.

    Raises
    ------
    ClusterProblem
    """
    if scheduler is not None:
        try:
            client = Client(scheduler, timeout=PATIENCE_S)
        except (OSError, ValueError) as problem:
            raise ClusterProblem(
                f"连不上调度程序 {scheduler}（{problem}）。请检查地址，例如 tcp://主机:8786。"
            ) from problem
        with client:
            known = client.scheduler_info(n_workers=-1)["workers"].values()
            if not known:
                raise ClusterProblem(f"调度程序 {scheduler} 没有计算进程。请先用 dask worker 启动。")
            yield Crew(client, len(known), min(each["memory_limit"] for each in known))
        return
    count = workers or os.cpu_count() or 1
    settings = {
        "distributed.scheduler.allowed-failures": DEATHS,
        # else a worker that died twice in a quarter of a minute would never be started again
        "distributed.deploy.lost-worker-timeout": "365 days",
        "logging": {"distributed": "critical"},
    }
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            memory_limit=memory_mib * MEBIBYTE,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield Crew(client, count, memory_mib * MEBIBYTE)
