"""Whether a store can be used, and how large it is."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from geodata.store import health, open_store
from geodata.store.health import faults, size_of
from geodata.tables import TABLES
from tests.durable.service import make_store


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a small town once."""
    return make_store(tmp_path_factory.mktemp("made") / "town.gpkg")


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Iterator[Path]:
    """Give a copy of the town, which a service holds open."""
    path = tmp_path / "town.gpkg"
    shutil.copy(made, path)
    with open_store(path, write=True):
        yield path


def test_sound(path: Path) -> None:
    """A store that can be read and written is without faults, and asking changes nothing in it."""
    before = size_of(path)
    assert faults(path) == {}
    assert size_of(path) == before


def test_size(path: Path) -> None:
    """Rows are those of the ledger, the version that of the audit, bytes those of the files."""
    size = size_of(path)
    with open_store(path) as store:
        ledger, version = store.ledger(), store.version()
    assert size.rows == {name: len(ledger.frames[name]) for name in TABLES}
    assert size.version == version
    assert size.file_bytes == path.stat().st_size


def test_writer_blocked(path: Path) -> None:
    """While another program writes, the writer alone is at fault, and the folder is not told."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        found = faults(path, patience=0.01)
        other.execute("ROLLBACK")
    assert list(found) == ["writer"]
    assert "正被另一个程序写入" in found["writer"]
    assert str(path.parent) not in found["writer"]
    assert faults(path) == {}


def test_gone(path: Path) -> None:
    """A store that was taken away is told in words without its folder; nothing is made in its place."""
    path.rename(path.with_name("other.gpkg"))
    found = faults(path, patience=0.01)
    assert {"store", "writer"} == set(found)
    assert not any(str(path.parent) in said for said in found.values())
    assert not path.exists()


def test_no_store(path: Path, tmp_path: Path) -> None:
    """A file that was emptied of our tables, or is no store, is told in words."""
    with closing(sqlite3.connect(path)) as gis, gis:
        gis.execute("DROP TABLE wangge_audit")
    assert "表结构不完整" in faults(path)["store"]
    other = tmp_path / "other.gpkg"
    other.write_bytes(b"nothing of SQLite" * 1000)
    assert "不是网格数据文件" in faults(other)["store"]


def test_no_room(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is nearly full is told with what is left; one that can't be asked too."""
    usage = shutil.disk_usage(path.parent)
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: usage._replace(free=20 * 1024**2))
    assert "只剩 20 MB" in faults(path)["disk"]

    def gone(_: Path) -> None:
        raise FileNotFoundError(2, "No such file")

    monkeypatch.setattr(health.shutil, "disk_usage", gone)
    assert "看不到 town.gpkg 所在磁盘" in faults(path)["disk"]
