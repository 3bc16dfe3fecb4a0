"""Thumbnails beside a store that is a file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from geodata.errors import DiskFullProblem
from geodata.store.thumbnails import read_thumbnail, thumbnails_written


def test_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the file can't grow it is said so, though SQLite has ended the transaction itself; the old ones stand."""
    store = tmp_path / "town.gpkg"
    with thumbnails_written(store) as put:
        put("a", b"old")
    connect = sqlite3.connect

    def narrow(*words: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(*words, **named)
        connection.execute("PRAGMA max_page_count = 4")
        return connection

    with monkeypatch.context() as small:
        small.setattr(sqlite3, "connect", narrow)
        with pytest.raises(DiskFullProblem, match="磁盘已满"), thumbnails_written(store) as put:
            put("b", bytes(100_000))
    assert (read_thumbnail(store, "a"), read_thumbnail(store, "b")) == (b"old", None)
