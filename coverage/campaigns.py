"""When a campaign runs: between two days, in a season of each year, or around a holiday of each year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from coverage.periods import Period, window_period
from coverage.toml_values import day, nearest, text, whole
from geodata.errors import QuestionProblem, RulesProblem

LONGEST = 180
"""Days before or after a holiday: windows of two years must not meet."""
LAST_YEAR = 2100
"""Last year of the lunisolar calendar that borax carries."""


@dataclass(frozen=True)
class Season:
    """A season of each year from `first` to `last` (month, day), both counted; it may cross New Year."""

    first: tuple[int, int]
    last: tuple[int, int]

    def window(self, year: int) -> tuple[date, date]:
        """Give the season that begins in the year."""
        return date(year, *self.first), date(year + (self.last < self.first), *self.last)

    def latest(self, as_of: date) -> tuple[date, date]:
        """Give the latest season that has begun by the day."""
        this = self.window(as_of.year)
        return this if this[0] <= as_of else self.window(as_of.year - 1)

    @property
    def chinese(self) -> str:
        """Give the words of sentences."""
        (month, first), (end, last) = self.first, self.last
        return f"每年{month}月{first}日至{'次年' if self.last < self.first else ''}{end}月{last}日期间"


@dataclass(frozen=True)
class Around:
    """Days around a holiday of each year: from `before` days before the holiday's day until `after` days after it."""

    holiday: str
    before: int
    after: int

    def window(self, year: int) -> tuple[date, date]:
        """Give the days around the holiday of the year; QuestionProblem for a year that the calendar does not know."""
        if year > LAST_YEAR:
            raise QuestionProblem(
                f"算不出 {year} 年的{self.holiday}（农历只到 {LAST_YEAR} 年）："
                "请把规则里的 holiday 换成 window，写明这一年的起止日期。"
            )
        holiday = HOLIDAYS[self.holiday](year)
        return holiday - timedelta(days=self.before), holiday + timedelta(days=self.after)

    def latest(self, as_of: date) -> tuple[date, date]:
        """Give the latest window that has begun by the day."""
        # the first year whose window may have begun: its holiday lies at most `before` days ahead
        ahead = (as_of + timedelta(days=self.before)).year
        windows = (self.window(year) for year in range(ahead, ahead - 3, -1))
        return next(window for window in windows if window[0] <= as_of)

    @property
    def chinese(self) -> str:
        """Give the words of sentences."""
        return f"每年{self.holiday}前{self.before}天至节后{self.after}天期间"


Campaign = tuple[date, date] | Season | Around


def latest_window(campaign: Campaign, as_of: date) -> Period | None:
    """Give the latest window of a campaign that has begun by the day; None before the first."""
    first, last = campaign if isinstance(campaign, tuple) else campaign.latest(as_of)
    return window_period(first, last) if first <= as_of else None


def chinese(campaign: Campaign) -> str:
    """Say when a campaign runs."""
    return f"{campaign[0]}至{campaign[1]}期间" if isinstance(campaign, tuple) else campaign.chinese


def _on(month: int, of_month: int) -> Callable[[int], date]:
    return lambda year: date(year, month, of_month)


def _lunar(month: int, of_month: int) -> Callable[[int], date]:
    def holiday(year: int) -> date:
        from borax.calendars.lunardate import LunarDate  # noqa: PLC0415 - rarely needed

        found: date = LunarDate(year, month, of_month).to_solar_date()
        return found

    return holiday


def _qingming(year: int) -> date:
    from borax.calendars.lunardate import TermUtils  # noqa: PLC0415 - rarely needed

    found: date = TermUtils.day_start_from_term(year, "清明")
    return found


HOLIDAYS: Mapping[str, Callable[[int], date]] = MappingProxyType(
    {
        "元旦": _on(1, 1),
        "春节": _lunar(1, 1),
        "元宵节": _lunar(1, 15),
        "三月三": _lunar(3, 3),
        "清明节": _qingming,
        "劳动节": _on(5, 1),
        "端午节": _lunar(5, 5),
        "中秋节": _lunar(8, 15),
        "重阳节": _lunar(9, 9),
        "国庆节": _on(10, 1),
    }
)
"""Holidays and the day of each in a year: computed, so that no year waits for the notice of its days off."""

HOLIDAY_WORDS: Mapping[str, str] = MappingProxyType(
    {name: name for name in HOLIDAYS}
    | {"五一": "劳动节", "五一节": "劳动节", "国际劳动节": "劳动节", "十一": "国庆节", "国庆": "国庆节"}
    | {"清明": "清明节", "端午": "端午节", "中秋": "中秋节", "元宵": "元宵节", "重阳": "重阳节", "新年": "元旦"}
)


def read_window(where: str, table: Mapping[str, Any]) -> tuple[date, date] | None:
    """Read `window`: two days."""
    value = table.get("window")
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise RulesProblem(f'{where}：window 应为起止两个日期，如 ["2024-02-10", "2024-03-10"]，现为 {value!r}。')
    first, last = (day(where, "window 的日期", each) for each in value)
    if last < first:
        raise RulesProblem(f"{where}：window 的结束日期 {last} 早于开始日期 {first}。")
    return first, last


def read_season(where: str, table: Mapping[str, Any]) -> Season | None:
    """Read `yearly`: two days of the year."""
    value = table.get("yearly")
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise RulesProblem(f'{where}：yearly 应为每年起止的两个月日，如 ["04-15", "10-15"]，现为 {value!r}。')
    first, last = (_month_day(where, each) for each in value)
    return Season(first, last)


def _month_day(where: str, value: object) -> tuple[int, int]:
    try:
        # 2023 has no 29 February: a season must have its days in every year
        found = date.fromisoformat(f"2023-{value}")
    except ValueError as problem:
        raise RulesProblem(
            f"{where}：yearly 的“{value}”不是每年都有的月日，应写成 04-15 的样子（2 月底写 02-28）。"
        ) from problem
    return found.month, found.day


def read_around(where: str, table: Mapping[str, Any]) -> Around | None:
    """Read `holiday` with `before` and `after`."""
    if "holiday" not in table:
        for key in ("before", "after"):
            if key in table:
                raise RulesProblem(f"{where}：{key}（节前、节后几天）要和 holiday（节日）一起写。")
        return None
    word = text(where, table, "holiday")
    if word not in HOLIDAY_WORDS:
        raise RulesProblem(
            f"{where}：holiday 不认识“{word}”{nearest(word, HOLIDAY_WORDS)}，可写：{'、'.join(HOLIDAYS)}。"
        )
    before, after = (whole(where, table, key, at_least=0) or 0 for key in ("before", "after"))
    if max(before, after) > LONGEST:
        raise RulesProblem(f"{where}：before、after 最多 {LONGEST} 天，更长的请用 yearly 写明每年的起止月日。")
    return Around(HOLIDAY_WORDS[word], before, after)
