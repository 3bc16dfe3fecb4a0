"""No room, and disks that fail: refused in words, nothing half written, and it goes on without a restart."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.durable.service import make_store, serving, standing
from tests.durable.test_synced import needs_strace

FAULTS = int(os.environ.get("WANGGE_FAULTS", "0"))
"""At so many writes and flushes of the log in a row a fault is put in, a service each (`make durable`)."""
ANSWERS = {
    ("pwrite64", "ENOSPC"): 507,
    ("pwrite64", "EIO"): 503,
    ("fdatasync", "EIO"): 503,
    ("fdatasync", "ENOSPC"): 503,
}
"""SQLite takes every flush that fails for a fault of the disk."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of four megabytes; who may not mount can't ask this."""
    if not FAULTS:
        pytest.skip("mounts a small disk: make durable")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    """Posts are refused with 507 while the disk is full, and taken again once there is room; all taken ones stand."""
    path, filler = make_store(small_disk / "town.gpkg"), small_disk / "filler"
    with serving(path) as service:
        taken = {"first"} if service.post("first")[0] == 201 else set()
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(4096))
        answers = {f"full-{at}": service.post(f"full-{at}") for at in range(40)}
        refused = {row_id: answer for row_id, (status, answer) in answers.items() if status != 201}
        assert refused
        assert {answers[row_id][0] for row_id in refused} == {507}
        assert all("磁盘已满" in answer["detail"] for answer in refused.values())
        taken |= set(answers) - set(refused)
        filler.unlink()
        assert [service.post(row_id)[0] for row_id in refused] == [201] * len(refused)
    assert set(standing(path)) == taken | set(refused)


@needs_strace
@pytest.mark.parametrize(("call", "error"), list(ANSWERS))
@pytest.mark.parametrize("at", range(1, FAULTS + 1))
def test_a_fault_at_each_write(tmp_path: Path, call: str, error: str, at: int) -> None:
    """The call fails once: that post is refused in words or stands whole; those after it and it again are taken."""
    path, rows = make_store(tmp_path / "town.gpkg"), [f"row-{number}" for number in range(FAULTS + 1)]
    fault, log = f"inject={call}:error={error}:when={at}", f"{path}-wal"
    with serving(path, ["strace", "-D", "-f", "-qq", "-o", str(tmp_path / "trace"), "-P", log, "-e", fault]) as service:
        answers = [service.post(row_id) for row_id in rows]
        again = [service.post(row_id)[0] for row_id in rows]
    refused = [(status, answer["detail"]) for status, answer in answers if status != 201]
    assert len(refused) <= 1
    assert all((status, "没有改动" in said) == (ANSWERS[call, error], True) for status, said in refused), refused
    assert sorted(again) == [200] * (len(rows) - len(refused)) + [201] * len(refused)
    assert "INJECTED" in (tmp_path / "trace").read_text(errors="replace")
    assert set(standing(path)) == set(rows)
