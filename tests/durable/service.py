"""The service as a process of its own that can be killed, and posts to it."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.store import create_store, open_store
from tests.coverage.evidence.towns import ledger

AT = "2024-06-30T10:00:00+08:00"
WANGGE = str(Path(sys.executable).with_name("wangge"))


@dataclass(frozen=True)
class Service:
    """A running service."""

    process: subprocess.Popen[str]
    port: int

    def connection(self) -> http.client.HTTPConnection:
        """Give a connection to it; one thread may use it."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def post(self, row_id: str, **body: Any) -> tuple[int, dict[str, Any]]:
        """Post an inspection over a connection of its own; give the status and the answer."""
        connection = self.connection()
        try:
            return post(connection, row_id, **body)
        finally:
            connection.close()

    def kill(self) -> None:
        """End it as the power going away would end it."""
        self.process.kill()


def post(connection: http.client.HTTPConnection, row_id: str, **body: Any) -> tuple[int, dict[str, Any]]:
    """Post an inspection; give the status and the answer."""
    text = json.dumps({"id": row_id, "place_id": "甲", "at": AT, "note": f"第 {row_id} 条", **body})
    connection.request("POST", "/api/v1/inspections", text.encode(), {"content-type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.load(answer)


@contextmanager
def serving(store: Path, before: Sequence[str] = ()) -> Iterator[Service]:
    """Serve a store; `before` are the words of a program that becomes it (a tracer that stays in the background)."""
    command = [*before, WANGGE, "serve", str(store), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
            assert found
            yield Service(process, int(found.group(1)))
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def make_store(path: Path) -> Path:
    """Make a town of two places."""
    town = ledger({"甲": (0, 0), "乙": (900, 0)}, [])
    with create_store(path, town.town) as store:
        tables = {name: town.frames[name] for name in ("places", "officers")}
        store.write_many(tables, actor="t", action="demo", source="t")
    return path


def standing(path: Path) -> dict[str, str]:
    """Give the notes of the inspections that stand in the store, by id; `wangge check` must find nothing wrong."""
    with open_store(path) as store:
        assert store.check() == []
        found = store.ledger("inspections").frames["inspections"]
    return dict(zip(found["id"], found["note"], strict=True))
