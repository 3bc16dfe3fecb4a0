"""One service a store."""

from __future__ import annotations

import errno
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest
from filelock import FileLock

from api.serving import ServingProblem, serve
from api.settings import Settings
from tests.durable.service import WANGGE, make_store, serving


@pytest.mark.long
def test_the_second_is_refused(tmp_path: Path) -> None:
    """A second service on the same file ends at once and says why; after the first was killed there is room again."""
    path = make_store(tmp_path / "town.gpkg")
    with serving(path) as service:
        second = [WANGGE, "serve", str(path), "--port", "0"]
        found = subprocess.run(second, capture_output=True, text=True, check=False, timeout=60)
        assert found.returncode == 1
        assert "已经有一个网格服务在用" in found.stderr
        service.kill()
    with serving(path) as service:
        assert service.post("after")[0] == 201


def test_who_can_write_but_not_ask_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another user's mark that can't be opened is no leave to serve a store that can be written to."""

    def refused(self: FileLock) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied", self.lock_file)

    monkeypatch.setattr(FileLock, "acquire", refused)
    with pytest.raises(ServingProblem, match="写不了"):
        serve(Settings(store=make_store(tmp_path / "town.gpkg"), port=0))
