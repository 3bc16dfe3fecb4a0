"""Days and times as people and programs write them; what has two readings is refused, not guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from geodata.errors import Unreadable

DATE_FORMATS = "2024-03-05、2024/3/5 9:07、2024年3月5日、20240305 或 Excel 日期"
EXCEL_EPOCH = datetime(1899, 12, 30)
EXCEL_DAYS = (32874, 73415)  # 1990-01-01 … 2100-12-31
YEARS = (1900, 2199)

_HALVES = r"凌晨|早上|早晨|清晨|上午|中午|下午|傍晚|晚上|夜间|夜里|[AaPp]\.?[Mm]\.?"
_CLOCK = (
    rf"(?P<half>{_HALVES})?\s*"
    r"(?:(?P<hour>\d{1,2})[:时点](?:(?P<minute>\d{1,2})(?:分|:|$|(?=[\sZA-Za-z+.-]))?|(?P<half_hour>半))?"
    r"(?:(?P<second>\d{1,2})秒?)?(?:\.\d+)?)?"
    rf"\s*(?P<half_after>{_HALVES})?\s*(?P<offset>Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?"
)
_WHEN = re.compile(rf"(?P<year>\d{{4}})[-/.年](?P<month>\d{{1,2}})[-/.月](?P<day>\d{{1,2}})[日号]?[T,\s]*{_CLOCK}")
_SHORT_YEAR = re.compile(
    rf"(?P<year>\d{{2}})(?P<mark>[-/.年])(?P<month>\d{{1,2}})[-/.月](?P<day>\d{{1,2}})[日号]?\s*{_CLOCK}"
)
_MAYBE_SHORT = re.compile(r"\s*\d\d\D")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{1,2}|\d{4})(?:\D.*)?")
_COMPACT = re.compile(r"((?:19|20|21)\d{2})(\d{2})(\d{2})(?:[T\s]?(\d{2}):?(\d{2})(?::?(\d{2}))?)?")
_WEEKDAY = re.compile(r"[(\[]?(?:星期|周|礼拜)[一二三四五六日天][)\]]?")
_CHINESE_DAY = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十廿卅]{1,3})[日号]?"
)
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_NOON = _MONTHS = 12
_BEFORE_NOON = ("凌晨", "早上", "早晨", "清晨", "上午", "am")


def moment_of(value: Any, zone: ZoneInfo) -> datetime:
    """Understand a day or a time, as town-local wall time without zone; a day without time is its midnight.

    `Unreadable` for what is no date and for what has two readings (3/5/2024), with the way to write it.
    """
    if isinstance(value, datetime):
        return _sane(value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value)
    if isinstance(value, date):
        return _sane(datetime(value.year, value.month, value.day))
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15:
        return _excel(float(value)) if value < 10_000_000 else _written(str(int(value)), zone)
    if isinstance(value, str):
        return _written(unicodedata.normalize("NFKC", value).strip(), zone)
    raise Unreadable(f"日期看不懂，可写成 {DATE_FORMATS}")


def short_years(values: Sequence[Any]) -> list[str]:
    """Give the values, each once, whose year is written with two digits and read as 20xx."""
    texts = dict.fromkeys(value for value in values if isinstance(value, str) and _MAYBE_SHORT.match(value))
    return [text for text in texts if _has_short_year(unicodedata.normalize("NFKC", text).strip())]


def _written(text: str, zone: ZoneInfo) -> datetime:
    if compact := _COMPACT.fullmatch(text):
        return _built(*(int(part or 0) for part in compact.groups()))
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _excel(float(text))
    if found := _WHEN.fullmatch(text):  # what most files hold, before what few do
        return _moment(found, int(found["year"]), zone)
    plain = _CHINESE_DAY.sub(_in_digits, _WEEKDAY.sub(" ", text)).strip()
    if found := _WHEN.fullmatch(plain):
        return _moment(found, int(found["year"]), zone)
    if (short := _SHORT_YEAR.fullmatch(plain)) and _has_short_year(plain):
        return _moment(short, 2000 + int(short["year"]), zone)
    if last := _YEAR_LAST.fullmatch(plain):
        raise Unreadable(_two_readings(*(int(number) for number in last.group(1, 3))))
    raise Unreadable(f"日期看不懂，可写成 {DATE_FORMATS}")


def _two_readings(first: int, second: int) -> str:
    """Say why a date whose year stands last is refused."""
    both = max(first, second) <= _MONTHS
    why = f"分不清是 {first} 月 {second} 日还是 {second} 月 {first} 日" if both else "年没有写在前面"
    return f"{why}，请把年写在前面并写足四位，如 2024-03-05"


def _has_short_year(text: str) -> bool:
    """Say whether a text is yy.m.d: the first number is no month, or 年 stands behind it."""
    short = _SHORT_YEAR.fullmatch(_WEEKDAY.sub(" ", text).strip())
    return short is not None and (short["mark"] == "年" or _MONTHS < int(short["year"]) < 70)


def _in_digits(found: re.Match[str]) -> str:
    """Write 二〇二四年三月五日 with digits."""
    year, month, day = found.groups()
    return f"{year.translate(_DIGITS)}年{_small_number(month)}月{_small_number(day)}日"


def _small_number(word: str) -> int:
    """Give 1 for 一 … 31 for 三十一; 0 for what is no number, which no calendar has."""
    word = word.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = word.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return (int(tens.translate(_DIGITS) or 1) * 10 if ten else 0) + int(ones.translate(_DIGITS) or 0)


def _moment(found: re.Match[str], year: int, zone: ZoneInfo) -> datetime:
    hour = int(found["hour"] or 0)
    half = found["half"] or found["half_after"]
    if half and found["hour"] is None:
        raise Unreadable(f"只写了“{half}”，没有写几点，请写成 2024-03-05 09:00，或只写日期")
    if half:
        hour = _hour_of(half.lower().replace(".", ""), hour)
    minute = 30 if found["half_hour"] else int(found["minute"] or 0)
    moment = _built(year, int(found["month"]), int(found["day"]), hour, minute, int(found["second"] or 0))
    if not found["offset"]:
        return moment
    zoned = UTC if found["offset"] == "Z" else datetime.strptime(found["offset"], "%z").tzinfo
    return moment.replace(tzinfo=zoned).astimezone(zone).replace(tzinfo=None)


def _hour_of(half: str, hour: int) -> int:
    """Give the hour of 24: 下午3 is 15, 凌晨12 is 0, 上午12 and 中午12 are 12, 中午1 is 13; 下午15 stays 15."""
    if half in _BEFORE_NOON:
        wrong, later, midnight = hour > _NOON, False, hour == _NOON and half != "上午"
    elif half == "中午":
        wrong, later, midnight = not (hour in (1, 2) or 11 <= hour <= 14), hour < 3, False
    elif half in ("晚上", "夜间", "夜里"):
        wrong, later, midnight = hour < 5 or hour == _NOON, hour < _NOON, False
    else:
        wrong, later, midnight = hour == 0, hour < _NOON, False
    if wrong:
        raise Unreadable(f"“{half}{hour}点”说不清是几点，请写成 24 小时制，如 2024-03-05 15:30")
    return 0 if midnight else hour + _NOON * later


def _built(*parts: int) -> datetime:
    try:
        moment = datetime(*parts)  # type: ignore[arg-type]
    except ValueError as error:
        raise Unreadable(f"没有这一天或这个时刻，可写成 {DATE_FORMATS}") from error
    return _sane(moment)


def _excel(serial: float) -> datetime:
    if not EXCEL_DAYS[0] <= serial <= EXCEL_DAYS[1] + 1:
        raise Unreadable(f"日期看不懂，可写成 {DATE_FORMATS}")
    return EXCEL_EPOCH + timedelta(seconds=round(serial * 86400))


def _sane(moment: datetime) -> datetime:
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise Unreadable(f"年份 {moment.year} 不合理")
    return moment.replace(microsecond=0)
