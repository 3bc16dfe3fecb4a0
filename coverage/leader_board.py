"""The few figures that a leader watches (领导看板): as of a day and of the same day of the months before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.assess import Assessment
from coverage.counts_of_day import counts_of_day
from coverage.day_counts import COUNTS, DayCounts, counts_by_level
from coverage.hazard_rates import as_far_in
from coverage.hazards import HazardRegister
from coverage.periods import Period, check_day, period_of
from coverage.rules import Rule
from coverage.span import SHORTEST, Heard, heard
from geodata.ledger import Ledger
from geodata.model import Level

Floats = npt.NDArray[np.float64]
RulesOn = Callable[[date], Sequence[Rule]]

MONTHS = 12
"""Months before that of the day: the first of them is the same month of the year before."""


@dataclass(frozen=True)
class KeyFigure:
    """A figure of the board.

    Attributes
    ----------
    key, word, how
        Its name in addresses, its Chinese name, and how it is counted.
    unit
        `%` for a share, else what is counted.
    better
        Whether more of it is better (1) or worse (-1); 0: neither, to find more may be good work.
    of
        What it is counted from: `duties` of places, or `hazards`.
    part, whole
        Columns that are divided by each other; a count has no whole.
    watched
        More than none of it is against a rule or a deadline.
    """

    key: str
    word: str
    how: str
    unit: str
    better: Literal[-1, 0, 1]
    of: Literal["duties", "hazards"]
    part: str
    whole: str = ""
    watched: bool = False


_FIGURES = (
    KeyFigure("coverage_rate", "检查覆盖率", "本期已查的任务 ÷ 应查的任务", "%", 1, "duties", "done", "owed"),
    KeyFigure(
        *("verified_rate", "核实率", "定位核实到场、已查够次数的任务 ÷ 应查的任务", "%", 1, "duties"),
        *("verified", "owed"),
    ),
    KeyFigure("overdue", "逾期未查", "上一期应查未查、本期仍没有查的任务", "项", -1, "duties", "overdue", watched=True),
    KeyFigure("found", "本月查出隐患", "本月 1 日至截至日查出的隐患，误录的不算", "处", 0, "hazards", "found_lately"),
    KeyFigure("rectified_rate", "隐患整改率", "已整改的隐患 ÷ 累计查出的隐患", "%", 1, "hazards", "rectified", "found"),
    KeyFigure("open", "未整改隐患", "累计查出、截至日还没有整改的隐患", "处", -1, "hazards", "open"),
    KeyFigure("late", "逾期隐患", "未整改隐患中过了整改期限的", "处", -1, "hazards", "late", watched=True),
    KeyFigure("major_open", "重大隐患未整改", "未整改的重大隐患", "处", -1, "hazards", "major_open", watched=True),
)
KEY_FIGURES: Mapping[str, KeyFigure] = MappingProxyType({each.key: each for each in _FIGURES})
"""In the order of the board."""

SILENT = "没有台账"
"""The note of a day of which the ledger says nothing."""
DUTY_COUNTS = ("owed", "done", "verified", "overdue")


@dataclass(frozen=True)
class Standing:
    """How the areas of a level stood as of a day.

    Attributes
    ----------
    as_of
        The day.
    areas
        Those of the level on the day, in order of their codes (column code); none where the ledger is silent.
    rows, whole
        Row by row the same areas, and the whole town (one row): `coverage.day_counts.COUNTS`, km2, rectified,
        found_lately (found in the month up to the day); float, NaN where the ledger says nothing of the day.
    note
        Why nothing, or not all, is known; empty: all is well.
    """

    as_of: date
    areas: pd.DataFrame
    rows: pd.DataFrame
    whole: pd.DataFrame
    note: str

    def of_area(self, code: str | None) -> pd.Series:
        """Give the counts of an area, None: of the whole town; NaN for an area that was not there."""
        if code is None:
            return self.whole.iloc[0]
        at = np.flatnonzero((self.areas["code"] == code).to_numpy(bool))
        return self.rows.iloc[at[0]] if len(at) else self.whole.iloc[0] * np.nan


Standings = tuple[Standing, ...]
"""Of the days, the oldest first."""


def standings(ledger: Ledger, rules_on: RulesOn, as_of: date, levels: Sequence[Level]) -> dict[Level, Standings]:
    """Say how the areas of levels stood on the day D and on the same day of the months before it, by the rules of then.

    To the last day of a month corresponds the last day of the others, as in `coverage.hazard_rates.period_before`: a
    month that has only begun is never laid beside a whole one.

    Parameters
    ----------
    ledger
        As `coverage.day_counts.counts_of_days` needs it.
    rules_on
        Gives the rules of a day (`Rulebook.on`).

    Returns
    -------
    By level `MONTHS` + 1 of them, the oldest first: the first is of the same month of the year before, the last of D.
    """
    check_day(as_of)
    known, days = heard(ledger), same_days(as_of)
    told = [(day, month) for day, month in days if known.says(month.first, day)]
    asked = [(day, period) for day, month in told for period in (None, month)]
    counts = counts_by_level(ledger, rules_on, asked, levels)
    return {level: _standings(days, counts[level], known) for level in levels}


def standings_again(
    past: Mapping[Level, Standings], ledger: Ledger, assessment: Assessment, register: HazardRegister
) -> dict[Level, Standings]:
    """Give what `standings` gives, from what it gave before some rows came in: only D is counted anew.

    Parameters
    ----------
    past
        Those of the same day and levels, `untouched` by the rows.
    ledger, assessment, register
        With the rows, as of D.
    """
    known, month = heard(ledger), period_of("month", assessment.as_of)
    counts = counts_of_day(assessment, register, (None, month), {level: _km2(days) for level, days in past.items()})
    found = {level: _standing(total, lately, known) for level, (total, lately) in counts.items()}
    return {level: (*days[:-1], found[level]) for level, days in past.items()}


def _km2(days: Standings) -> tuple[Floats, Floats]:
    return days[-1].rows["km2"].to_numpy(), days[-1].whole["km2"].to_numpy()


def standings_on(ledger: Ledger, rules_on: RulesOn, then: date, levels: Sequence[Level]) -> dict[Level, Standing]:
    """Say how the areas of levels stood on one day, chosen to be laid beside another."""
    check_day(then)
    known, month = heard(ledger), period_of("month", then)
    asked = [(then, period) for period in (None, month)] if known.says(month.first, then) else []
    counts = counts_by_level(ledger, rules_on, asked, levels)
    return {level: _standings([(then, month)], counts[level], known)[0] for level in levels}


def is_alike(figure: KeyFigure, then: date, as_of: date) -> bool:
    """Say whether a figure of two days may be compared: what grows through a month only at the same day of both.

    Duties are done, and hazards found, as the month goes by; what is not yet put right stands on any day.
    """
    months = period_of("month", then), period_of("month", as_of)
    grows = figure.of == "duties" or figure.part == "found_lately"
    return not grows or as_far_in(months[0], months[1], as_of) == then


def untouched(held: Mapping[Level, Standings], first: date) -> bool:
    """Say whether all but the last of the days stand as they do when rows come in of a day or later ones.

    A month that the ledger did not reach may be one in which nothing was done, once it goes on after it.
    """
    *_, before, last = next(iter(held.values()))
    return before.as_of < first and SILENT not in (before.note, last.note)


def _standings(days: Sequence[tuple[date, Period]], counts: Sequence[DayCounts], known: Heard) -> Standings:
    pairs = zip(counts[::2], counts[1::2], strict=True)
    found = {total.as_of: _standing(total, lately, known) for total, lately in pairs}
    return tuple(found.get(day) or _silent(day) for day, _ in days)


def same_days(as_of: date) -> list[tuple[date, Period]]:
    """Give the day that corresponds to D in each of the months up to its own, with that month; the oldest first."""
    now = period_of("month", as_of)
    months = [now]
    while len(months) <= MONTHS:
        months.insert(0, period_of("month", months[0].first - timedelta(days=1)))
    return [(as_far_in(month, now, as_of), month) for month in months]


def _standing(total: DayCounts, lately: DayCounts, known: Heard) -> Standing:
    day, month = total.as_of, lately.period
    unchecked = known.checks is None or known.checks > day
    rows, whole = (
        _known(counts.assign(found_lately=of_month["found"]), unchecked=unchecked)
        for counts, of_month in ((total.rows, lately.rows), (total.whole, lately.whole))
    )
    return Standing(day, total.areas, rows, whole, _note(known, day, month))


def _known(counts: pd.DataFrame, *, unchecked: bool) -> pd.DataFrame:
    counts = counts.assign(rectified=counts["found"] - counts["open"]).astype("float64")
    return counts.assign(**dict.fromkeys(DUTY_COUNTS if unchecked else (), np.nan))


def _silent(day: date) -> Standing:
    columns = [*COUNTS, "km2", "rectified", "found_lately"]
    nobody = pd.DataFrame({"code": pd.Series(dtype=object)})
    nothing = pd.DataFrame(np.nan, index=range(1), columns=columns)
    return Standing(day, nobody, nothing.head(0), nothing, SILENT)


def _note(known: Heard, day: date, month: Period | None) -> str:
    if known.first and month and month.first < known.first:
        return f"台账从 {known.first} 开始，不完整"
    if known.checks and day < known.checks + SHORTEST:
        return f"检查台账从 {known.checks} 开始，“逾期”可能只是没有记录"
    return ""


def key_figures(counts: pd.DataFrame | pd.Series) -> dict[str, Floats]:
    """Give every key figure of counts (rows of a `Standing`); NaN where nothing is known, or there is no whole."""
    return {key: _figure(counts, each) for key, each in KEY_FIGURES.items()}


def _figure(counts: pd.DataFrame | pd.Series, figure: KeyFigure) -> Floats:
    part = np.asarray(counts[figure.part], dtype=float)
    if not figure.whole:
        return part
    whole = np.asarray(counts[figure.whole], dtype=float)
    shares: Floats = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return shares


def ranks(values: Floats, better: Literal["low", "high"]) -> Floats:
    """Rank figures from 1, the best; equal ones share the better place, and what is not known has none (NaN)."""
    return np.asarray(pd.Series(values).rank(method="min", ascending=better == "low"), dtype=np.float64)
