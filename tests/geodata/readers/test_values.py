"""What a cell may hold, and what it is understood as."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.readers.values import Unreadable, integer_of, moment_of, number_of, parse, tags_of, text_of
from geodata.tables import HAZARDS, INSPECTIONS, PLACES

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("2024-03-05", "2024-03-05 00:00:00"),
        ("2024/3/5", "2024-03-05 00:00:00"),
        ("2024/3/5 9:07", "2024-03-05 09:07:00"),
        ("2024.3.5", "2024-03-05 00:00:00"),
        ("20240305", "2024-03-05 00:00:00"),
        (20240305, "2024-03-05 00:00:00"),
        ("2024年3月5日", "2024-03-05 00:00:00"),
        ("2024年3月5日9时7分", "2024-03-05 09:07:00"),
        ("2024年3月5日 9时7分30秒", "2024-03-05 09:07:30"),
        ("2024-03-05 09:07:30", "2024-03-05 09:07:30"),
        ("2024-03-05T09:07:30+08:00", "2024-03-05 09:07:30"),
        ("2024-03-05T01:07:30Z", "2024-03-05 09:07:30"),
        ("2024-03-05T09:07:30.123+0800", "2024-03-05 09:07:30"),
        ("２０２４－０３－０５", "2024-03-05 00:00:00"),
        ("45292", "2024-01-01 00:00:00"),
        (45292, "2024-01-01 00:00:00"),
        (45292.38, "2024-01-01 09:07:12"),
        (datetime(2024, 3, 5, 9, 7), "2024-03-05 09:07:00"),
    ],
)
def test_dates(written: Any, understood: str) -> None:
    """Dates as offices and programs write them."""
    assert moment_of(written, ZONE) == datetime.fromisoformat(understood)


@pytest.mark.parametrize(
    "written", ["", "昨天", "2024-13-05", "2024-02-30", "5/3/2024", "12345", 7, "2024-3", "99990101", True, "24:00"]
)
def test_no_dates(written: Any) -> None:
    """What is no date is refused, not guessed."""
    with pytest.raises(Unreadable):
        moment_of(written, ZONE)


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y年%m月%d日"]),
)
def test_dates_round(moment: datetime, pattern: str) -> None:
    """Any moment written in one of the office's ways is understood as that moment."""
    text = moment.strftime(pattern)
    assert moment_of(text, ZONE) == datetime.strptime(text, pattern)


@given(st.text(max_size=30) | st.floats() | st.integers() | st.booleans() | st.dates() | st.times())
def test_any_value(value: Any) -> None:
    """Whatever stands in a cell: a value or Unreadable."""
    for understand in (text_of, number_of, integer_of, tags_of, lambda v: moment_of(v, ZONE)):
        try:
            understand(value)
        except Unreadable:
            continue


def test_ids_from_sheets() -> None:
    """A sheet's number 1695019.0 is the id 1695019; a leading zero of a text stays."""
    assert text_of(1695019.0) == "1695019"
    assert text_of("0111") == "0111"


def test_words() -> None:
    """Words of the office become the canonical ones; an unknown one is a fault that names what may stand."""
    risks, faults, _ = parse(["重大", "橙", "黄色", "低风险", None, "很高"], PLACES.column("risk"), ZONE)
    assert risks.astype(object).where(risks.notna(), None).tolist() == ["重大", "较大", "一般", "低", None, None]
    assert list(faults) == [5]
    assert "较大" in faults[5]


def test_open_words_are_counted() -> None:
    """An unknown kind of inspection is kept as it stands, and counted; a missing one is routine."""
    kinds, faults, unknown = parse(["日常检查", "Canvass", "Canvass", ""], INSPECTIONS.column("kind"), ZONE)
    assert kinds.tolist() == ["routine", "Canvass", "Canvass", "routine"]
    assert not faults
    assert unknown == {"Canvass": 2}


def test_flags_and_moments() -> None:
    """误录 is 是 or nothing; moments carry the town's zone."""
    void, _, _ = parse(["是", "", None], HAZARDS.column("void"), ZONE)
    assert void.tolist() == [True, False, False]
    at, _, _ = parse(["2024-03-05"], INSPECTIONS.column("at"), ZONE)
    assert at.iloc[0] == pd.Timestamp("2024-03-05", tz="Asia/Shanghai")


def test_hour_that_is_not_there() -> None:
    """An hour that the clock leaps over is the next there is, one it shows twice the first."""
    at, faults, _ = parse(
        ["2014-03-09 02:30", "2014-11-02 01:30"], INSPECTIONS.column("at"), ZoneInfo("America/Chicago")
    )
    assert not faults
    assert [moment.utcoffset().total_seconds() / 3600 for moment in at] == [-5, -5]


@pytest.mark.parametrize("offset", ["+80:00", "+24:00", "-15:00", "+08:60"])
def test_no_such_offset(offset: str) -> None:
    """An offset from UTC that no country has is refused."""
    with pytest.raises(Unreadable):
        moment_of(f"2024-03-05 09:00:00{offset}", ZONE)
