"""The times that a comparison before and after is asked of, as people write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from coverage.periods import check_day, period_of
from geodata.errors import QuestionProblem
from maps.over_time import Moment, pair_against

FORMS: Mapping[str, tuple[str, Callable[[int, int], date]]] = MappingProxyType(
    {
        "month": (r"([1-9]\d{3})-(0[1-9]|1[0-2])", lambda year, month: date(year, month, 1)),
        "quarter": (r"([1-9]\d{3})Q([1-4])", lambda year, quarter: date(year, 3 * quarter - 2, 1)),
        "half-year": (r"([1-9]\d{3})H([12])", lambda year, half: date(year, 6 * half - 5, 1)),
        "year": (r"([1-9]\d{3})()", lambda year, _: date(year, 1, 1)),
    }
)
"""How each kind of calendar period is written, and its first day."""
EXAMPLES = "日期 2024-06-30，或月份 2024-06、季度 2024Q2、半年 2024H1、年 2024"


def moments_asked(as_of: date, against: str | None, before: str | None, after: str | None) -> tuple[Moment, Moment]:
    """Give the two times that are meant: those named, else the period of the day and the one it is compared with.

    Parameters
    ----------
    against
        One of `maps.over_time.AGAINST`; the month when nothing is named at all.
    before, after
        Two days, or two periods of one kind; only what was found and done in them is counted then.

    Raises
    ------
    QuestionProblem
        Only one of both is named, or they are of two kinds; a text is no time, or one to come.
    """
    if before is None and after is None:
        return pair_against(against or "month", as_of)
    if against is not None:
        raise QuestionProblem("比上期（against）和前、后两个时间（before、after）只写一样。")
    if before is None or after is None:
        raise QuestionProblem(f"前、后两个时间（before、after）要一起写：{EXAMPLES}。")
    (one, first), (two, second) = _moment(before, as_of), _moment(after, as_of)
    if one != two:
        raise QuestionProblem(f"“{before}”和“{after}”不是同一种，不好比：两个都写{EXAMPLES}。")
    return first, second


def _moment(text: str, as_of: date) -> tuple[str, Moment]:
    """Read a time; give its kind too."""
    for kind, (pattern, first) in FORMS.items():
        if found := re.fullmatch(pattern, text, re.A):
            period = period_of(kind, first(int(found[1]), int(found[2] or 0)))
            if period.first > as_of:
                raise QuestionProblem(f"{period.chinese}在截至日 {as_of} 之后，还没有数字，请换一个时间或截至日。")
            return kind, Moment(min(period.last, as_of), period, within=True)
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.A) else None
    except ValueError:
        day = None
    if day is None:
        raise QuestionProblem(f"时间“{text}”不对，要写成{EXAMPLES}。")
    check_day(day)
    if day > as_of:
        raise QuestionProblem(f"{day} 在截至日 {as_of} 之后，还没有数字，请换一个时间或截至日。")
    return "day", Moment(day)
