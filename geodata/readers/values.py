"""Raw values of one column as values of its kind, each unique value understood once; what can't be is a fault."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.tables import FALSE_WORDS, TRUE_WORDS, Column
from geodata.untrusted import MAX_CELL_CHARACTERS

DATE_FORMATS = "2024-03-05、2024/3/5 9:07、2024年3月5日、20240305 或 Excel 日期"
EXCEL_EPOCH = datetime(1899, 12, 30)
EXCEL_DAYS = (32874, 73415)  # 1990-01-01 … 2100-12-31
YEARS = (1900, 2199)

_WHEN = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]*(\d{1,2})[:时点](?:(\d{1,2})(?:分|:|$|(?=[\sZ+.-]))?)?(?:(\d{1,2})秒?)?(?:\.\d+)?)?"
    r"\s*(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?"
)
_COMPACT = re.compile(r"((?:19|20|21)\d{2})(\d{2})(\d{2})")
_HALF = re.compile("[\ud800-\udfff]")
_SPLIT = re.compile(r"[;；,，、|]+")


class Unreadable(ValueError):
    """A value is not of its column's kind; the text says what is accepted."""


def parse(values: Sequence[Any], column: Column, zone: ZoneInfo) -> tuple[pd.Series, dict[int, str], dict[str, int]]:
    """Turn the raw values of a column into its kind.

    Returns
    -------
    The column with the Ledger's dtype (missing where unreadable), position → problem of unreadable values, and for an
    open choice: unknown word → how often it stands.
    """
    codes, uniques = _factorized(values)
    understand = _parsers(zone)[column.kind] if column.kind != "choice" else _chooser(column)
    understood: list[Any] = []
    problems: dict[int, str] = {}
    for at, value in enumerate(uniques):
        try:
            understood.append(understand(value))
        except Unreadable as problem:
            understood.append(None)
            problems[at] = str(problem)
    taken = [None if code < 0 else understood[code] for code in codes.tolist()]
    if column.default is not None:
        taken = [column.default if value is None else value for value in taken]
    return _series(taken, column, zone), _told(codes, problems), _unknown(understood, codes, column)


def numbers(values: Sequence[Any]) -> tuple[npt.NDArray[np.float64], dict[int, str]]:
    """Give n values as numbers, NaN where empty or unreadable, and position → problem of the unreadable ones."""
    codes, uniques = _factorized(values)
    understood = np.full(len(uniques) + 1, np.nan)  # the last one is the empty value's
    problems: dict[int, str] = {}
    for at, value in enumerate(uniques):
        try:
            understood[at] = number_of(value)
        except Unreadable as problem:
            problems[at] = str(problem)
    return understood[codes], _told(codes, problems)


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


def moment_of(value: Any, zone: ZoneInfo) -> datetime:
    """Understand a day or a time, as town-local wall time without zone; a day without time is its midnight."""
    if isinstance(value, datetime):
        return _sane(value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value)
    if isinstance(value, date):
        return _sane(datetime(value.year, value.month, value.day))
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9:
        return _excel(float(value)) if value < 10_000_000 else _written(str(int(value)), zone)
    if isinstance(value, str):
        return _written(unicodedata.normalize("NFKC", value).strip(), zone)
    raise Unreadable(f"日期看不懂，可写成 {DATE_FORMATS}")


def _written(text: str, zone: ZoneInfo) -> datetime:
    if compact := _COMPACT.fullmatch(text):
        return _built(*(int(part) for part in compact.groups()))
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _excel(float(text))
    found = _WHEN.fullmatch(text)
    if not found:
        raise Unreadable(f"日期看不懂，可写成 {DATE_FORMATS}")
    *numbers, offset = found.groups()
    moment = _built(*(int(number or 0) for number in numbers))
    if not offset:
        return moment
    aware = moment.replace(tzinfo=UTC if offset == "Z" else datetime.strptime(offset, "%z").tzinfo)
    return aware.astimezone(zone).replace(tzinfo=None)


def _built(*parts: int) -> datetime:
    try:
        return _sane(datetime(*parts))  # type: ignore[arg-type]
    except ValueError as error:
        raise Unreadable(f"没有这一天或这个时刻，可写成 {DATE_FORMATS}") from error


def _excel(serial: float) -> datetime:
    if not EXCEL_DAYS[0] <= serial <= EXCEL_DAYS[1] + 1:
        raise Unreadable(f"日期看不懂，可写成 {DATE_FORMATS}")
    return EXCEL_EPOCH + timedelta(seconds=round(serial * 86400))


def _sane(moment: datetime) -> datetime:
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise Unreadable(f"年份 {moment.year} 不合理")
    return moment.replace(microsecond=0)


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
