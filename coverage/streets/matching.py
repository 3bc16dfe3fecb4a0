"""Which streets a track went along: from noisy fixes to pieces of streets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from coverage.streets import candidates, passing, posterior
from coverage.streets.candidates import Candidates, Cells, Steps
from coverage.streets.dense import Streets, match_dense, shape_of
from coverage.streets.lattice import Near
from coverage.streets.network import Bools, Floats, Ints, Network
from coverage.streets.reach import room_of, web_of
from coverage.streets.stepping import Model
from coverage.streets.tracks import Fixes, Walked

SPARSE_S = 25.0
"""Median seconds between fixes from which on all ways are summed up: measured in `benchmarks/README.md`."""
LEAST_SIGMA_M, MOST_SIGMA_M = 3.0, 30.0
FIRST_SIGMA_M = 12.0
WALKING_M_S, LEAST_M_S = 1.25, 0.3
"""How fast somebody is taken to walk where a track does not say, and at least."""
ANY_PACE = 1e9
"""Slack of a track whose pace is not known yet."""
LEAST_SLACK, FEW = 0.05, 10
"""Nobody's steps are more alike; so many of them say what a pace is."""
APART, LEAST_APART_M, MOST_APART_M = 1.5, 8.0, 35.0
"""Fixes closer to each other than so many times the noise are one, within such limits."""
CHUNK = 10_000
"""Fixes that are matched at a time."""


SUMS = Model(drift_s=60.0, drifting=0.67, blur=4.0, metre=0.045, turn=8.0, off=15.0, leave=14.0, beam=5.0)
"""Its costs were chosen by walks of known truth, `benchmarks/streets.py`."""
ROUNDS = 4
"""So often noise and pace of a sparse track are estimated anew."""


def match(fixes: Fixes, network: Network) -> Walked:
    """Match fixes to the streets they were walked on. What one track gives does not depend on the others."""
    nothing = np.zeros(0, dtype=np.int64)
    if not len(fixes.xy) or not len(network.lines):
        return Walked(nothing, nothing)
    ground, sparse = _Ground(network), sparse_fixes(fixes)
    ways = ((~sparse, ground.match_dense), (sparse, ground.match_sparse))
    found = [how(fixes, part) for which, how in ways for part in _chunks(fixes.track, np.flatnonzero(which))]
    return Walked(np.concatenate([w.piece for w in found]), np.concatenate([w.fix for w in found]))


def sparse_fixes(fixes: Fixes) -> Bools:
    """Tell of each fix whether its track is sparse: the ways between fixes have to be guessed from pace and length."""
    same = np.diff(fixes.run) == 0
    apart = pd.Series(np.diff(fixes.seconds)[same]).groupby(fixes.track[1:][same]).median()
    return np.isin(fixes.track, apart.index[apart >= SPARSE_S])


class _Ground:
    """The streets, ready to be matched to."""

    def __init__(self, network: Network) -> None:
        self.web = web_of(network)
        self.room = room_of(self.web)
        self.edge = network.pieces.edge
        self.along = network.pieces.start + network.pieces.length / 2
        middles = shapely.get_coordinates(network.middles())
        self.x, self.y = np.ascontiguousarray(middles[:, 0]), np.ascontiguousarray(middles[:, 1])
        self.cells = cells_of(self.x, self.y)
        self.streets = Streets(self.web, shape_of(network), Near(self.cells, self.edge, self.x, self.y))

    def match_dense(self, fixes: Fixes, part: Ints) -> Walked:
        """Match a part of the fixes, whole tracks, by the likeliest way."""
        walked = match_dense(fixes.some(part), self.streets)
        return Walked(walked.piece, part[walked.fix])

    def match_sparse(self, fixes: Fixes, part: Ints) -> Walked:
        """Match a part of the fixes, whole tracks, by all ways there are.

        Noise and pace are taken from how well they fit, again and again.
        """
        whole = fixes.some(part)
        track = np.unique(whole.track, return_inverse=True)[1]
        tracks = int(track.max()) + 1
        sigma, apart = np.full(tracks, FIRST_SIGMA_M), np.full(tracks, LEAST_APART_M)
        pace, slack = np.full(tracks, WALKING_M_S), np.full(tracks, ANY_PACE)
        for _ in range(ROUNDS):
            kept, here = _thinned(whole, apart[track])
            number = track[kept]
            steps, near = self._near(here, sigma[number], pace[number], slack[number])
            chances, error, metres = posterior.expected(steps, near, SUMS, self.web, self.room)
            pace, slack = _paces(number, metres, here.seconds, pace, slack)
            sigma = sigma * np.sqrt(_too_small(number, error, tracks))
            sigma = np.clip(sigma, LEAST_SIGMA_M, MOST_SIGMA_M)
            apart = np.clip(APART * sigma, LEAST_APART_M, MOST_APART_M)
        size = 4 * len(self.edge)
        while True:
            tally = passing.tally_of(len(self.edge), size)
            passing.passed(steps, near, SUMS, self.web, self.room, chances, tally)
            found = int(tally.found[0])
            if found <= size:
                return Walked(tally.out[:found], part[kept[tally.when[:found]]])
            size = found

    def _near(self, fixes: Fixes, sigma: Floats, pace: Floats, slack: Floats) -> tuple[Steps, Candidates]:
        x, y = np.ascontiguousarray(fixes.xy[:, 0]), np.ascontiguousarray(fixes.xy[:, 1])
        radius = np.maximum(35.0, 3.5 * sigma)
        near = np.zeros(len(x) + 1, dtype=np.int64)
        size = 40 * len(x)
        while True:
            piece = np.zeros(size, dtype=np.int64)
            found = candidates.pieces_near(x, y, radius, self.cells, self.x, self.y, near, piece)
            if found <= size:
                break
            size = found
        piece = piece[:found]
        these = Candidates(piece, self.edge[piece], self.along[piece], self.x[piece], self.y[piece])
        return Steps(x, y, fixes.seconds, fixes.run, sigma, near, pace, slack), these


def cells_of(x: Floats, y: Floats) -> Cells:
    """Give points by square."""
    side = 50.0
    x0, y0 = float(x.min()), float(y.min())
    columns = int((x.max() - x0) // side) + 1
    rows = int((y.max() - y0) // side) + 1
    cell = ((y - y0) // side).astype(np.int64) * columns + ((x - x0) // side).astype(np.int64)
    order = np.argsort(cell, kind="stable")
    return Cells(x0, y0, side, columns, rows, np.searchsorted(cell[order], np.arange(columns * rows + 1)), order)


def _chunks(track: Ints, which: Ints) -> Iterator[Ints]:
    """Give the fixes named, so many at a time, whole tracks."""
    begins = np.flatnonzero(np.diff(track[which], prepend=-1))
    first = 0
    for begin in [*begins[1:].tolist(), len(which)]:
        if begin - first >= CHUNK or first < begin == len(which):
            yield which[first:begin]
            first = begin


def _too_small(track: Ints, error: Floats, tracks: int) -> Floats:
    """Give how many times larger the variance of each track's errors is than it was taken for; few fixes say little."""
    on = error >= 0
    count = np.bincount(track[on], minlength=tracks)
    return np.asarray((np.bincount(track[on], error[on], minlength=tracks) + 20) / (2 * count + 20))


def _paces(track: Ints, metres: Floats, seconds: Floats, pace: Floats, slack: Floats) -> tuple[Floats, Floats]:
    """Give how fast each track goes, m/s, and by which share its steps differ from that; few steps change neither."""
    waited = np.diff(seconds, prepend=np.nan)
    on = (metres >= 0) & (waited > 0)
    steps = pd.DataFrame({"track": track[on], "speed": metres[on] / waited[on]})
    by = steps.groupby("track")["speed"]
    speed = by.median()[by.size() >= FEW].clip(LEAST_M_S)
    differ = (steps["speed"] / steps["track"].map(speed) - 1).abs().groupby(steps["track"]).median()[speed.index]
    pace, slack = pace.copy(), slack.copy()
    pace[speed.index], slack[speed.index] = speed, differ.clip(LEAST_SLACK)
    return pace, slack


def _thinned(fixes: Fixes, apart: Floats) -> tuple[Ints, Fixes]:
    """Make fixes that are near each other one, in their middle; it stands for the first of them."""
    x, y = np.ascontiguousarray(fixes.xy[:, 0]), np.ascontiguousarray(fixes.xy[:, 1])
    keep = np.zeros(len(fixes.xy), dtype=np.int64)
    candidates.thin(x, y, fixes.run, apart, keep)
    kept = np.flatnonzero(keep)
    group = np.cumsum(keep) - 1
    count = np.bincount(group)
    xy = np.column_stack([np.bincount(group, fixes.xy[:, axis]) / count for axis in (0, 1)])
    seconds = np.bincount(group, fixes.seconds) / count
    return kept, replace(fixes.some(kept), xy=xy, seconds=seconds)
