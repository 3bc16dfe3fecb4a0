"""Tables of rows: CSV and Excel workbooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook

from geodata.errors import FileProblem
from geodata.readers.headers import known_headers
from geodata.readers.raw import RawTable
from geodata.readers.text import decode
from geodata.tables import Table
from geodata.untrusted import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROWS, check_workbook

HEADER_WITHIN = 10  # a title or a note may stand above the header
SEPARATORS = ",;\t"


def read_csv(path: Path, table: Table, encoding: str = "auto") -> RawTable:
    """Read a CSV ledger; separators , ; and tab."""
    text, named = decode(path, encoding)
    if "\x00" in text:
        raise FileProblem(f"{path.name} 里有空字节，不是文本文件。请重新导出为 csv。")
    head = text[:10_000]
    separator = max(SEPARATORS, key=head.count)
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    try:
        records = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator))
    except csv.Error as error:
        raise FileProblem(f"{path.name} 不是正常的 csv（{error}）。请重新导出。") from error
    raw = _table(path, records, table)
    raw.encoding = named
    return raw


def read_xlsx(path: Path, table: Table) -> RawTable:
    """Read the first sheet with rows of an Excel workbook; title rows above the header are passed over."""
    check_workbook(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.height * sheet.width > MAX_ROWS * 20:
                raise FileProblem(
                    f"{path.name} 的工作表“{name}”有 {sheet.height} 行 {sheet.width} 列，超出正常台账，已拒绝。"
                )
            records = sheet.to_python(skip_empty_area=False)
            if any(_filled(record) for record in records):
                raw = _table(path, records, table)
                raw.encoding = "xlsx"
                raw.notes.append(f"读取工作表“{name}”。")
                return raw
    except CalamineError as error:
        raise FileProblem(f"{path.name} 打不开（{error}）。请用 Excel 或 WPS 打开后另存为 xlsx。") from error
    raise FileProblem(f"{path.name} 的所有工作表都是空的。请检查是否选对了文件。")


def _filled(record: Sequence[Any]) -> int:
    return sum(value is not None and str(value).strip() != "" for value in record)


def _table(path: Path, records: Sequence[Sequence[Any]], table: Table) -> RawTable:
    """Find the header (the first row with the most known headers near the top) and cut the columns below it."""
    filled = [at for at, record in enumerate(records[:HEADER_WITHIN]) if _filled(record)]
    if not filled:
        raise FileProblem(f"{path.name} 没有内容。请检查是否选对了文件。")
    header = max(filled, key=lambda at: (known_headers(table, [str(cell) for cell in records[at]]), -at))
    names = _names(records[header])
    if len(names) > MAX_COLUMNS:
        raise FileProblem(f"{path.name} 有 {len(names)} 列，超过上限 {MAX_COLUMNS}。请删去空列。")
    body = [(at + 1, record) for at, record in enumerate(records) if at > header and _filled(record)]
    if not body:
        raise FileProblem(f"{path.name} 只有表头，没有数据行。")
    if len(body) > MAX_ROWS:
        raise FileProblem(f"{path.name} 有 {len(body)} 行，超过上限 {MAX_ROWS}。请分成几个文件。")
    columns = {name: [record[at] if at < len(record) else None for _, record in body] for at, name in names}
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
