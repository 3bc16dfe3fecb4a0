"""The only door to xlsxwriter: a workbook in which texts stay texts, whatever they begin with."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import xlsxwriter

_TEXTS_STAY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def book_of_texts(target: Path | io.BytesIO, **options: Any) -> Any:
    """Give a new workbook, to be used in a `with`; formulas are written only by who asks for them by name."""
    held = str(target) if isinstance(target, Path) else target
    return xlsxwriter.Workbook(held, {**options, **_TEXTS_STAY})
