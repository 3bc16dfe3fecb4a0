"""Which backups stay: the newest of each of the last days, weeks, months and years (grandfather, father, son)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from geodata.errors import StoreProblem

FORM = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,4})w)?(?:(\d{1,4})m)?(?:(\d{1,4})y)?")


@dataclass(frozen=True)
class Rotation:
    """Of how many days, weeks (Monday to Sunday), months and years the newest backup stays."""

    days: int
    weeks: int
    months: int
    years: int

    @classmethod
    def read(cls, text: str) -> Rotation:
        """Read `7d4w12m2y`, any part left out; StoreProblem for anything else, or when nothing would stay."""
        found = FORM.fullmatch(text)
        counts = [int(each or 0) for each in found.groups()] if found else []
        if not any(counts):
            raise StoreProblem(
                f"备份留几份“{text}”看不懂。应写成 7d4w12m 的样子：最近 7 天、4 周、12 个月各留最新的一份。"
            )
        return cls(*counts)

    def gone(self, moments: Sequence[datetime]) -> list[datetime]:
        """Give the backups that go, the oldest first.

        All of the newest one's day stay: one may have been made by hand before a change.
        """
        newest_first = sorted(set(moments), reverse=True)
        kept = {moment for moment in newest_first if moment.date() == newest_first[0].date()}
        for count, period in ((self.days, _day), (self.weeks, _week), (self.months, _month), (self.years, _year)):
            held: dict[object, datetime] = {}
            for moment in newest_first:
                held.setdefault(period(moment), moment)
            kept |= set(list(held.values())[:count])
        return sorted(set(newest_first) - kept)


Period = Callable[[datetime], object]


def _day(moment: datetime) -> object:
    return moment.date()


def _week(moment: datetime) -> object:
    return moment.isocalendar()[:2]


def _month(moment: datetime) -> object:
    return moment.year, moment.month


def _year(moment: datetime) -> object:
    return moment.year
