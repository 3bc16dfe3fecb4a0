"""Which streets a track went along: from noisy fixes to stretches of edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from coverage.streets import viterbi
from coverage.streets.network import Floats, Ints, Network

CANDIDATES = 8
"""Streets that a fix may be on."""
LEAST_SIGMA_M, MOST_SIGMA_M = 4.0, 25.0
BETA_M = 6.0
"""A way that is so much longer or shorter than the straight step costs 1; a fix 1 sigma off its street costs 0.5."""
TURN_M = 80.0
"""Turning round counts as so many metres of way."""
NOISE_EVERY = 5
"""Every so many fixes are asked how far they are from a street."""


@dataclass(frozen=True)
class Fixes:
    """n fixes of any number of tracks, in order of track and time.

    Attributes
    ----------
    xy
        (n, 2) metres in the plane of the network.
    run
        Number of the piece of line that each fix belongs to: no way is sought between runs.
    track
        Number of the recording: all its fixes are taken for equally noisy.
    """

    xy: Floats
    run: Ints
    track: Ints


@dataclass(frozen=True)
class Walked:
    """Stretches of streets that were walked: edge, from and to (metres along it), and the fix at which each ended."""

    edge: Ints
    start: Floats
    end: Floats
    fix: Ints


def match(fixes: Fixes, network: Network) -> Walked:
    """Match fixes to the streets they were walked on. What one track gives does not depend on the others."""
    if not len(fixes.xy) or not len(network.lines):
        nothing = np.zeros(0, dtype=np.int64)
        return Walked(nothing, np.zeros(0), np.zeros(0), nothing)
    kept, xy, sigma = _thinned(fixes, noise_of(fixes, network))
    near, edge, offset, far = _candidates(shapely.points(xy), network, np.maximum(35.0, 4.0 * sigma))
    web, room = _web(network), _room(network)
    emission = far**2 / (2 * np.repeat(sigma, np.diff(near)) ** 2)
    chosen, broken = np.full(len(xy), -1), np.zeros(len(xy), dtype=np.int64)
    viterbi.likeliest(
        *_columns(xy), fixes.run[kept], near, edge, offset, emission, web, room, sigma, BETA_M, TURN_M, chosen, broken
    )
    straight = _straight(xy, chosen)
    size = 4 * len(xy) + 1000
    while True:  # what has no room is counted, so that a second turn has room
        out = (*(np.zeros(size, dtype=kind) for kind in (np.int64, float, float, np.int64)),)
        found = viterbi.stretches(chosen, broken, edge, offset, straight, web, room, sigma, TURN_M, out)
        if found <= size:
            return Walked(out[0][:found], out[1][:found], out[2][:found], kept[out[3][:found]])
        size = found


def _columns(xy: Floats) -> tuple[Floats, Floats]:
    return np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])


def _straight(xy: Floats, chosen: Ints) -> Floats:
    """Give for each step with a state how far it is from the one before it that has a state."""
    straight, placed = np.zeros(len(xy)), np.flatnonzero(chosen >= 0)
    straight[placed[1:]] = np.hypot(*np.diff(xy[placed], axis=0).T)
    return straight


def _web(network: Network) -> tuple[Ints, Floats, Ints, Ints, Ints]:
    """Give the graph as arrays: ends and lengths of edges, and which directed edges leave each node (CSR)."""
    tail = network.ends.ravel()  # directed edge 2e leaves the first end of e, 2e + 1 the second
    leaving = np.argsort(tail, kind="stable")
    first = np.searchsorted(tail[leaving], np.arange(len(network.nodes) + 1)).astype(np.int64)
    return network.ends, network.length, first, leaving, np.diff(first)


def _room(network: Network) -> tuple[Floats, Ints, Ints, Ints, Ints, Floats, Ints]:
    """Give the room in which `viterbi.spread` works."""
    directed = 2 * len(network.lines)
    degree = np.bincount(network.ends.ravel())
    most = int((degree.astype(np.int64) ** 2).sum()) + 2 * int(degree.max()) + 1
    whole = [np.zeros(directed, dtype=np.int64) for _ in range(3)]
    heap, count = np.zeros(most, dtype=np.int64), np.zeros(1, dtype=np.int64)
    return np.full(directed, np.inf), whole[0], whole[1], whole[2], heap, np.zeros(most), count


def noise_of(fixes: Fixes, network: Network) -> Floats:
    """Estimate the noise of each fix's track, metres: were all its fixes of streets, their median distance from the
    nearest street would be 0.6745 sigma (half of a normal distribution lies within).
    """
    number = np.unique(fixes.track, return_inverse=True)[1]
    some = np.flatnonzero(np.arange(len(number)) % NOISE_EVERY == 0)
    points = shapely.points(fixes.xy[some])
    which, far = network.tree.query_nearest(points, all_matches=False, return_distance=True, max_distance=100.0)[0:2]
    which = which[0]
    median = pd.Series(far).groupby(number[some[which]]).median().reindex(range(number.max() + 1))
    sigma = (median / 0.6745).fillna(LEAST_SIGMA_M).clip(LEAST_SIGMA_M, MOST_SIGMA_M).to_numpy()
    return np.asarray(sigma[number], dtype=float)


def _thinned(fixes: Fixes, sigma: Floats) -> tuple[Ints, Floats, Floats]:
    """Keep fixes at least 2 sigma apart; each stands for those after it, whose middle it moves to."""
    keep = np.zeros(len(fixes.xy), dtype=np.int64)
    viterbi.thin(*_columns(fixes.xy), fixes.run, 2.0 * sigma, keep)
    kept = np.flatnonzero(keep)
    # the middle of a group of fixes is less noisy than any of them
    group = np.cumsum(keep) - 1
    count = np.bincount(group)
    xy = np.column_stack([np.bincount(group, fixes.xy[:, axis]) / count for axis in (0, 1)])
    return kept, xy, sigma[kept]


def _candidates(points: npt.NDArray[np.object_], network: Network, radius: Floats) -> tuple[Ints, Ints, Floats, Floats]:
    """Give for each point the nearest streets within its radius: CSR pointer, edge, offset, distance."""
    which, edge = network.tree.query(points, predicate="dwithin", distance=radius)
    far = shapely.distance(points[which], network.lines[edge])
    order = np.lexsort((edge, far, which))
    which, edge, far = which[order], edge[order], far[order]
    first = np.searchsorted(which, np.arange(len(points)))
    few = np.arange(len(which)) - first[which] < CANDIDATES
    which, edge, far = which[few], edge[few], far[few]
    offset = shapely.line_locate_point(network.lines[edge], points[which])
    near = np.searchsorted(which, np.arange(len(points) + 1))
    return near.astype(np.int64), edge.astype(np.int64), offset, far
