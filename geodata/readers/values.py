"""Raw values of one column as values of its kind, each unique value understood once; what can't be is a fault."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import Unreadable
from geodata.readers.dates import moment_of
from geodata.tables import FALSE_WORDS, TRUE_WORDS, Column
from geodata.untrusted import MAX_CELL_CHARACTERS

BLANKS = frozenset({"/", "／", "-", "－", "—", "——", "--", "无", "暂无", "N/A", "n/a", "null", "NULL"})
"""What stands in a cell that has no value, besides nothing."""
_WORDED = ("text", "tags", "flag")
_HALF = re.compile("[\ud800-\udfff]")
_SPLIT = re.compile(r"[;；,，、|]+")


def parse(
    values: Sequence[Any], column: Column, zone: ZoneInfo, unit: str = ""
) -> tuple[pd.Series, dict[int, str], dict[str, int]]:
    """Turn the raw values of a column into its kind.

    `unit` is the one that the header names (one of `column.units`). What an office writes into a cell that has no
    value (`BLANKS`) is no value where the column is no text.

    Returns
    -------
    The column with the Ledger's dtype (missing where unreadable), position → problem of unreadable values, and for an
    open choice: unknown word → how often it stands.
    """
    codes, uniques = _factorized(values)
    understand = _understanding(column, zone, unit)
    blank = frozenset() if column.kind in _WORDED else BLANKS
    understood: list[Any] = []
    problems: dict[int, str] = {}
    for at, value in enumerate(uniques):
        try:
            understood.append(None if isinstance(value, str) and value in blank else understand(value))
        except Unreadable as problem:
            understood.append(None)
            problems[at] = str(problem)
    taken = [None if code < 0 else understood[code] for code in codes.tolist()]
    if column.default is not None:
        taken = [column.default if value is None else value for value in taken]
    return _series(taken, column, zone), _told(codes, problems), _unknown(understood, codes, column)


def numbers(
    values: Sequence[Any], understand: Callable[[Any], float] | None = None
) -> tuple[npt.NDArray[np.float64], dict[int, str]]:
    """Give n values as numbers, NaN where empty or unreadable, and position → problem of the unreadable ones.

    `understand` gives one value's number (`number_of` when left out).
    """
    understand = understand or number_of
    codes, uniques = _factorized(values)
    understood = np.full(len(uniques) + 1, np.nan)  # the last one is the empty value's
    problems: dict[int, str] = {}
    for at, value in enumerate(uniques):
        try:
            understood[at] = np.nan if isinstance(value, str) and value in BLANKS else understand(value)
        except Unreadable as problem:
            problems[at] = str(problem)
    return understood[codes], _told(codes, problems)


def blank_words(values: Sequence[Any], column: Column) -> dict[str, int]:
    """Give the words of `BLANKS` that `parse` takes for no value, and how often each stands."""
    if column.kind in _WORDED:
        return {}
    return dict(Counter(value.strip() for value in values if isinstance(value, str) and value.strip() in BLANKS))


def _told(codes: npt.NDArray[np.int64], problems: Mapping[int, str]) -> dict[int, str]:
    """Spread problems of unique values over the positions where they stand."""
    if not problems:
        return {}
    return {int(at): problems[int(codes[at])] for at in np.flatnonzero(np.isin(codes, list(problems)))}


def _factorized(values: Sequence[Any]) -> tuple[npt.NDArray[np.int64], list[Any]]:
    """Give each value the position of its unique one, -1 for an empty one; kinds are kept apart (1 is not True)."""
    if set(map(type, values)) <= {str, type(None)}:
        rough, words = pd.factorize(np.array(values, dtype=object))
        codes, uniques = _unique(list(words))
        return np.where(rough < 0, -1, np.append(codes, -1)[rough]), uniques
    return _unique(values)


def _unique(values: Sequence[Any]) -> tuple[npt.NDArray[np.int64], list[Any]]:
    seen: dict[Any, int] = {}
    codes = np.empty(len(values), dtype=np.int64)
    uniques: list[Any] = []
    for row, value in enumerate(values):
        plain = value.strip() if isinstance(value, str) else value
        if plain is None or plain == "" or (isinstance(plain, float) and plain != plain):  # noqa: PLR0124
            codes[row] = -1
            continue
        key = (plain.__class__, plain) if not isinstance(plain, (list, dict)) else (list, repr(plain))
        if key not in seen:
            seen[key] = len(uniques)
            uniques.append(plain)
        codes[row] = seen[key]
    return codes, uniques


def text_of(value: Any) -> str:
    """Give a value as text: 1.0 from a sheet is the id 1."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, list):
        return ";".join(text_of(part) for part in value if part is not None)
    text = str(value)
    if len(text) > MAX_CELL_CHARACTERS:
        raise Unreadable(f"文字超过 {MAX_CELL_CHARACTERS} 个字，请缩短")
    if "\x00" in text:
        raise Unreadable("含有空字节，请删去")
    if not text.isascii() and _HALF.search(text):
        raise Unreadable("含有半个字符（编码错误），请改正")
    return text


def number_of(value: Any) -> float:
    """Understand a number; thousands' commas and full width digits are fine."""
    if isinstance(value, (bool, date, time, timedelta)):
        raise Unreadable("应为数字")
    try:
        number = float(_plain_digits(value) if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError) as error:
        raise Unreadable("应为数字") from error
    if not np.isfinite(number):
        raise Unreadable("应为数字")
    return number


def _plain_digits(text: str) -> str:
    """Give digits as Python reads them; an underscore between digits is Python's own and no clerk's."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).replace(",", "").replace("_", "?")


def integer_of(value: Any) -> float:
    """Understand a whole number."""
    number = number_of(value)
    if not number.is_integer():
        raise Unreadable("应为整数")
    return number


def flag_of(value: Any) -> bool:
    """Understand yes and no."""
    word = text_of(value).strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise Unreadable("应为“是”或“否”")


def tags_of(value: Any) -> str | None:
    """Understand words with ; 、 or , between."""
    parts = [text_of(part) for part in value] if isinstance(value, list) else _SPLIT.split(text_of(value))
    return ";".join(dict.fromkeys(part.strip() for part in parts if part.strip())) or None


def _chooser(column: Column) -> Callable[[Any], str]:
    words = {unicodedata.normalize("NFKC", alias).lower(): word for alias, word in column.choices.items()}

    def choose(value: Any) -> str:
        text = text_of(value)
        word = words.get(unicodedata.normalize("NFKC", text).lower())
        if word is not None:
            return word
        if column.open_choice:
            return text
        accepted = "、".join(dict.fromkeys(a for a in column.choices if not a.isascii()) or column.choices)
        raise Unreadable(f"不认识的词，可用：{accepted}")

    return choose


def _understanding(column: Column, zone: ZoneInfo, unit: str) -> Callable[[Any], Any]:
    """Give what understands one value of a column whose header names a unit."""
    if column.kind == "choice":
        return _chooser(column)
    plain = _parsers(zone)[column.kind]
    if not column.units:
        return plain
    if column.kind == "text":
        return lambda value: f"{text_of(value)}{unit if _is_number(value) else ''}"
    return lambda value: _measured(value, plain, column.units, unit)


def _measured(value: Any, plain: Callable[[Any], float], units: Mapping[str, float], unit: str) -> float:
    """Understand a number with a unit behind it, else in the header's unit."""
    factor = units.get(unit, 1.0)
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).strip().lower()
        own = max((each for each in units if text.endswith(each)), key=len, default="")
        if own:
            value, factor = text.removesuffix(own).rstrip(), units[own]
    return plain(value) if factor == 1 else round(number_of(value) * factor, 9)


def _is_number(value: Any) -> bool:
    try:
        number_of(value)
    except Unreadable:
        return False
    return True


def _parsers(zone: ZoneInfo) -> dict[str, Callable[[Any], Any]]:
    return {
        "text": text_of,
        "tags": tags_of,
        "integer": integer_of,
        "number": number_of,
        "flag": flag_of,
        "date": lambda value: moment_of(value, zone),
        "moment": lambda value: moment_of(value, zone),
    }


def _unknown(understood: list[Any], codes: npt.NDArray[np.int64], column: Column) -> dict[str, int]:
    if not column.open_choice:
        return {}
    known = {None, *column.choices.values()}
    counts = np.bincount(codes[codes >= 0], minlength=len(understood))
    return {word: int(count) for word, count in zip(understood, counts, strict=True) if word not in known}


def _series(values: list[Any], column: Column, zone: ZoneInfo) -> pd.Series:
    """Give understood values the Ledger's dtype."""
    if column.kind in ("text", "choice", "tags"):
        return pd.Series(values, dtype="str")
    if column.kind == "flag":
        return pd.Series([bool(value) for value in values], dtype=bool)
    if column.kind in ("integer", "number"):
        return pd.Series(values, dtype=float)
    plain = pd.Series(np.array(values, dtype="datetime64[s]"))
    if column.kind == "date":
        return plain.dt.normalize()
    # an hour that the clock shows twice is the first one; one it leaps over is the next there is
    return plain.dt.tz_localize(zone, ambiguous=np.ones(len(plain), dtype=bool), nonexistent="shift_forward")
