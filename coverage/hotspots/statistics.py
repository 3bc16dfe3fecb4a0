"""The statistics of hot spots, each written from its formula; areas along the first axis, months along the second."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.special import gammaincinv, ndtr, ndtri

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def empirical_bayes(events: npt.ArrayLike, looks: npt.ArrayLike) -> Floats:
    """Smooth rates so that those of few looks lie near the mean of all, those of many looks near their own.

    Marshall 1991 (Mapping disease and mortality rates using empirical Bayes estimators, Applied Statistics 40, eq. 4
    and 5): with m = Σ y / Σ n and A = Σ n (r − m)² / Σ n − m / mean(n), not below 0, the estimate is
    m + (r − m) A / (A + m / n).

    Parameters
    ----------
    events, looks
        y and n, shape (areas,) or (areas, months); each month has a mean of its own. n = 0 is no data.

    Returns
    -------
    Same shape; NaN where n = 0.
    """
    y, n = np.asarray(events, dtype=float), np.asarray(looks, dtype=float)
    there = n > 0
    total = np.maximum(n.sum(axis=0), 1)
    mean = np.where(there, y, 0).sum(axis=0) / total
    own = np.divide(y, n, out=np.full(y.shape, np.nan), where=there)
    off = np.where(there, own - mean, 0)
    average = total / np.maximum(there.sum(axis=0), 1)
    between = np.maximum((n * off**2).sum(axis=0) / total - mean / average, 0)
    noise = np.divide(mean, n, out=np.ones(y.shape), where=there)
    whole = between + noise
    trust = np.divide(between, whole, out=np.zeros(y.shape), where=whole > 0)
    return np.asarray(np.where(there, mean + off * trust, np.nan), dtype=np.float64)


def poisson_interval(events: npt.ArrayLike, looks: npt.ArrayLike, share: float = 0.95) -> tuple[Floats, Floats]:
    """Give the exact interval of the rate events / looks, one look may find several hazards.

    Garwood 1936 (Fiducial limits for the Poisson distribution, Biometrika 28): χ² quantiles, here by the inverse of
    the incomplete gamma function, γ⁻¹(y, α/2) and γ⁻¹(y + 1, 1 − α/2), divided by the looks. NaN without looks.
    """
    y, n = np.asarray(events, dtype=float), np.asarray(looks, dtype=float)
    tail = (1 - share) / 2
    low = np.where(y > 0, gammaincinv(np.maximum(y, 1), tail), 0.0)
    high = gammaincinv(y + 1, 1 - tail)
    unknown = np.full(y.shape, np.nan)
    return np.divide(low, n, out=unknown.copy(), where=n > 0), np.divide(high, n, out=unknown, where=n > 0)


def normal_scores(values: Floats) -> Floats:
    """Put in place of each value what a normal sample has at its rank: Φ⁻¹((r − 3/8) / (n + 1/4)), Blom 1958.

    Hazards are so skewed that Gi* of the values themselves calls chance hot: in a town whose grids were shuffled, in
    23 % of cases for rates, in all cases for densities, where 5 % are meant (`benchmarks/hotspots.py`). Shape
    (areas, months), column by column; equal values share the mean rank; NaN stays.
    """
    rank = pd.DataFrame(values).rank().to_numpy().reshape(values.shape)
    n = (~np.isnan(values)).sum(axis=0)
    return np.asarray(ndtri((rank - 0.375) / (n + 0.25)), dtype=np.float64)


def getis_ord(values: Floats, pairs: Ints) -> Floats:
    """Give Gi* as a z-score: how far the sum over an area and its neighbours is above what chance gives.

    Ord and Getis 1995 (Local spatial autocorrelation statistics, Geographical Analysis 27, eq. 14, the area itself
    included) with weights 1: z = (Σx − k x̄) / (s √((n k − k²) / (n − 1))), k the area and its neighbours, n all, x̄ and
    s (divided by n) over all. Areas without data are no neighbours and no part of n.

    Parameters
    ----------
    values
        Shape (areas,) or (areas, months); NaN = no data.
    pairs
        Shape (m, 2): neighbours, each pair once.

    Returns
    -------
    Same shape; NaN where there is no data; 0 where nothing differs, or where an area neighbours all others.
    """
    flat = values.ndim == 1
    x = values[:, None] if flat else values
    there = ~np.isnan(x)
    n = there.sum(axis=0)
    held = np.where(there, x, 0.0)
    mean = held.sum(axis=0) / np.maximum(n, 1)
    off = np.where(there, x - mean, 0.0)
    spread = np.sqrt((off**2).sum(axis=0) / np.maximum(n, 1))
    web = _web(pairs, len(x))
    near, sums = web @ there.astype(float), web @ off
    scale = spread * np.sqrt(np.maximum(n * near - near**2, 0) / np.maximum(n - 1, 1))
    even = spread <= 1e-12 * np.maximum(np.abs(mean), 1e-300)  # what rounding alone makes of equal values
    z = np.divide(sums, scale, out=np.zeros(x.shape), where=(scale > 0) & ~even)
    z[~there] = np.nan
    return np.asarray(z[:, 0] if flat else z, dtype=np.float64)


def _web(pairs: Ints, areas: int) -> csr_array:
    """Give the matrix of neighbours, both ways, and of each area with itself."""
    own = np.arange(areas)
    rows = np.concatenate([pairs[:, 0], pairs[:, 1], own])
    columns = np.concatenate([pairs[:, 1], pairs[:, 0], own])
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(areas, areas))


def two_sided(z: Floats) -> Floats:
    """Give the two-sided p of a z-score by the normal distribution; NaN stays."""
    return np.asarray(2 * ndtr(-np.abs(z)), dtype=np.float64)


def benjamini_hochberg(p: Floats) -> Floats:
    """Correct p-values for how many were looked at, column by column, by the false discovery rate.

    Benjamini and Hochberg 1995 (JRSS B 57): the k-th smallest of m becomes the least p m / k from it upwards, at most
    1. NaN is no test and stays.
    """
    flat = p.ndim == 1
    raw = p[:, None] if flat else p
    tests = (~np.isnan(raw)).sum(axis=0)
    order = np.argsort(raw, axis=0)  # NaN last
    rank = np.arange(1, len(raw) + 1)[:, None]
    risen = np.take_along_axis(raw, order, axis=0) * tests / rank
    fallen = np.fmin.accumulate(risen[::-1], axis=0)[::-1]
    corrected = np.empty_like(raw)
    np.put_along_axis(corrected, order, np.minimum(fallen, 1), axis=0)
    corrected = np.maximum(corrected, raw)  # p m / m may round below p; NaN stays
    return np.asarray(corrected[:, 0] if flat else corrected, dtype=np.float64)


def mann_kendall(series: Floats) -> tuple[Ints, Floats]:
    """Test each row for a rise or fall: Kendall's S and its two-sided p.

    Mann 1945, Kendall 1975: S = Σ sign(x_j − x_i) over i < j, variance n (n − 1) (2 n + 5) / 18, continuity correction.
    Not corrected for ties, which makes p larger at most. With 4 to 6 months p ≤ 0.1 holds just when it does by the
    exact distribution.

    Parameters
    ----------
    series
        Shape (areas, months); NaN = no data, left out.

    Returns
    -------
    S of shape (areas,), p of shape (areas,), NaN with fewer than three months.
    """
    earlier, later = np.triu_indices(series.shape[1], k=1)
    steps = np.sign(series[:, later] - series[:, earlier])
    s = np.nan_to_num(steps).sum(axis=1)
    n = (~np.isnan(series)).sum(axis=1)
    deviation = np.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    z = np.divide(np.maximum(np.abs(s) - 1, 0), deviation, out=np.full(len(s), np.nan), where=n >= 3)
    return s.astype(np.int64), two_sided(z)
