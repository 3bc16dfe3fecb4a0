"""Which streets a track went along: from noisy fixes to pieces of streets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely

from coverage.streets import viterbi
from coverage.streets.network import Floats, Ints, Network
from coverage.streets.reach import room_of, web_of
from coverage.streets.viterbi import Candidates, Cells, Model, Steps

MODEL = Model(drift_s=90.0, drifting=0.7, blur=4.0, metre=0.045, turn=8.0, off=15.0, leave=14.0, beam=10.0)
"""Chosen by walks of known truth, `benchmarks/streets.py`."""
LEAST_SIGMA_M, MOST_SIGMA_M = 3.0, 30.0
FIRST_SIGMA_M = 12.0
ROUNDS = 3
"""So often the noise of a track is estimated anew from the match before."""
APART, LEAST_APART_M, MOST_APART_M = 1.5, 8.0, 35.0
"""Fixes closer to each other than so many times the noise are one, within such limits."""
CHUNK = 20_000
"""Fixes that are matched at a time."""


@dataclass(frozen=True)
class Fixes:
    """n fixes of any number of tracks, in order of track and time.

    Attributes
    ----------
    xy
        (n, 2) metres in the plane of the network.
    seconds
        When each was, from any moment; where a track says nothing, all the same.
    run
        Number of the piece of line that each fix belongs to: no way is sought between runs.
    track
        Number of the recording: all its fixes are taken for equally noisy.
    """

    xy: Floats
    seconds: Floats
    run: Ints
    track: Ints

    def some(self, which: Ints | slice) -> Fixes:
        """Give the fixes named."""
        return Fixes(self.xy[which], self.seconds[which], self.run[which], self.track[which])


@dataclass(frozen=True)
class Walked:
    """Pieces of the network that were walked, and the fix by which each was; a piece is there once for every time."""

    piece: Ints
    fix: Ints


def match(fixes: Fixes, network: Network, model: Model = MODEL) -> Walked:
    """Match fixes to the streets they were walked on. What one track gives does not depend on the others."""
    nothing = np.zeros(0, dtype=np.int64)
    if not len(fixes.xy) or not len(network.lines):
        return Walked(nothing, nothing)
    ground = _Ground(network, model)
    found = [ground.match(fixes, part) for part in _chunks(fixes)]
    return Walked(np.concatenate([w.piece for w in found]), np.concatenate([w.fix for w in found]))


class _Ground:
    """The streets, ready to be matched to."""

    def __init__(self, network: Network, model: Model) -> None:
        self.model, self.web = model, web_of(network)
        self.room = room_of(self.web)
        self.edge = network.pieces.edge
        self.along = network.pieces.start + network.pieces.length / 2
        middles = shapely.get_coordinates(network.middles())
        self.x, self.y = np.ascontiguousarray(middles[:, 0]), np.ascontiguousarray(middles[:, 1])
        self.cells = _cells(self.x, self.y)

    def match(self, fixes: Fixes, part: slice) -> Walked:
        """Match a part of the fixes, whole tracks; their noise is taken from how well they fit, again and again."""
        whole = fixes.some(part)
        track = np.unique(whole.track, return_inverse=True)[1]
        sigma = np.full(int(track.max()) + 1, FIRST_SIGMA_M)
        apart = np.full(len(sigma), LEAST_APART_M)
        for _ in range(ROUNDS):
            kept, here = _thinned(whole, apart[track])
            number = track[kept]
            steps, near = self._near(here, sigma[number])
            chosen, turned = np.full(len(kept), -1), np.zeros(len(kept), dtype=np.int64)
            error = viterbi.likeliest(steps, near, self.model, self.web, self.room, chosen, turned)
            sigma = sigma * np.sqrt(_too_small(number, error, len(sigma)))
            sigma = np.clip(sigma, LEAST_SIGMA_M, MOST_SIGMA_M)
            apart = np.clip(APART * sigma, LEAST_APART_M, MOST_APART_M)
        size = 4 * len(self.edge)
        while True:
            out, when = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
            found = viterbi.passed(steps, near, self.model, self.web, self.room, chosen, turned, out, when)
            if found <= size:
                return Walked(out[:found], kept[when[:found]] + part.start)
            size = found

    def _near(self, fixes: Fixes, sigma: Floats) -> tuple[Steps, Candidates]:
        x, y = np.ascontiguousarray(fixes.xy[:, 0]), np.ascontiguousarray(fixes.xy[:, 1])
        radius = np.maximum(35.0, 3.5 * sigma)
        near = np.zeros(len(x) + 1, dtype=np.int64)
        size = 40 * len(x)
        while True:
            piece = np.zeros(size, dtype=np.int64)
            found = viterbi.pieces_near(x, y, radius, self.cells, self.x, self.y, near, piece)
            if found <= size:
                break
            size = found
        piece = piece[:found]
        candidates = Candidates(piece, self.edge[piece], self.along[piece], self.x[piece], self.y[piece])
        return Steps(x, y, fixes.seconds, fixes.run, sigma, near), candidates


def _cells(x: Floats, y: Floats) -> Cells:
    side = 50.0
    x0, y0 = float(x.min()), float(y.min())
    columns = int((x.max() - x0) // side) + 1
    rows = int((y.max() - y0) // side) + 1
    cell = ((y - y0) // side).astype(np.int64) * columns + ((x - x0) // side).astype(np.int64)
    order = np.argsort(cell, kind="stable")
    return Cells(x0, y0, side, columns, rows, np.searchsorted(cell[order], np.arange(columns * rows + 1)), order)


def _chunks(fixes: Fixes) -> Iterator[slice]:
    begins = np.flatnonzero(np.diff(fixes.track, prepend=-1))
    first = 0
    for begin in [*begins[1:].tolist(), len(fixes.track)]:
        if begin - first >= CHUNK or begin == len(fixes.track):
            yield slice(first, begin)
            first = begin


def _too_small(track: Ints, error: Floats, tracks: int) -> Floats:
    """Give how many times larger the variance of each track's errors is than it was taken for; few fixes say little."""
    on = error >= 0
    count = np.bincount(track[on], minlength=tracks)
    return np.asarray((np.bincount(track[on], error[on], minlength=tracks) + 20) / (2 * count + 20))


def _thinned(fixes: Fixes, apart: Floats) -> tuple[Ints, Fixes]:
    """Make fixes that are near each other one, in their middle; it stands for the first of them."""
    x, y = np.ascontiguousarray(fixes.xy[:, 0]), np.ascontiguousarray(fixes.xy[:, 1])
    keep = np.zeros(len(fixes.xy), dtype=np.int64)
    viterbi.thin(x, y, fixes.run, apart, keep)
    kept = np.flatnonzero(keep)
    group = np.cumsum(keep) - 1
    count = np.bincount(group)
    xy = np.column_stack([np.bincount(group, fixes.xy[:, axis]) / count for axis in (0, 1)])
    return kept, replace(fixes.some(kept), xy=xy)
