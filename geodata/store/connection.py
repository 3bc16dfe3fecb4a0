"""Raw SQLite connections to a store file, and what SQLite says, put into a clerk's words.

GDAL carries its own SQLite. Two SQLites in one process lose each other's file locks (POSIX: they are the process's),
so a process that has a store open never opens it through GDAL; another process may.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geodata.errors import DiskFullProblem, StoreProblem
from geodata.store.geopackage import APPLICATION_ID, register_functions

PATIENCE_S = 10.0
"""Seconds to wait for another writer before giving up."""


def store_path(path: str | Path) -> Path:
    """Give the file of a store; StoreProblem for a database address or a name that is no `.gpkg`."""
    if str(path).startswith("postgresql:"):
        raise StoreProblem("现在还不支持 PostgreSQL 数据库，请改用以 .gpkg 结尾的文件。")
    file = Path(path)
    if file.suffix.lower() != ".gpkg":
        raise StoreProblem(f"“{path}”不能作为数据文件名，请用以 .gpkg 结尾的路径，例如 town.gpkg。")
    return file


def connect(path: Path, *, write: bool, patience: float = PATIENCE_S) -> sqlite3.Connection:
    """Open a file that exists; the connection starts no transaction by itself and may change threads."""
    uri = path.resolve().as_uri() + ("?mode=rw" if write else "?mode=ro")
    if not write and _on_read_only_medium(path):
        uri += "&immutable=1"  # the write-ahead log can't be made there, and nobody can be writing
    connection = sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        if write:
            register_functions(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def keep_a_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Let readers go on while somebody writes; QGIS switches a file back to a rollback journal when it closes it."""
    connection.execute("PRAGMA journal_mode = WAL")


def is_geopackage(connection: sqlite3.Connection) -> bool:
    """Say whether the file carries the GeoPackage application id."""
    return bool(connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)


def has_table(connection: sqlite3.Connection, name: str) -> bool:
    """Say whether the file has a table of that name."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,))
    return found.fetchone() is not None


@contextmanager
def clear_words(path: Path) -> Iterator[None]:
    """Turn SQLite's refusals into StoreProblem with the remedy; what is none of them is a fault of ours and passes."""
    try:
        yield
    except sqlite3.Error as problem:
        code = getattr(problem, "sqlite_errorcode", None)
        sentence = _SENTENCES.get(code & 0xFF) if code is not None else None
        if str(problem).startswith("no such"):  # a table or column was taken away in a GIS program
            sentence = "{path} 的表结构不完整（{detail}）。请运行 wangge check 查看，并用备份恢复。"
        if str(problem).startswith("Could not decode to UTF-8"):
            sentence = "{path} 里有不是 UTF-8 的文字（{detail}），被别的程序改坏了。请用最近的备份恢复。"
        if sentence is None:
            raise
        refused = DiskFullProblem if code is not None and code & 0xFF == sqlite3.SQLITE_FULL else StoreProblem
        raise refused(sentence.format(path=path, detail=problem)) from problem


@contextmanager
def one_state(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold a read transaction: every statement inside sees the same state of the file."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def _on_read_only_medium(path: Path) -> bool:
    effective = os.access in os.supports_effective_ids
    writable = os.access(path.resolve().parent, os.W_OK, effective_ids=effective)
    return not writable and not Path(f"{path}-wal").exists()


_SENTENCES = {
    sqlite3.SQLITE_BUSY: "{path} 正被另一个程序写入，等待超时，什么也没有改动。请等它写完或关掉它之后再试。",
    sqlite3.SQLITE_LOCKED: "{path} 正被另一个程序写入，什么也没有改动。请等它写完或关掉它之后再试。",
    sqlite3.SQLITE_READONLY: "{path} 是只读的，不能写入。请检查文件和所在文件夹的权限，或复制到可写的位置。",
    sqlite3.SQLITE_PERM: "没有权限使用 {path}。请检查文件和所在文件夹的权限。",
    sqlite3.SQLITE_CANTOPEN: "打不开 {path}。请检查文件和所在文件夹是否存在、是否有权限。",
    sqlite3.SQLITE_NOTADB: "{path} 不是网格数据文件（不是 GeoPackage）。请检查路径，或用 wangge init 新建一个。",
    sqlite3.SQLITE_CORRUPT: "{path} 已损坏（{detail}）。请用最近的备份恢复。",
    sqlite3.SQLITE_FULL: "磁盘已满，{path} 没有改动。请腾出空间后再试。",
    sqlite3.SQLITE_IOERR: "读写 {path} 时磁盘出错（{detail}），没有改动。请检查磁盘或网络盘后再试。",
}
