"""Graphs to divide: hexagons, random triangulations, random loads."""

from __future__ import annotations

import numpy as np
from scipy.spatial import Delaunay, cKDTree

from grids.graph import Floats, Graph, Ints

SPACING = 100.0


def disc(n: int, seed: int = 1, spread: float = 1.0) -> Graph:
    """Make a disc of n hexagons, 100 m from centre to centre, with log-normal loads."""
    reach = int(np.sqrt(n)) + 5
    q, r = (axis.ravel() for axis in np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1)))
    x, y = SPACING * (q + r / 2), SPACING * np.sqrt(3) / 2 * r
    kept = np.lexsort((q, r, x**2 + y**2))[:n]
    x, y = x[kept], y[kept]
    pairs = cKDTree(np.column_stack([x, y])).query_pairs(SPACING * 1.01, output_type="ndarray").astype(np.int64)
    load = np.random.default_rng(seed).lognormal(0, spread, n)
    return Graph.of(pairs, np.full(len(pairs), SPACING / np.sqrt(3)), load, x, y)


def triangulated(n: int, seed: int) -> Graph:
    """Make a planar graph of random points, with random loads, some of them nothing."""
    rng = np.random.default_rng(seed)
    at = rng.random((n, 2)) * 1_000
    corners = Delaunay(at).simplices
    pairs = np.sort(np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1)
    load = rng.exponential(1, n) * (rng.random(n) < 0.8)
    edges = np.unique(pairs, axis=0).astype(np.int64)
    return Graph.of(edges, rng.random(len(edges)) + 0.1, load, at[:, 0], at[:, 1])


def lattice(wide: int, high: int, load: Floats | None = None) -> Graph:
    """Make a rectangle of squares with borders of cost 1."""
    number = np.arange(wide * high).reshape(high, wide)
    pairs: Ints = np.vstack(
        [
            np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
            np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
        ]
    )
    y, x = (axis.ravel().astype(float) for axis in np.divmod(number, wide))
    return Graph.of(pairs, np.ones(len(pairs)), np.ones(wide * high) if load is None else load, x, y)
