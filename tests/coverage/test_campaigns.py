"""Campaigns: the window of each year, in words and days, and what is refused."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from coverage.campaigns import HOLIDAYS, Around, Season
from coverage.explain import asks_sentence
from coverage.rules import Rule, parse_rules
from geodata.errors import QuestionProblem, RulesProblem

CAMPAIGNS = Path(__file__).parents[2] / "docs" / "campaigns.toml"


def rule(keys: str) -> Rule:
    """Give the rule with these keys."""
    (found,) = parse_rules(f'[[rule]]\nid = "c"\n{keys}')
    return found


def window(keys: str, as_of: date) -> tuple[date, date] | None:
    """Give the window on which it is judged on a day."""
    term = rule(keys).term(as_of)
    return (term.period.first, term.period.last) if term else None


@pytest.mark.parametrize(
    ("as_of", "first", "last"),
    [
        (date(2024, 4, 14), date(2023, 4, 15), date(2023, 10, 15)),
        (date(2024, 4, 15), date(2024, 4, 15), date(2024, 10, 15)),
        (date(2024, 12, 31), date(2024, 4, 15), date(2024, 10, 15)),
    ],
)
def test_flood_season(as_of: date, first: date, last: date) -> None:
    """A season is judged from its first day until the next year's begins."""
    assert window('yearly = ["04-15", "10-15"]', as_of) == (first, last)


def test_a_season_across_new_year() -> None:
    """A season whose end comes before its beginning ends in the next year."""
    keys = 'yearly = ["11-01", "03-31"]'
    assert window(keys, date(2024, 1, 5)) == (date(2023, 11, 1), date(2024, 3, 31))
    assert "每年11月1日至次年3月31日期间1次" in asks_sentence(rule(keys))


@pytest.mark.parametrize(
    ("holiday", "year", "day"),
    [
        *(("春节", 2024, date(2024, 2, 10)), ("春节", 2025, date(2025, 1, 29)), ("春节", 2026, date(2026, 2, 17))),
        *(("清明节", 2024, date(2024, 4, 4)), ("清明节", 2026, date(2026, 4, 5))),
        *(
            ("端午节", 2025, date(2025, 5, 31)),
            ("中秋节", 2025, date(2025, 10, 6)),
            ("国庆节", 2026, date(2026, 10, 1)),
        ),
        *(("三月三", 2024, date(2024, 4, 11)), ("元旦", 2025, date(2025, 1, 1)), ("劳动节", 2025, date(2025, 5, 1))),
    ],
)
def test_days_of_holidays(holiday: str, year: int, day: date) -> None:
    """The day of a holiday is the published one."""
    assert HOLIDAYS[holiday](year) == day


def test_around_a_holiday() -> None:
    """The window begins before the holiday, also in the year before; its words say so."""
    keys = 'holiday = "元旦"\nbefore = 15\nafter = 3'
    assert window(keys, date(2024, 12, 16)) == (date(2023, 12, 17), date(2024, 1, 4))
    assert window(keys, date(2024, 12, 17)) == (date(2024, 12, 17), date(2025, 1, 4))
    assert "每年元旦前15天至节后3天期间1次" in asks_sentence(rule(keys))


def test_other_words_of_a_holiday() -> None:
    """国庆 is 国庆节; without days before and after it is the day itself."""
    assert rule('holiday = "国庆"').holiday == Around("国庆节", 0, 0)


def test_a_year_that_the_calendar_does_not_know() -> None:
    """Beyond the calendar the year is named, with what to write instead."""
    assert window('holiday = "春节"', date(2100, 12, 31)) == (date(2100, 2, 9), date(2100, 2, 9))
    with pytest.raises(QuestionProblem, match=r"算不出 2101 年的春节.*换成 window"):
        window('holiday = "春节"', date(2101, 3, 1))


def test_windows_before_the_rule_came_are_none_of_it() -> None:
    """A window that ended before `from` is not asked; one that still runs then is, and is overdue after its end."""
    keys = 'window = ["2024-02-10", "2024-03-10"]\n'
    assert window(keys + "from = 2024-03-11", date(2024, 4, 1)) is None
    assert window(keys + "from = 2024-03-10", date(2024, 3, 9)) is None
    late = rule(keys + "from = 2024-03-10").term(date(2024, 4, 1))
    assert late is not None
    assert late.ended


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('yearly = ["04-15"]', "yearly 应为每年起止的两个月日"),
        ('yearly = ["02-29", "03-15"]', "yearly 的“02-29”不是每年都有的月日"),
        ('yearly = ["2024-04-15", "10-15"]', "yearly 的“2024-04-15”不是"),
        ('holiday = "国庆日"', "holiday 不认识“国庆日”（是不是 国庆"),
        ('holiday = "国庆节"\nbefore = 200', "before、after 最多 180 天"),
        ('holiday = "国庆节"\nbefore = -1', "before 应为不小于 0 的整数"),
        ('every = "month"\nbefore = 3', "before（节前、节后几天）要和 holiday"),
        ('every = "month"\nholiday = "国庆节"', "必须且只能写一个"),
        ('every = "month"\nfrom = 2024-06-01\nuntil = 2024-06-01', "until（不再执行的第一天）2024-06-01 应晚于 from"),
        ('every = "month"\nfrom = "6月1日"', "from 的日期 '6月1日' 不存在或不是"),
        ('every = "month"\ncovering = []', "covering 应为文字列表"),
    ],
)
def test_refused(keys: str, said: str) -> None:
    """Each mistake is refused with the rule and the key."""
    with pytest.raises(RulesProblem, match=re.escape(said)):
        rule(keys)


def test_seasons_are_told_apart() -> None:
    """A season keeps its month and day."""
    assert rule('yearly = ["04-15", "10-15"]').yearly == Season((4, 15), (10, 15))


def campaign(rule_id: str) -> Rule:
    """Give a campaign of the file."""
    return next(each for each in parse_rules(CAMPAIGNS.read_text(encoding="utf-8")) if each.id == rule_id)


def test_campaigns_of_the_documents() -> None:
    """The file of campaigns is read; each says where its dates come from and has one window a year, 2024–2026."""
    rules = parse_rules(CAMPAIGNS.read_text(encoding="utf-8"))
    assert len(rules) >= 12
    for each in rules:
        assert each.source
        assert each.duty == "campaign"
        terms = [each.term(date(year, month, 28)) for year in (2024, 2025, 2026) for month in range(1, 13)]
        begun = {term.period.first for term in terms if term}
        assert len([first for first in begun if date(2024, 1, 1) <= first <= date(2026, 12, 31)]) == 3, each.id


@pytest.mark.parametrize(
    ("rule_id", "windows"),
    [
        ("new-year", ("2024-12-17/2025-01-03", "2025-12-17/2026-01-03", "2026-12-17/2027-01-03")),
        ("spring-festival", ("2024-01-11/2024-02-10", "2024-12-30/2025-01-29", "2026-01-18/2026-02-17")),
        ("tomb-sweeping", ("2024-03-25/2024-04-09", "2025-03-25/2025-04-09", "2026-03-26/2026-04-10")),
        ("flood-season", ("2024-04-15/2024-10-15", "2025-04-15/2025-10-15", "2026-04-15/2026-10-15")),
        ("national-day", ("2024-09-16/2024-10-01", "2025-09-16/2025-10-01", "2026-09-16/2026-10-01")),
        ("winter-spring-fire", ("2024-11-01/2025-03-31", "2025-11-01/2026-03-31", "2026-11-01/2027-03-31")),
    ],
)
def test_windows_of_the_years(rule_id: str, windows: tuple[str, ...]) -> None:
    """The windows that were the latest at some day of 2024, 2025 and 2026 are these (the spring one by February)."""
    day = (2, 28) if rule_id == "spring-festival" else (12, 31)
    terms = [campaign(rule_id).term(date(year, *day)) for year in (2024, 2025, 2026)]
    assert tuple(term.period.label for term in terms if term) == windows
