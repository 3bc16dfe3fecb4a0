"""Dense tracks to pieces of street: the likeliest way, with a noise and a pace that each track tells of itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely

from coverage.streets import lattice
from coverage.streets.candidates import thin
from coverage.streets.lattice import LANDING, START, TURN, Gait, Near, Shape, Trail, Walk
from coverage.streets.network import Bools, Floats, Ints, Network
from coverage.streets.noise import Noise, noise_of
from coverage.streets.reach import Web
from coverage.streets.tracks import Fixes, Walked

GAIT = Gait(beat=12.5, spread=2.0, stand=1.5, turn=8.0, off=15.0, leave=14.0, beam=8.0)
"""Its costs were chosen by walks of known truth, `benchmarks/streets.py`."""
FIRST = Noise(np.array(12.0), np.array(0.65), np.array(45.0))
"""What noise is taken for before a track says more."""
WALKING_M_S, LEAST_M_S = 1.25, 0.3
"""How fast somebody is taken to walk where a track does not say, and at least."""
TOGETHER_S, TOGETHER_M = 10.0, 12.5
"""Fixes within so many seconds, or less where the pace takes so many metres in less, are one."""
FAST_M_S = 3.0
"""Who is faster, drives, and has no pace: the way is as long as from fix to fix."""
NO_PACE = 0.0
APART_M = 10.0
"""Without times: fixes closer to each other are one."""
SAMPLES = (100, 200)
"""Noise and pace of a track are told by so many fixes of it, then again by so many."""
BLUR_M2 = 1.0
"""Variance of where on its stretch somebody is."""
SAME_WAY = 0.9
"""Cosine of the angle up to which a street goes on the same way."""
FEW = 10
"""So many steps say what a pace is."""


@dataclass(frozen=True)
class Streets:
    """Streets as the lattice needs them."""

    web: Web
    shape: Shape
    near: Near


def shape_of(network: Network) -> Shape:
    """Give the points at both ends of every half piece."""
    count = 2 * np.diff(network.pieces.first) + 1
    first = np.concatenate([[0], np.cumsum(count)])
    edge = np.repeat(np.arange(len(count)), count)
    share = (np.arange(len(edge)) - first[edge]) / (count[edge] - 1)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(network.lines[edge], share * network.length[edge]))
    return Shape(first, np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1]))


def match_dense(fixes: Fixes, streets: Streets) -> Walked:
    """Match whole tracks: noise and pace are found by samples of them, in two rounds."""
    track = np.unique(fixes.track, return_inverse=True)[1]
    tracks = int(track.max()) + 1
    crow = crow_paces(replace(fixes, track=track), tracks)
    pace = np.where(crow <= FAST_M_S, WALKING_M_S, NO_PACE)
    noise = Noise(*(np.full(tracks, float(value)) for value in FIRST))
    means = _means(fixes, track, crow)
    place = np.arange(len(means.track)) - np.searchsorted(means.track, np.arange(tracks))[means.track]
    for size in SAMPLES:
        sample = means.some(np.flatnonzero(place < size))
        trail = _trail(sample, streets, noise, pace)
        noise, pace = _told(sample, trail, streets, noise, pace)
    piece, fix = _passed(_trail(means, streets, noise, pace), streets)
    return Walked(piece, means.first[fix])


@dataclass(frozen=True)
class _Means:
    """Means of fixes within some seconds: as `Fixes`, how many each is of, and the number of the first of them."""

    x: Floats
    y: Floats
    seconds: Floats
    run: Ints
    track: Ints
    count: Ints
    first: Ints

    def some(self, which: Ints) -> _Means:
        """Give the means named."""
        return _Means(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


def crow_paces(fixes: Fixes, tracks: int) -> Floats:
    """Give how fast each track goes where it is fast, as the crow flies, m/s: three quarters of its steps are slower.

    A step is from the mean of half a minute to that of the next, so that noise adds little. Infinite where a track has
    no times, as fast as walkers where it has no steps.
    """
    by = pd.Series(fixes.seconds).groupby(fixes.run)
    half = np.minimum(30.0, (by.transform("max") - by.transform("min")).to_numpy() / 2 + 1e-3)
    first = _windows(fixes, half)
    x, y, seconds = _averages(first, fixes)
    same = np.diff(fixes.run[first]) == 0
    speed = np.hypot(np.diff(x), np.diff(y))[same] / np.diff(seconds)[same]
    some = pd.Series(speed).groupby(fixes.track[first][1:][same]).quantile(0.75)
    times = pd.Series(fixes.seconds).groupby(fixes.track)
    timeless = times.max() == times.min()
    pace = np.full(tracks, WALKING_M_S)
    pace[some.index] = some
    pace[timeless.index[timeless]] = np.inf
    return pace


def _averages(first: Ints, fixes: Fixes) -> tuple[Floats, Floats, Floats]:
    """Give the means of x, y and seconds from each first fix to the next."""
    count = np.diff(first, append=len(fixes.run))
    x, y, seconds = (np.add.reduceat(values, first) / count for values in (*fixes.xy.T, fixes.seconds))
    return x, y, seconds


def _windows(fixes: Fixes, seconds: Floats) -> Ints:
    """Give the first fix of every so many seconds of a run."""
    begin = np.flatnonzero(np.diff(fixes.run, prepend=-1))
    since = fixes.seconds - np.repeat(fixes.seconds[begin], np.diff(begin, append=len(fixes.run)))
    number = ((since + 1e-6) // seconds).astype(np.int64)
    new = np.diff(number, prepend=-1) != 0
    new[begin] = True
    return np.flatnonzero(new)


def _means(fixes: Fixes, track: Ints, crow: Floats) -> _Means:
    """Make fixes within some seconds of each other one."""
    x, y = np.ascontiguousarray(fixes.xy[:, 0]), np.ascontiguousarray(fixes.xy[:, 1])
    keep, timed = np.zeros((2, len(x)), dtype=np.int64)
    thin(x, y, fixes.run, np.full(len(x), APART_M), keep)
    timed[_windows(fixes, np.clip(TOGETHER_M / crow, 0.1, TOGETHER_S)[track])] = 1
    first = np.flatnonzero(np.where(np.isinf(crow)[track], keep, timed))
    count = np.diff(first, append=len(track))
    x, y, seconds = _averages(first, fixes)
    return _Means(x, y, seconds, fixes.run[first], track[first], count, first)


def _trail(means: _Means, streets: Streets, noise: Noise, pace: Floats) -> Trail:
    variance, drifting = noise.sigma[means.track] ** 2, noise.drifting[means.track]
    new2 = variance * (1.0 - drifting) / means.count + BLUR_M2
    walk = Walk(
        means.x, means.y, means.seconds, means.run, variance * drifting, new2, noise.drift_s[means.track],
        pace[means.track],
    )  # fmt: skip
    return lattice.likeliest(walk, streets.near, GAIT, streets.web, streets.shape)


def _told(means: _Means, trail: Trail, streets: Streets, noise: Noise, pace: Floats) -> tuple[Noise, Floats]:
    """Give what the way of each track says of its noise and of its pace."""
    at = np.flatnonzero(trail.kind == LANDING)
    fix = trail.fix[at]
    seconds, run, track = means.seconds[fix], means.run[fix], means.track[fix]
    error, begins = _across(means, trail, at, streets)
    metres = np.concatenate([[0.0], np.cumsum(_intervals(trail, streets)[3])])[at]
    noise, pace = Noise(*(values.copy() for values in noise)), pace.copy()
    gone = np.diff(metres) / np.where((waited := np.diff(seconds)) > 0, waited, np.nan)
    steps = (np.diff(run) == 0) & (np.diff(fix) == 1) & (gone > 0.1 * pace[track[1:]])
    for number in np.unique(track):
        mine = track == number
        found = noise_of(
            error[mine], seconds[mine], begins[mine], means.count[fix[mine]],
            noise.sigma[number], noise.drifting[number], noise.drift_s[number],
        )  # fmt: skip
        noise.sigma[number], noise.drifting[number], noise.drift_s[number] = found
        mine = steps & mine[1:]
        if pace[number] != NO_PACE:
            pace[number] = max((FEW * pace[number] + gone[mine].sum()) / (FEW + mine.sum()), LEAST_M_S)
    return noise, pace


def _across(means: _Means, trail: Trail, at: Ints, streets: Streets) -> tuple[Floats, Bools]:
    """Give the errors across the streets of the nodes named, and at which of them the street goes another way."""
    edge, along, fix = trail.edge[at], trail.along[at], trail.fix[at]
    ahead, behind, here = (lattice.places(edge, along + step, streets.web, streets.shape) for step in (1.0, -1.0, 0.0))
    along_x, along_y = ahead[0] - behind[0], ahead[1] - behind[1]
    length = np.hypot(along_x, along_y)
    across = np.column_stack([-along_y / length, along_x / length])
    error = (means.x[fix] - here[0]) * across[:, 0] + (means.y[fix] - here[1]) * across[:, 1]
    alike = (across[1:] * across[:-1]).sum(axis=1)
    begins = np.concatenate([[True], (np.abs(alike) < SAME_WAY) | (np.diff(means.run[fix]) != 0)])
    # after turning round the other side is the left one
    side = np.cumprod(np.concatenate([[1.0], np.where(alike < 0, -1.0, 1.0)]))
    return error * side, begins


def _intervals(trail: Trail, streets: Streets) -> tuple[Ints, Floats, Floats, Floats, Ints]:
    """Give what lies between nodes: directed edge, metres along it from and to, metres, the fix of the later node."""
    edge, kind = trail.edge[:-1], trail.kind[1:]
    length = streets.web.length[edge >> 1]
    until = np.where(kind == LANDING, trail.along[1:], np.where(kind == TURN, length - trail.along[1:], length))
    metres = np.where(kind == START, 0.0, until - trail.along[:-1])
    return edge, trail.along[:-1], trail.along[:-1] + metres, metres, trail.fix[1:]


def _passed(trail: Trail, streets: Streets) -> tuple[Ints, Ints]:
    """Give the pieces on which a way begins or ends, or whose middle was passed, and by which fix."""
    directed, begin, end, _, fix = _intervals(trail, streets)
    edge = directed >> 1
    length, step = streets.web.length[edge], streets.web.step[edge]
    starts = trail.kind[:-1] == START
    stops = np.append(trail.kind[2:] == START, [True] * min(len(edge), 1))
    back = directed & 1 == 1
    low, high = np.where(back, length - end, begin) / step, np.where(back, length - begin, end) / step
    first = np.where(np.where(back, stops, starts), np.floor(low), np.ceil(low - 0.5))
    last = np.where(np.where(back, starts, stops), np.floor(high) + 1, np.ceil(high - 0.5))
    first = np.maximum(first, 0).astype(np.int64)
    count = np.maximum(np.minimum(last, np.rint(length / step)).astype(np.int64) - first, 0)
    inside = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(streets.web.piece[edge] + first, count) + inside, np.repeat(fix, count)
