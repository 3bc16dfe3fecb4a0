"""A town moved to another store, of either kind: every row of every table as it stands, its audit and drafts with it.

All of it is read in one state of the source and written in one transaction, which holds each row against its source
before it is committed. So what breaks off leaves nothing half.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from geodata.errors import StoreProblem
from geodata.model import Town
from geodata.store import open_store
from geodata.store.backup import make_way, put_in_place, stands
from geodata.store.connection import clear_words, connect, one_state
from geodata.store.dialects import Raw, dialect_at, dialect_in, dialect_of, raw_of
from geodata.store.geopackage import GEOMETRY
from geodata.store.location import Where, store_path
from geodata.store.reading import read_schema_version
from geodata.store.schema import METADATA, Stored, create_schema
from geodata.store.values import differing, differing_geometry
from geodata.store.versions import SCHEMA_VERSION
from geodata.store.writing import engine_on, objects, transaction
from geodata.tables import TABLES

Tell = Callable[[int, int], None]
"""Hears how many rows are written, and of how many."""
PAGE = 5_000


@dataclass(frozen=True)
class Copied:
    """What was copied: the town, and table → number of its rows."""

    town: Town
    rows: Mapping[str, int]


def copy_town(source: str | Where, target: str | Where, *, overwrite: bool = False, tell: Tell | None = None) -> Copied:
    """Copy a town to a place where nothing stands; the source stays as it is, and who uses it goes on.

    With `overwrite` it may come in the place of the same town: who has that open sees the old state or the new one,
    and it is first backed up (`<name>-复制前-<moment>.zip`), beside the file that is read or written.

    Raises
    ------
    StoreProblem
        The source is not sound or of an older version; something stands at the target, or another town does; a row
        can't stand there as it is.
    """
    old, new = store_path(source), store_path(target)
    if overwrite and stands(new):
        return _over(old, new, tell)
    if isinstance(new, Path):
        return _to_file(old, new, tell)
    with clear_words(new), dialect_at(new).claimed(new):
        return fill(old, new, tell=tell)


def _over(old: Where, new: Where, tell: Tell | None) -> Copied:
    with open_store(old) as store:
        town = store.town
    folder = next((each.parent for each in (new, old) if isinstance(each, Path)), Path.cwd())
    make_way(new, town.name, town.code, folder, "复制前")
    if not isinstance(new, Path):
        return fill(old, new, overwrite=True, tell=tell)
    with TemporaryDirectory(dir=folder, prefix=".wangge-") as kept:
        draft = Path(kept) / new.name
        draft.touch()
        copied = fill(old, draft, tell=tell)
        put_in_place(draft, new)
    return copied


def _to_file(old: Where, new: Path, tell: Tell | None) -> Copied:
    if new.exists():
        raise StoreProblem(f"{new} 已经存在，没有覆盖它。请换一个名字，或先把它移走。")
    if not new.parent.is_dir():
        raise StoreProblem(f"文件夹 {new.parent} 不存在。请先建好文件夹，或换一个路径。")
    with TemporaryDirectory(dir=new.parent, prefix=".wangge-") as folder:
        draft = Path(folder) / new.name
        draft.touch()
        copied = fill(old, draft, tell=tell)
        os.link(draft, new)  # fails where somebody made it meanwhile
    with open_store(new, write=True):
        return copied


def fill(old: Where, new: Where, *, overwrite: bool = False, tell: Tell | None = None) -> Copied:
    """Make the store of `old` at `new`, which is empty; with `overwrite` in place of the rows that stand there."""
    with open_store(old) as source:
        town = source.town
        _demand_whole(old, source.check())
    with (
        clear_words(old),
        closing(connect(old, write=False)) as reader,
        one_state(reader),
        clear_words(new),
        closing(connect(new, write=True)) as writer,
        transaction(engine_on(writer)) as connection,
    ):
        if read_schema_version(reader) != SCHEMA_VERSION:
            raise StoreProblem(f"{old} 还是旧版本的数据结构。请先用新版本的网格写入一次（例如打开网页服务），再复制。")
        if overwrite:
            dialect_in(connection).empty(connection)
        else:
            create_schema(connection)
        rows = _put_all(reader, connection, tell)
        _compare_all(reader, raw_of(connection))
    return Copied(town, rows)


def _demand_whole(old: Where, wrong: list[str]) -> None:
    if wrong:
        more = f"（另有 {len(wrong) - 1} 处）" if len(wrong) > 1 else ""
        raise StoreProblem(f"{old} 不完好，没有复制：{wrong[0]}{more}全部见 wangge check。")


def _put_all(reader: Raw, connection: sa.Connection, tell: Tell | None) -> dict[str, int]:
    dialect, raw = dialect_in(connection), raw_of(connection)
    counts = {table.name: _count(reader, table) for table in METADATA.sorted_tables}
    done = 0
    for table in METADATA.sorted_tables:
        blobs = {column.name for column in table.c if isinstance(column.type, Stored) and column.type.name == "BLOB"}
        for page in _pages(reader, table):
            columns = {
                name: [None if value is None else memoryview(value) for value in values] if name in blobs else values
                for name, values in page.items()
            }
            dialect.insert_many(connection, table, columns)
            done += len(next(iter(page.values())))
            if tell:
                tell(done, sum(counts.values()))
        if table.dialect_options["sqlite"]["autoincrement"]:
            last = dialect_of(reader).last_number(reader, table.name)
            dialect.count_on(raw, table.name, last)
        if table.name in TABLES:
            dialect.note_deleted(connection, TABLES[table.name])
    return counts


def _compare_all(reader: Raw, writer: Raw) -> None:
    """Hold each row that was written against its source."""
    for table in METADATA.sorted_tables:
        for was, now in zip(_pages(reader, table), _pages(writer, table), strict=True):
            for name in was:
                if was[name] != now[name] and _differ(table, name, was[name], now[name]):
                    raise StoreProblem(
                        f"表 {table.name} 的列 {name} 复制后和原来不一样，什么也没有写入。请报告这个问题。"
                    )


def _differ(table: sa.Table, name: str, was: list[Any], now: list[Any]) -> bool:
    """Say whether values differ in meaning: another program may have written them in a way of its own."""
    if len(was) != len(now) or table.name not in TABLES or name == "fid":
        return True
    old, new = objects(was), objects(now)
    if name == GEOMETRY:
        return bool(differing_geometry(old, new).any())
    return bool(differing(TABLES[table.name].column(name), old, new).any())


def _count(connection: Raw, table: sa.Table) -> int:
    return int(connection.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0])  # noqa: S608 - our own words


def _pages(connection: Raw, table: sa.Table) -> Iterator[dict[str, list[Any]]]:
    """Give the rows of a table in the order of its key, some at a time: a list of stored values a column."""
    (key,) = table.primary_key
    names = [column.name for column in table.c]
    listed = ", ".join(f'"{name}"' for name in names)
    start: str = ""
    after: tuple[Any, ...] = ()
    while True:
        query = f'SELECT {listed} FROM "{table.name}" {start} ORDER BY "{key.name}" LIMIT {PAGE}'  # noqa: S608
        rows = connection.execute(query, after).fetchall()
        if not rows:
            return
        yield {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
        start, after = f'WHERE "{key.name}" > ?', (rows[-1][names.index(key.name)],)
