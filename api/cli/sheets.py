"""Figures as a workbook (.xlsx): headers in row 1, as a list that other programs read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd

from api.cli.headers import WORDS, header, style
from api.cli.rows import Figures, values_of
from maps.tables.sheet import Column, Sheet
from maps.tables.xlsx import workbook


def write_sheet(figures: Figures, path: Path) -> None:
    """Write one sheet: Chinese headers in row 1 (filter, frozen), every text as a text, rates as percent."""
    fields = [str(field) for field in figures.frame if field != "key" or "area" not in figures.frame]
    columns = [Column(field, header(field), style(field)) for field in fields]
    values = list(values_of(figures, fields))
    rows = pd.DataFrame(
        {field: pd.Series([_said(field, row[at]) for row in values], dtype=object) for at, field in enumerate(fields)}
    )
    sheet = Sheet(figures.title, "", columns, rows)
    path.write_bytes(workbook([sheet], datetime.now().astimezone()))


def _said(field: str, value: object) -> object:
    """Say a word or a flag in Chinese where there is one for it."""
    return WORDS.get(field, {}).get(str(value), str(value)) if isinstance(value, str | bool) else value
