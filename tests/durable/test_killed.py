"""The service is killed while eight write: what it had acknowledged stands, whole."""

from __future__ import annotations

import http.client
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Lock

from tests.durable.service import Service, make_store, post, serving, standing

ROUNDS = int(os.environ.get("WANGGE_KILLS", "2"))
WRITERS, MOST = 8, 400


class Writers:
    """Eight that post until the service is gone; after so many acknowledged rows one of them kills it."""

    def __init__(self, service: Service, name: str, kill_after: int) -> None:
        self.acknowledged: set[str] = set()
        self._service, self._name, self._kill_after = service, name, kill_after
        self._guard = Lock()

    def run(self) -> None:
        """Post until nobody answers any more."""
        with ThreadPoolExecutor(WRITERS) as pool:
            for done in [pool.submit(self._write, writer) for writer in range(WRITERS)]:
                done.result()

    def _write(self, writer: int) -> None:
        connection, number = self._service.connection(), 0
        while True:
            number += 1
            row_id = f"{self._name}-{writer}-{number}"
            try:
                status, _ = post(connection, row_id)
            except (OSError, http.client.HTTPException):
                return
            assert status == 201
            with self._guard:
                self.acknowledged.add(row_id)
                if len(self.acknowledged) == self._kill_after:
                    self._service.kill()


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Killed at random moments, started again on the same file: every acknowledged row is there, none is half there."""
    path, random = make_store(tmp_path / "town.gpkg"), Random(1)
    acknowledged: set[str] = set()
    for at in range(ROUNDS):
        with serving(path) as service:
            writers = Writers(service, f"K{at}", random.randrange(1, MOST))
            writers.run()
        acknowledged |= writers.acknowledged
        stands = standing(path)
        assert acknowledged <= set(stands)
        assert all(note == f"第 {row_id} 条" for row_id, note in stands.items())
