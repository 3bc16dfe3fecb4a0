"""Workbooks."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from maps.tables.sheet import Sheet
from maps.tables.xlsx import tab_name, workbook
from tests.maps.tables.conftest import MADE


def cells_of(data: bytes) -> list[list[object]]:
    """Give the cells of the first sheet."""
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def part(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    """Give a part of a workbook as text."""
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def test_values_stand_typed_below_two_rows_of_headers(sheet: Sheet) -> None:
    """Counts, shares and days are numbers and days in the cells, not texts."""
    cells = cells_of(workbook([sheet], MADE))
    assert cells[0][0] == sheet.title
    assert [row[0] for row in cells[1:3]] == list(sheet.facts)
    assert cells[3][:4] == ["部门", "隐患", "", ""]
    assert cells[4][1:4] == ["发现", "已整改", "整改率"]
    assert cells[5] == ["消防救援大队", 120, 118, pytest.approx(118 / 120), date(2024, 6, 3)]
    assert cells[8] == ["合计", 150, 133, pytest.approx(133 / 150), date(2024, 6, 30)]


def test_no_text_becomes_a_formula(sheet: Sheet) -> None:
    """The only formulas are those of the summed row, whatever a name begins with."""
    data = workbook([sheet], MADE)
    assert re.findall(r"<f>(.*?)</f>", part(data)) == ["SUM(B6:B8)", "SUM(C6:C8)", "SUM(C6:C8)/SUM(B6:B8)"]
    assert cells_of(data)[6][0] == "=1+1 住建/[局]"


def test_a_word_among_figures_stays_a_word(sheet: Sheet) -> None:
    """A figure that is said in a word (是, 无数据) stands as that word in a column of figures."""
    rows = sheet.rows.astype({"found": object})
    rows.loc[1, "found"] = "无数据"
    cells = cells_of(workbook([replace(sheet, rows=rows, total=None)], MADE))
    assert [row[1] for row in cells[5:8]] == [120, "无数据", 0]


def test_it_is_set_up_for_print(sheet: Sheet) -> None:
    """Landscape A4, as wide as a page, headers on every page, page numbers, frozen headers, a filter."""
    data = workbook([sheet], MADE)
    page = part(data)
    assert 'paperSize="9"' in page
    assert 'orientation="landscape"' in page
    assert 'fitToHeight="0"' in page
    assert 'topLeftCell="B6"' in page
    assert '<autoFilter ref="A5:E8"/>' in page
    assert "第 &amp;P 页" in page
    assert "$4:$5" in part(data, "xl/workbook.xml")


def test_a_sheet_without_title_is_a_plain_list(sheet: Sheet) -> None:
    """Without title and facts the headers stand in row 1, as programs read lists."""
    bare = replace(sheet, title="", facts=(), total=None, notes=(), columns=[replace(sheet.columns[0], note="")])
    assert cells_of(workbook([bare], MADE))[:2] == [["部门"], ["消防救援大队"]]


def test_an_empty_table_is_still_a_table(sheet: Sheet) -> None:
    """Without rows there are headers, and sums without formulas."""
    cells = cells_of(workbook([replace(sheet, rows=sheet.rows.iloc[:0])], MADE))
    assert cells[5][:4] == ["合计", 0, 0, ""]


def test_the_same_sheets_give_the_same_bytes(sheet: Sheet) -> None:
    """A workbook depends on its sheets and its moment alone."""
    assert workbook([sheet], MADE) == workbook([sheet], MADE)


def test_tab_names_are_what_excel_allows() -> None:
    """Excel refuses some characters and more than 31."""
    assert tab_name("a[b]:c*d?e/f\\g'" + "长" * 40) == "a b  c d e f g " + "长" * 16


def test_libreoffice_finds_the_same_sums(sheet: Sheet, office: Callable[[Path, str], Path], tmp_path: Path) -> None:
    """LibreOffice computes the summed row itself, from the cells, to the values that we wrote beside the formulas."""
    source = io.BytesIO(workbook([sheet], MADE))
    book = tmp_path / "book.xlsx"
    with zipfile.ZipFile(source) as packed, zipfile.ZipFile(book, "w") as bare:
        for name in packed.namelist():  # without our values: only who computes them has any
            bare.writestr(name, re.sub(rb"(</f>)<v>.*?</v>", rb"\1", packed.read(name)))
    lines = office(book, "csv:Text - txt - csv (StarCalc):44,34,76").read_text("utf-8").splitlines()
    assert lines[8] == "合计,150,133,88.7%,2024-06-30"


def test_rows_are_as_high_as_their_texts(sheet: Sheet) -> None:
    """A text that breaks over lines has a row of that height, so that no line lies over the next row."""
    columns = [replace(sheet.columns[0], width=10), *sheet.columns[1:]]
    rows = sheet.rows.assign(name=["短", "二十个汉字二十个汉字二十个汉字二十个汉字", "一行\n两行"])
    page = part(workbook([replace(sheet, columns=columns, rows=rows)], MADE))
    heights = dict(re.findall(r'<row r="(\d+)"[^>]*? ht="([\d.]+)"', page))
    assert "6" not in heights
    assert (float(heights["7"]), float(heights["8"])) == (54, pytest.approx(28, abs=0.5))


def test_scores_have_two_decimals(sheet: Sheet) -> None:
    """A score is shown with two decimals, whatever stands in its cell."""
    scored = replace(sheet.columns[1], kind="score")
    data = workbook([replace(sheet, columns=[sheet.columns[0], scored], total=None)], MADE)
    assert 'formatCode="0.00"' in part(data, "xl/styles.xml")
