"""Papers of tables: sheets in, a PDF out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from maps.tables.sheet import Sheet
from maps.tables.shown import column_widths, shown
from maps.tables.typesetting import pdf


def table_pdf(sheets: Sequence[Sheet], made: datetime) -> bytes:
    """Set sheets as tables, each on pages of its own."""
    return pdf("table", table_data(sheets), made)


def table_data(sheets: Sequence[Sheet]) -> dict[str, Any]:
    """Give sheets as the template `table` reads them."""
    return {"sheets": [as_data(sheet) for sheet in sheets]}


def as_data(sheet: Sheet) -> dict[str, Any]:
    """Give a sheet as a template reads it: every value as it is shown."""
    kinds = [column.kind for column in sheet.columns]
    values = sheet.values()
    rows = [[shown(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in values]
    total = None
    if sheet.total is not None:
        total = [shown(value, kind) for value, kind in zip(sheet.summed(), kinds, strict=True)]
    columns = [
        {"header": column.header, "group": column.group, "right": column.kind not in ("text", "day")}
        for column in sheet.columns
    ]
    return {
        "title": sheet.title,
        "facts": list(sheet.facts),
        "columns": columns,
        "widths": column_widths(sheet.columns, values),
        "rows": rows,
        "total": total,
        "notes": sheet.footnotes,
        "signatures": list(sheet.signatures),
        "landscape": sheet.landscape,
        "paper": sheet.paper.lower(),
    }
