"""What a report is asked of: the town on the report's day, and the period."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from api.day import Day
from coverage.periods import Period, period_of
from geodata.errors import QuestionProblem
from maps.tables.press import Job, press, set_alone


@dataclass(frozen=True)
class Papers:
    """The files of a report.

    Attributes
    ----------
    files
        Name of each file, and what makes its content.
    jobs
        Name of each paper that is set by the typesetter, many at once; its name may have a folder (`一册/甲.pdf`).
    """

    files: Mapping[str, Callable[[], bytes]]
    jobs: Mapping[str, Callable[[], Job]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names of all files, in the order they are written."""
        return [*self.files, *self.jobs]

    def content(self, name: str) -> bytes:
        """Make one file; KeyError when there is none of that name."""
        return self.files[name]() if name in self.files else set_alone(self.jobs[name]())

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Make all files, one after another."""
        for name, make in self.files.items():
            yield name, make()
        if self.jobs:
            yield from press(self.jobs)


_FORMS: Mapping[str, tuple[str, Callable[[int, int], date]]] = {
    "month": (r"([1-9]\d{3})-(0[1-9]|1[0-2])", lambda year, month: date(year, month, 1)),
    "quarter": (r"([1-9]\d{3})Q([1-4])", lambda year, quarter: date(year, 3 * quarter - 2, 1)),
}
NAME_LONGEST = 80
"""Characters of a file's name: of three bytes each they stay under the 255 bytes that file systems take."""
EXAMPLES = {"month": "2024-06", "quarter": "2024Q2"}


@dataclass(frozen=True)
class Asked:
    """A report that is asked for.

    Attributes
    ----------
    period
        What it tells of.
    day
        The town as of the report's day: the last one of the period, or today while the period still runs.
    made
        The moment at which it is made.
    day_of
        Gives the town as of another day.
    thumbnails
        JPEG of each photo that is asked for and has one.
    frozen
        Gives the newest frozen edition of a kind of report and a period's label; None where there is none.
    templates
        The town's own Word templates, by name without ending.
    """

    period: Period
    day: Day
    made: datetime
    day_of: Callable[[date], Day]
    thumbnails: Callable[[Sequence[str]], Mapping[str, bytes]]
    frozen: Callable[[str, str], bytes | None]
    templates: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def as_of(self) -> date:
        """The report's day."""
        return self.day.as_of

    @property
    def stem(self) -> str:
        """What the files' names begin with."""
        return f"{safe_name(self.day.ledger.town.name)} {self.period.label}"


def parse_period(text: str, kinds: Sequence[str], today: date) -> tuple[Period, date]:
    """Read a period, and give the day as of which it is reported.

    Parameters
    ----------
    kinds
        Kinds of calendar periods that the report is made of: month, quarter.

    Raises
    ------
    QuestionProblem
        No such period, or it has not begun.
    """
    for kind in kinds:
        pattern, first = _FORMS[kind]
        if found := re.fullmatch(pattern, text):
            period = period_of(kind, first(int(found[1]), int(found[2])))
            if period.first > today:
                raise QuestionProblem(f"{period.chinese}还没有开始，没有可以上报的数字。")
            return period, min(period.last, today)
    examples = "、".join(EXAMPLES[kind] for kind in kinds)
    raise QuestionProblem(f"周期“{text}”不对，这张表应写成 {examples} 这样。")


def safe_name(text: str, longest: int = NAME_LONGEST) -> str:
    """Give a text as it may stand in a file's name on every system."""
    kept = re.sub(r'[\x00-\x1f<>:"/\\|?*]', " ", text).strip(" .")
    return kept[:longest] or "未命名"


def safe_names(texts: Iterable[str]) -> dict[str, str]:
    """Give a file's name → the text that it is of: texts that differ never share a name, in whatever letters."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for text in texts:
        name, number = safe_name(text), 2
        while name.casefold() in taken:
            name, number = f"{safe_name(text)}（{number}）", number + 1
        taken.add(name.casefold())
        found[name] = text
    return found
