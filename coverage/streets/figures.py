"""Figures of walked streets by any group: metres walked, missed, and those nobody could know of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coverage.grouping import AREA_GROUPS, check_group, group_members
from coverage.streets.walks import StreetWalks

STREET_GROUPS: tuple[str, ...] = (*AREA_GROUPS, "street", "class")
"""The words of `--by` for streets."""


def street_figures(walks: StreetWalks, by: str) -> pd.DataFrame:
    """Measure the streets of each group.

    Parameters
    ----------
    by
        One of `STREET_GROUPS`.

    Returns
    -------
    area and key, or key, and name, as in `coverage_figures`; length_m = walked_m + missed_m + no_data_m; walked_rate =
    walked_m / (walked_m + missed_m), NaN where nothing is known; never_m (metres never walked as of the day), oldest
    (datetime64[s]: the day since which every metre of the group was walked, NaT where some never was), days_since
    (Int64, from then to the day).

    Raises
    ------
    QuestionProblem
        Unknown word, or no areas of that level.
    """
    check_group(by, STREET_GROUPS)
    pieces = walks.pieces
    groups = group_members(pieces, walks.areas, by)
    count = len(groups.keys)

    def metres(flags: pd.Series) -> pd.Series:
        return pd.Series(np.bincount(groups.codes, pieces["length"] * flags, minlength=count)).round(1)

    walked, never = metres(pieces["walked"]), metres(pieces["last"].isna())
    missed, unknown = metres(pieces["known"] & ~pieces["walked"]), metres(~pieces["known"])
    rate = (walked / (walked + missed)).where(walked + missed > 0)
    oldest = pieces["last"].groupby(groups.codes).min().reindex(range(count)).where(never == 0)
    days = (pd.Timestamp(walks.as_of) - oldest).dt.days.astype("Int64")
    return pd.DataFrame(groups.label).assign(
        length_m=(walked + missed + unknown).round(1),
        walked_m=walked,
        missed_m=missed,
        no_data_m=unknown,
        walked_rate=rate,
        never_m=never,
        oldest=oldest,
        days_since=days,
    )
