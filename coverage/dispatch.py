"""The monthly dispatch table 专项行动调度表: checks owed and made, hazards found and put right, by department."""

from __future__ import annotations

from datetime import date

import pandas as pd

from coverage.assess import Assessment
from coverage.figures import coverage_figures
from coverage.hazard_rates import hazard_rates
from coverage.hazards import HazardRegister
from coverage.periods import Period

COVERED = ("places", "owed", "done", "overdue", "coverage_rate", "verified_rate")
FOUND = ("inspections", "places_checked", "found", "major", "rectified", "rectified_rate", "in_time_rate")
STANDING = ("open", "overdue", "major_open")
YEAR = ("inspections", "found", "rectified", "rectified_rate")


def dispatch_figures(assessment: Assessment, register: HazardRegister, period: Period, by: str) -> pd.DataFrame:
    """Count a period's work by a group, beside what stands open and the year so far.

    Parameters
    ----------
    assessment, register
        As of the same day D.
    period
        Days whose checks and hazards count, up to D.
    by
        A word that both coverage and hazards are grouped by.

    Returns
    -------
    area and key, or key; name; `COVERED` of the duties as of D; `FOUND` of the hazards found and checks made in the
    period; `STANDING` (standing_…) of all hazards found up to D; `YEAR` (year_…) from the first day of D's year. A
    group without places, checks or hazards of a kind has 0 there, and NaN for rates.
    """
    year = Period(date(register.as_of.year, 1, 1), register.as_of, "", "")
    parts = [
        _part(coverage_figures(assessment, by), COVERED, ""),
        _part(hazard_rates(register, by, period), FOUND, ""),
        _part(hazard_rates(register, by), STANDING, "standing_"),
        _part(hazard_rates(register, by, year), YEAR, "year_"),
    ]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.merge(part, on="group", how="outer", sort=False, suffixes=("", "_also"))
        for name in ("area", "key", "name"):
            if f"{name}_also" in joined:
                joined[name] = joined[name].where(joined["group"].isin(parts[0]["group"]), joined[f"{name}_also"])
                joined = joined.drop(columns=f"{name}_also")
    return _ordered(joined, parts[0]["group"]).drop(columns="group")


def _part(figures: pd.DataFrame, fields: tuple[str, ...], prefix: str) -> pd.DataFrame:
    """Give some figures under names of their own, and what a row's group is known by."""
    label = [name for name in ("area", "key", "name") if name in figures]
    group = figures["area"].fillna(figures["key"]) if "area" in figures else figures["key"]
    return figures[label].assign(group=group, **{prefix + name: figures[name] for name in fields})


def _ordered(joined: pd.DataFrame, first: pd.Series) -> pd.DataFrame:
    """Give the rows in the order of the first part, then those it lacks; counts that nobody has are 0."""
    rank = {group: place for place, group in enumerate(first)}
    order = joined["group"].map(rank).fillna(len(rank)).argsort(kind="stable")
    joined = joined.iloc[order].reset_index(drop=True)
    words = ("area", "key", "name", "group")
    counts = [str(name) for name in joined if name not in words and not str(name).endswith("_rate")]
    joined[counts] = joined[counts].fillna(0).astype("int64")
    return joined
