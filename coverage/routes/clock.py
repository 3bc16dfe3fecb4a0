"""The clock of a working day, in whole seconds of the day: what is worked is one stretch, although lunch is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from geodata.errors import Unreadable

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
_SPAN = re.compile(r"(\d{1,2})[:：]?(\d{2})?\s*[-—–~～至到]+\s*(\d{1,2})[:：]?(\d{2})?")


@dataclass(frozen=True)
class Clock:
    """The clock of a day with a break for lunch.

    Lunch begins at its time, or as soon as the visit in hand is over; who is on the way then has it on the way. So the
    hours before and after are one stretch of work in which lunch takes no time, and a plan made in working seconds is
    exact on the clock: what begins before noon is at its own time, what begins later is later by a lunch.

    Attributes
    ----------
    noon, lunch
        When lunch begins, and how long it is: 0 for none.
    """

    noon: int = 12 * HOUR
    lunch: int = 0

    def shown(self, working: int) -> int:
        """Give when on the clock something begins."""
        return working if working < self.noon else working + self.lunch

    def earliest(self, clock: int) -> int:
        """Give the first working second at or after a time on the clock."""
        return clock if clock < self.noon else max(self.noon, clock - self.lunch)

    def latest(self, clock: int) -> int:
        """Give the last working second at or before a time on the clock."""
        if clock < self.noon:
            return clock
        return clock - self.lunch if clock >= self.noon + self.lunch else self.noon - 1


def read_hours(text: str) -> tuple[tuple[int, int], ...]:
    """Read hours as people write them: `09:00-17:00`, `8:30—12:00、14:30—17:30`; seconds of the day.

    An end before its beginning is on the next day.

    Raises
    ------
    Unreadable
        It is no such text; says what is one.
    """
    spans, rest = [], text
    for found in _SPAN.finditer(text):
        rest = rest.replace(found.group(), "", 1)
        hours = [int(each or 0) for each in found.groups()]
        begin, end = hours[0] * HOUR + hours[1] * MINUTE, hours[2] * HOUR + hours[3] * MINUTE
        if max(begin, end) > DAY or max(hours[1], hours[3]) >= 60:
            raise Unreadable(f"“{text}”里的时间不对，应写成 09:00-17:00")
        spans.append((begin, end + DAY if end < begin else end))
    if not spans or re.sub(r"[\s,，;；、/上下午班和]", "", rest):
        raise Unreadable(f"“{text}”不是时间段，应写成 09:00-17:00")
    return tuple(spans)


def hour(second: int) -> str:
    """Give a second of the day as `08:30`, of the next day as `次日02:00`."""
    days, rest = divmod(second, DAY)
    return f"{'次日' * days}{rest // HOUR:02d}:{rest % HOUR // MINUTE:02d}"
