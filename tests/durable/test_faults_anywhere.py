"""Whichever file the disk refuses, whatever is done: told in words, nothing half done, done when asked again."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from geodata.accounts.book import Accounts
from geodata.accounts.model import User
from tests.durable.faults import Fault
from tests.durable.service import AT, Service, make_store, picture_of, serving, standing
from tests.durable.test_full_disk import FAULTS
from tests.durable.test_synced import needs_strace

CALLS = (
    ("write", "ENOSPC"), ("pwrite64", "ENOSPC"), ("ftruncate", "ENOSPC"), ("write", "EIO"), ("pwrite64", "EIO"),
    ("fsync", "EIO"), ("fdatasync", "EIO"), ("rename", "EIO"), ("unlink", "EIO"),
)  # fmt: skip
PATIENCE_S = 60.0
JOB_FAILED = 599
"""Stands for the status of a job that was taken and then failed."""
Answer = tuple[int, str]


class Clerk:
    """Who asks a service with a token."""

    def __init__(self, service: Service, token: str) -> None:
        self._service, self._token = service, token

    def ask(self, method: str, path: str, body: bytes | None = None, media: str = "") -> tuple[int, dict[str, Any]]:
        """Give the status and the answer."""
        connection = self._service.connection()
        headers = {"authorization": f"Bearer {self._token}"} | ({"content-type": media} if media else {})
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, json.load(answer)
        except HTTPException as problem:
            raise AssertionError(f"{method} {path}: no answer") from problem
        finally:
            connection.close()

    def post(self, path: str, **body: Any) -> Answer:
        """Post JSON; give the status, and what is said of a refusal."""
        return _said(self.ask("POST", path, json.dumps(body).encode(), "application/json"))

    def job(self, kind: str) -> Answer:
        """Have a job done, and wait for its end."""
        status, job = self.ask("POST", "/api/v1/jobs", json.dumps({"kind": kind}).encode(), "application/json")
        until = time.monotonic() + PATIENCE_S
        while status < 300 and job.get("state") in ("queued", "running"):
            assert time.monotonic() < until, job
            status, job = self.ask("GET", f"/api/v1/jobs/{job['id']}")
        if status >= 300:
            return _said((status, job))
        return (201, "") if job["state"] == "done" else (JOB_FAILED, job["said"])


def _said(answer: tuple[int, dict[str, Any]]) -> Answer:
    status, document = answer
    return status, "" if status < 300 else document["detail"]


def inspect(clerk: Clerk, name: str) -> Answer:
    """Post an inspection."""
    return clerk.post("/api/v1/inspections", id=name, place_id="甲", at=AT)


def find(clerk: Clerk, name: str) -> Answer:
    """Post a hazard."""
    return clerk.post("/api/v1/hazards", id=name, place_id="甲", found_at=AT)


def step(clerk: Clerk, name: str) -> Answer:
    """Take a step of the first hazard's life."""
    return clerk.post("/api/v1/hazards/first/steps", action="update", actor="甲", role="clerk", reason=name)


def show(clerk: Clerk, name: str) -> Answer:
    """Send a photo of the first inspection."""
    data = picture_of(name)
    path = f"/api/v1/photos/{hashlib.sha256(data).hexdigest()}?inspection_id=first"
    return _said(clerk.ask("PUT", path, data, "image/jpeg"))


def hire(clerk: Clerk, name: str) -> Answer:
    """Give somebody an account."""
    return clerk.post("/api/v1/users", login=name.lower(), name=name, role="leader")


def hand_in(clerk: Clerk, name: str) -> Answer:
    """Send a file for a job."""
    return _said(clerk.ask("POST", f"/api/v1/uploads?name={name}.csv", name.encode(), "application/octet-stream"))


def back_up(clerk: Clerk, _: str) -> Answer:
    """Have a backup made."""
    return clerk.job("backup")


def check(clerk: Clerk, _: str) -> Answer:
    """Have the store checked."""
    return clerk.job("check")


DONE: Mapping[str, Callable[[Clerk, str], Answer]] = {
    each.__name__: each for each in (inspect, find, step, show, hire, hand_in, back_up, check)
}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Make a town with a clerk; give its store and the clerk's token."""
    path = make_store(tmp_path / "town.gpkg")
    accounts = Accounts(path)
    try:
        accounts.add(User("clerk", "办事员", "clerk"), "t")
        yield path, accounts.make_token("clerk", "t", 1, read_only=False)[1]
    finally:
        accounts.close()


@dataclass(frozen=True)
class Trial:
    """One call that was to fail in a file, and whether one did: what was answered then, and when asked again."""

    name: str
    hit: bool
    first: Answer
    again: Answer

    @property
    def fine(self) -> bool:
        """Say whether it was done, or refused in words and done the second time."""
        (status, said), (again, _) = self.first, self.again
        if status < 300:
            return again in (200, 201, 409, 422)  # there it is already, as it is always told
        return self.hit and status in (503, 507, JOB_FAILED) and said.strip("。") != "" and again in (200, 201)


def trials(service: Service, do: Callable[[str], Answer], trace: Path) -> Iterator[Trial]:
    """Let each call of what is done fail in its turn, the first, the second, until there is no further one."""
    for call, error in CALLS:
        for at in range(1, FAULTS + 1):
            name = f"{call}{error}{at}"
            with Fault(service.process.pid, call, error, at, trace) as fault:
                first = do(name)
            again = do(name)
            if fault.hit or not fault.beside:  # no disk refuses what is written to a pipe
                yield Trial(name, bool(fault.hit), first, again)
            if not fault.hit and not fault.beside:
                break


@needs_strace
@pytest.mark.skipif(not FAULTS, reason="minutes long: make durable")
@pytest.mark.parametrize("name", DONE)
def test_each_call_fails_once(town: tuple[Path, str], tmp_path: Path, name: str) -> None:
    """A write, flush or rename that fails is told in words, 507 or 503; asked again it is done; the store is whole."""
    path, token = town
    with serving(path) as service:
        clerk = Clerk(service, token)
        assert [each(clerk, "first")[0] for each in (inspect, find)] == [201, 201]
        found = list(trials(service, partial(DONE[name], clerk), tmp_path / "trace"))
    assert [trial for trial in found if not trial.fine] == []
    assert sum(trial.hit for trial in found) >= 3
    rows = set(standing(path))
    assert rows == {"first"} | ({trial.name for trial in found} if DONE[name] is inspect else set())
