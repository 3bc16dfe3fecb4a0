"""A folder or a bucket of town folders, and one of them read back as a Ledger.

ROOT/town=990001001/town.json, places.parquet …, inspections/month=2024-01/part.parquet …: what DuckDB, Spark and Arrow
call Hive partitions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import fs

from geodata.errors import FileProblem
from geodata.ledger import Ledger
from geodata.parquet.arrow import schema_of, to_frame
from geodata.parquet.manifest import BY_MONTH, NAME, Manifest, Part, of_table, read_manifest
from geodata.tables import TABLES, Table
from geodata.untrusted import MAX_FILE_BYTES, MAX_ROWS

MAX_TOWN_JSON_BYTES = 8 * 2**20
MAX_UNPACKED_BYTES = 2**30
"""Of one file, as its own footer says; what lies about it meets the memory limit of the process."""
MAX_FOOTER_TEXT = 2**24
MAX_FOOTER_ITEMS = 10**6

AGAIN = "请重新导出这个镇街（wangge many export）。"
PREFIX = "town="


@dataclass(frozen=True)
class Root:
    """Where the town folders lie: a file system and a path in it."""

    files: fs.FileSystem
    path: str

    def names(self) -> list[str]:
        """Give the names of the town folders, in order."""
        found = self.files.get_file_info(fs.FileSelector(self.path, allow_not_found=True))
        return sorted(info.base_name for info in found if info.base_name.startswith(PREFIX) and not info.is_file)

    def open(self, name: str) -> TownFolder:
        """Open one town folder; FileProblem when it has no whole `town.json`."""
        if "/" in name or "\\" in name:
            raise FileProblem(f"{name} 不是镇街文件夹的名字。")
        data = _bytes(self.files, f"{self.path}/{name}/{NAME}", f"{name}/{NAME}", MAX_TOWN_JSON_BYTES)
        return TownFolder(self, name, read_manifest(data.to_pybytes()))


def open_root(where: str) -> Root:
    """Open a folder, or a bucket by its address (`s3://…`, `gs://…`, `file:///…`); FileProblem when it is neither."""
    if "://" not in where:
        return Root(fs.LocalFileSystem(), str(Path(where).absolute()))
    try:
        files, path = fs.FileSystem.from_uri(where)
    except (pa.ArrowException, OSError) as problem:
        raise FileProblem(f"打不开 {where}：{problem}。请写文件夹，或 s3://、gs:// 开头的桶地址。") from problem
    return Root(files, path.rstrip("/"))


@dataclass(frozen=True)
class Within:
    """Which months of a table are read: from one to another (`YYYY-MM`, both with it; None: any), or all but those."""

    first: str | None = None
    last: str | None = None
    outside: bool = False

    def holds(self, month: str | None) -> bool:
        """Say whether a month is meant; one that is not known lies outside of all."""
        if month is None:
            return True
        inside = month[0].isdigit() and (self.first or "") <= month <= (self.last or "9999-99")
        return inside != self.outside


NONE = Within(first="9999-99")
EVERY = Within(first="9999-99", outside=True)
"""No month; every month, rows without a moment too."""


@dataclass(frozen=True)
class TownFolder:
    """One town in a `Root`."""

    root: Root
    name: str
    manifest: Manifest

    def ledger(
        self,
        needed: Mapping[str, Sequence[str]],
        months: Mapping[str, Within] | None = None,
        where: Mapping[str, Mapping[str, Collection[str]]] | None = None,
    ) -> Ledger:
        """Read tables and columns as `Store.ledger` gives them, of some months alone, of some rows alone.

        Parameters
        ----------
        needed
            Table → columns.
        months
            Table cut by month → its months; all of them where it is not named.
        where
            Table → text column → its values: rows that have one of them.

        Raises
        ------
        FileProblem
            A file is missing, damaged, too large, or not what `town.json` and `geodata.tables` say.
        """
        months, where = months or {}, where or {}
        frames = {
            name: self._frame(TABLES[name], columns, months.get(name, EVERY), where.get(name, {}))
            for name, columns in needed.items()
        }
        return Ledger(self.manifest.town, frames)

    def bytes_of(self, tables: Collection[str]) -> int:
        """Give how many bytes some tables take."""
        return sum(part.bytes for part in self.manifest.parts if part.table in tables)

    def _frame(
        self, table: Table, columns: Sequence[str], months: Within, where: Mapping[str, Collection[str]]
    ) -> pd.DataFrame:
        parts = [part for part in of_table(self.manifest.parts, table.name) if months.holds(part.month)]
        if sum(part.rows for part in parts) > MAX_ROWS * (12 if table.name in BY_MONTH else 1):
            raise FileProblem(f"{self.name} 的表 {table.name} 行数超出正常台账，已拒绝。")
        schema = schema_of(table, columns)
        read = [_filtered(self._read(part, schema), where) for part in parts]
        try:
            frame = to_frame(
                table, pa.concat_tables(read) if read else schema.empty_table(), self.manifest.town.timezone
            )
        except ValueError as problem:
            raise FileProblem(f"{self.name} 的表 {table.name}：{problem}。{AGAIN}") from problem
        if "id" in columns and frame["id"].duplicated().any():
            raise FileProblem(f"{self.name} 的表 {table.name} 有编号重复的行。{AGAIN}")
        return frame[list(columns)]

    def _read(self, part: Part, schema: pa.Schema) -> pa.Table:
        named = f"{self.name}/{part.path}"
        data = _bytes(self.root.files, f"{self.root.path}/{named}", named, MAX_FILE_BYTES, part.bytes)
        try:
            file = pq.ParquetFile(
                pa.BufferReader(data),
                page_checksum_verification=True,
                thrift_string_size_limit=MAX_FOOTER_TEXT,
                thrift_container_size_limit=MAX_FOOTER_ITEMS,
            )
            _check_footer(file, part, schema, named)
            table: pa.Table = file.read(columns=schema.names, use_threads=False)
            table = table.select(schema.names).cast(schema)
            table.validate(full=True)
        except (
            pa.ArrowException,
            OSError,
            ValueError,
            OverflowError,
        ) as problem:  # a name that is no UTF-8, among others
            raise FileProblem(f"{named} 已损坏，读不出来。{AGAIN}") from problem
        if table.num_rows != part.rows:
            raise FileProblem(f"{named} 的行数与 {NAME} 不符。{AGAIN}")
        return table


def _check_footer(file: pq.ParquetFile, part: Part, schema: pa.Schema, named: str) -> None:
    """Refuse a file that would unfold beyond all measure, or whose columns are others than the table's."""
    about = file.metadata
    unpacked = sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))
    if unpacked > MAX_UNPACKED_BYTES or about.num_rows > MAX_ROWS:
        raise FileProblem(f"{named} 展开后有 {unpacked / 2**20:.0f} MB、{about.num_rows} 行，超出正常台账，已拒绝。")
    there = file.schema_arrow
    for field in schema:
        at = there.get_all_field_indices(field.name)
        if len(at) != 1 or there.field(at[0]).type != field.type:
            raise FileProblem(f"{named} 没有 {part.table} 应有的列 {field.name}（{field.type}）。{AGAIN}")


def _filtered(table: pa.Table, where: Mapping[str, Collection[str]]) -> pa.Table:
    for column, values in where.items():
        table = table.filter(pc.is_in(table[column], value_set=pa.array(sorted(values), type=pa.string())))
    return table


def _bytes(files: fs.FileSystem, path: str, named: str, most: int, expected: int | None = None) -> pa.Buffer:
    """Give the bytes of a file; FileProblem when it is missing, too large, or of another size than expected."""
    try:
        with files.open_input_file(path) as stream:
            size = stream.size()
            if size > most:
                raise FileProblem(f"{named} 有 {size / 2**20:.0f} MB，超过上限 {most / 2**20:.0f} MB，已拒绝。")
            if expected is not None and size != expected:
                raise FileProblem(f"{named} 的大小与 {NAME} 不符，没有写完或已损坏。{AGAIN}")
            return stream.read_buffer(size)
    except FileNotFoundError as problem:
        raise FileProblem(f"缺少文件 {named}。{AGAIN}") from problem
    except OSError as problem:
        raise FileProblem(f"读不了 {named}：{problem.strerror or problem}。") from problem
