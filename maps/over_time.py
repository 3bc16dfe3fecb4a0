"""Measures of areas at several moments (逐月、前后): the end of each month, or a time before and one after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd

from coverage.day_counts import counts_of_days
from coverage.hazard_rates import as_far_in, period_before
from coverage.periods import Period, period_of
from coverage.rules import Rule
from coverage.span import SHORTEST, Heard, heard
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.model import Level, Town
from grids.hierarchy import answer_level, areas_of_town, at_level
from maps.measuring import MEASURES, measures_of

FEWEST, USUAL, MOST = 2, 12, 24
"""Months beside each other."""
AGAINST: Mapping[str, str] = MappingProxyType({"month": "比上月", "quarter": "比上季度", "year": "比去年同月"})
"""What a time may be compared with."""
RulesOn = Callable[[date], Sequence[Rule]]


@dataclass(frozen=True)
class Moment:
    """A day to look at, and the time it stands for.

    Attributes
    ----------
    as_of
        Duties and hazards stand as at the end of this day.
    about
        The calendar period that it stands for, None: the day alone.
    within
        Whether only the hazards found and the inspections made in that period are counted, else all up to the day.
    """

    as_of: date
    about: Period | None = None
    within: bool = False

    @property
    def word(self) -> str:
        """What it is called."""
        return self.about.chinese if self.about else f"{self.as_of.year}年{self.as_of.month}月{self.as_of.day}日"

    @property
    def running(self) -> bool:
        """Whether the period goes on after the day."""
        return self.about is not None and self.as_of < self.about.last


@dataclass(frozen=True)
class MeasuredDay:
    """The measures of a level's areas at a moment.

    Attributes
    ----------
    moment, areas
        When; which areas there were (of the level, in order of their codes).
    figures, whole
        `MEASURES` of each of them, row by row, and of the whole town (one row); NaN where one can't be given.
    note
        Why nothing, or not all, is known of that time; empty: all is well.
    """

    moment: Moment
    areas: gpd.GeoDataFrame
    figures: pd.DataFrame
    whole: pd.DataFrame
    note: str

    @property
    def silent(self) -> bool:
        """Whether the ledger says nothing of that time."""
        return bool(self.whole.isna().all(axis=None))


@dataclass(frozen=True)
class Measurings:
    """Moments of a town beside each other, the oldest first."""

    town: Town
    level: Level
    days: tuple[MeasuredDay, ...]

    @property
    def last(self) -> MeasuredDay:
        """The newest one."""
        return self.days[-1]


def months_up_to(as_of: date, months: int, *, within: bool = False) -> list[Moment]:
    """Give the ends of so many months, the last one that of the day, as of it.

    Raises
    ------
    QuestionProblem
        Fewer than `FEWEST` or more than `MOST`.
    """
    if not FEWEST <= months <= MOST:
        raise QuestionProblem(f"小图组要 {FEWEST} 到 {MOST} 个月，写的是 {months}。")
    periods = [period_of("month", as_of)]
    while len(periods) < months:
        periods.insert(0, period_of("month", periods[0].first - timedelta(days=1)))
    return [Moment(min(each.last, as_of), each, within) for each in periods]


def usual_months(ledger: Ledger, as_of: date) -> int:
    """Give how many months are drawn when nothing is said: a year, or those of a ledger that is shorter."""
    first = heard(ledger).first
    since = USUAL if first is None else 12 * (as_of.year - first.year) + as_of.month - first.month + 1
    return min(max(since, FEWEST), USUAL)


def pair_against(against: str, as_of: date) -> tuple[Moment, Moment]:
    """Give the period of a day, and the one it is compared with, as far into it: hazards are those found in them.

    Parameters
    ----------
    against
        One of `AGAINST`: the month before, the quarter before, the same month of the year before.
    """
    if against not in AGAINST:
        raise QuestionProblem(
            f"不能比“{against}”，可选：{'、'.join(f'{key}（{word}）' for key, word in AGAINST.items())}。"
        )
    now = period_of("quarter" if against == "quarter" else "month", as_of)
    if against == "year":
        before = period_of("month", now.first.replace(year=now.first.year - 1))
        day = as_far_in(before, now, as_of)
    else:
        before, day = period_before(now, as_of, against)
    return Moment(day, before, within=True), Moment(as_of, now, within=True)


def measured_days(ledger: Ledger, rules_on: RulesOn, moments: Sequence[Moment], level: Level) -> Measurings:
    """Measure the areas of a level at each moment, as they were then, by the rules of then.

    A time before the ledger begins or after it ends is silent: nobody can tell what was done, which is not "nothing
    was done".

    Parameters
    ----------
    ledger
        As `coverage.day_counts.counts_of_days` needs it.
    rules_on
        Gives the rules of a day.

    Raises
    ------
    QuestionProblem
        No areas of that level at the last moment; nothing is known of any.
    """
    level = answer_level(areas_of_town(ledger.areas_on(moments[-1].as_of), ledger.town), str(level))
    known = heard(ledger)
    told = [each for each in moments if _says(known, each)]
    if not told:
        raise QuestionProblem(_nothing(known, moments))
    asked = [(each.as_of, each.about if each.within else None) for each in told]
    counts = dict(zip(told, counts_of_days(ledger, rules_on, asked, level), strict=True))
    days = []
    for moment in moments:
        if moment not in counts:
            days.append(_silent(ledger, moment, level))
            continue
        found = counts[moment]
        lacking = _lacking(known, moment)
        figures, whole = (_known(measures_of(rows), lacking) for rows in (found.rows, found.whole))
        days.append(MeasuredDay(moment, found.areas, figures, whole, _note(known, moment)))
    return Measurings(ledger.town, level, tuple(days))


def _says(known: Heard, moment: Moment) -> bool:
    about = moment.about
    return known.says(about.first if about else date.min, moment.as_of)


def _lacking(known: Heard, moment: Moment) -> list[str]:
    """Give the measures that nothing is known of: of duties, before the first inspection."""
    heard_of_checks = known.checks is not None and known.checks <= moment.as_of
    return [] if heard_of_checks else [each.key for each in MEASURES if each.of == "duties"]


def _known(figures: pd.DataFrame, lacking: Iterable[str]) -> pd.DataFrame:
    return figures.assign(**dict.fromkeys(lacking, np.nan))


def _silent(ledger: Ledger, moment: Moment, level: Level) -> MeasuredDay:
    every = areas_of_town(ledger.areas_on(moment.as_of), ledger.town)
    areas = every.iloc[at_level(every, level)].reset_index(drop=True)
    keys = [each.key for each in MEASURES]
    return MeasuredDay(
        moment,
        areas,
        pd.DataFrame(np.nan, index=areas.index, columns=keys),
        pd.DataFrame(np.nan, index=range(1), columns=keys),
        "没有台账",
    )


def _note(known: Heard, moment: Moment) -> str:
    notes = []
    if known.first and moment.about and moment.about.first < known.first:
        notes.append(f"台账从 {known.first} 开始，不完整")
    elif known.checks and moment.as_of < known.checks + SHORTEST:
        notes.append(f"检查台账从 {known.checks} 开始，“逾期”可能只是没有记录")
    if moment.running:
        notes.append(f"截至 {moment.as_of}")
    return "；".join(notes)


def _nothing(known: Heard, moments: Sequence[Moment]) -> str:
    if known.first is None:
        return "还没有任何检查和隐患记录，没有可比的数字：请先导入台账。"
    asked = "、".join(dict.fromkeys(each.word for each in (moments[0], moments[-1])))
    return f"{asked}没有台账：台账从 {known.first} 到 {known.last}，请换一个日期（--as-of 或页首的截至日）。"


@dataclass(frozen=True)
class Change:
    """What changed from a moment to a later one.

    Attributes
    ----------
    town, level, before, after
        The two moments, each with its own areas.
    then
        Figures of before, row by row the areas of after: NaN for an area that was not there.
    by
        After less before; NaN where one of both is not known.
    gone
        How many areas of before are no more.
    """

    town: Town
    level: Level
    before: MeasuredDay
    after: MeasuredDay
    then: pd.DataFrame
    by: pd.DataFrame
    gone: int


def change_between(ledger: Ledger, rules_on: RulesOn, moments: tuple[Moment, Moment], level: Level) -> Change:
    """Compare the areas of a level at two moments, the one before first.

    Raises
    ------
    QuestionProblem
        The first one is not before the other; nothing is known of one of both; as `measured_days`.
    """
    first, second = moments
    if first.as_of >= second.as_of:
        raise QuestionProblem(f"前一个时间（{first.as_of}）要早于后一个（{second.as_of}），请对调或改正。")
    measured = measured_days(ledger, rules_on, moments, level)
    known = heard(ledger)
    for each in measured.days:
        if each.silent:
            raise QuestionProblem(
                f"{each.moment.word}没有台账，无从比较：台账从 {known.first} 到 {known.last}，请换一个时间。"
            )
    return compared(measured.town, measured.level, *measured.days)


def compared(town: Town, level: Level, before: MeasuredDay, after: MeasuredDay) -> Change:
    """Put the areas of after beside those of the same code before."""
    old = before.figures.set_axis(before.areas["code"])
    then = old.reindex(after.areas["code"]).reset_index(drop=True)
    gone = int((~before.areas["code"].isin(after.areas["code"])).sum())
    return Change(town, level, before, after, then, after.figures - then, gone)
