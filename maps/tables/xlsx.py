"""Workbooks: each sheet of figures as a typed, printable sheet of Excel."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from geodata.widths import cells
from geodata.xlsx_files import book_of_texts
from maps.tables.sheet import Column, Kind, Sheet
from maps.tables.shown import column_widths

NUMBER_FORMATS: Mapping[Kind, str] = MappingProxyType(
    {
        **{"text": "@", "count": "#,##0", "whole": "#,##0", "number": "General", "score": "0.00", "rate": "0.0%"},
        "day": "yyyy-mm-dd",
    }
)
DAY_ZERO = date(1899, 12, 30)
"""What workbooks count days from, for all days after February 1900."""
LONGEST = 32767
"""Characters that a cell of Excel holds."""
HIGHEST = 409
"""Points of the highest row that Excel knows."""
PAPERS = {"A4": 9, "A3": 8}
"""Numbers of paper sizes in a workbook."""
_BORDERED = {"border": 1, "border_color": "#8A8F98", "valign": "vcenter"}
FONT = "宋体"


def workbook(sheets: Sequence[Sheet], made: datetime) -> bytes:
    """Write sheets into a workbook (.xlsx).

    Every text is written as a text, so nothing in a ledger can become a formula; counts, shares and days are typed.
    The summed row holds formulas with their values beside them. The same sheets and moment give the same bytes.

    Parameters
    ----------
    sheets
        With names that differ in what Excel keeps of them (`tab_name`).
    made
        When the workbook was made, for its properties.
    """
    written = io.BytesIO()
    with book_of_texts(written, in_memory=True) as book:
        book.set_properties({"title": sheets[0].title or sheets[0].name, "created": made.replace(tzinfo=None)})
        book.set_calc_mode("auto")
        forms = _Forms(book)
        for sheet in sheets:
            _write(book.add_worksheet(tab_name(sheet.name)), sheet, forms)
    return written.getvalue()


def tab_name(name: str) -> str:
    """Give what Excel may call a tab."""
    return re.sub(r"[\[\]:*?/\\']", " ", name)[:31]


class _Forms:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}

    def __call__(self, name: str, **asked: Any) -> Any:
        if name not in self._made:
            self._made[name] = self._book.add_format({"font_name": FONT, "font_size": 10, **asked})
        return self._made[name]

    @property
    def title(self) -> Any:
        return self("title", bold=True, font_size=16, align="center", valign="vcenter")

    @property
    def line(self) -> Any:
        return self("line", valign="vcenter")

    @property
    def note(self) -> Any:
        return self("note", font_size=9, font_color="#555555", text_wrap=True, valign="top")

    @property
    def head(self) -> Any:
        look = {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#E8EEF5"}
        return self("head", **_BORDERED, **look)

    def cell(self, kind: Kind, *, total: bool = False) -> Any:
        look: dict[str, Any] = {"num_format": NUMBER_FORMATS[kind]}
        look |= {"text_wrap": True} if kind == "text" else {}
        look |= {"bold": True, "bg_color": "#F4F6F8"} if total else {}
        return self(f"{kind} {total}", **_BORDERED, **look)


def _write(tab: Any, sheet: Sheet, forms: _Forms) -> None:
    """Write one sheet from top to bottom."""
    values = sheet.values()
    last = len(sheet.columns) - 1
    widths = column_widths(sheet.columns, values)
    for at, width in enumerate(widths):
        tab.set_column(at, at, width)
    head = _above(tab, last, sheet, forms)
    first = _headers(tab, head, sheet.columns, forms)
    end = _rows(tab, first, sheet, values, forms)
    _heights(tab, first, sheet.columns, values, widths)
    if sheet.total is not None:
        _total(tab, (first, end), sheet, forms)
        end += 1
    end = _below(tab, end, sum(widths), sheet, forms)
    tab.freeze_panes(first, 1)
    if values:
        tab.autofilter(first - 1, 0, first + len(values) - 1, last)
    _printed(tab, sheet, (head, first, end))


def _above(tab: Any, last: int, sheet: Sheet, forms: _Forms) -> int:
    """Write title and facts; give the first row of the headers."""
    lines = [sheet.title] * bool(sheet.title) + list(sheet.facts)
    for row, line in enumerate(lines):
        _across(tab, row, last, line, forms.title if row == 0 and sheet.title else forms.line)
    if sheet.title:
        tab.set_row(0, 30)
    return len(lines)


def _across(tab: Any, row: int, last: int, text: str, form: Any) -> None:
    """Write a line over the whole width of the table."""
    if last > 0:
        tab.merge_range(row, 0, row, last, "", form)
    tab.write_string(row, 0, text[:LONGEST], form)


def _headers(tab: Any, row: int, columns: Sequence[Column], forms: _Forms) -> int:
    """Write the headers, in two rows when some stand below a shared one; give the first row of values."""
    if not any(column.group for column in columns):
        for at, column in enumerate(columns):
            tab.write_string(row, at, column.header, forms.head)
        tab.set_row(row, 30)
        return row + 1
    at = 0
    while at < len(columns):
        group, stop = columns[at].group, at + 1
        while group and stop < len(columns) and columns[stop].group == group:
            stop += 1
        if not group:
            tab.merge_range(row, at, row + 1, at, columns[at].header, forms.head)
        elif stop == at + 1:
            tab.write_string(row, at, group, forms.head)
        else:
            tab.merge_range(row, at, row, stop - 1, group, forms.head)
        for below in range(at, stop if group else at):
            tab.write_string(row + 1, below, columns[below].header, forms.head)
        at = stop
    tab.set_row(row + 1, 30)
    return row + 2


def _rows(tab: Any, first: int, sheet: Sheet, values: Sequence[Sequence[Any]], forms: _Forms) -> int:
    cells = [(at, column.kind, forms.cell(column.kind)) for at, column in enumerate(sheet.columns)]
    for row, held in enumerate(values, start=first):
        for at, kind, look in cells:
            _cell(tab, row, at, held[at], kind, look)
    return first + len(values)


def _heights(
    tab: Any, first: int, columns: Sequence[Column], values: Sequence[Sequence[Any]], widths: Sequence[int]
) -> None:
    """Make the rows of texts that break as high as their lines: not every program does that when it opens a file."""
    texts = [(at, widths[at]) for at, column in enumerate(columns) if column.kind == "text"]
    lines = cache(_lines)
    for row, held in enumerate(values, start=first):
        most = max((lines(str(held[at]), width) for at, width in texts if held[at] is not None), default=1)
        if most > 1:
            tab.set_row(row, min(13 * most + 2, HIGHEST))


def _lines(text: str, width: int) -> int:
    """Give the lines that a text takes in a column of so many characters."""
    if 2 * len(text) <= width and "\n" not in text:
        return 1
    return sum(max(1, -(-cells(line) // max(width, 1))) for line in text.split("\n"))


def _cell(tab: Any, row: int, at: int, value: Any, kind: Kind, look: Any) -> None:
    if value is None:
        tab.write_blank(row, at, None, look)
    elif kind == "text" or isinstance(value, str):
        tab.write_string(row, at, str(value)[:LONGEST], look)
    elif kind == "day":
        tab.write_number(row, at, (value - DAY_ZERO).days, look)
    else:
        tab.write_number(row, at, value, look)


def _total(tab: Any, rows: tuple[int, int], sheet: Sheet, forms: _Forms) -> None:
    """Write the summed row: formulas over the rows, so that who changes a cell sees the sum follow."""
    first, end = rows
    place = {column.field: at for at, column in enumerate(sheet.columns)}
    for at, (column, value) in enumerate(zip(sheet.columns, sheet.summed(), strict=True)):
        look = forms.cell(column.kind, total=True)
        if column.total is None or value is None or end == first:
            _cell(tab, end, at, value, column.kind, look)
        elif column.total == "sum":
            tab.write_formula(end, at, f"=SUM({_range(first, end, at)})", look, value)
        else:
            part, whole = (_range(first, end, place[name]) for name in column.total)
            tab.write_formula(end, at, f"=SUM({part})/SUM({whole})", look, value)


def _range(first: int, end: int, at: int) -> str:
    return f"{xl_rowcol_to_cell(first, at)}:{xl_rowcol_to_cell(end - 1, at)}"


def _below(tab: Any, row: int, width: int, sheet: Sheet, forms: _Forms) -> int:
    """Write the footnotes and who signs, as wide as the table (characters); give the row after."""
    last = len(sheet.columns) - 1
    for note in sheet.footnotes:
        _across(tab, row, last, note, forms.note)
        tab.set_row(row, 13 * max(1, -(-cells(note) // max(int(width * 1.05), 20))))
        row += 1
    if sheet.signatures:
        row += 1
        _across(tab, row, last, "　　　　　　　　".join(sheet.signatures), forms.line)
        tab.set_row(row, 24)
        row += 1
    return row


def _printed(tab: Any, sheet: Sheet, rows: tuple[int, int, int]) -> None:
    """Set up the print: paper, headers on every page, page numbers, as wide as a page."""
    head, first, end = rows
    tab.set_paper(PAPERS[sheet.paper])
    if sheet.landscape:
        tab.set_landscape()
    tab.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    tab.repeat_rows(head, first - 1)
    tab.fit_to_pages(1, 0)
    tab.print_area(0, 0, max(end - 1, 0), len(sheet.columns) - 1)
    tab.set_footer("&C第 &P 页，共 &N 页")
    tab.center_horizontally()
