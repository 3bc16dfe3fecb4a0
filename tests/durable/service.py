"""The service as a process of its own that can be killed, and posts to it."""

from __future__ import annotations

import hashlib
import http.client
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from typing import Any, TypeVar
from urllib.parse import quote

from PIL import Image

from geodata.store import create_store, open_store
from geodata.store.location import Address, Where
from tests.coverage.evidence.towns import ledger

Place = TypeVar("Place", Path, Address)
WRITERS = 8
AT = "2024-06-30T10:00:00+08:00"
FIND_EVERY = 4
"""So many visits of a writer to one with a photo and a hazard."""
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
def serving(store: Where, before: Sequence[str] = ()) -> Iterator[Service]:
    """Serve a store; `before` are the words of a program that becomes it (a tracer that stays in the background)."""
    named = str(store) if isinstance(store, Path) else store.bare
    environment = os.environ if isinstance(store, Path) else {**os.environ, **store.environment}
    command = [*before, WANGGE, "serve", named, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
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


def make_store(path: Place) -> Place:
    """Make a town of two places."""
    town = ledger({"甲": (0, 0), "乙": (900, 0)}, [])
    with create_store(path, town.town) as store:
        tables = {name: town.frames[name] for name in ("places", "officers")}
        store.write_many(tables, actor="t", action="demo", source="t")
    return path


def standing(path: Where) -> dict[str, str]:
    """Give the notes of the inspections that stand in the store, by id; `wangge check` must find nothing wrong."""
    with open_store(path) as store:
        assert store.check() == []
        found = store.ledger("inspections").frames["inspections"]
    return dict(zip(found["id"], found["note"], strict=True))


class Writers:
    """Eight that post until they are told to stop or the service is gone.

    Attributes
    ----------
    acknowledged
        Ids of the rows that were answered with 201.
    refused
        Ids of the others, with status and answer.
    photos, hazards
        Those of `finding` writers that were answered with 201: now and then a visit has a photo and a hazard.
    """

    def __init__(self, service: Service, name: str, hear: Callable[[int], None], *, finding: bool = False) -> None:
        self.acknowledged: set[str] = set()
        self.photos: set[str] = set()
        self.hazards: set[str] = set()
        self._finding = finding
        self.refused: dict[str, tuple[int, dict[str, Any]]] = {}
        self.enough, self.heard = Event(), Event()
        self._service, self._name, self._hear = service, name, hear
        self._guard = Lock()

    def run(self) -> None:
        """Post; whoever was answered tells `hear` how many are by now."""
        with ThreadPoolExecutor(WRITERS) as pool:
            for done in [pool.submit(self._write, writer) for writer in range(WRITERS)]:
                done.result()

    def _write(self, writer: int) -> None:
        connection, number = self._service.connection(), 0
        while not self.enough.is_set():
            number += 1
            row_id = f"{self._name}-{writer}-{number}"
            try:
                status, answer = post(connection, row_id)
                if self._finding and number % FIND_EVERY == 0 and status == 201:
                    self._find(connection, row_id)
            except (OSError, http.client.HTTPException):
                return
            with self._guard:
                if status == 201:
                    self.acknowledged.add(row_id)
                    self.heard.set()
                    self._hear(len(self.acknowledged))
                else:
                    self.refused[row_id] = (status, answer)

    def _find(self, connection: http.client.HTTPConnection, visit: str) -> None:
        data = picture_of(visit)
        photo = hashlib.sha256(data).hexdigest()
        path = f"/api/v1/photos/{photo}?inspection_id={quote(visit)}"
        answers = [sent(connection, "PUT", path, data, "image/jpeg")]
        hazard = {"id": f"H-{visit}", "inspection_id": visit, "place_id": "甲", "found_at": AT, "description": visit}
        if answers[0][0] == 201:
            body = json.dumps(hazard | {"photos": [photo]}).encode()
            answers.append(sent(connection, "POST", "/api/v1/hazards", body, "application/json"))
        with self._guard:
            for (status, answer), row_id, whole in zip(
                answers, (photo, hazard["id"]), (self.photos, self.hazards), strict=False
            ):
                if status == 201:
                    whole.add(row_id)
                else:
                    self.refused[row_id] = (status, answer)


def picture_of(text: str) -> bytes:
    """Give a small JPEG of its own for each text."""
    file = io.BytesIO()
    Image.new("RGB", (32, 24), "#3a7").save(file, "JPEG", comment=text.encode())
    return file.getvalue()


def sent(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes, media: str
) -> tuple[int, dict[str, Any]]:
    """Send a body; give the status and the answer."""
    connection.request(method, path, body, {"content-type": media})
    answer = connection.getresponse()
    return answer.status, json.load(answer)
