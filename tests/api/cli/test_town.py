"""`wangge town`: a town's name and settings, shown and changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.store import open_store


@pytest.fixture
def store(tmp_path: Path, wangge: Callable[..., Any]) -> Path:
    """Give an empty town."""
    path = tmp_path / "town.gpkg"
    assert wangge("init", path, "--name", "虎门镇", "--code", "441900121").code == 0
    return path


def test_shown(store: Path, wangge: Callable[..., Any]) -> None:
    """Without an option the settings are shown, and nothing is written."""
    before = store.read_bytes()
    shown = wangge("town", store)
    assert (shown.code, store.read_bytes()) == (0, before)
    for word in ("虎门镇", "441900121", "Asia/Shanghai", "到场距离（米）  100"):
        assert word in shown.out


def test_changed(store: Path, wangge: Callable[..., Any]) -> None:
    """What is given is changed, told with before and after, noted in the audit with who did it; the rest stays."""
    changed = wangge("town", store, "--tolerance", 80, "--name", "虎门", "--format", "json")
    assert changed.document == {
        "name": "虎门",
        "code": "441900121",
        "level": "town",
        "timezone": "Asia/Shanghai",
        "tolerance_m": 80.0,
        "synthetic": False,
        "changed": ["name", "tolerance_m"],
    }
    assert "名称已从 虎门镇 改为 虎门。" in changed.err
    assert "到场距离（米）已从 100 改为 80。" in changed.err
    with open_store(store) as opened:
        assert (opened.town.name, opened.town.tolerance_m) == ("虎门", 80.0)
        assert set(opened.audit(2)["action"]) == {"town"}


def test_the_same_again(store: Path, wangge: Callable[..., Any]) -> None:
    """What stands already is not written again."""
    with open_store(store) as opened:
        before = opened.version()
    again = wangge("town", store, "--tolerance", 100)
    assert again.code == 0
    assert "没有改动" in again.err
    with open_store(store) as opened:
        assert opened.version() == before


@pytest.mark.parametrize("wrong", [("--tolerance", 0), ("--tolerance", 5001), ("--timezone", "Mars/Base")])
def test_refused(store: Path, wangge: Callable[..., Any], wrong: tuple[str, object]) -> None:
    """A distance or a time zone that cannot be is refused with what may be written; nothing is changed."""
    before = store.read_bytes()
    refused = wangge("town", store, *wrong)
    assert (refused.code, store.read_bytes()) == (2, before)
    assert str(wrong[1]) in refused.err
