"""Stores of older versions: read as they are, brought up when opened for writing, never lost."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from geodata.errors import StoreProblem
from geodata.model import Town
from geodata.store import Store, create_store, open_store
from geodata.store.chain import beginning, link
from geodata.store.connection import connect
from geodata.store.location import Where
from geodata.store.migrations import HERE, steps
from geodata.store.versions import OLDEST, SCHEMA_VERSION, TABLES_SINCE, brought
from geodata.store.writing import engine_on, write_settings
from geodata.tables import TABLES
from tests.geodata.store.elsewhere import elsewhere

WRITTEN = {"actor": "t", "action": "t", "source": "t"}


def made_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Give what a file is made of: columns, indexes, triggers and `gpkg_` rows of each table."""
    connection = connect(path, write=False)
    try:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        made = {name: connection.execute(f'PRAGMA table_info("{name}")').fetchall() for name in names}
        for kind in ("index", "trigger"):
            query = f"SELECT name, tbl_name FROM sqlite_master WHERE type = '{kind}' ORDER BY 1"
            made[kind] = connection.execute(query).fetchall()
        for catalogue, columns in (
            ("gpkg_contents", "table_name, data_type, identifier, srs_id"),
            ("gpkg_geometry_columns", "*"),
            ("gpkg_extensions", "*"),
        ):
            made[f"rows of {catalogue}"] = connection.execute(
                f"SELECT {columns} FROM {catalogue} ORDER BY 1"
            ).fetchall()
        return made
    finally:
        connection.close()


def killed_at(where: Where, step: int, folder: Path = HERE) -> None:
    """Open a store for writing in a process of its own, which is killed right after a step; 0: just before the end."""
    child = os.fork()
    if child == 0:
        found = steps(folder)
        end: Callable[..., None] = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)  # noqa: E731

        def and_killed(connection: sa.Connection) -> None:
            found[step](connection)
            end()

        given = {number: and_killed if number == step else one for number, one in found.items()}
        with patch("geodata.store.migrations.steps", lambda: given):
            if not step:
                put = write_settings
                with patch("geodata.store.migrations.write_settings", lambda *a: (put(*a), end())):
                    open_store(where, write=True)
            open_store(where, write=True)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize("step", [*range(OLDEST + 1, SCHEMA_VERSION + 1), 0])
def test_killed_midway_it_is_the_old_one(old: Path, step: int) -> None:
    """Killed at whatever step, the store is one of version 1 with all its rows; then it is brought up."""
    killed_at(old, step)
    with open_store(old) as store:
        assert (store.version(), store.check(), store.head()) == (3, [], None)
    with open_store(old, write=True) as store:
        assert (store.version(), store.check()) == (4, [])


STEP_8 = """
import sqlalchemy as sa
from alembic import op

revision = "8"
down_revision = None


def upgrade():
    op.add_column("places", sa.Column("storeys", sa.BigInteger()))
    op.create_table("wangge_made_up", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("text", sa.Text()))
"""


def test_a_later_version_on_both(store: Store, path: Where, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One step of Alembic brings both kinds of store on, with one audit row; killed in it, the store is the old one."""
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "v8.py").write_text(STEP_8)
    before = store.version()
    for module in ("geodata.store.opening", "geodata.store.migrations"):
        monkeypatch.setattr(f"{module}.SCHEMA_VERSION", 8)
    for step in (8, 0):
        killed_at(path, step, tmp_path)
        assert elsewhere(path, "SELECT value FROM wangge_settings WHERE key = 'store_schema'") == [("7",)]
        assert store.version() == before
        assert store.check() == []
    monkeypatch.setattr("geodata.store.migrations.steps", lambda: steps(tmp_path))
    with open_store(path, write=True) as brought_up:
        newest = brought_up.audit(1).iloc[0]
        assert (newest["id"], newest["action"], newest["source"]) == (before + 1, "migrate", "7 → 8")
        assert brought_up.check() == []
    assert elsewhere(path, "SELECT count(storeys) FROM places") == [(0,)]
    assert elsewhere(path, "SELECT count(*) FROM wangge_made_up") == [(0,)]


def test_every_version_has_a_step() -> None:
    """From the oldest version each next one has its step, and the tables that came later are known."""
    assert list(steps()) == list(range(OLDEST + 1, SCHEMA_VERSION + 1))
    assert set(TABLES_SINCE) <= set(TABLES)
    assert not brought("photos", 1)
    assert brought("photos", 2)
    assert brought("places", 1)


def test_an_old_store_is_read_as_it_is(old: Path) -> None:
    """Opened for reading nothing is changed: a table that it has not got is empty, and it is sound."""
    before = old.read_bytes()
    with open_store(old) as store:
        assert store.ledger("places").places["id"].tolist() == ["P1", "P2"]
        photos = store.ledger().photos
        assert photos.empty
        assert photos["taken_at"].dt.tz is not None
        assert store.imports()["remembered"].tolist() == [False]
        assert not store.took("places", "ab" * 32)
        assert store.check() == []
    assert old.read_bytes() == before


def test_an_old_store_is_brought_up(old: Path, tmp_path: Path) -> None:
    """Opened for writing it becomes what a new store is, with one audit row; nothing in it is lost."""
    with open_store(old, write=True) as store:
        audit = store.audit(1).iloc[0]
        assert (audit["id"], audit["action"], audit["source"]) == (4, "migrate", f"1 → {SCHEMA_VERSION}")
        assert audit["changes"] == f'{{"store_schema": {{"value": {{"from": "1", "to": "{SCHEMA_VERSION}"}}}}}}'
        assert store.ledger("places").places["name"].tolist() == ["一厂", "二厂"]
        assert store.ledger("photos").photos.empty
        assert store.check() == []
    create_store(tmp_path / "new.gpkg", Town("甲镇", "990001001")).close()
    assert made_of(old) == made_of(tmp_path / "new.gpkg")


def test_a_store_of_version_4_is_brought_up(old: Path, tmp_path: Path) -> None:
    """What versions 2 to 4 made stays, read as it is before; then decisions about risk and frozen reports have room."""
    connection = connect(old, write=True)
    with engine_on(connection).begin() as begun:
        for number in (2, 3, 4):
            steps()[number](begun)
        begun.exec_driver_sql("UPDATE wangge_settings SET value = '4' WHERE key = 'store_schema'")
    connection.close()
    with open_store(old) as store:
        assert store.ledger("risk_decisions").risk_decisions.empty
        assert store.frozen_reports("quarterly") == []
        assert store.check() == []
    with open_store(old, write=True) as store:
        assert store.audit(1).iloc[0]["source"] == f"4 → {SCHEMA_VERSION}"
        store.freeze_report("quarterly", "2024Q2", b"{}", "clerk")
        assert store.check() == []
    create_store(tmp_path / "new.gpkg", Town("甲镇", "990001001")).close()
    assert made_of(old) == made_of(tmp_path / "new.gpkg")


def test_the_audit_of_before_is_chained_in_its_order(old: Path) -> None:
    """A store of version 6 has no head; brought up, the rows of before and that of the migration are one chain."""
    with open_store(old) as store:
        assert store.head() is None
        with pytest.raises(StoreProblem, match="没有审计链"):
            store.check_audit()
    connection = connect(old, write=True)
    with engine_on(connection).begin() as begun:
        for number in range(2, 7):
            steps()[number](begun)
        begun.exec_driver_sql("UPDATE wangge_settings SET value = '6' WHERE key = 'store_schema'")
    connection.close()
    with open_store(old, write=True) as store:
        rows = store._connection.execute("SELECT * FROM wangge_audit ORDER BY id").fetchall()
        assert [row[0] for row in rows] == [1, 2, 3, 4]
        previous = beginning(store.town.code)
        for *fields, digest in rows:
            assert digest == (previous := link(previous, fields))
        head = store.head()
        assert head is not None
        assert (head.number, head.hash) == (4, previous)
        assert store.check_audit([head]) == []


@pytest.mark.parametrize("name", ["risk_decisions", "wangge_reports", "planned_routes"])
def test_a_namesake_of_the_new_tables_is_not_written_over(old: Path, name: str) -> None:
    """A table of that name that somebody made is named, and nothing is changed."""
    connection = sqlite3.connect(old)
    connection.execute(f"CREATE TABLE {name} (id TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreProblem, match=rf"已有一张不是网格建的 {name} 表"):
        open_store(old, write=True)
    with open_store(old) as store:
        assert store.version() == 3


def test_it_is_brought_up_once(old: Path) -> None:
    """Opened again nothing more is written."""
    open_store(old, write=True).close()
    with open_store(old, write=True) as store:
        assert store.version() == 4


def test_a_reader_stays(old: Path) -> None:
    """A reader that was there before sees the new table without opening the file anew."""
    with open_store(old) as reader:
        assert reader.ledger("photos").photos.empty
        with open_store(old, write=True) as writer:
            frame = writer.ledger("photos").photos.reindex([0]).assign(id="a" * 64)
            writer.write("photos", frame[["id"]], **WRITTEN)
        assert reader.ledger("photos").photos["id"].tolist() == ["a" * 64]


def test_two_at_once(old: Path) -> None:
    """Two that open it for writing at the same moment bring it up once."""
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(lambda: open_store(old, write=True).close()) for _ in range(2)]:
            done.result()
    with open_store(old) as store:
        assert (store.audit()["action"] == "migrate").sum() == 1


def test_a_step_that_fails_changes_nothing(old: Path) -> None:
    """What stands in the way is told, and the store stays one of version 1 with all its rows."""
    connection = sqlite3.connect(old)
    connection.execute("CREATE TABLE photos (id TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreProblem, match=r"已有一张不是网格建的 photos 表.*改名"):
        open_store(old, write=True)
    with open_store(old) as store:
        assert store.version() == 3
        assert len(store.ledger("places").places) == 2
