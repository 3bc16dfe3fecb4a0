"""The times of a comparison, as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from api.moments import moments_asked
from geodata.errors import QuestionProblem

DAY = date(2024, 6, 20)


@pytest.mark.parametrize(
    ("before", "after", "days"),
    [
        ("2024-05", "2024-06", (date(2024, 5, 31), DAY)),
        ("2023Q4", "2024Q1", (date(2023, 12, 31), date(2024, 3, 31))),
        ("2023H2", "2024H1", (date(2023, 12, 31), DAY)),
        ("2022", "2023", (date(2022, 12, 31), date(2023, 12, 31))),
        ("2024-02-29", "2024-06-20", (date(2024, 2, 29), DAY)),
    ],
)
def test_days_and_periods(before: str, after: str, days: tuple[date, date]) -> None:
    """A period stands for its last day, one that still runs for the day; days count all up to them."""
    moments = moments_asked(DAY, None, before, after)
    assert tuple(each.as_of for each in moments) == days
    assert all(each.within == (len(before) < 10) for each in moments)


def test_nothing_named_is_the_month_against_the_last() -> None:
    """So is an empty question; the year is asked for by its word."""
    assert [each.word for each in moments_asked(DAY, None, None, None)] == ["2024年5月", "2024年6月"]
    assert [each.word for each in moments_asked(DAY, "year", None, None)] == ["2023年6月", "2024年6月"]


@pytest.mark.parametrize(
    ("against", "before", "after", "words"),
    [
        (None, "2024-13", "2024-06", "时间“2024-13”不对，要写成日期 2024-06-30"),
        (None, "2024-02-30", "2024-06-01", "时间“2024-02-30”不对"),
        (None, "2024Q5", "2024Q1", "不对"),
        (None, "２０２４", "2024", "不对"),
        (None, "2024-05", None, "要一起写"),
        (None, None, "2024-05", "要一起写"),
        (None, "2024-05", "2024-06-01", "不是同一种"),
        (None, "2024-05", "2024-07", "2024年7月在截至日 2024-06-20 之后"),
        (None, "2024-05-01", "2024-06-21", "2024-06-21 在截至日"),
        (None, "1800-05-01", "2024-06-01", "请检查年份"),
        ("month", "2024-05", "2024-06", "只写一样"),
    ],
)
def test_times_that_are_none(against: str | None, before: str | None, after: str | None, words: str) -> None:
    """Each is refused in a sentence that says how to write it."""
    with pytest.raises(QuestionProblem, match=words):
        moments_asked(DAY, against, before, after)
