"""Thumbnails beside a store that is a file."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from geodata.errors import DiskFullProblem
from geodata.store.thumbnails import APPLICATION_ID, read_thumbnail, thumbnails_path, thumbnails_written


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


def test_many_begin_at_once(tmp_path: Path) -> None:
    """Who comes while another makes the file finds it whole: none is told that a table is missing."""
    for number in range(20):
        store = tmp_path / f"{number}.gpkg"
        ready = Barrier(4)

        def keep(photo: str, store: Path = store, ready: Barrier = ready) -> None:
            ready.wait(20)
            with thumbnails_written(store) as put:
                put(photo, photo.encode())

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(keep, "abcd"))
        assert [read_thumbnail(store, each) for each in "abcd"] == [b"a", b"b", b"c", b"d"]


def test_killed_before_the_table(tmp_path: Path) -> None:
    """A file that has its mark alone is taken for the empty one that it is."""
    store = tmp_path / "town.gpkg"
    with closing(sqlite3.connect(thumbnails_path(store))) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    with thumbnails_written(store) as put:
        put("a", b"a")
    assert read_thumbnail(store, "a") == b"a"
