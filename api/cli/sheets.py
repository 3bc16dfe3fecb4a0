"""Figures as an Excel sheet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import xlsxwriter

from api.cli.headers import WORDS, header, style
from api.cli.rows import Figures, values_of
from api.cli.terminal import cells

FORMATS = {
    "text": {"num_format": "@"},
    "count": {"num_format": "#,##0"},
    "number": {},
    "whole": {"num_format": "#,##0"},
    "rate": {"num_format": "0.0 %"},
}
LONGEST = 32767
"""Characters that a cell of Excel holds."""


def write_sheet(figures: Figures, path: Path) -> None:
    """Write one sheet: Chinese headers in row 1 (filter, frozen), every text as a text, rates as percent."""
    fields = [str(field) for field in figures.frame if field != "key" or "area" not in figures.frame]
    rows = list(values_of(figures, fields))
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"title": figures.title})
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", figures.title)[:31])
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF2F6"})
        for at, field in enumerate(fields):
            sheet.write_string(0, at, header(field), head)
            _write_column(sheet, at, field, [row[at] for row in rows], book.add_format(FORMATS[style(field)]))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(fields) - 1)


def _write_column(sheet: Any, at: int, field: str, values: list[Any], form: Any) -> None:
    widest = cells(header(field)) + 3
    for row, value in enumerate(values, start=1):
        if value is None:
            continue
        if isinstance(value, str | bool):
            text = WORDS.get(field, {}).get(str(value), str(value))[:LONGEST]
            sheet.write_string(row, at, text, form)
            widest = max(widest, cells(text))
        else:
            sheet.write_number(row, at, value, form)
    sheet.set_column(at, at, min(widest + 1, 50))
