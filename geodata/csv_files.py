"""The only door to writing csv: no text of a ledger is run as a formula by the program that opens the file.

Excel, WPS and LibreOffice take a cell that begins with one of `= + - @`, a tab or a line break for a formula, in full
width too (OWASP, CSV Injection). Such a text gets a `'` in front, which `unguarded` takes off when the file is
imported again: what was written is what is read. Numbers are left as they are, negative ones too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

_RUN = "[=+\\-@\t\r\n＝＋－＠]"
_GUARDED = re.compile(f"'+{_RUN}")
_DANGER = re.compile(f"'*{_RUN}")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def guarded(value: Any) -> Any:
    """Give a cell's value so that no program runs it; what has a `'` there already gets one more."""
    if isinstance(value, str) and _DANGER.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def unguarded(text: str) -> str:
    """Take off the `'` that `guarded` put in front."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text


def write_rows(file: TextIO, rows: Iterable[Sequence[Any]], *, line_end: str = "\n") -> None:
    """Write rows of plain values, None as nothing."""
    csv.writer(file, lineterminator=line_end).writerows([guarded(value) for value in row] for row in rows)


def write_columns(file: Path | TextIO, columns: Mapping[str, pd.Series], **how: Any) -> None:
    """Write columns of the same length under their headers; `how` as pandas has it (`encoding`, `lineterminator`)."""
    safe = {header: _guarded_column(values) for header, values in columns.items()}
    pd.DataFrame(safe).to_csv(file, index=False, **how)


def _guarded_column(values: pd.Series) -> pd.Series:
    if not (pd.api.types.is_object_dtype(values.dtype) or pd.api.types.is_string_dtype(values.dtype)):
        return values
    words = {word: safe for word in values.dropna().unique() if (safe := guarded(word)) != word}
    return values.where(~values.isin(words), values.map(words)) if words else values


def choices_text(rows: Iterable[Sequence[str]]) -> str:
    """Give the csv of a form's choices (ODK: `name`, `label`): read by programs on phones, never by a spreadsheet.

    The texts stand as they are: what a phone sends back must be the id that the town knows.
    """
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()
