"""Workbooks as offices send them, of all three kinds."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

BOOK: list[list[Any]] = [
    ["某镇监管场所台账", "", "", "", ""],
    ["片区", "编号", "名称", "经度", "成立日期"],
    ["东", "P1", "一厂", 113.6, datetime(2020, 3, 5)],
    ["", "P2", "二厂", 113.7, datetime(2021, 3, 5)],
]


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


def old_workbook(path: Path, rows: list[list[Any]]) -> Path:
    """Write a workbook as Excel 97 did, its first cell of row 3 merged with the one below."""
    book = xlwt.Workbook()
    page = book.add_sheet("台账")
    date = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if value != "":
                page.write(at, column, value, *([date] if isinstance(value, datetime) else []))
    page.merge(2, 3, 0, 0)
    book.save(path)
    return path


def open_document(path: Path, rows: list[list[Any]], cells: str = "") -> Path:
    """Write a workbook as LibreOffice does, with its millions of empty cells at the end."""

    def cell(value: Any) -> str:
        if isinstance(value, datetime):
            return f'<table:table-cell office:value-type="date" office:date-value="{value:%Y-%m-%d}"/>'
        if isinstance(value, (int, float)):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    tail = (
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="台账">'
            f"{body}{cells}{tail}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return path
