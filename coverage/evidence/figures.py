"""Grades of visits by any group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coverage.evidence.grading import Graded
from coverage.figures import count_where, rate
from coverage.grouping import AREA_GROUPS, check_group, group_members

GRADE_GROUPS: tuple[str, ...] = (*AREA_GROUPS, "officer")
"""The words of `--by` for graded visits."""


def grade_figures(graded: Graded, by: str) -> pd.DataFrame:
    """Count the grades of each group; areas are those of the visited places.

    Returns
    -------
    area and key, or key, and name, as in `coverage_figures`; visits, grade_a, grade_b, grade_c, grade_d, suspect (int),
    supported_rate = (A + B) / visits, suspect_rate = suspect / visits (float, NaN = no visit).

    Raises
    ------
    QuestionProblem
        Unknown word, or no areas of that level.
    """
    check_group(by, GRADE_GROUPS)
    visits = graded.visits
    groups = group_members(visits, graded.areas, by)
    size = len(groups.keys)
    counts = {f"grade_{grade.lower()}": count_where(visits["grade"] == grade, groups.codes, size) for grade in "ABCD"}
    total = np.bincount(groups.codes, minlength=size)
    suspect = count_where(visits["suspect"], groups.codes, size)
    return pd.DataFrame(
        groups.label
        | {
            "visits": total,
            **counts,
            "suspect": suspect,
            "supported_rate": rate(counts["grade_a"] + counts["grade_b"], total),
            "suspect_rate": rate(suspect, total),
        }
    )
