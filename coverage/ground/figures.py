"""Figures of seen ground by area level: m² seen, missed, masked, and those nobody could know of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coverage.ground.seen import GroundSeen
from coverage.grouping import AREA_GROUPS, OUTSIDE_KEY, Groups, check_group
from grids.hierarchy import answer_level, at_level

MEASURES = ("masked_m2", "seen_m2", "missed_m2", "no_data_m2")


def ground_figures(seen: GroundSeen, by: str) -> pd.DataFrame:
    """Measure the ground of each area of a level.

    Parameters
    ----------
    by
        A level: one of `coverage.grouping.AREA_GROUPS`.

    Returns
    -------
    area, key, name, as in `coverage_figures` (`outside`: ground of the town in no area of the level); area_m2 =
    masked_m2 + seen_m2 + missed_m2 + no_data_m2; seen_rate = seen_m2 / (seen_m2 + missed_m2), NaN where nothing is
    known. The rows of each level add up to the town.

    Raises
    ------
    QuestionProblem
        Unknown word, or no areas of that level.
    """
    check_group(by, AREA_GROUPS)
    level = answer_level(seen.areas, by)
    rows = at_level(seen.areas, level)
    keys, names = seen.areas["code"].iloc[rows].tolist(), seen.areas["name"].iloc[rows].tolist()
    areas = len(keys)
    figures = seen.ground[list(MEASURES)].iloc[rows]
    outside = seen.ground[list(MEASURES)].iloc[0] - figures.sum()
    if outside.sum() >= 1.0:
        figures = pd.concat([figures, outside.clip(lower=0.0).to_frame().T])
        keys, names = [*keys, OUTSIDE_KEY], [*names, f"不在任何{level.chinese}"]
    groups = Groups(np.arange(len(keys)), tuple(keys), tuple(names), areas)
    figures = figures.round(1).reset_index(drop=True)
    told = figures["seen_m2"] + figures["missed_m2"]
    rate = (figures["seen_m2"] / told).where(told > 0)
    labelled = pd.DataFrame(groups.label).assign(area_m2=figures.sum(axis=1).round(1))
    return pd.concat([labelled, figures, rate.rename("seen_rate")], axis=1)
