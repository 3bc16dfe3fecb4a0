"""One service a store."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.durable.service import WANGGE, make_store, serving


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
