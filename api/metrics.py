"""What the service counts and times, as Prometheus reads it (text format 0.0.4). The only door to prometheus_client.

The counters are of the process: it serves one store. No label holds a text of a request or of the town.
"""

from __future__ import annotations

import platform
from collections import Counter as Count
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from time import perf_counter

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    Summary,
    disable_created_metrics,
    generate_latest,
)

from geodata.errors import StoreProblem
from geodata.store.health import size_of
from geodata.store.location import Where
from geodata.store.posting import Outcome, Together
from geodata.store.versions import SCHEMA_VERSION
from geodata.store.writing import INSERTED, UNCHANGED

MEDIA_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
WRITTEN, SAME, REFUSED = "written", "unchanged", "refused"

disable_created_metrics()  # type: ignore[no-untyped-call]
_PROCESS = CollectorRegistry()
ProcessCollector(registry=_PROCESS)
_REQUESTS = Counter(
    "wangge_http_requests", "Answered requests by route.", ("route", "method", "status"), registry=_PROCESS
)
_LATENCY = Histogram(
    "wangge_http_request_seconds",
    "From the first byte of a request to the last one of its answer.",
    ("route", "method"),
    buckets=SECONDS,
    registry=_PROCESS,
)
_POSTS = Counter("wangge_posts", "Posted rows that reached the writer.", ("table", "outcome"), registry=_PROCESS)
_GROUP = Histogram(
    "wangge_commit_rows", "Posted rows that one commit wrote.", buckets=(1, 2, 4, 8, 16, 32, 64, 128), registry=_PROCESS
)
_COMMIT = Histogram(
    "wangge_commit_seconds", "Writing posted rows, with the wait for the disk.", buckets=SECONDS, registry=_PROCESS
)
_COMPUTED = Summary(
    "wangge_computation_seconds",
    "Figures computed anew and tables read anew; a part holds the time of those it needs.",
    ("part",),
    registry=_PROCESS,
)
Info("wangge_build", "What runs here.", registry=_PROCESS).info(
    {"version": version("wangge"), "python": platform.python_version(), "store_schema": str(SCHEMA_VERSION)}
)


def count_request(route: str, method: str, status: int, seconds: float) -> None:
    """Count an answered request."""
    _REQUESTS.labels(route, method, str(status)).inc()
    _LATENCY.labels(route, method).observe(seconds)


def count_commit(posts: Sequence[Together], outcomes: Sequence[Outcome], seconds: float) -> None:
    """Count a commit of posted rows, and what became of each."""
    _GROUP.observe(sum(len(post.rows) for post in posts))
    _COMMIT.observe(seconds)
    words = {INSERTED: WRITTEN, UNCHANGED: SAME}
    told = (words.get(outcome, REFUSED) if isinstance(outcome, str) else REFUSED for outcome in outcomes)
    each = ((row.table.name, outcome) for post, outcome in zip(posts, told, strict=True) for row in post.rows)
    for (table, outcome), count in Count(each).items():
        _POSTS.labels(table, outcome).inc(count)


def count_failed_commit(posts: Sequence[Together]) -> None:
    """Count rows that could not be written at all."""
    for table, count in Count(row.table.name for post in posts for row in post.rows).items():
        _POSTS.labels(table, REFUSED).inc(count)


@contextmanager
def computing(part: str) -> Iterator[None]:
    """Time a part of the figures; one that failed is not counted."""
    begin = perf_counter()
    yield
    _COMPUTED.labels(part).observe(perf_counter() - begin)


def metrics_text(store: Where) -> bytes:
    """Give everything that is counted, and how large the store is; `wangge_store_readable` 0 where it can't be told."""
    registry = CollectorRegistry()
    readable = Gauge("wangge_store_readable", "1 when the store can be read.", registry=registry)
    try:
        size = size_of(store)
    except StoreProblem:
        readable.set(0)
        return generate_latest(_PROCESS) + generate_latest(registry)
    readable.set(1)
    files = Gauge("wangge_store_bytes", "Size on the disk.", ("file",), registry=registry)
    files.labels("store").set(size.file_bytes)
    files.labels("log").set(size.log_bytes)
    rows = Gauge("wangge_store_rows", "Rows by table.", ("table",), registry=registry)
    for table, count in size.rows.items():
        rows.labels(table).set(count)
    Gauge("wangge_store_audit_id", "Number of the newest write.", registry=registry).set(size.version)
    return generate_latest(_PROCESS) + generate_latest(registry)
