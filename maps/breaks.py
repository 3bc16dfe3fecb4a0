"""Class breaks of a choropleth: equal numbers of areas, natural groups, or limits that are the same for every town.

Written here rather than taken from mapclassify, which brings networkx and scikit-learn with it (some 60 MB on office
PCs) for these few lines; the tests hold the natural breaks against every way to cut.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def quantile_breaks(values: Floats, classes: int) -> list[float]:
    """Give rising limits so that each class holds about as many values; equal values are never parted.

    Parameters
    ----------
    values
        Without NaN.

    Returns
    -------
    At most `classes` - 1 limits; a class holds its lower limit. None where all values are equal.
    """
    ordered = np.sort(values)
    cuts = [round(len(ordered) * at / classes) for at in range(1, classes)]
    limits = {float(ordered[cut]) for cut in cuts if 0 < cut < len(ordered)}
    return sorted(limit for limit in limits if limit > ordered[0]) if len(ordered) else []


def natural_breaks(values: Floats, classes: int) -> list[float]:
    """Give limits that leave the least differences inside the classes: Fisher's exact grouping, known as Jenks'.

    The sum of squared distances from the mean of each class is as small as it can be; found by dynamic programming
    over the ordered distinct values.

    Returns
    -------
    As `quantile_breaks`.
    """
    distinct, count = np.unique(values, return_counts=True)
    n, k = len(distinct), min(classes, len(distinct))
    if n < 2:
        return []
    weight = np.concatenate([[0.0], np.cumsum(count)])
    total = np.concatenate([[0.0], np.cumsum(count * distinct)])
    square = np.concatenate([[0.0], np.cumsum(count * distinct**2)])
    first, last = np.meshgrid(np.arange(n), np.arange(1, n + 1), indexing="ij")
    inside = last > first
    many = np.where(inside, weight[last] - weight[first], 1.0)
    spread = square[last] - square[first] - (total[last] - total[first]) ** 2 / many
    spread = np.where(inside, spread, np.inf)  # of the values from `first` to before `last`
    best, before = spread[0], np.zeros((k, n), dtype=np.int64)
    for at in range(1, k):
        tried = np.concatenate([[np.inf], best[:-1]])[:, None] + spread  # the class begins at `first`
        before[at] = tried.argmin(axis=0)
        best = tried.min(axis=0)
    cuts, end = [], n
    for at in range(k - 1, 0, -1):
        end = int(before[at, end - 1])
        cuts.append(float(distinct[end]))
    return cuts[::-1]


def classed(values: Floats, limits: Sequence[float]) -> npt.NDArray[np.int64]:
    """Give the class of each value, -1 where it is NaN: as many classes as limits and one."""
    found = np.searchsorted(np.asarray(limits, dtype=float), np.nan_to_num(values), side="right")
    return np.where(np.isnan(values), -1, found).astype(np.int64)
