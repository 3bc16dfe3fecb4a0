"""How noisy a receiver was."""

from __future__ import annotations

import math

import numpy as np
import pytest

from coverage.streets.noise import DRIFT_S, DRIFTING, noise_of


def errors(n: int, sigma: float, drifting: float, drift_s: float, seed: int = 3) -> np.ndarray:
    """Give errors 10 s apart, of which a part drifts."""
    rng = np.random.default_rng(seed)
    keep, drift, made = math.exp(-10.0 / drift_s), rng.normal(), []
    for _ in range(n):
        made.append(sigma * (math.sqrt(drifting) * drift + math.sqrt(1 - drifting) * rng.normal()))
        drift = keep * drift + math.sqrt(1 - keep**2) * rng.normal()
    return np.array(made)


def told(error: np.ndarray, sigma: float = 12.0) -> tuple[float, float, float]:
    """Give what one run of single fixes tells."""
    n = len(error)
    begins = np.arange(n) == 0
    return noise_of(error, 10.0 * np.arange(n), begins, np.ones(n, dtype=np.int64), sigma, 0.65, 45.0)


@pytest.mark.parametrize(("sigma", "drifting", "drift_s"), [(20.0, 0.65, 45.0), (5.0, 0.9, 90.0), (10.0, 0.5, 20.0)])
def test_noise_is_found(sigma: float, drifting: float, drift_s: float) -> None:
    """From 2,000 errors: sigma within a fifth, share and seconds at most one value off."""
    found = told(errors(2_000, sigma, drifting, drift_s))
    assert found[0] == pytest.approx(sigma, rel=0.2)
    assert abs(DRIFTING.index(found[1]) - DRIFTING.index(drifting)) <= 1
    assert abs(DRIFT_S.index(found[2]) - DRIFT_S.index(drift_s)) <= 1


def test_white_noise_does_not_drift() -> None:
    """The smallest share there is."""
    assert told(errors(2_000, 8.0, 0.0, 45.0))[1] == DRIFTING[0]


def test_few_errors_say_little() -> None:
    """Three of 1 m where 12 m were thought: at least 10 m; none at all: what was thought."""
    assert told(np.ones(3))[0] > 10.0
    assert told(np.zeros(0)) == (12.0, 0.65, 45.0)


def test_noise_stays_within_bounds() -> None:
    """Errors of a kilometre, and none."""
    assert told(errors(500, 1_000.0, 0.65, 45.0))[0] == 30.0
    assert told(np.zeros(500))[0] == 3.0
