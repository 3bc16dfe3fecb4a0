"""Tables of rows: CSV and Excel workbooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from geodata.csv_files import unguarded
from geodata.errors import FileProblem
from geodata.readers.forms import is_export, is_repeat, join_parent, parent_file
from geodata.readers.headers import known_headers
from geodata.readers.layout import HEADER_WITHIN, has_value, headers_known, lay_out
from geodata.readers.raw import RawTable, shown
from geodata.readers.text import decode
from geodata.tables import Table
from geodata.untrusted import MAX_ROWS, MAX_SHAPE_CHARACTERS, check_file, check_workbook
from geodata.workbook import Sheet, Unreadable, Workbook, open_workbook

_SHEETS_SHOWN = 10
_ALIKE = 0.7
"""Of the headers that the best sheet has: another sheet with so many may be meant as well."""
SEPARATORS = {",": "逗号", ";": "分号", "\t": "制表符"}
_END = "\x00"  # no text file holds it: a last record that is more than this swallowed the end of the file


def read_csv(path: Path, table: Table, encoding: str = "auto", *, of_form: bool = False) -> RawTable:
    """Read a CSV ledger; separators , ; and tab. Rows are records: a line break inside quotes starts no new one.

    A form's repeat group is joined with the form's own file beside it, unless it is read for that (`of_form`).
    """
    check_file(path)
    text, named = decode(path, encoding)
    text = text.lstrip("\ufeff")
    if _END in text:
        raise FileProblem(f"{path.name} 里有空字节，不是文本文件。请重新导出为 csv。")
    separator = _separator(text, table)
    raw = lay_out(path, _records(path, text, separator), table)
    raw.encoding = named
    if is_repeat(raw.columns) and not of_form:
        parent = parent_file(path, lambda file: read_csv(file, table, encoding, of_form=True))
        if parent is None:
            raw.notes.append("这是表单的重复组，但同一文件夹里没有它所属的主表（文件名去掉“-组名”的那个）。")
        else:
            join_parent(raw, parent)
            raw.notes.append("每行接上同一文件夹里主表中所属的检查。")
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
    marked = "'" in text
    try:
        for record in csv.reader(io.StringIO(f"{text}\n{_END}\n", newline=""), delimiter=separator):
            records.append([unguarded(cell) for cell in record] if marked else record)
            if len(records) > MAX_ROWS:
                raise FileProblem(f"{path.name} 超过上限 {MAX_ROWS} 行。请分成几个文件。")
    except csv.Error as error:
        raise FileProblem(f"{path.name} 第 {len(records) + 1} 行不是正常的 csv（{error}）。请重新导出。") from error
    if records[-1] != [_END]:
        raise FileProblem(f"{path.name} 第 {len(records)} 行的双引号没有闭合，后面的行会被它吞掉。请补上引号后再导入。")
    return records[:-1]


def read_book(path: Path, table: Table, sheet: str | None = None) -> RawTable:
    """Read one sheet of an Excel (.xlsx, .xls) or OpenDocument (.ods) workbook.

    Parameters
    ----------
    sheet
        Its name; None for the only one that suits the table.

    Raises
    ------
    FileProblem
        No workbook, no such sheet, several that suit the table, nothing but empty ones.
    """
    workbook = read_workbook(path, () if sheet is None else (sheet,))
    chosen = _chosen(path, _held(workbook), table, sheet)
    raw = lay_out(path, chosen.records, table, chosen.merges)
    raw.encoding = path.suffix.lower().removeprefix(".")
    if is_repeat(raw.columns):
        _join(path, raw, table)
    others = "，其余工作表没有读" * (len(workbook.names) > 1)
    raw.notes.insert(0, f"读取工作表“{shown(chosen.name)}”{others}。")
    if chosen.name in workbook.hidden:
        raw.notes.append(f"工作表“{shown(chosen.name)}”是隐藏的。")
    return raw


def read_workbook(path: Path, only: Sequence[str] = ()) -> Workbook:
    """Read a workbook's sheets, those of `only` that are there; FileProblem for what is none, is damaged or locked."""
    data = check_workbook(path)
    try:
        return open_workbook(data, only)
    except Unreadable as error:
        raise FileProblem(
            f"{path.name} 打不开（{shown(str(error))}），可能已损坏或加了密码。请用 Excel 或 WPS 打开后另存为 xlsx。"
        ) from error


def _held(workbook: Workbook) -> dict[str, Sheet]:
    """Give the sheets that hold something."""
    return {each.name: each for each in workbook.sheets if any(has_value(record) for record in each.records)}


def _join(path: Path, raw: RawTable, table: Table) -> None:
    """Join a repeat group with the sheet of its form: the first one that is none."""
    for name, sheet in _held(read_workbook(path)).items():
        parent = lay_out(Path(name), sheet.records, table, sheet.merges)
        if is_export(parent.columns) and not is_repeat(parent.columns):
            join_parent(raw, parent)
            raw.notes.append(f"每行接上工作表“{shown(name)}”里所属的检查。")
            return
    raw.notes.append("这是表单的重复组，但工作簿里没有它所属的主表，读不到检查编号等各列。")


def _chosen(path: Path, found: Mapping[str, Sheet], table: Table, asked: str | None) -> Sheet:
    """Give the sheet to read."""
    if not found:
        raise FileProblem(f"{path.name} 的所有工作表都是空的。请检查是否选对了文件。")
    named = "、".join(f"“{shown(name)}”" for name in list(found)[:_SHEETS_SHOWN])
    if asked is not None and asked not in found:
        raise FileProblem(f"{path.name} 没有工作表“{shown(asked)}”（或它是空的）。有内容的工作表：{named}。")
    known = {name: headers_known(each.records, table, each.merges) for name, each in found.items()}
    most = max(known.values())
    suited = [name for name, count in known.items() if count >= max(most * _ALIKE, 1)] or list(found)
    if len(suited) > 1:
        named = "、".join(f"“{shown(name)}”" for name in suited[:_SHEETS_SHOWN])
        raise FileProblem(f"{path.name} 有几个工作表都像{table.title}：{named}。请用 --sheet 名称 指明一个，逐个导入。")
    return found[suited[0]]
