"""Two services, processes of their own, of one PostgreSQL town, and eight who write to both."""

from __future__ import annotations

import http.client
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.durable.service import WRITERS, Service, make_store, post, serving, standing
from tests.postgres import fresh

ROWS = 25 if os.environ.get("WANGGE_FAULTS") else 0
"""So many rows each writer posts (`make durable`)."""


def get(connection: http.client.HTTPConnection, path: str) -> dict[str, object]:
    """Give the answer to a question."""
    connection.request("GET", path)
    found: dict[str, object] = json.load(connection.getresponse())
    return found


@pytest.mark.skipif(not ROWS, reason="starts two services: make durable")
def test_each_answer_holds_what_the_other_took(postgres: str, tmp_path: Path) -> None:
    """A row that one took is in the next answer of the other, always; at the end both give the same figures."""
    where = make_store(fresh(postgres, files=tmp_path))
    with serving(where) as one, serving(where) as other:

        def write(writer: int) -> None:
            services: tuple[Service, Service] = (one, other) if writer % 2 else (other, one)
            first, second = (service.connection() for service in services)
            for number in range(ROWS):
                row_id = f"T{writer}-{number}"
                assert post(first, row_id)[0] == 201
                assert get(second, f"/api/v1/inspections/{row_id}")["note"] == f"第 {row_id} 条"
                assert post(second, row_id)[0] == 200

        with ThreadPoolExecutor(WRITERS) as pool:
            for done in [pool.submit(write, writer) for writer in range(WRITERS)]:
                done.result()
        figures = [get(service.connection(), "/api/v1/coverage?by=town") for service in (one, other)]
        assert figures[0] == figures[1]
    assert len(standing(where)) == WRITERS * ROWS
