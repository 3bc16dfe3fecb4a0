"""How an area's heat went over the months: new, rising, lasting, falling, gone; months without looks are no data."""

from __future__ import annotations

import numpy as np

from coverage.hotspots.statistics import Flags, Floats, mann_kendall

LEAST_MONTHS = 4
"""Months with data below which nothing is said of a course: three can't show a trend at 10 %."""
TREND_P = 0.10
LATELY = 2


def courses(z: Floats, hot: Flags) -> dict[str, np.ndarray]:
    """Name the course of each area by its months in order, after emerging hot spot analysis, with fewer words.

    With m the months with data, `hot` those of them that are hot, lately the last two of them, and the trend of z by
    Mann and Kendall (p ≤ 0.1); the first that fits:

    no_data    m < 4, or none in the last two months of the calendar
    never      no hot month
    new        hot in the last month, not before the last two
    gone       not hot in the last two, hot in at least half of those before
    rising     hot in at least half of all and in the last, trend up
    falling    hot in at least half of all, trend down
    lasting    hot in at least two thirds of all and in the last
    unsteady   all else

    Parameters
    ----------
    z
        (areas, months) Gi* of each month; NaN = no data.
    hot
        (areas, months) hot at 90 % or better after the correction of that month.

    Returns
    -------
    Columns of n: course (a word of `COURSE_WORDS`), trend (S of Mann and Kendall), trend_p, months_seen, hot_months.
    """
    there = ~np.isnan(z)
    hot = hot & there
    seen, warm = there.sum(axis=1), hot.sum(axis=1)
    back = np.where(there, np.cumsum(there[:, ::-1], axis=1)[:, ::-1], 0)  # 1 = the last month with data, 2 before it
    last, lately = (hot & (back == 1)).any(axis=1), (hot & (back >= 1) & (back <= LATELY)).any(axis=1)
    earlier, warm_earlier = np.maximum(seen - LATELY, 0), (hot & (back > LATELY)).sum(axis=1)
    trend, p = mann_kendall(z)
    moved = np.nan_to_num(p, nan=1.0) <= TREND_P
    rules = {
        "no_data": (seen < LEAST_MONTHS) | ~there[:, -LATELY:].any(axis=1),
        "never": warm == 0,
        "new": last & (warm_earlier == 0),
        "gone": ~lately & (2 * warm_earlier >= earlier),
        "rising": (2 * warm >= seen) & last & moved & (trend > 0),
        "falling": (2 * warm >= seen) & moved & (trend < 0),
        "lasting": (3 * warm >= 2 * seen) & last,
    }
    course = np.select(list(rules.values()), list(rules), default="unsteady").astype(object)
    return {"course": course, "trend": trend, "trend_p": p, "months_seen": seen, "hot_months": warm}
