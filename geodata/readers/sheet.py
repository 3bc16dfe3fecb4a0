"""Tables of rows: CSV and Excel workbooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook

from geodata.errors import FileProblem
from geodata.readers.headers import known_headers
from geodata.readers.raw import RawTable
from geodata.readers.text import decode
from geodata.tables import Table
from geodata.untrusted import MAX_COLUMNS, MAX_ROWS, MAX_SHAPE_CHARACTERS, check_workbook

HEADER_WITHIN = 10  # a title or a note may stand above the header
SEPARATORS = {",": "逗号", ";": "分号", "\t": "制表符"}
_END = "\x00"  # no text file holds it: a last record that is more than this swallowed the end of the file


def read_csv(path: Path, table: Table, encoding: str = "auto") -> RawTable:
    """Read a CSV ledger; separators , ; and tab. Rows are records: a line break inside quotes starts no new one."""
    text, named = decode(path, encoding)
    text = text.lstrip("\ufeff")
    if _END in text:
        raise FileProblem(f"{path.name} 里有空字节，不是文本文件。请重新导出为 csv。")
    separator = _separator(text, table)
    raw = _table(path, _records(path, text, separator), table)
    raw.encoding = named
    if separator != ",":
        raw.notes.append(f"分隔符是{SEPARATORS[separator]}。")
    return raw


def _separator(text: str, table: Table) -> str:
    """Give the separator under which the top of the file shows most known headers, else the most frequent one."""
    top = text[:10_000].splitlines()[:HEADER_WITHIN]

    def promise(separator: str) -> tuple[int, int]:
        rows = csv.reader(top, delimiter=separator)
        return max((known_headers(table, row) for row in rows), default=0), sum(line.count(separator) for line in top)

    return max(SEPARATORS, key=promise)


def _records(path: Path, text: str, separator: str) -> list[list[str]]:
    csv.field_size_limit(MAX_SHAPE_CHARACTERS)
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(f"{text}\n{_END}\n", newline=""), delimiter=separator):
            records.append(record)
            if len(records) > MAX_ROWS:
                raise FileProblem(f"{path.name} 超过上限 {MAX_ROWS} 行。请分成几个文件。")
    except csv.Error as error:
        raise FileProblem(f"{path.name} 第 {len(records) + 1} 行不是正常的 csv（{error}）。请重新导出。") from error
    if records[-1] != [_END]:
        raise FileProblem(f"{path.name} 第 {len(records)} 行的双引号没有闭合，后面的行会被它吞掉。请补上引号后再导入。")
    return records[:-1]


def read_xlsx(path: Path, table: Table) -> RawTable:
    """Read the first sheet with rows of an Excel workbook; title rows above the header are passed over."""
    data = check_workbook(path)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in workbook.sheet_names:
            records = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if any(_has_value(record) for record in records):
                raw = _table(path, records, table)
                raw.encoding = "xlsx"
                more = len(workbook.sheet_names) > 1
                raw.notes.append(f"读取工作表“{name}”{'，其余工作表没有读' if more else ''}。")
                return raw
    except CalamineError as error:
        raise FileProblem(f"{path.name} 打不开（{error}）。请用 Excel 或 WPS 打开后另存为 xlsx。") from error
    raise FileProblem(f"{path.name} 的所有工作表都是空的。请检查是否选对了文件。")


def _has_value(record: Sequence[Any]) -> bool:
    return any(value is not None and str(value).strip() != "" for value in record)


def _table(path: Path, records: Sequence[Sequence[Any]], table: Table) -> RawTable:
    """Find the header (the first row with the most known headers near the top) and cut the columns below it."""
    filled = [at for at, record in enumerate(records[:HEADER_WITHIN]) if _has_value(record)]
    if not filled:
        raise FileProblem(f"{path.name} 没有内容。请检查是否选对了文件。")
    header = max(filled, key=lambda at: (known_headers(table, [str(cell) for cell in records[at]]), -at))
    names = _names(records[header])
    if len(names) > MAX_COLUMNS:
        raise FileProblem(f"{path.name} 有 {len(names)} 列，超过上限 {MAX_COLUMNS}。请删去空列。")
    body = [(at + 1, record) for at, record in enumerate(records) if at > header and _has_value(record)]
    if not body:
        raise FileProblem(f"{path.name} 只有表头，没有数据行。")
    width = max(at for at, _ in names) + 1
    cells = list(zip_longest(*(record[:width] for _, record in body)))
    empty = (None,) * len(body)
    columns = {name: list(cells[at] if at < len(cells) else empty) for at, name in names}
    notes = [f"表头在第 {header + 1} 行。"] if header else []
    return RawTable(columns, np.array([row for row, _ in body], dtype=np.int64), notes=notes)


def _names(record: Sequence[Any]) -> list[tuple[int, str]]:
    """Give the position and the text of each header; a header that stands twice counts where it stands first."""
    names: dict[str, int] = {}
    for at, cell in enumerate(record):
        text = str(cell).strip()
        if text and text not in names:
            names[text] = at
    return [(at, name) for name, at in names.items()]
