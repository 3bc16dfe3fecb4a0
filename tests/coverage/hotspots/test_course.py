"""One row a course: which months were hot, and what that is called."""

from __future__ import annotations

import numpy as np
import pytest

from coverage.hotspots.course import courses

NONE = np.nan


@pytest.mark.parametrize(
    ("z", "hot", "course"),
    [
        ([0, 0, 0, 0, 0, 3], [0, 0, 0, 0, 0, 1], "new"),
        ([0, 0, 0, 0, 3, 3], [0, 0, 0, 0, 1, 1], "new"),
        ([2.1, 2.4, 2.7, 3.0, 3.3, 3.6], [1, 1, 1, 1, 1, 1], "rising"),
        ([3, 4, 3, 4, 3, 4], [1, 1, 1, 1, 1, 1], "lasting"),
        ([6, 5, 4.5, 4, 3, 2.5], [1, 1, 1, 1, 1, 1], "falling"),
        ([6, 5, 4.5, 4, 1, 0.5], [1, 1, 1, 1, 0, 0], "gone"),
        ([3, 0, 3, 0, 0, 3], [1, 0, 1, 0, 0, 1], "unsteady"),
        ([3, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], "unsteady"),
        ([0, 1, 0, 1, 0, 1], [0, 0, 0, 0, 0, 0], "never"),
        ([NONE, NONE, NONE, 3, 3, 3], [0, 0, 0, 1, 1, 1], "no_data"),
        ([3, 3, 3, 3, NONE, NONE], [1, 1, 1, 1, 0, 0], "no_data"),
        ([3, 4, 3, 4, 3, NONE], [1, 1, 1, 1, 1, 0], "lasting"),
        ([0, NONE, 0, 0, NONE, 3], [0, 0, 0, 0, 0, 1], "new"),
    ],
)
def test_course(z: list[float], hot: list[int], course: str) -> None:
    """The course has the word that its rule gives; months without data are neither hot nor not."""
    found = courses(np.array([z], dtype=float), np.array([hot], dtype=bool))
    assert found["course"].tolist() == [course]


def test_counts_of_months() -> None:
    """Months seen and hot months count those with data alone."""
    found = courses(np.array([[3, NONE, 3, 0, 0, 0]]), np.array([[1, 1, 1, 0, 0, 0]], dtype=bool))
    assert (found["months_seen"].tolist(), found["hot_months"].tolist()) == ([5], [2])
