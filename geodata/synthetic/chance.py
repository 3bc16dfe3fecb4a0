"""Chance with exact totals: seeded streams, whole numbers that add up, smooth random fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]

STREAMS = (
    "land",
    "streets",
    "sites",
    "divisions",
    "register",
    "people",
    "visits",
    "clock",
    "geotags",
    "hazards",
    "tracks",
)


def stream(seed: int, name: str) -> np.random.Generator:
    """Give the random stream of one piece, so that a change in one piece leaves the others as they were."""
    return np.random.default_rng([seed, STREAMS.index(name)])


def apportion(weights: Floats, total: int, rng: np.random.Generator) -> Ints:
    """Give whole numbers in proportion to weights that add up to `total` exactly (systematic sampling)."""
    group = np.zeros(len(weights), dtype=np.int64)
    return apportion_groups(weights, group, np.array([total]), rng)


def apportion_groups(weights: Floats, group: Ints, totals: Ints, rng: np.random.Generator) -> Ints:
    """Give whole numbers in proportion to weights that add up to `totals[g]` in each group.

    Systematic sampling: within a group the running share is cut at whole numbers after one random shift, so each
    number is its expectation rounded up or down, and the sum is exact.

    Parameters
    ----------
    weights, group
        n weights ≥ 0, and the position of each one's group in `totals`.
    totals
        One whole number per group; a group with a total must have a weight.
    """
    order = np.argsort(group, kind="stable")
    g, w = group[order], weights[order]
    sums = np.bincount(group, weights=weights, minlength=len(totals))
    if ((sums <= 0) & (totals > 0)).any():
        raise ValueError("a group with a total has no weight")
    running = np.cumsum(w)
    last = np.flatnonzero(np.r_[g[1:] != g[:-1], True]) if len(g) else np.zeros(0, dtype=np.int64)
    first = np.r_[0, last[:-1] + 1][: len(last)]
    before = np.repeat(running[first] - w[first], np.diff(np.r_[first, len(g)]))
    upper = (running - before) / np.where(sums[g] > 0, sums[g], 1.0) * totals[g]
    upper[last] = totals[g[last]]
    lower = np.r_[0.0, upper[:-1]]
    lower[first] = 0.0
    shift = rng.random(len(totals))[g]
    out = np.zeros(len(weights), dtype=np.int64)
    out[order] = (np.floor(upper + shift) - np.floor(lower + shift)).astype(np.int64)
    return out


def pick(shares: Sequence[float] | Floats, size: int, rng: np.random.Generator) -> Ints:
    """Give `size` positions drawn in proportion to `shares`."""
    edges = np.cumsum(np.asarray(shares, dtype=float))
    found = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    return np.asarray(np.minimum(found, len(edges) - 1), dtype=np.int64)


def pick_rows(shares: Floats, row: Ints, rng: np.random.Generator) -> Ints:
    """Give for each entry one column of `shares[row]`, in proportion to that row's shares."""
    edges = np.cumsum(shares, axis=1)
    edges /= edges[:, -1:]
    found = (rng.random(len(row))[:, None] >= edges[row]).sum(axis=1)
    return np.asarray(np.minimum(found, shares.shape[1] - 1), dtype=np.int64)


def words(*texts: str) -> Objects:
    """Give texts as an array that can be indexed by numbers."""
    out = np.empty(len(texts), dtype=object)
    out[:] = texts
    return out


@dataclass(frozen=True)
class Waves:
    """A smooth random field over the plane: a sum of plane waves, of mean 0 and standard deviation 1.

    Attributes
    ----------
    numbers
        (n, 2) wave vectors, radians per metre.
    phases, heights
        n phases in radians and n amplitudes.
    """

    numbers: Floats
    phases: Floats
    heights: Floats

    def at(self, xy: Floats) -> Floats:
        """Give the field at (k, 2) points in metres."""
        return np.asarray(np.cos(xy @ self.numbers.T + self.phases) @ self.heights)


def waves(rng: np.random.Generator, shortest: float, longest: float, count: int = 24, rough: float = 0.8) -> Waves:
    """Draw a field with wavelengths between two lengths in metres; a longer wave is higher, by the power `rough`."""
    length = np.exp(rng.uniform(np.log(shortest), np.log(longest), count))
    angle = rng.uniform(0, 2 * np.pi, count)
    numbers = (2 * np.pi / length)[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
    heights = length**rough
    heights *= np.sqrt(2 / np.sum(heights**2))
    return Waves(numbers, rng.uniform(0, 2 * np.pi, count), heights)
