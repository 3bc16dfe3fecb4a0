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
from typing import Any, TextIO

import pandas as pd

_RUN = "[=+\\-@\t\r\n＝＋－＠]"
_GUARDED = re.compile(f"'+{_RUN}")
_DANGER = re.compile(f"'*{_RUN}")
_END = "\r\n"
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
    """Write rows of plain values, None as nothing; a text with a line break in it, of either kind, is quoted."""
    csv.writer(_Lines(file, line_end), lineterminator=_END).writerows([guarded(value) for value in row] for row in rows)


def write_columns(file: TextIO, columns: Mapping[str, pd.Series], *, line_end: str = "\n") -> None:
    """Write columns of the same length under their headers."""
    write_rows(file, [list(columns), *zip(*map(_plain, columns.values()), strict=True)], line_end=line_end)


def _plain(values: pd.Series) -> list[Any]:
    return [None if missing else value for value, missing in zip(values.tolist(), values.isna(), strict=True)]


class _Lines:
    """Takes the lines of a `csv.writer`, which quotes only the line breaks that it ends lines with: both, then."""

    def __init__(self, file: TextIO, line_end: str) -> None:
        self._file = file
        self._line_end = line_end

    def write(self, line: str) -> None:
        """Write one line with the end that was asked for."""
        self._file.write(line.removesuffix(_END) + self._line_end)


def choices_text(rows: Iterable[Sequence[str]]) -> str:
    """Give the csv of a form's choices (ODK: `name`, `label`): read by programs on phones, never by a spreadsheet.

    The texts stand as they are: what a phone sends back must be the id that the town knows.
    """
    file = io.StringIO(newline="")
    csv.writer(_Lines(file, "\n"), lineterminator=_END).writerows(rows)
    return file.getvalue()
