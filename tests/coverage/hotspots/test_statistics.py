"""Each statistic against its formula written out slowly, and what must hold of it."""

from __future__ import annotations

import math
from itertools import permutations
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, false_discovery_control

from coverage.hotspots.statistics import (
    Floats,
    benjamini_hochberg,
    empirical_bayes,
    getis_ord,
    mann_kendall,
    normal_scores,
    poisson_interval,
    two_sided,
)

values_or_none = st.lists(st.none() | st.integers(-50, 50), min_size=1, max_size=14)


def oracle_getis_ord(values: list[float | None], pairs: list[tuple[int, int]]) -> list[float | None]:
    """Ord and Getis 1995, eq. 14, area by area."""
    there = [at for at, value in enumerate(values) if value is not None]
    n = len(there)
    known = [float(values[at]) for at in there]  # type: ignore[arg-type]
    mean = sum(known) / n if n else 0.0
    s = math.sqrt(max(sum(x * x for x in known) / n - mean * mean, 0.0)) if n else 0.0
    found: list[float | None] = []
    for at, value in enumerate(values):
        if value is None:
            found.append(None)
            continue
        near = {at} | {b for a, b in pairs if a == at} | {a for a, b in pairs if b == at}
        xs = [float(values[other]) for other in near if values[other] is not None]  # type: ignore[arg-type]
        weights = len(xs)
        under = s * math.sqrt((n * weights - weights**2) / (n - 1)) if n > 1 else 0.0
        found.append((sum(xs) - weights * mean) / under if under > 1e-9 else 0.0)
    return found


@st.composite
def webs(draw: st.DrawFn) -> tuple[list[float | None], list[tuple[int, int]]]:
    """Give values, some missing, and a random web of neighbours."""
    values = draw(values_or_none)
    every = [(a, b) for a in range(len(values)) for b in range(a + 1, len(values))]
    return values, draw(st.lists(st.sampled_from(every), unique=True)) if every else []


def as_pairs(pairs: list[tuple[int, int]]) -> np.ndarray:
    """Give pairs of neighbours as an array."""
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def as_values(values: list[float | None]) -> Floats:
    """Give values as an array, NaN for none."""
    return np.array([math.nan if value is None else value for value in values], dtype=float)


@settings(deadline=None)
@given(webs())
def test_getis_ord_is_the_formula(web: tuple[list[float | None], list[tuple[int, int]]]) -> None:
    """Gi* of any values on any web is that of the formula; no data is no neighbour and no answer."""
    values, pairs = web
    found = getis_ord(as_values(values), as_pairs(pairs))
    assert found == pytest.approx(as_values(oracle_getis_ord(values, pairs)), abs=1e-6, nan_ok=True)


@settings(deadline=None)
@given(webs(), st.randoms(use_true_random=False))
def test_order_of_areas_does_not_matter(web: tuple[list[float | None], list[tuple[int, int]]], random: object) -> None:
    """Areas in another order have the same Gi* and the same corrected p."""
    values, pairs = web
    order = list(range(len(values)))
    random.shuffle(order)  # type: ignore[attr-defined]
    new = {old: at for at, old in enumerate(order)}
    moved_pairs = [tuple(sorted((new[a], new[b]))) for a, b in pairs]
    before = getis_ord(normal_scores(as_values(values)), as_pairs(pairs))
    after = getis_ord(normal_scores(as_values([values[old] for old in order])), as_pairs(moved_pairs))
    assert after == pytest.approx(before[order], abs=1e-9, nan_ok=True)
    fdr = benjamini_hochberg(two_sided(before))
    assert benjamini_hochberg(two_sided(after)) == pytest.approx(fdr[order], abs=1e-9, nan_ok=True)


def test_months_are_columns() -> None:
    """Two months at once are the two months one by one."""
    values = np.array([[1, 9], [2, np.nan], [3, 4], [9, 1.0]])
    pairs = as_pairs([(0, 1), (1, 2), (2, 3)])
    apart = np.column_stack([getis_ord(values[:, at], pairs) for at in range(2)])
    assert getis_ord(values, pairs) == pytest.approx(apart, nan_ok=True)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_benjamini_hochberg_is_that_of_scipy(p: list[float]) -> None:
    """The corrected p are SciPy's, and never below the raw ones."""
    found = benjamini_hochberg(np.array(p))
    assert found == pytest.approx(false_discovery_control(p), abs=1e-12)
    assert (found >= np.array(p)).all()


def test_no_data_is_no_test() -> None:
    """A missing p stays missing and does not make the others larger."""
    found = benjamini_hochberg(np.array([0.01, np.nan, 0.04]))
    assert found == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)


def test_normal_scores_by_rank() -> None:
    """Scores are Blom's of the ranks: equal values share one, skewness is gone, no data stays."""
    found = normal_scores(np.array([1.0, 1000.0, np.nan, 5.0, 5.0]))
    assert found.shape == (5,)
    expected = [NormalDist().inv_cdf((rank - 0.375) / 4.25) for rank in (1, 4, 2.5, 2.5)]
    assert found == pytest.approx([expected[0], expected[1], math.nan, expected[2], expected[3]], nan_ok=True)


counts = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30)), min_size=1, max_size=12)


@given(counts)
def test_empirical_bayes_is_the_formula(rows: list[tuple[int, int]]) -> None:
    """The smoothed rate is Marshall's and lies between the area's own and the mean of all."""
    rows = [(y if n else 0, n) for y, n in rows]
    found = empirical_bayes([y for y, _ in rows], [n for _, n in rows])
    known = [(y, n) for y, n in rows if n]
    if not known:
        assert np.isnan(found).all()
        return
    total = sum(n for _, n in known)
    mean = sum(y for y, _ in known) / total
    between = sum(n * (y / n - mean) ** 2 for y, n in known) / total - mean / (total / len(known))
    for (y, n), value in zip(rows, found, strict=True):
        if not n:
            assert math.isnan(value)
        elif between <= 0:
            assert value == pytest.approx(mean)
        else:
            assert value == pytest.approx(mean + (y / n - mean) * between / (between + mean / n))
            assert min(mean, y / n) - 1e-9 <= value <= max(mean, y / n) + 1e-9


def test_few_looks_do_not_shout() -> None:
    """One look with five hazards is smoothed far more than a hundred looks with five hundred."""
    few, many = empirical_bayes([5, 500, 300, 80], [1, 100, 300, 200])[:2]
    assert few < 4 < many


@given(st.integers(0, 500), st.integers(1, 500))
def test_poisson_interval_is_garwoods(y: int, n: int) -> None:
    """The limits are the χ² quantiles of Garwood; the rate lies between; a look more lowers both."""
    low, high = (float(one[0]) for one in poisson_interval([y], [n]))
    assert low == pytest.approx(chi2.ppf(0.025, 2 * y) / 2 / n if y else 0.0)
    assert high == pytest.approx(chi2.ppf(0.975, 2 * y + 2) / 2 / n)
    assert low <= y / n <= high
    assert poisson_interval(np.array([y]), np.array([n + 1]))[1][0] < high


def test_one_of_one_is_not_certain() -> None:
    """One hazard at one look may be a rate of 0.03 or of 5.6."""
    low, high = poisson_interval(np.array([1, 0]), np.array([1, 0]))
    assert low[0] == pytest.approx(0.0253, abs=1e-4)
    assert high[0] == pytest.approx(5.5716, abs=1e-4)
    assert np.isnan([low[1], high[1]]).all()


@pytest.mark.parametrize("months", [4, 5, 6])
def test_mann_kendall_decides_as_the_exact_test(months: int) -> None:
    """For every order of 4 to 6 values, p ≤ 0.1 exactly when the share of orders as extreme is."""
    orders = np.array(list(permutations(range(months))), dtype=float)
    s, p = mann_kendall(orders)
    slow = [sum(np.sign(row[j] - row[i]) for i in range(months) for j in range(i + 1, months)) for row in orders[:50]]
    assert s[:50].tolist() == slow
    exact = np.array([(np.abs(s) >= abs(one)).mean() for one in s])
    assert ((p <= 0.1) == (exact <= 0.1)).all()


def test_months_without_data_are_left_out_of_the_trend() -> None:
    """A gap is not a fall: 1, –, 2, 3, 4 rises as 1, 2, 3, 4 does."""
    s, p = mann_kendall(np.array([[1, np.nan, 2, 3, 4], [1, 2, 3, 4, np.nan], [1, np.nan, np.nan, np.nan, 2]]))
    assert s.tolist() == [6, 6, 1]
    assert p[0] == p[1] < 0.1
    assert np.isnan(p[2])
