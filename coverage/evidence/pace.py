"""Time between the check-ins of one officer: too fast, too many, all from one spot."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from coverage.evidence.checkins import CheckIns, Floats, Found
from coverage.evidence.runs import extent, numbered, of_officers
from coverage.visits import Flags, Ints

WALKER_M_S, DRIVER_M_S = 15.0, 40.0
"""Faster than these nobody is: who walks by the list may take a car through the town (54 km/h), who drives may take
the motorway (144 km/h)."""
MINUTE_S, CLOCK_S = 60.0, 10.0
"""By so much the time between two check-ins may be longer than the ledger says: where times are cut to minutes, and
where they are not."""
UNSURE_M = 50.0
"""Instead of the accuracy where the position is the place's own."""

HURRY_GAP_S, HURRY_M = 120.0, 30.0
"""Check-ins in a row: not more apart than this; over a way longer than this (else it is one building)."""
STAY_S, BRISK_M_S, RIDE_M_S = 60.0, 2.0, 12.0
"""The shortest look round a place, and the way to the next at a run or a ride through the estate."""

BURST_GAP_S, BURST_M = 600.0, 15.0
"""Check-ins from one spot: the next within this time and this far from the one before."""


def pace_marks(checks: CheckIns) -> dict[str, Found]:
    """Find `speed`, `hurry`, `burst`."""
    return {"speed": _speed(checks), "hurry": _hurry(checks), "burst": _burst(checks)}


def _speed(checks: CheckIns) -> Found:
    """Find check-ins that nobody reaches in time, both accuracies and the tolerance taken off the way.

    Where both ways, from the one before and to the one after, are impossible, this one is marked and its neighbours
    are not for its sake; else the later of two.
    """
    tagged = checks.device & ~np.isnan(checks.tag[:, 0])
    xy = np.where(tagged[:, None], checks.tag_xy, checks.place_xy)
    unsure = np.where(tagged, checks.accuracy, UNSURE_M)
    rows = of_officers(checks, ~np.isnan(xy[:, 0]))
    if len(rows) < 2:
        return Found(rows[:0], {"kmh": rows[:0]})
    metres = _steps(xy[rows]) - unsure[rows][1:] - unsure[rows][:-1] - checks.tolerance
    cut = checks.seconds[rows] % 60 == 0
    unsure_s = np.maximum(np.where(cut[1:] & cut[:-1], MINUTE_S, CLOCK_S), checks.step[rows][1:])
    speed = metres / (np.diff(checks.seconds[rows]) + unsure_s)
    bad = np.append(False, _same_officer(checks, rows) & (speed > _fastest(checks, rows)))
    both = bad & np.append(bad[1:], False)
    marked = both | (bad & ~np.append(False, both[:-1]))
    kmh = np.append(0.0, speed) * 3.6
    return Found(rows[marked], {"kmh": np.round(kmh[marked]).astype(np.int64)})


def _hurry(checks: CheckIns) -> Found:
    """Find runs of check-ins in less time than a look round each place and the way between them take.

    A run ends at a way that nobody makes in the time: `speed` tells of that, and which of the two is to be asked.
    """
    rows = of_officers(checks, ~np.isnan(checks.place_xy[:, 0]))
    if len(rows) < 2:
        return Found(rows[:0], {"minutes": rows[:0], "count": rows[:0], "metres": rows[:0]})
    gap = np.diff(checks.seconds[rows])
    step = _steps(checks.place_xy[rows])
    makes = step <= _fastest(checks, rows) * (gap + MINUTE_S)
    run = numbered(_same_officer(checks, rows) & (gap <= HURRY_GAP_S) & makes)
    inside = run[1:] == run[:-1]
    other = inside & (np.diff(checks.visits.place[rows]) != 0)
    way = np.bincount(run[1:][inside], step[inside], run[-1] + 1)
    took = np.bincount(run[1:][inside], gap[inside], run[-1] + 1)
    stays = np.bincount(run[1:][other], minlength=run[-1] + 1)
    first = np.flatnonzero(np.append(True, run[1:] != run[:-1]))
    pace = np.where(checks.driver[rows[first]], RIDE_M_S, BRISK_M_S)
    rounded = np.minimum.reduceat((checks.seconds[rows] % 60 == 0).astype(np.int64), first) * MINUTE_S
    rounded = np.maximum(rounded, checks.step[rows[first]])
    hurried = (way > HURRY_M) & (took + rounded < stays * STAY_S + way / pace)
    kept = hurried[run]
    of = run[kept]
    said = {"minutes": _minutes(took[of]), "count": np.bincount(run)[of], "metres": np.round(way[of]).astype(np.int64)}
    return Found(rows[kept], said)


def _burst(checks: CheckIns) -> Found:
    """Find check-ins from one spot within minutes at places that lie farther apart than noise and tolerance say."""
    rows = of_officers(checks, checks.device & ~np.isnan(checks.distance))
    if len(rows) < 2:
        return Found(rows[:0], {"minutes": rows[:0], "count": rows[:0]})
    seconds = checks.seconds[rows]
    near = (np.diff(seconds) <= BURST_GAP_S) & (_steps(checks.tag_xy[rows]) <= BURST_M)
    run = numbered(_same_officer(checks, rows) & near)
    first = np.flatnonzero(np.append(True, run[1:] != run[:-1]))
    noise = 2 * np.maximum.reduceat(checks.accuracy[rows], first)
    allowed = extent(checks.tag_xy[rows], run) + checks.tolerance + noise
    kept = (extent(checks.place_xy[rows], run) > allowed)[run]
    took = seconds[np.append(first[1:], len(rows)) - 1] - seconds[first]
    return Found(rows[kept], {"minutes": _minutes(took[run[kept]]), "count": np.bincount(run)[run[kept]]})


def _fastest(checks: CheckIns, rows: Ints) -> Floats:
    return np.asarray(np.where(checks.driver[rows], DRIVER_M_S, WALKER_M_S)[1:])


def _same_officer(checks: CheckIns, rows: Ints) -> Flags:
    return np.asarray(checks.person[rows][1:] == checks.person[rows][:-1])


def _steps(xy: Floats) -> Floats:
    return np.asarray(np.hypot(*np.diff(xy, axis=0).T))


def _minutes(seconds: npt.NDArray[Any]) -> Ints:
    return np.asarray(np.maximum(1, np.ceil(seconds / 60)).astype(np.int64))
