"""Where the table is on a sheet: titles above the header, headers of two levels, merged cells, totals at the foot."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from geodata.errors import FileProblem
from geodata.readers.headers import known_headers
from geodata.readers.raw import RawTable, shown
from geodata.tables import Table
from geodata.untrusted import MAX_COLUMNS
from geodata.workbook import Merge

HEADER_WITHIN = 15
"""A title, a note, the reporting unit may stand above the header."""
HEADER_DEPTH = 3
MAX_FILLED = 5_000_000
"""Cells that merged ranges may fill."""
MAX_TOTAL_CHARACTERS = 40
SHOWN = 10

Record = Sequence[Any]

_TOTAL = re.compile(
    r"(?:本页|本月|本季度?|本年|全镇|全街道?|全部|全年)?(?:合计|总计|小计|共计|累计|总合计)"
    r"(?:\(.{0,20}\))?:?(?:共?[\d,.]*[家个户条项次人处元万]*)?|(?:grand ?)?total:?",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?:(?:填表|填报|制表|审核|审批|审定|复核|统计|经办|报送|联系|签发|单位|部门|分管|主要)"
    r"(?:人|单位|部门|日期|时间|负责人|领导|电话|盖章|\(盖章\))*|负责人|日期|注|备注|说明|填表说明|填报说明)"
    r"(?:\(?(?:签字|签名|签章|盖章|公章)\)?)?\d{0,2}:.*",
    re.DOTALL,
)
_LEAST_NUMBERED = 3


@dataclass(frozen=True)
class _Header:
    """Where the header stands, and each column's parts from the top down."""

    top: int
    bottom: int
    parts: list[tuple[str, ...]]


def lay_out(path: Path, records: Sequence[Record], table: Table, merges: Sequence[Merge] = ()) -> RawTable:
    """Find the header near the top and cut the columns below it; what was passed over, filled or left out is told.

    Parameters
    ----------
    records
        Cells by row, from the file's first row; rows keep the numbers that a person sees.
    merges
        Merged ranges, where the format tells them. In the body a value stands for the rows of its range (its first
        column only); without them nothing is filled: an empty cell of a csv may just be empty.

    Raises
    ------
    FileProblem
        Nothing in the file, no row below the header, too many columns or merged cells.
    """
    header = _find_header(path, records, table, merges)
    names, also, twice = _names(header.parts)
    if len(names) > MAX_COLUMNS:
        raise FileProblem(f"{path.name} 有 {len(names)} 列，超过上限 {MAX_COLUMNS}。请删去空列。")
    left_out: dict[str, list[int]] = {}
    body = _body(records, header, left_out)
    if not body:
        raise FileProblem(f"{path.name} 只有表头，没有数据行。")
    rows = [list(records[at]) for at in body] if merges else [records[at] for at in body]
    filled = _fill_down(path, rows, body, header.bottom, merges, names)
    width = max(at for at, _ in names) + 1
    cells = list(zip_longest(*(row[:width] for row in rows)))
    empty = (None,) * len(body)
    columns = {name: list(cells[at] if at < len(cells) else empty) for at, name in names}
    notes = _notes(header, twice, filled, left_out)
    return RawTable(columns, np.array(body, dtype=np.int64) + 1, notes=notes, also=also)


def headers_known(records: Sequence[Record], table: Table, merges: Sequence[Merge] = ()) -> int:
    """Count the headers that a table understands on a sheet."""
    return _best_header(records, table, merges)[1]


def has_value(record: Record) -> bool:
    """Say whether any cell of a row holds something."""
    return any(value is not None and (value.strip() if isinstance(value, str) else True) for value in record)


def _find_header(path: Path, records: Sequence[Record], table: Table, merges: Sequence[Merge]) -> _Header:
    """Give the block of rows near the top under which most headers are known."""
    header, _ = _best_header(records, table, merges)
    if header is None:
        raise FileProblem(f"{path.name} 没有内容。请检查是否选对了文件。")
    return header


def _best_header(records: Sequence[Record], table: Table, merges: Sequence[Merge]) -> tuple[_Header | None, int]:
    """Give the header and how many are known: of several blocks with as many, the flattest and first."""
    top = [[_text(cell) for cell in record] for record in records[: HEADER_WITHIN + HEADER_DEPTH]]
    filled = [at for at, record in enumerate(top[:HEADER_WITHIN]) if any(record)]
    spread = _spread(top, merges)
    best: _Header | None = None
    most = -1
    for depth in range(1, HEADER_DEPTH + 1):
        for at in filled:
            bottom = at + depth - 1
            if bottom >= len(top) or not any(top[bottom]):
                continue
            parts = _parts(spread[at : bottom + 1], carry=not merges)
            found, also, _ = _names(parts)
            known = known_headers(table, [name for _, name in found], also)
            if known > most:
                best, most = _Header(at, bottom, parts), known
    return best, max(most, 0)


def _spread(top: list[list[str]], merges: Sequence[Merge]) -> list[list[str]]:
    """Give the cells near the top with each merged range's text in all of its cells."""
    spread = [list(record) for record in top]
    for (row, column), (last_row, last_column) in merges:
        if row < len(top) and column < len(top[row]):
            for at in range(row, min(last_row + 1, len(spread))):
                for cell in range(column, min(last_column + 1, len(spread[at]))):
                    spread[at][cell] = top[row][column]
    return spread


def _parts(spread: list[list[str]], *, carry: bool) -> list[tuple[str, ...]]:
    """Give each column's header texts from the top down, each once.

    With `carry`, a text on an upper level stands for the empty cells right of it that have a text below.
    """
    width = max(len(record) for record in spread)
    levels = [record + [""] * (width - len(record)) for record in spread]
    if carry:
        for upper, lower in pairwise(levels):
            for at in range(1, width):
                if not upper[at] and lower[at]:
                    upper[at] = upper[at - 1]
    return [tuple(dict.fromkeys(level[at] for level in levels if level[at])) for at in range(width)]


def _names(parts: Sequence[tuple[str, ...]]) -> tuple[list[tuple[int, str]], dict[str, tuple[str, ...]], list[str]]:
    """Give position and name of each column, the other words for names of several levels, and names that stand twice.

    A name that stands twice counts where it stands first.
    """
    names: dict[str, int] = {}
    also: dict[str, tuple[str, ...]] = {}
    twice: list[str] = []
    for at, texts in enumerate(parts):
        if not texts:
            continue
        name = "/".join(texts)
        if name in names:
            twice.append(name)
            continue
        names[name] = at
        if len(texts) > 1:
            also[name] = (texts[-1], "".join(texts), texts[-2] + texts[-1])
    return [(at, name) for name, at in names.items()], also, twice


def _body(records: Sequence[Record], header: _Header, left_out: dict[str, list[int]]) -> list[int]:
    """Give the positions of the data rows; blank rows, totals, notes at the foot, repeated headers are left out."""
    titles = [[_text(cell) for cell in records[at]] for at in range(header.top, header.bottom + 1)]
    body = [at for at in range(header.bottom + 1, len(records)) if has_value(records[at])]
    if body and _is_numbering(records[body[0]]):
        left_out.setdefault("列号", []).append(body.pop(0) + 1)
    first_title = next((text for text in titles[0] if text), "")
    kept: list[int] = []
    for at in body:
        first = _first_text(records[at])
        if first == first_title and any([_text(cell) for cell in records[at]] == title for title in titles):
            left_out.setdefault("重复的表头", []).append(at + 1)
        elif first and len(first) < MAX_TOTAL_CHARACTERS and _TOTAL.fullmatch(_squeezed(first)):
            left_out.setdefault("合计或小计", []).append(at + 1)
        else:
            kept.append(at)
    while kept and (first := _first_text(records[kept[-1]])) and _SIGNED.fullmatch(_squeezed(first)):
        left_out.setdefault("签字或说明", []).append(kept.pop() + 1)
    return kept


def _first_text(record: Record) -> str:
    """Give the first cell of a row that holds something when it is text, else nothing."""
    for cell in record:
        if cell is None or cell == "":
            continue
        if not isinstance(cell, str):
            return ""
        if text := cell.strip():
            return text
    return ""


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text[:200]).split())


def _is_numbering(record: Record) -> bool:
    """Say whether a row only numbers the columns: 1, 2, 3 … or A, B, C …, as forms do under the header."""
    texts = [text for text in map(_text, record) if text]
    if len(texts) < _LEAST_NUMBERED:
        return False
    numbers = [text.removesuffix(".0").strip("()（）栏") for text in texts]
    letters = [chr(ord("A") + at) for at in range(min(len(texts), 26))]
    return numbers == [str(at) for at in range(1, len(texts) + 1)] or numbers == letters


def _fill_down(
    path: Path, rows: list[Any], body: list[int], bottom: int, merges: Sequence[Merge], names: list[tuple[int, str]]
) -> dict[str, int]:
    """Write a merged range's value into the rows of its first column, in place; give column → cells filled."""
    if not merges:
        return {}
    name_of = dict(names)
    place = {at: number for number, at in enumerate(body)}
    filled: dict[str, int] = {}
    total = 0
    for (row, column), (last_row, _) in merges:
        if row <= bottom or last_row == row or column not in name_of or row not in place:
            continue
        value = rows[place[row]][column]
        total += min(last_row, body[-1]) - row
        if total > MAX_FILLED:
            raise FileProblem(f"{path.name} 的合并单元格太多。请取消合并、填满各行后再导入。")
        for at in range(row + 1, min(last_row, body[-1]) + 1):
            if at in place and _text(rows[place[at]][column]) == "" and _text(value):
                rows[place[at]][column] = value
                filled[name_of[column]] = filled.get(name_of[column], 0) + 1
    return filled


def _notes(header: _Header, twice: list[str], filled: dict[str, int], left_out: dict[str, list[int]]) -> list[str]:
    notes = []
    if header.bottom > header.top:
        notes.append(f"表头在第 {header.top + 1}–{header.bottom + 1} 行，共 {header.bottom - header.top + 1} 层。")
    elif header.bottom:
        notes.append(f"表头在第 {header.bottom + 1} 行。")
    if twice:
        notes.append(f"表头{_quoted(twice)}出现不止一次，只读最左边的一列。")
    if filled:
        told = "、".join(f"“{shown(name)}”{count} 格" for name, count in filled.items())
        notes.append(f"合并单元格按合并的范围向下填满：{told}。")
    for what, rows in left_out.items():
        more = " 等" * (len(rows) > SHOWN)
        notes.append(f"{len(rows)} 行是{what}，没有读：第 {'、'.join(map(str, sorted(rows)[:SHOWN]))} 行{more}。")
    return notes


def _quoted(names: Sequence[str]) -> str:
    return "、".join(f"“{shown(name)}”" for name in dict.fromkeys(names[:SHOWN]))


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()
