"""What the system is asked between a post and its answer, as strace sees it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.durable.service import make_store, serving

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not here: make durable brings it")
CALLS = "trace=pwrite64,fdatasync,fsync,sendto,write,writev,sendmsg"


@needs_strace
def test_on_the_disk_before_the_answer(tmp_path: Path) -> None:
    """Between the writing of a row and the answer "201" lies a flush of the log to the disk, each time."""
    path, trace = make_store(tmp_path / "town.gpkg"), tmp_path / "trace"
    with serving(path, ["strace", "-D", "-f", "-qq", "-y", "-o", str(trace), "-e", CALLS]) as service:
        assert [service.post(f"S{at}")[0] for at in range(3)] == [201] * 3
    kinds = {
        "w": r"pwrite64\([^)]*town\.gpkg-wal>",
        "s": r"f(data)?sync\([^)]*town\.gpkg-wal>\) += 0",
        "a": "HTTP/1.1 201",
    }
    steps = ""
    for line in trace.read_text(errors="replace").splitlines():
        steps += next((step for step, shape in kinds.items() if re.search(shape, line)), "")
    assert re.fullmatch("[ws]*(w+s+a){3}[ws]*", steps)
