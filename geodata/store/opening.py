"""How a store is made and opened; one of an older version is brought up when it is opened for writing."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.errors import StoreProblem
from geodata.model import Town
from geodata.store.connection import PATIENCE_S, clear_words, connect
from geodata.store.dialects import Raw, dialect_at, dialect_of
from geodata.store.documents import DEFAULT_RULES, Documents
from geodata.store.location import Where, store_path
from geodata.store.queries import Queries
from geodata.store.reading import read_settings
from geodata.store.rows import Rows
from geodata.store.versions import SCHEMA_VERSION
from geodata.tables import TABLES

if TYPE_CHECKING:
    import sqlalchemy as sa


class Store(Queries, Rows, Documents):
    """An open store. Close it, or use it as a context manager; threads may share it, one call at a time."""


def create_store(path: str | Where, town: Town, *, actor: str = "clerk") -> Store:
    """Make an empty store with the town as the root of its areas and the default rules; it is open for writing.

    Raises StoreProblem when the file exists, its folder doesn't, or the path is no `.gpkg`.
    """
    from geodata.store.schema import create_schema  # noqa: PLC0415 - slow import

    where = store_path(path)
    with clear_words(where), dialect_at(where).claimed(where):
        store = Store(where, connect(where, write=True), town, writable=True)
        try:
            with store._writing() as connection:
                create_schema(connection)
                begin_town(connection, town, actor=actor)
            dialect_at(where).settle(store._connection)
        except BaseException:
            store.close()
            raise
    return store


def begin_town(connection: sa.Connection, town: Town, *, actor: str) -> None:
    """Write the first rows into empty tables: the town's settings, the default rules, the root of its areas."""
    from geodata.store.writing import Written, batch, root_of, town_settings, write_batch, write_settings  # noqa: PLC0415

    rules = DEFAULT_RULES.read_text(encoding="utf-8")
    settings = {"store_schema": str(SCHEMA_VERSION), **town_settings(town), "rules": rules}
    written = Written(actor, "init", town.code)
    write_settings(connection, settings, written)
    write_batch(connection, batch(TABLES["areas"], root_of(town)), written)


def open_store(path: str | Where, *, write: bool = False, patience: float = PATIENCE_S) -> Store:
    """Open a store. One of an older version is read as it is, and brought up to date when it is opened for writing.

    Parameters
    ----------
    write
        Open it for writing too.
    patience
        Seconds to wait for another writer.

    Raises
    ------
    StoreProblem when the file is missing, no wangge store, or one of a newer version.
    """
    where = store_path(path)
    dialect = dialect_at(where)
    with clear_words(where):
        dialect.demand(where)
        connection = dialect.connect(where, write=write, patience=patience)
    try:
        with clear_words(where):
            town, version = _town(where, connection)
            if write:
                dialect.settle(connection)
        store = Store(where, connection, town, writable=write, patience=patience)
        if write and version < SCHEMA_VERSION:
            _bring_up(store)
        return store
    except BaseException:
        connection.close()
        raise


def _bring_up(store: Store) -> None:
    from geodata.store.migrations import migrate  # noqa: PLC0415 - only old stores need it

    with store._writing() as connection:
        migrate(connection, actor="wangge")


def _town(where: Where, connection: Raw) -> tuple[Town, int]:
    """Give the town of a store and the version of its schema."""
    settings = read_settings(connection) if dialect_of(connection).is_store(connection) else {}
    if not settings.get("store_schema", "").isdigit():
        kind = "文件" if isinstance(where, Path) else ""
        raise StoreProblem(
            f"{where} 里没有网格的数据（不是 wangge 建的{kind}）。请检查路径，或用 wangge init 新建一个。"
        )
    version = int(settings["store_schema"])
    if version > SCHEMA_VERSION:
        raise StoreProblem(
            f"{where} 的数据结构版本是 {version}，比本软件的（{SCHEMA_VERSION}）新，不能打开。请升级网格软件。"
        )
    if version < dialect_of(connection).oldest:
        raise StoreProblem(f"{where} 的数据结构版本是 {version}，从来没有过这个版本。请用最近的备份恢复。")
    try:
        return Town(**{field.name: json.loads(settings[field.name]) for field in fields(Town)}), version
    except (KeyError, ValueError) as problem:
        raise StoreProblem(f"{where} 的设置不完整（{problem}）。请用最近的备份恢复。") from problem
