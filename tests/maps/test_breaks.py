"""Class breaks: as many areas in each, the least differences inside, every value in one class."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.breaks import classed, natural_breaks, quantile_breaks

VALUES = st.lists(st.integers(0, 12).map(float), min_size=1, max_size=9).map(np.array)
FEW = settings(max_examples=80)


def differences(values: np.ndarray[tuple[int], np.dtype[np.float64]], limits: list[float]) -> float:
    """Give the sum of squared distances from the mean of each class."""
    found = classed(values, limits)
    return sum(float(((part - part.mean()) ** 2).sum()) for at in set(found) if len(part := values[found == at]))


@given(VALUES, st.integers(1, 5))
@FEW
def test_no_natural_breaks_are_better(values: np.ndarray[tuple[int], np.dtype[np.float64]], classes: int) -> None:
    """Of all ways to cut the distinct values into as many classes none leaves less differences inside."""
    distinct = np.unique(values)[1:].tolist()
    cuts = min(classes - 1, len(distinct))
    best = min(differences(values, list(each)) for each in combinations(distinct, cuts))
    ours = natural_breaks(values, classes)
    assert len(ours) == cuts
    assert differences(values, ours) == pytest.approx(best, abs=1e-9)


@given(VALUES, st.integers(1, 5))
@FEW
def test_every_value_is_in_one_class(values: np.ndarray[tuple[int], np.dtype[np.float64]], classes: int) -> None:
    """Limits rise, no class is empty, a larger value is never in a lower class, equal ones are in the same."""
    for limits in (natural_breaks(values, classes), quantile_breaks(values, classes)):
        assert limits == sorted(set(limits))
        assert len(limits) < classes
        found = classed(values, limits)
        assert set(found) == set(range(len(limits) + 1))
        order = np.argsort(values, kind="stable")
        assert (np.diff(found[order]) >= 0).all()


def test_quantiles_hold_as_many() -> None:
    """Of 100 different values each of five classes holds twenty."""
    found = classed(np.arange(100.0), quantile_breaks(np.arange(100.0), 5))
    assert np.bincount(found).tolist() == [20] * 5


def test_no_value_is_no_class() -> None:
    """NaN is apart from nought."""
    assert classed(np.array([np.nan, 0.0, 3.0]), [1.0]).tolist() == [-1, 0, 1]
    assert natural_breaks(np.zeros(0), 5) == quantile_breaks(np.zeros(0), 5) == []
