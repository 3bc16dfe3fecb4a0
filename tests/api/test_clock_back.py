"""The clock of the office's computer goes back an hour: nothing is lost, nothing is shown twice, nobody is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import pytest
from fastapi.testclient import TestClient

from api.jobs.backups import due_since
from api.jobs.runner import GRACE, _Running
from geodata.store import open_store
from geodata.store.jobs import JobBook
from geodata.store.keys import Answer, Keys

HOUR = timedelta(hours=1)
ASKING = (
    "api.desk",
    "api.grading",
    "api.posting",
    "api.reviewing",
    "api.stepping",
    "geodata.store.writing",
)
"""Modules that ask the clock."""


@contextmanager
def an_hour_back() -> Iterator[None]:
    """Let the clock be an hour behind what it was."""

    class Back(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) - HOUR

    with ExitStack() as stack:
        for module in ASKING:
            stack.enter_context(patch(f"{module}.datetime", Back))
        yield


def post(client: TestClient, name: str, **headers: str) -> Any:
    """Post an inspection of the first place that carries this id."""
    place = client.get("/api/v1/places", params={"limit": 1}).json()["rows"][0]["id"]
    body = {"id": name, "place_id": place, "at": (datetime.now(UTC) - 2 * HOUR).isoformat()}
    return client.post("/api/v1/inspections", json=body, headers=headers)


def test_posts(writing: TestClient, tmp_path: Path) -> None:
    """Posts before and after stand once each, in the figures too; the audit counts on and its chain is whole."""
    assert post(writing, "before").status_code == 201
    seen = writing.get("/api/v1/inspections", params={"limit": 1}).json()
    with an_hour_back():
        after = post(writing, "after")
        assert after.status_code == 201
        again = writing.get("/api/v1/inspections", params={"limit": 3}).json()
        assert again["as_of"] == seen["as_of"]
        assert again["total"] == seen["total"] + 1
        assert {row["id"] for row in again["rows"]} >= {"before", "after"}
    assert writing.get("/api/v1/inspections", params={"limit": 1}).json()["total"] == seen["total"] + 1
    with open_store(tmp_path / "town.gpkg") as store:
        assert store.check() == []
        newest = store.audit(2)
        assert newest["id"].diff().iloc[1] == -1
        assert newest["at"].iloc[0] < newest["at"].iloc[1]
        assert store.ledger("inspections").inspections["id"].is_unique


def test_another_writes(writing: TestClient, tmp_path: Path) -> None:
    """What another process writes after is read, though its moment lies before what is at hand."""
    assert post(writing, "before").status_code == 201
    total = writing.get("/api/v1/inspections", params={"limit": 1}).json()["total"]
    with open_store(tmp_path / "town.gpkg", write=True) as other, an_hour_back():
        rows = other.ledger("inspections").inspections.head(1).assign(id="imported")
        other.write("inspections", rows, actor="t", action="import", source="t")
    assert writing.get("/api/v1/inspections", params={"limit": 1}).json()["total"] == total + 1


def test_a_step_goes_on(writing: TestClient) -> None:
    """A step after is not refused for being before the last one: it is said to be of that moment."""
    place = writing.get("/api/v1/places", params={"limit": 1}).json()["rows"][0]["id"]
    found = {"place_id": place, "found_at": (datetime.now(UTC) - timedelta(minutes=5)).isoformat()}
    hazard = writing.post("/api/v1/hazards", json=found).json()["id"]
    step = {"action": "assign", "role": "clerk", "actor": "文员", "responsible": "店主", "deadline": "2199-01-01"}
    path = f"/api/v1/hazards/{hazard}/steps"
    first = writing.post(path, json=step)
    assert first.status_code == 201, first.text
    with an_hour_back():
        second = writing.post(path, json={"action": "start", "role": "enterprise", "actor": "店主"})
        assert second.status_code == 201, second.text
    steps = second.json()["steps"]
    assert [each["action"] for each in steps] == ["register", "assign", "start"]
    assert steps[2]["at"] == steps[1]["at"]


def test_decisions_stay_in_order(writing: TestClient) -> None:
    """A decision about a risk after is never before the earlier one, so that past days keep the first risk."""
    row = writing.get("/api/v1/risk", params={"change": "changed", "limit": 1}).json()["rows"][0]
    path = f"/api/v1/places/{row['place_id']}/risk"
    first = writing.post(path, json={"actor": "李", "reason": "现场核实", "proposed": row["proposed"]})
    assert first.status_code == 201, first.text
    with an_hour_back():
        again = {"actor": "李", "reason": "再核实", "accepted": "红"}
        made = writing.post(path, json=again)
        assert made.status_code == 201, made.text
    made = writing.get(path)
    assert len(made.json()["rows"]) == 2
    moments = [each["at"] for each in made.json()["rows"]]
    assert moments == sorted(moments)


def test_a_key_is_known(tmp_path: Path) -> None:
    """A post's key that was noted before is known after, with its answer."""
    now = [1_000_000.0]
    keys, answer = Keys(tmp_path / "town.gpkg", lambda: now[0]), Answer(201, (), b"{}")
    assert keys.begin("k", "r", 1) is None
    keys.finish("k", answer)
    now[0] -= 3600
    entry = keys.begin("k", "r", 2)
    assert entry is not None
    assert entry.answer == answer
    keys.close()


@pytest.mark.parametrize(("minutes", "due"), [(0, False), (-60, False), (24 * 60, True)])
def test_no_second_backup(minutes: int, due: bool) -> None:
    """The hour of the backup comes twice: the backup is made once, and the next day's is made."""
    made = datetime(2024, 6, 30, 2, 0, 5, tzinfo=UTC)
    assert due_since(made, made.time().replace(second=0), made + timedelta(minutes=minutes, seconds=30)) is due


def test_jobs_stay_in_order(tmp_path: Path) -> None:
    """Jobs are listed as they were made, whatever the clock said."""
    now = [datetime(2024, 6, 30, 10, tzinfo=UTC)]
    book = JobBook(tmp_path / "town.gpkg", lambda: now[0])
    first = book.add("import", "一", {}, writes=True)
    now[0] -= HOUR
    second = book.add("import", "二", {}, writes=True)
    assert [job.id for job in book.newest(5)] == [second.id, first.id]
    assert [job.id for job in book.going()] == [first.id, second.id]
    book.close()


def test_a_job_that_broke_is_found(tmp_path: Path) -> None:
    """A job of an earlier service whose process is gone is not waited for until the clock comes to its beginning."""
    now = datetime(2024, 6, 30, 10, tzinfo=UTC)
    folder = Mock(code=None, begun=False, **{"alive.return_value": False})
    job = Mock(began_at=now)
    assert not _Running(job, folder).ended(now, GRACE)
    assert _Running(job, folder).ended(now + 2 * GRACE, GRACE)
    assert _Running(job, folder).ended(now - HOUR, GRACE)
