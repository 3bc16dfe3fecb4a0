"""Many papers at once, on a few cores, in child processes that are changed for fresh ones.

The typesetter keeps what it has set for the next time: after ten papers of 1,000 rows it holds 1 GiB. A child that sets
three and goes stays below 400 MiB.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from maps.tables.typesetting import pdf

AT_ONCE = 2
"""Children; each takes 200 to 400 MiB."""
PAPERS_A_CHILD = 3


@dataclass(frozen=True)
class Job:
    """A paper to be set, as `maps.tables.typesetting.pdf` takes it."""

    template: str
    data: Mapping[str, Any]
    made: datetime
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def set_alone(job: Job) -> bytes:
    """Set one paper in this process."""
    return pdf(job.template, job.data, job.made, job.pictures)


def press(jobs: Mapping[str, Callable[[], Job]]) -> Iterator[tuple[str, bytes]]:
    """Set papers, and give each by its name in the order of the jobs.

    A job is made when a child is free for it, so few are in memory at a time. FontProblem as `pdf`.
    """
    workers = max(1, min(AT_ONCE, os.cpu_count() or 1, len(jobs)))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, max_tasks_per_child=PAPERS_A_CHILD) as pool:
        waiting: list[tuple[str, Future[bytes]]] = []
        for name, make in jobs.items():
            job = make()
            waiting.append((name, pool.submit(set_alone, job)))
            if len(waiting) > workers:
                first, future = waiting.pop(0)
                yield first, future.result()
        for name, future in waiting:
            yield name, future.result()
