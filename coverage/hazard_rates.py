"""Rates as the documents count them: per hazard, not per place; of a period, and against the period before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.figures import Ints, count_where, rate
from coverage.grouping import AREA_GROUPS, HAZARD_GROUPS, check_group, group_members
from coverage.hazards import HazardRegister
from coverage.periods import Period, check_day, period_of, previous, window_period
from geodata.errors import QuestionProblem
from geodata.model import Level
from grids.hierarchy import answer_level, levels_present

Floats = npt.NDArray[np.float64]

PERIODS: Mapping[str, str] = MappingProxyType(
    {"month": "本月", "quarter": "本季度", "half-year": "本半年", "year": "本年"}
)
"""Kinds of calendar periods that rates are asked of: up to the day."""

COUNTS = (
    *("found", "rectified", "closed", "open", "overdue", "in_time", "late", "recurring", "traceable"),
    *("major", "major_open", "void"),
)
WHOLE = (*COUNTS, "hazard_places", "inspections", "places_checked")
"""Figures that are whole numbers."""
OF_CHECKS = ("inspections", "places_checked", "per_inspection")
RATES = ("rectified_rate", "closed_rate", "in_time_rate", "recurring_rate")
DAYS = ("mean_days", "median_days", "mean_days_closed", "median_days_closed")
FIGURES = (*COUNTS, *RATES, *DAYS, "hazard_places", *OF_CHECKS)
"""What `hazard_rates` gives of each group."""
UNCHECKED = ("level", "category")
"""Groups of hazards that no inspection belongs to: it is not made of a level or a category."""


def asked_period(as_of: date, every: str | None = None, since: date | None = None) -> Period | None:
    """Give the calendar period that holds the day, or the days since another one up to it; None: no bound.

    QuestionProblem when both are given, or the first day comes after the last.
    """
    if since is None:
        return None if every is None else period_of(every, as_of)
    if every is not None:
        raise QuestionProblem("周期和起始日只能给一个。")
    check_day(since)
    if since > as_of:
        raise QuestionProblem(f"起始日 {since} 晚于截至日 {as_of}，请改正。")
    return window_period(since, as_of)


def period_before(period: Period, as_of: date, every: str | None) -> tuple[Period, date]:
    """Give the period before one that holds D, and the day of it as of which its rates may stand beside those of D.

    Judged as of its end it would look better than a period that has only begun: its hazards had longer to be put
    right. So its day lies as many days after its start as D after this one's start, at most on its last day; to the
    last day of a period corresponds the last day of the one before (30 June to 31 May). Days of choice (`every` None)
    are compared with as many days before them.
    """
    if every is None:
        before = window_period(period.first - timedelta(days=period.days), period.first - timedelta(days=1))
    else:
        before = previous(every, period)
    return before, as_far_in(before, period, as_of)


def as_far_in(other: Period, period: Period, as_of: date) -> date:
    """Give the day of another period that corresponds to D of one: as many days after its start, its last to D's."""
    then = other.last if as_of == period.last else other.first + (as_of - period.first)
    return min(then, other.last)


def hazard_rates(register: HazardRegister, by: str, period: Period | None = None) -> pd.DataFrame:
    """Count the hazards found in a period, what became of them by D, and the inspections of the period, by a group.

    Parameters
    ----------
    by
        One of `HAZARD_GROUPS`.
    period
        Days on which the hazards were found; None: all up to D.

    Returns
    -------
    area and key, or key (as `coverage_figures` has them), name; `COUNTS` of the register's flags (found: without void
    ones, which are in no other column); rectified_rate, closed_rate = of those found; in_time_rate = in_time / (in_time
    + late + overdue); recurring_rate = recurring / traceable; mean and median days from found to put right and to
    closed; hazard_places, the places where they were found; inspections (家次: each visit counts, whoever made it, as
    虎门 counts its 131,275), places_checked, the places inspected; per_inspection = found / inspections. Float with NaN
    where nothing can be said. A group that was inspected without a find has its row. By level and category the columns
    of `OF_CHECKS` are NaN.

    Raises
    ------
    QuestionProblem
        Unknown word, or no areas of that level.
    """
    check_group(by, HAZARD_GROUPS)
    hazards = _during(register.hazards, "found", period)
    checks = register.checks.head(0) if by in UNCHECKED else _during(register.checks, "day", period)
    columns = _columns(register.areas, by)
    members = hazards[columns] if by in UNCHECKED else pd.concat([hazards[columns], checks[columns]], ignore_index=True)
    groups = group_members(members, register.areas, by)
    size = len(groups.keys)
    of_hazard, of_check = groups.codes[: len(hazards)], groups.codes[len(hazards) :]
    figures = {**_counted(hazards, of_hazard, size), **_checked(checks, of_check, size, known=by not in UNCHECKED)}
    figures["per_inspection"] = rate(figures["found"], figures["inspections"])
    return pd.DataFrame(groups.label | {name: figures[name] for name in FIGURES})


def _during(rows: pd.DataFrame, day: str, period: Period | None) -> pd.DataFrame:
    """Give the rows of a period's days; none is later than D."""
    if period is None:
        return rows
    days = rows[day].to_numpy(dtype="datetime64[D]")
    inside = (days >= np.datetime64(period.first, "D")) & (days <= np.datetime64(period.last, "D"))
    return rows[inside]


def _columns(areas: gpd.GeoDataFrame, by: str) -> list[str]:
    """Give the columns that say which group a row belongs to."""
    if by in AREA_GROUPS:
        return [str(answer_level(areas, by))]
    return ["officer", "officer_name"] if by == "officer" else [by]


def _counted(hazards: pd.DataFrame, group: Ints, size: int) -> dict[str, npt.NDArray[Any]]:
    counts = {name: count_where(hazards[name], group, size) for name in COUNTS if name != "found"}
    valid = ~hazards["void"]
    found = count_where(valid, group, size)
    return {
        "found": found,
        **counts,
        "rectified_rate": rate(counts["rectified"], found),
        "closed_rate": rate(counts["closed"], found),
        "in_time_rate": rate(counts["in_time"], counts["in_time"] + counts["late"] + counts["overdue"]),
        "recurring_rate": rate(counts["recurring"], counts["traceable"]),
        **_averages(hazards["days"].to_numpy(), group, size, "days"),
        **_averages(hazards["days_closed"].to_numpy(), group, size, "days_closed"),
        "hazard_places": _distinct(np.where(valid, hazards["place"], -1), group, size),
    }


def _averages(days: Floats, group: Ints, size: int, name: str) -> dict[str, Floats]:
    """Give mean and median of the known days of each group."""
    known = ~np.isnan(days)
    whole, group = days[known].astype(np.int64), group[known]
    width = int(whole.max(initial=0)) + 1
    ordered, count = np.sort(group * width + whole) % width, np.bincount(group, minlength=size)
    first = np.cumsum(count) - count
    some = count > 0
    low, high = ordered[(first + (count - 1) // 2)[some]], ordered[(first + count // 2)[some]]
    median = np.full(size, np.nan)
    median[some] = (low + high) / 2
    total = np.bincount(group, weights=whole, minlength=size)
    return {f"mean_{name}": np.divide(total, count, out=np.full(size, np.nan), where=some), f"median_{name}": median}


def _checked(checks: pd.DataFrame, group: Ints, size: int, *, known: bool) -> dict[str, npt.NDArray[Any]]:
    if not known:
        return dict.fromkeys(("inspections", "places_checked"), np.full(size, np.nan))
    place = checks["place"].to_numpy()
    return {
        "inspections": np.bincount(group, minlength=size),
        "places_checked": _distinct(place, group, size),
    }


def _distinct(place: Ints, group: Ints, size: int) -> Ints:
    """Count the different places of each group; -1 is no place."""
    known = place >= 0
    width = int(place.max(initial=0)) + 1
    pairs = np.unique(group[known] * width + place[known])
    return np.bincount(pairs // width, minlength=size)


def rates_before(register: HazardRegister, by: str, before: Period) -> tuple[pd.DataFrame | None, str | None]:
    """Give the rates of the period before, and in a Chinese sentence why they are no fair comparison.

    Parameters
    ----------
    register
        As of the day of the period before.

    Returns
    -------
    As `hazard_rates`, None when nothing is known; None when all is well.
    """
    if by in AREA_GROUPS and not _has_level(register.areas, Level(by)):
        return None, f"{register.as_of} 还没有{Level(by).chinese}一级的区域，无从对比。"
    firsts = [days.min() for days in (register.hazards["found"], register.checks["day"]) if len(days)]
    if not firsts:
        return None, f"{before.chinese}没有检查和隐患记录，无从对比。"
    since = min(firsts).date()
    lacking = f"台账从 {since} 才有记录，{before.chinese}不完整，对比只供参考。" if since > before.first else None
    return hazard_rates(register, by, before), lacking


def _has_level(areas: gpd.GeoDataFrame, level: Level) -> bool:
    return level in (Level.CITY, Level.TOWN) or level in levels_present(areas)


def compare(now: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    """Put the figures of the period before beside those of a period.

    Parameters
    ----------
    now, before
        As `hazard_rates` gives them, of the same groups; `before` None: nothing is known of that period.

    Returns
    -------
    The rows of `now`, then the groups (no areas: those of then may be others) that only the period before has, with
    zeros; to each of `FIGURES` the column `_before` and the difference `_change` (of rates: a fraction, × 100 =
    percentage points). NaN where one of both is not known. A group that is missing before is not known there: nobody
    looked. By level and category it is 0 there: the town looked, and found none.
    """
    if before is None:
        then = now[list(FIGURES)].astype("float64") * np.nan
        return _side_by_side(now, then)
    if "area" in now:
        keys = [frame["area"].fillna(frame["key"]) for frame in (now, before)]
        return _side_by_side(now, before.set_index(keys[1])[list(FIGURES)].reindex(keys[0]))
    now = pd.concat([now, _gone(now, before)], ignore_index=True)
    then = before.set_index("key")[list(FIGURES)].reindex(now["key"])
    if now["inspections"].isna().all():
        then = then.fillna(dict.fromkeys((*COUNTS, "hazard_places"), 0))
    return _side_by_side(now, then)


def _gone(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Give the groups that only the period before has, as they are now: nothing found, no rate."""
    gone = before[~before["key"].isin(now["key"])].copy()
    gone[[*RATES, *DAYS, "per_inspection"]] = np.nan
    for name in WHOLE:
        gone[name] = gone[name].where(gone[name].isna(), 0)
    return gone


def _side_by_side(now: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    then = then.set_axis(now.index)
    columns: dict[str, pd.Series] = {}
    for name in FIGURES:
        columns |= {f"{name}_before": then[name], f"{name}_change": now[name] - then[name]}
    whole = {f"{name}_{word}": "Int64" for name in WHOLE for word in ("before", "change")}
    return pd.concat([now, pd.DataFrame(columns).astype(whole)], axis="columns")
