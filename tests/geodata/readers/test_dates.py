"""Days and times as people and programs write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import Unreadable
from geodata.readers.dates import moment_of, short_years

ZONE = ZoneInfo("Asia/Shanghai")
DAY, TIME = datetime(2024, 3, 5), datetime(2024, 3, 5, 9, 7)


@pytest.mark.parametrize(
    "value",
    [
        "2024-03-05", "2024.3.5", "2024/3/5", "2024年3月5日", "20240305", 20240305, 45356, "45356", 45356.0,
        "2024年03月05号", "二〇二四年三月五日", "2024-3-5 星期二", "２０２４－３－５", "24.3.5", "24年3月5日", DAY,
        date(2024, 3, 5),
    ],
)  # fmt: skip
def test_days(value: object) -> None:
    """Each usual way to write a day is that day's midnight."""
    assert moment_of(value, ZONE) == DAY


@pytest.mark.parametrize(
    "value",
    [
        "2024-3-5 9:07", "2024-03-05T09:07:00", "2024年3月5日上午9时7分", "2024.3.5 09:07:00", "2024/3/5 9点07分",
        "2024-03-05T01:07:00Z", "2024-03-05T09:07+08:00", "20240305 0907", "2024-03-05 9:07 AM", "202403050907",
        45356 + (9 * 60 + 7) / 1440, datetime(2024, 3, 5, 1, 7, tzinfo=UTC), "2024-03-05T09:07:00.123+08:00",
    ],
)  # fmt: skip
def test_times(value: object) -> None:
    """Each usual way to write a time is that minute, in the town's zone."""
    assert moment_of(value, ZONE) == TIME


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("下午3点", 15),
        ("下午15:00", 15),
        ("晚上9点", 21),
        ("凌晨1点", 1),
        ("中午12点", 12),
        ("中午1点", 13),
        ("早上8点", 8),
    ],
)
def test_halves_of_the_day(text: str, hour: int) -> None:
    """Morning, noon, afternoon and evening are told."""
    assert moment_of(f"2024年3月5日{text}", ZONE).hour == hour


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3/5/2024", "分不清是 3 月 5 日还是 5 月 3 日"),
        ("25/12/2024", "年没有写在前面"),
        ("2024-13-05", "没有这一天"),
        ("2024-02-30", "没有这一天"),
        ("2024年3月5日上午", "没有写几点"),
        ("2024年3月5日晚上2点", "说不清是几点"),
        ("上周二", "日期看不懂"),
        ("1024-03-05", "不合理"),
        (3.5, "日期看不懂"),
        (True, "日期看不懂"),
    ],
)
def test_refused(text: object, said: str) -> None:
    """What has two readings, or none, is refused with the way to write it."""
    with pytest.raises(Unreadable, match=said):
        moment_of(text, ZONE)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)))
def test_there_and_back(moment: datetime) -> None:
    """A moment written in any order of marks, and as Excel holds it, is read back to the second."""
    whole = moment.replace(microsecond=0)
    for written in (
        whole.isoformat(sep=" "),
        whole.strftime("%Y年%m月%d日%H时%M分%S秒"),
        whole.strftime("%Y%m%d%H%M%S"),
        (whole - datetime(1899, 12, 30)) / timedelta(days=1),
    ):
        assert moment_of(written, ZONE) == whole


def test_short_years() -> None:
    """Years of two digits are told apart, so that the report can say how they were read."""
    assert short_years(["24.3.5", "2024-3-5", None, "24年3月5日", "3.5.24"]) == ["24.3.5", "24年3月5日"]
