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
    labels = pd.concat([label for label, _ in parts])
    labels = labels[~labels.index.duplicated()]
    figures = pd.concat([figures.reindex(labels.index) for _, figures in parts], axis="columns")
    counts = [name for name in figures.columns if not str(name).endswith("_rate")]
    figures = figures.fillna(dict.fromkeys(counts, 0)).astype(dict.fromkeys(counts, "int64"))
    return pd.concat([labels, figures], axis="columns").reset_index(drop=True)


def _part(figures: pd.DataFrame, fields: tuple[str, ...], prefix: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the labels, and some figures under names of their own, by what each group is known by."""
    group = figures["area"].where(figures["area"].notna(), figures["key"]) if "area" in figures else figures["key"]
    label = figures[[name for name in ("area", "key", "name") if name in figures]].set_axis(group)
    return label, pd.DataFrame({prefix + name: figures[name] for name in fields}).set_axis(group)
