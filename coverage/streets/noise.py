"""How noisy a receiver was, from what a way leaves of its fixes; compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coverage.streets.network import Bools, Floats, Ints
from grids.compiled import compiled

SIGMAS_M = (3.0, 30.0)
DRIFTING = (0.1, 0.3, 0.5, 0.65, 0.8, 0.9)
DRIFT_S = (10.0, 20.0, 45.0, 90.0, 180.0)
FEW = 20
"""So many fixes as expected are added to those of a track, so that a few alone say little."""


class Noise(NamedTuple):
    """Of each track: how noisy its receiver was.

    Standard deviation of the errors on each axis, m; the share of their variance that drifts, and the seconds within
    which it drifts away (1/e).
    """

    sigma: Floats
    drifting: Floats
    drift_s: Floats


@compiled
def noise_of(
    error: Floats, seconds: Floats, begins: Bools, count: Ints, sigma: float, drifting: float, drift_s: float
) -> tuple[float, float, float]:
    """Estimate the noise of one track from its errors, the likeliest of a few values each.

    An error is a drift, a first-order Gauss-Markov process, and a part that is new in each fix; one of a mean of
    `count` fixes has that much less new. A Kalman filter gives what is new in each error and its variance in units of
    sigma², hence the likelihood, with the likeliest sigma for every share and time (Harvey 1989, 3.4).

    Parameters
    ----------
    error
        (n,) errors across the street, metres: along it they are what the pace was not.
    begins
        (n,) whether nothing is known of the drift at an error, as where the street bends.
    sigma, drifting, drift_s
        What was thought so far: counts as `FEW` fixes.
    """
    best, found = np.inf, (sigma, drifting, drift_s)
    for share in DRIFTING:
        for forget in DRIFT_S:
            logs = squares = known = drift = 0.0
            for i in range(len(error)):
                if begins[i]:
                    keep, known = 0.0, share
                else:
                    keep = np.exp(-(seconds[i] - seconds[i - 1]) / forget)
                    known = keep * keep * known + share * (1.0 - keep * keep)
                spare = known + (1.0 - share) / count[i]
                gain = known / spare
                known *= 1.0 - gain
                new = error[i] - keep * drift
                drift = keep * drift + gain * new
                logs += np.log(spare)
                squares += new * new / spare
            n = len(error) + FEW
            variance = (squares + FEW * sigma * sigma) / n
            cost = logs + n * np.log(variance)
            cost += FEW * (((share - drifting) / 0.3) ** 2 + (np.log(forget / drift_s) / np.log(4.0)) ** 2) / 10
            if cost < best:
                best, found = cost, (min(max(np.sqrt(variance), SIGMAS_M[0]), SIGMAS_M[1]), share, forget)
    return found
