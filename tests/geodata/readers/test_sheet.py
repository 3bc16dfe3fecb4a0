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
from tests.geodata.readers.workbooks import BOOK, old_workbook, open_document, workbook

Write = Callable[..., Path]


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
    """The sheet that suits is read and named; dates are dates, numbers numbers, titles passed over."""
    rows = [["某镇检查记录"], [], ["企业编号", "检查时间", "检查人"], [1001, datetime(2024, 3, 5, 9, 7), "甲"]]
    raw = read_book(workbook(tmp_path / "a.xlsx", 空=[], 记录=rows, 说明=[["x"]]), INSPECTIONS)
    assert raw.rows.tolist() == [4]
    assert raw.columns == {"企业编号": [1001.0], "检查时间": [datetime(2024, 3, 5, 9, 7)], "检查人": ["甲"]}
    assert raw.notes == ["读取工作表“记录”，其余工作表没有读。", "表头在第 3 行。"]


@pytest.mark.parametrize("kind", ["xls", "ods", "xlsx"])
def test_kinds_of_workbooks(kind: str, tmp_path: Path) -> None:
    """The old .xls and the .ods are read as the .xlsx is: numbers, dates, titles passed over, the sheet named."""
    path = tmp_path / f"a.{kind}"
    if kind == "xlsx":
        workbook(path, 台账=BOOK)
    else:
        (old_workbook if kind == "xls" else open_document)(path, BOOK)
    raw = read_book(path, PLACES)
    assert raw.rows.tolist() == [3, 4]
    assert raw.columns["编号"] == ["P1", "P2"]
    assert raw.columns["经度"] == [113.6, 113.7]
    assert [str(day)[:10] for day in raw.columns["成立日期"]] == ["2020-03-05", "2021-03-05"]
    assert raw.columns["片区"] == (["东", "东"] if kind == "xls" else ["东", ""])
    assert raw.notes[0] == "读取工作表“台账”。"
    assert raw.encoding == kind


def test_a_workbook_under_another_name(tmp_path: Path) -> None:
    """An .xls that was named .xlsx, and the other way round, is read all the same."""
    assert len(read_book(old_workbook(tmp_path / "a.xlsx", BOOK), PLACES).rows) == 2
    workbook(tmp_path / "b.xlsx", 台账=BOOK).rename(tmp_path / "b.xls")
    assert len(read_book(tmp_path / "b.xls", PLACES).rows) == 2


def test_sheets_that_suit_alike(tmp_path: Path) -> None:
    """Two months on two sheets: nobody guesses, the sheets are named, one is asked for."""
    path = workbook(tmp_path / "a.xlsx", 一月=BOOK, 二月=BOOK[:3], 说明=[["填表说明"]])
    with pytest.raises(FileProblem, match=r"有几个工作表都像监管场所：“一月”、“二月”。请用 --sheet"):
        read_book(path, PLACES)
    assert len(read_book(path, PLACES, "二月").rows) == 1
    with pytest.raises(FileProblem, match="没有工作表“三月”"):
        read_book(path, PLACES, "三月")


def test_hidden_sheet(tmp_path: Path) -> None:
    """That a sheet is hidden is said."""
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("封面").write(0, 0, "封面")
    page = book.add_worksheet("台账")
    for at, row in enumerate([["编号", "名称"], ["P1", "一厂"]]):
        page.write_row(at, 0, row)
    page.hide()
    book.close()
    assert "工作表“台账”是隐藏的。" in read_book(path, PLACES).notes


def test_damaged_old_workbook(tmp_path: Path) -> None:
    """An old workbook that is cut off is an error that says so."""
    path = old_workbook(tmp_path / "a.xls", BOOK)
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(FileProblem, match="可能已损坏或加了密码"):
        read_book(path, PLACES)


@pytest.mark.parametrize(
    "cells",
    [
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="100" '
        'office:value-type="float" office:value="1"/></table:table-row>',
        '<table:table-row><table:table-cell table:number-columns-repeated="99999999"/><table:table-cell '
        'office:value-type="float" office:value="1"/></table:table-row>',
        '<table:table-row table:number-rows-repeated="9999999999"/>',
    ],
)
def test_repeats_beyond_measure(cells: str, tmp_path: Path) -> None:
    """Cells of an .ods that say they stand a hundred million times are refused before anything is unfolded."""
    with pytest.raises(FileProblem, match=r"超出正常台账|文件已损坏"):
        read_book(open_document(tmp_path / "a.ods", BOOK, cells), PLACES)


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
