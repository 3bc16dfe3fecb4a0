"""The only door to Dask: work on many things in worker processes, each within a bound of memory, some of which may die.

On one machine the workers are processes of this command; with an address, those of a cluster that somebody runs.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

import dask.config
from distributed import Client, Future, KilledWorker, LocalCluster, as_completed

from geodata.errors import WanggeError

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4
"""So many things a worker are handed out ahead: it never waits, and what waits is bounded."""
DEATHS = 2
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
        given: dict[str, Item] = {}
        handed = [self._give(work, item, given) for item in islice(waiting, at_once)]
        running = as_completed(handed, loop=self.client.loop)
        for future in running:
            item = given.pop(str(future.key))
            for more in islice(waiting, 1):
                running.add(self._give(work, more, given))
            problem = future.exception() if future.status == "error" else None
            if problem is None:
                result: Result | Lost = future.result()
            elif isinstance(problem, KilledWorker):
                result = Lost("计算进程连续几次被终止：数据太大超过内存上限，或者已损坏")
            else:
                raise problem
            future.release()
            yield Done(item, result)

    def _give(self, work: Callable[[Item], Result], item: Item, given: dict[str, Item]) -> Future[Result]:
        future: Future[Result] = self.client.submit(work, item, pure=False)
        given[str(future.key)] = item
        return future

    def processes(self) -> list[int]:
        """Give the process ids of the workers."""
        return sorted(self.client.run(os.getpid).values())


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
            client = Client(scheduler, timeout=PATIENCE_S, set_as_default=False)
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
    quiet = {"distributed.scheduler.allowed-failures": DEATHS, "logging": {"distributed": "critical"}}
    with (
        dask.config.set(quiet),
        LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            memory_limit=memory_mib * MEBIBYTE,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield Crew(client, count, memory_mib * MEBIBYTE)
