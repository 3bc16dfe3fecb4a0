"""CSV and workbooks as rows with the numbers that a person sees."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import FileProblem
from geodata.readers.sheet import read_book, read_csv
from geodata.tables import INSPECTIONS, PLACES

Write = Callable[..., Path]


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    """Write a workbook, one list of rows a sheet."""
    book = xlsxwriter.Workbook(path)
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    page.write_datetime(at, column, value, date)
                elif value is not None:
                    page.write(at, column, value)
    book.close()
    return path


@pytest.mark.parametrize(("separator", "said"), [(",", []), (";", ["分隔符是分号。"]), ("\t", ["分隔符是制表符。"])])
def test_separators(file: Write, separator: str, said: list[str]) -> None:
    """The separator is the one under which headers are known; it is said when it is no comma."""
    raw = read_csv(file("a.csv", separator.join(["编号", "名称"]) + "\n" + separator.join(["1", "a|b"]) + "\n"), PLACES)
    assert raw.columns == {"编号": ["1"], "名称": ["a|b"]}
    assert raw.notes == said


def test_commas_inside(file: Write) -> None:
    """More commas than semicolons inside the cells fool nobody."""
    raw = read_csv(file("a.csv", "编号;标签;名称\n1;a,b,c,d,e,f;甲\n"), PLACES)
    assert raw.columns["标签"] == ["a,b,c,d,e,f"]


def test_rows_with_line_breaks(file: Write) -> None:
    """A quoted line break does not count as a row, an empty row does."""
    raw = read_csv(file("a.csv", '编号,名称\r\n1,"甲\r\n厂"\r\n\r\n,,\r\n2,乙\r\n'), PLACES)
    assert raw.rows.tolist() == [2, 5]
    assert raw.columns["名称"] == ["甲\r\n厂", "乙"]


def test_quote_without_end(file: Write) -> None:
    """A quote that is never closed would swallow the rows below: refused, with the row where it opens."""
    with pytest.raises(FileProblem, match="第 3 行的双引号没有闭合"):
        read_csv(file("a.csv", '编号,名称\n1,甲\n2,"乙\n3,丙\n'), PLACES)


def test_inch_mark(file: Write) -> None:
    """A quote inside a cell is a character like any other."""
    raw = read_csv(file("a.csv", '编号,名称\n1,5" 管件厂\n2,乙\n'), PLACES)
    assert raw.columns["名称"] == ['5" 管件厂', "乙"]


def test_title_above(file: Write) -> None:
    """Titles above the header are passed over; rows keep the numbers that a person sees."""
    raw = read_csv(file("a.csv", "某镇台账,,\n填表人：编号,,\n编号,名称,行业\n1,甲,工贸\n"), PLACES)
    assert (raw.rows.tolist(), raw.notes) == ([4], ["表头在第 3 行。"])


def test_short_and_long_rows(file: Write) -> None:
    """A row with fewer cells has empty ones; cells beyond the header are nobody's."""
    raw = read_csv(file("a.csv", "编号,名称,行业\n1\n2,乙,工贸,多余\n"), PLACES)
    assert raw.columns == {"编号": ["1", "2"], "名称": [None, "乙"], "行业": [None, "工贸"]}


def test_large_cell(file: Write) -> None:
    """A border as WKT may be longer than the csv module's own limit."""
    text = "POLYGON ((" + "113.123456 22.123456, " * 20_000 + "113 22))"
    raw = read_csv(file("a.csv", f'编号,名称,wkt\n1,甲,"{text}"\n'), PLACES)
    assert raw.columns["wkt"] == [text]


def test_workbook(tmp_path: Path) -> None:
    """The first sheet with rows is read and named; dates are dates, numbers numbers, titles passed over."""
    rows = [["某镇检查记录"], [], ["企业编号", "检查时间", "检查人"], [1001, datetime(2024, 3, 5, 9, 7), "甲"]]
    raw = read_book(workbook(tmp_path / "a.xlsx", 空=[], 记录=rows, 说明=[["x"]]), INSPECTIONS)
    assert raw.rows.tolist() == [4]
    assert raw.columns == {"企业编号": [1001.0], "检查时间": [datetime(2024, 3, 5, 9, 7)], "检查人": ["甲"]}
    assert raw.notes == ["表头在第 3 行。", "读取工作表“记录”，其余工作表没有读。"]


def test_workbook_starts_late(tmp_path: Path) -> None:
    """A table that starts in C5 keeps the sheet's row numbers."""
    rows: list[list[Any]] = [[], [], [], [], [None, None, "编号", "名称"], [None, None, 1, "甲"]]
    raw = read_book(workbook(tmp_path / "a.xlsx", 台账=rows), PLACES)
    assert (raw.rows.tolist(), raw.columns["名称"]) == ([6], ["甲"])


def test_empty_workbook(tmp_path: Path) -> None:
    """A workbook without any row is refused."""
    with pytest.raises(FileProblem, match="空的"):
        read_book(workbook(tmp_path / "a.xlsx", 空=[]), PLACES)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), min_size=1, max_size=6), st.sampled_from(",;\t"))
def test_cells_come_back(tmp_path: Path, rows: list[tuple[str, str]], separator: str) -> None:
    """What a spreadsheet writes is read back cell by cell, each under its row number."""
    safe = [["".join(c for c in cell if c != "\0" and not 0xD800 <= ord(c) < 0xE000) for cell in row] for row in rows]
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL).writerows([["编号", "名称"], *safe])
    path = tmp_path / "a.csv"
    path.write_bytes(text.getvalue().encode())
    kept = [(at, row) for at, row in enumerate(safe, start=2) if any(cell.strip() for cell in row)]
    if not kept:
        with pytest.raises(FileProblem, match="只有表头"):
            read_csv(path, PLACES)
        return
    raw = read_csv(path, PLACES)
    assert raw.rows.tolist() == [at for at, _ in kept]
    assert list(zip(raw.columns["编号"], raw.columns["名称"], strict=True)) == [tuple(row) for _, row in kept]
