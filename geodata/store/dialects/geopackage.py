"""The store as a GeoPackage file: SQLite connections, AUTOINCREMENT, and what SQLite says, put into a clerk's words.

GDAL carries its own SQLite. Two SQLites in one process lose each other's file locks (POSIX: they are the process's),
so a process that has a store open never opens it through GDAL; another process may.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.errors import DiskFullProblem, StoreProblem
from geodata.store.dialects import Raw, raw_of
from geodata.store.geopackage import APPLICATION_ID, GEOMETRY, Objects, register_functions
from geodata.store.versions import OLDEST
from geodata.tables import Kind, Shape, Table

if TYPE_CHECKING:
    import sqlalchemy as sa


class GeoPackage:
    """The dialect of a GeoPackage file."""

    oldest = OLDEST

    def connect(self, where: Path, *, write: bool, patience: float) -> sqlite3.Connection:
        """Open a file that exists; the connection starts no transaction by itself and may change threads."""
        uri = where.resolve().as_uri() + ("?mode=rw" if write else "?mode=ro")
        if not write and _on_read_only_medium(where):
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

    def demand(self, where: Path) -> None:
        """Raise StoreProblem where there is no file."""
        if not where.is_file():
            raise StoreProblem(f"没有 {where} 这个文件。请检查路径，或用 wangge init 新建一个。")

    @contextmanager
    def claimed(self, where: Path) -> Iterator[None]:
        """Make an empty file that nobody else has made; it goes away again after an error."""
        _claim(where)
        try:
            yield
        except BaseException:
            where.unlink()
            raise

    def settle(self, connection: sqlite3.Connection) -> None:
        """Keep a write-ahead log; only once it is made: GDAL looks for a GeoPackage's marks in the file."""
        keep_a_write_ahead_log(connection)

    @contextmanager
    def clear_words(self, where: Path) -> Iterator[None]:
        """Turn SQLite's refusals into StoreProblem; what is none of them is a fault of ours and passes."""
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
            raise refused(sentence.format(path=where, detail=problem)) from problem

    @contextmanager
    def one_state(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Hold a read transaction."""
        connection.execute("BEGIN")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")

    def begin(self, connection: Raw, turn: str) -> None:
        """Begin a transaction with the write lock."""
        connection.execute("BEGIN IMMEDIATE")

    def tell(self, connection: sqlite3.Connection, said: str) -> None:
        """Do nothing: a file has one service."""

    def listen(self, connection: sqlite3.Connection) -> None:
        """Do nothing."""

    def heard(self, connection: sqlite3.Connection, wait: float) -> list[str]:
        """Give nothing."""
        return []

    def is_lost(self, connection: sqlite3.Connection) -> bool:
        """Say that a file never goes away."""
        return False

    def has_gone(self, connection: sqlite3.Connection) -> bool:
        """Say that a file never goes away."""
        return False

    def engine_on(self, connection: sqlite3.Connection) -> sa.Engine:
        """Give an engine on the connection; its transactions take the write lock at once."""
        import sqlalchemy as sa  # noqa: PLC0415 - slow import
        from sqlalchemy.pool import StaticPool  # noqa: PLC0415

        engine = sa.create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
        sa.event.listen(engine, "begin", lambda begun: self.begin(raw_of(begun), "writing"))
        return engine

    def is_store(self, connection: sqlite3.Connection) -> bool:
        """Say whether the file carries the GeoPackage application id, and settings of a town."""
        return is_geopackage(connection) and self.has_table(connection, "wangge_settings")

    def has_table(self, connection: sqlite3.Connection, name: str) -> bool:
        """Say whether the file has a table of that name."""
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,))
        return found.fetchone() is not None

    def columns_of(self, connection: sqlite3.Connection, name: str) -> set[str]:
        """Give the names of a table's columns."""
        return {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')}

    def read_columns(self, connection: sqlite3.Connection, query: str, bounds: Sequence[Any]) -> list[list[Any]]:
        """Give the stored values."""
        cursor = connection.execute(query, bounds)
        columns: list[list[Any]] = [[] for _ in cursor.description]
        # a batch of row tuples stays in the processor's cache: 1.4 times as fast as fetchall and one turn
        while batch := cursor.fetchmany(500):
            for column, values in zip(columns, zip(*batch, strict=True), strict=True):
                column.extend(values)
        return columns

    def decode_column(self, table: Table, name: str, read: Sequence[Any], timezone: str) -> Any:
        """Turn stored values into the frame's."""
        from geodata.store.values import decode, decode_geometry  # noqa: PLC0415 - slow import

        if name == GEOMETRY and table.geometry:
            return decode_geometry(table.geometry, read)
        return decode(table.column(name), read, timezone)

    def next_fid(self, connection: sqlite3.Connection, table: str, count: int) -> int:
        """Give the fid after the greatest one: nobody else can be writing."""
        return self.last_number(connection, table) + 1

    def next_number(self, connection: sqlite3.Connection, table: str) -> int:
        """Give the id after the greatest one."""
        return self.last_number(connection, table) + 1

    def bytes_of(self, connection: sqlite3.Connection, where: Path) -> tuple[int, int]:
        """Give the bytes of the file and of its write-ahead log."""
        log = Path(f"{where}-wal")
        return where.stat().st_size, log.stat().st_size if log.exists() else 0

    def count_on(self, connection: sqlite3.Connection, table: str, number: int) -> None:
        """Put the number where AUTOINCREMENT looks."""
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, number))

    def last_number(self, connection: sqlite3.Connection, table: str) -> int:
        """Give the greatest number that a table ever had, as SQLite's AUTOINCREMENT counts."""
        greatest = f'SELECT coalesce(max(rowid), 0) FROM "{table}"'  # noqa: S608 - our own words
        counted = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?"
        (number,) = connection.execute(f"SELECT max(({greatest}), ({counted}))", (table,)).fetchone()
        return int(number)

    def changes(self, connection: sqlite3.Connection) -> dict[str, str]:
        """Give when each layer last changed: GDAL and QGIS note it too."""
        return dict(connection.execute("SELECT table_name, last_change FROM gpkg_contents").fetchall())

    def progress(self, connection: sqlite3.Connection, aside: Sequence[str]) -> tuple[int, str, dict[str, str]]:
        """Ask twice, in a transaction."""
        if not connection.in_transaction:
            with self.one_state(connection):
                return self.progress(connection, aside)
        query = 'SELECT id, at FROM wangge_audit WHERE "table" NOT IN (?, ?, ?) ORDER BY id DESC LIMIT 1'
        version, moment = connection.execute(query, aside).fetchone() or (0, "")
        return int(version), str(moment), self.changes(connection)

    def empty(self, connection: sa.Connection) -> None:
        """Refuse: a file is replaced whole (`geodata.store.backup`)."""
        raise NotImplementedError

    def create_schema(self, connection: sa.Connection) -> None:
        """Make every table, index, R-tree and `gpkg_` row of an empty store."""
        from geodata.store.dialects.catalogue import create_catalogue  # noqa: PLC0415 - slow import

        create_catalogue(connection)

    def announce(self, connection: sa.Connection, name: str, title: str, shape: Shape | None) -> None:
        """Write the layer's `gpkg_` rows and make its R-tree."""
        from geodata.store.dialects.catalogue import announce  # noqa: PLC0415 - slow import

        announce(connection, name, title, shape)

    def note_written(self, connection: sa.Connection, table: Table, written: Objects | None) -> None:
        """Widen the layer's extent in `gpkg_contents`."""
        from geodata.store.dialects.catalogue import widen_contents  # noqa: PLC0415 - slow import

        widen_contents(connection, table, written)

    def note_deleted(self, connection: sa.Connection, table: Table) -> None:
        """Measure the layer's extent anew."""
        from geodata.store.dialects.catalogue import measure_contents  # noqa: PLC0415 - slow import

        measure_contents(connection, table)

    def insert_many(self, connection: sa.Connection, table: sa.Table, columns: Mapping[str, list[Any]]) -> None:
        """Insert rows of stored values."""
        from geodata.store.many import run_many  # noqa: PLC0415 - slow import

        run_many(connection, table.insert(), columns)

    def exactly(self, column: str, kind: str) -> str:
        """Give a value of that kind alone; a text that is no UTF-8 as its bytes."""
        value = f'CAST("{column}" AS BLOB)' if kind == "text" else f'"{column}"'
        return f"CASE typeof(\"{column}\") WHEN '{kind}' THEN {value} END"

    def misfits(self, quoted: str, kind: Kind) -> str:
        """Give the condition: SQLite puts any value into any column."""
        return _MISFITS.get(kind, "typeof({}) != 'text'").format(quoted)

    def damage(self, connection: sqlite3.Connection) -> list[str]:
        """Give what SQLite's own check finds."""
        try:
            lines = [line for (line,) in connection.execute("PRAGMA integrity_check(20)")]
        except sqlite3.DatabaseError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            lines = [str(problem)]
        return [f"文件已损坏：{line}。请用最近的备份恢复。" for line in lines if line != "ok"]

    def check_store(self, connection: sqlite3.Connection) -> Iterator[str]:
        """Check the marks of a GeoPackage and its reference systems."""
        from geodata.store.check_format import check_file  # noqa: PLC0415 - only `wangge check` needs it

        return check_file(connection)

    def check_layer(self, connection: sqlite3.Connection, table: Table, columns: Sequence[str]) -> Iterator[str]:
        """Check a layer's columns, its `gpkg_` rows, its R-tree's triggers."""
        from geodata.store.check_format import check_layer  # noqa: PLC0415 - only `wangge check` needs it

        return check_layer(connection, table, columns)

    def check_geometries(self, connection: sqlite3.Connection, table: Table) -> Iterator[str]:
        """Check that every geometry can be read and stands in the R-tree."""
        from geodata.store.check_format import check_geometries  # noqa: PLC0415 - only `wangge check` needs it

        return check_geometries(connection, table)


GEOPACKAGE = GeoPackage()

_MISFITS: dict[Kind, str] = {
    "integer": "typeof({}) != 'integer'",
    "number": "typeof({}) NOT IN ('real', 'integer')",
    "flag": "{} NOT IN (0, 1)",
}


def keep_a_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Let readers go on while somebody writes; QGIS switches a file back to a rollback journal when it closes it."""
    connection.execute("PRAGMA journal_mode = WAL")


def is_geopackage(connection: sqlite3.Connection) -> bool:
    """Say whether the file carries the GeoPackage application id."""
    return bool(connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)


def _claim(file: Path) -> None:
    try:
        file.open("xb").close()
    except FileExistsError:
        raise StoreProblem(f"{file} 已经存在，没有覆盖它。请换一个名字，或先把它移走。") from None
    except FileNotFoundError:
        raise StoreProblem(f"文件夹 {file.parent} 不存在。请先建好文件夹，或换一个路径。") from None
    except OSError as problem:
        raise StoreProblem(f"不能在 {file.parent} 里新建文件（{problem.strerror}）。请检查权限和磁盘。") from problem


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
