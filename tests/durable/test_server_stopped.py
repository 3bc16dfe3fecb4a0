"""PostgreSQL stops, breaks off or has no room while eight write: refused in words, nothing half written, no restart."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest

from geodata.store.location import Address
from tests.durable.service import AT, Writers, make_store, serving, standing
from tests.postgres import Cluster, cluster, fresh, programs

STOPS = int(os.environ.get("WANGGE_FAULTS", "0"))
"""The server is stopped so often (`make durable`)."""
BREAK = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'town'"
PATIENCE_S = 60

pytestmark = pytest.mark.skipif(not STOPS or programs() is None, reason="takes minutes: make durable, with PostgreSQL")


@pytest.fixture(scope="module")
def database() -> Iterator[Cluster]:
    """Run a server that keeps what it was given, as it is installed."""
    with cluster(("shared_buffers=64MB",)) as made:
        yield made


@pytest.fixture
def where(database: Cluster, tmp_path: Path) -> Address:
    """Make a town."""
    return make_store(fresh(database.address, files=tmp_path))


def test_the_server_is_stopped(database: Cluster, where: Address) -> None:
    """Stopped at once and started again, often: 503 meanwhile; all that was taken stands; the service stays."""

    def stopped() -> None:
        database.stop()
        database.start()

    _while_eight_write(where, [stopped] * STOPS)


def test_it_is_started_again_while_nobody_asks(database: Cluster, where: Address) -> None:
    """Whoever asks, posts or sends a key after that is answered as ever: no connection that ended gives a 503."""
    with serving(where) as service:
        assert service.post("before")[0] == 201
        for at in range(STOPS):
            database.stop()
            database.start()
            connection = service.connection()
            connection.request("GET", "/api/v1/inspections?limit=1")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
            body = json.dumps({"id": f"key-{at}", "place_id": "甲", "at": AT})
            headers = {"content-type": "application/json", "idempotency-key": f'"key-{at}"'}
            connection.request("POST", "/api/v1/inspections", body, headers)
            assert connection.getresponse().status == 201
            connection.close()
            database.stop()
            database.start()
            assert service.post(f"after-{at}")[0] == 201


def test_connections_break(database: Cluster, where: Address) -> None:
    """All connections broken off, often: 503 at most for what was under way; all that was taken stands."""
    _while_eight_write(where, [lambda: database.run(BREAK)] * (10 * STOPS))


def test_the_server_has_no_room(database: Cluster, tmp_path: Path) -> None:
    """Its disk is full: 507 in words, nothing is changed; taken again once there is room."""
    folder, filler = database.home / "small", database.home / "small" / "filler"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], check=True)
    try:
        database.give(folder)
        database.run(f"CREATE TABLESPACE small LOCATION '{folder}'")
        database.run("ALTER ROLE wangge SET default_tablespace = small")
        where = make_store(fresh(database.address, files=tmp_path))
        with serving(where) as service:
            taken = {"first"} if service.post("first")[0] == 201 else set()
            with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
                while True:
                    file.write(bytes(4096))
            answers = {f"full-{at}": service.post(f"full-{at}", note="长" * 1000) for at in range(60)}
            refused = {row_id for row_id, (status, _) in answers.items() if status != 201}
            assert {answers[row_id][0] for row_id in refused} == {507}
            assert all("磁盘已满" in answers[row_id][1]["detail"] for row_id in refused)
            filler.unlink()
            assert [service.post(row_id, note="长" * 1000)[0] for row_id in refused] == [201] * len(refused)
        assert set(standing(where)) == taken | set(answers)
        database.run(f'DROP SCHEMA "{where.schema}" CASCADE')
    finally:
        database.run("ALTER ROLE wangge RESET default_tablespace")
        database.run("DROP TABLESPACE IF EXISTS small")
        subprocess.run(["umount", str(folder)], check=True)


def _while_eight_write(where: Address, faults: Sequence[Callable[[], None]]) -> None:
    with serving(where) as service:
        writers = Writers(service, "S", lambda _: None)
        running = Thread(target=writers.run)
        running.start()
        for fault in faults:
            _wait_for_more(writers)
            fault()
        _wait_for_more(writers)
        writers.enough.set()
        running.join()
        assert service.process.poll() is None
        assert {status for status, _ in writers.refused.values()} <= {503}
        assert all("数据库" in answer["detail"] for _, answer in writers.refused.values())
        stands = standing(where)
        again = {row_id: service.post(row_id)[0] for row_id in writers.refused}
        assert all(status == (200 if row_id in stands else 201) for row_id, status in again.items())
    assert writers.acknowledged <= set(stands)
    whole = standing(where)
    assert set(whole) == writers.acknowledged | set(writers.refused)
    assert all(note == f"第 {row_id} 条" for row_id, note in whole.items())


def _wait_for_more(writers: Writers) -> None:
    """Wait until twenty more rows were taken."""
    wanted, until = len(writers.acknowledged) + 20, monotonic() + PATIENCE_S
    while len(writers.acknowledged) < wanted:
        assert monotonic() < until, list(writers.refused.values())[-3:]
        writers.heard.wait(1)
        writers.heard.clear()
