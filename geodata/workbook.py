"""A workbook as plain sheets, whichever program wrote it; light enough for a child process to load.

Workbooks that are zip archives (.xlsx, .ods) are measured before they are opened (`geodata.untrusted`). The old .xls
can't be: its streams are chained through the file, and a damaged chain makes the reader ask for all memory or break
down. It is opened in a child process behind walls (`geodata.book_child`).
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from geodata.walled import BrokeDown, TooSlow, ask

Merge = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, rows and columns from 0."""

MEMORY = 900 * 2**20
"""Address space of the child."""
SECONDS = 30
"""CPU seconds of the child: a full sheet of 65,536 rows needs two."""
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
"""What an .xls begins with."""


@dataclass(frozen=True)
class Sheet:
    """A sheet: rows of cells, and its merged ranges."""

    name: str
    records: list[list[Any]]
    merges: list[Merge]


@dataclass(frozen=True)
class Workbook:
    """A workbook: names of all its sheets, of the hidden ones, and those that were read."""

    names: list[str]
    hidden: list[str]
    sheets: list[Sheet]


class Unreadable(Exception):
    """The bytes are no workbook that can be read; the text is the reader's."""


def open_workbook(data: bytes, only: Sequence[str] = ()) -> Workbook:
    """Read a workbook.

    Parameters
    ----------
    data
        As `geodata.untrusted.check_workbook` gives them.
    only
        The sheets to read, those of them that are there; all when none of them is.

    Raises
    ------
    Unreadable
        Damaged, or locked with a password.
    """
    return _through_child(data, only) if data.startswith(OLD_EXCEL) else workbook_of(data, only)


def workbook_of(data: bytes, only: Sequence[str] = ()) -> Workbook:
    """Read a workbook in this process."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415 - slow import

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            names = workbook.sheet_names
            hidden = [each.name for each in workbook.sheets_metadata if each.visible != SheetVisibleEnum.Visible]
            wanted = [name for name in names if name in only] or names
            sheets = []
            for name in wanted:
                sheet = workbook.get_sheet_by_name(name)
                records = sheet.to_python(skip_empty_area=False)
                sheets.append(Sheet(name, records, list(sheet.merged_cell_ranges or [])))
            return Workbook(names, hidden, sheets)
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(str(error)) from error


def _through_child(data: bytes, only: Sequence[str]) -> Workbook:
    request = {"only": list(only), "seconds": SECONDS, "memory": MEMORY}
    question = json.dumps(request).encode() + b"\n" + data
    with tempfile.TemporaryDirectory(prefix="wangge-book-") as folder:
        try:
            return from_answer(ask("geodata.book_child", question, Path(folder), seconds=SECONDS))
        except TooSlow as error:
            raise Unreadable(f"读了 {SECONDS} 秒还没有读完") from error
        except BrokeDown as error:
            raise Unreadable("读到一半中断了") from error


def to_answer(workbook: Workbook) -> bytes:
    """Write a workbook as JSON; dates and times, which JSON lacks, as `{kind: text}`."""
    return json.dumps(asdict(workbook), default=_tagged).encode()


def from_answer(answer: bytes) -> Workbook:
    """Read a workbook back; `Unreadable` for the child's own refusal, and for what is no answer."""
    try:
        document = json.loads(answer, object_hook=_untagged)
        if "unreadable" in document:
            raise Unreadable(document["unreadable"])
        sheets = [Sheet(each["name"], each["records"], _merges(each["merges"])) for each in document["sheets"]]
        return Workbook(document["names"], document["hidden"], sheets)
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("读出的内容不完整") from error


def _merges(found: Sequence[Any]) -> list[Merge]:
    return [((int(a), int(b)), (int(c), int(d))) for (a, b), (c, d) in found]


def _tagged(value: Any) -> dict[str, Any]:
    if isinstance(value, timedelta):
        return {"timedelta": value.total_seconds()}
    if isinstance(value, (datetime, date, time)):
        return {type(value).__name__: value.isoformat()}
    raise TypeError(type(value))


_KINDS = {"datetime": datetime.fromisoformat, "date": date.fromisoformat, "time": time.fromisoformat}


def _untagged(held: dict[str, Any]) -> Any:
    if len(held) != 1:
        return held
    ((kind, value),) = held.items()
    if kind == "timedelta":
        return timedelta(seconds=value)
    return _KINDS[kind](value) if kind in _KINDS else held
