"""The officer's own track at the time of the visit: did he stay there or elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from pyproj import CRS

from coverage.evidence.checkins import CheckIns, Floats, Found
from coverage.evidence.positions import FAR_M
from coverage.trails import Trails, trails_of
from coverage.visits import Ints
from geodata.ledger import Ledger

AROUND_S, COVERED_S = 900.0, 600.0
"""Fixes so near in time are looked at; only where some lie this near before and after, the track tells of absence."""
STAY_S = 60.0
"""Between the first and the last fix near the place."""
NOISE_M = 30.0
"""Of a fix of a track; its own accuracy is not kept."""


def track_marks(checks: CheckIns, ledger: Ledger, as_of: date) -> dict[str, Found]:
    """Find `track-dwell` and `track-elsewhere`; where no own track is, neither."""
    trails = _timed(trails_of(ledger, as_of, CRS.from_epsg(4326)))
    near = _fixes_around(checks, trails, ledger)
    visits, inverse = np.unique(near.visit, return_inverse=True)
    n = len(visits)
    there = near.metres <= checks.tolerance / 2 + NOISE_M
    stay = _span(near.since[there], inverse[there], n)
    nearest = np.full(n, np.inf)
    np.minimum.at(nearest, inverse, near.metres)
    before, after = (
        np.bincount(inverse[(sign * near.since >= 0) & (sign * near.since <= COVERED_S)], minlength=n) > 0
        for sign in (-1, 1)
    )
    exact = checks.step[visits] < COVERED_S
    away = before & after & exact & (nearest > checks.tolerance + NOISE_M + FAR_M)
    return {
        "track-dwell": Found(visits[stay >= STAY_S], {}),
        "track-elsewhere": Found(visits[away], {"metres": np.round(nearest[away]).astype(np.int64)}),
    }


@dataclass(frozen=True)
class _Around:
    """One entry a visit × fix of its officer about that time: row of the visit, metres, seconds since the visit."""

    visit: Ints
    metres: Floats
    since: Floats


def _timed(trails: Trails) -> Trails:
    """Leave out the tracks that do not say when their points were."""
    tracks = len(trails.officer)
    first, last = np.full(tracks, np.inf), np.full(tracks, -np.inf)
    np.minimum.at(first, trails.track, trails.seconds)
    np.maximum.at(last, trails.track, trails.seconds)
    return trails.some((last > first)[trails.track])


def _fixes_around(checks: CheckIns, trails: Trails, ledger: Ledger) -> _Around:
    """Give the fixes of the officer within `AROUND_S` of each visit."""
    person = pd.Index(checks.people).get_indexer(pd.Index(trails.officer))[trails.track]
    order = np.lexsort((trails.seconds, person))
    fixes, line = checks.plane.metres(trails.xy[order]), _line(person[order], trails.seconds[order])
    asked = np.flatnonzero((checks.person >= 0) & ~np.isnan(checks.seconds) & ~np.isnan(checks.place_xy[:, 0]))
    utc = ledger.inspections["at"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[s]")
    moments = utc[checks.visits.row[asked]].astype(np.int64).astype(float)
    moment = _line(checks.person[asked], moments)
    start = np.searchsorted(line, moment - AROUND_S, side="left")
    count = np.searchsorted(line, moment + AROUND_S, side="right") - start
    fix = np.arange(count.sum()) + np.repeat(start - (np.cumsum(count) - count), count)
    visit = np.repeat(asked, count)
    metres = np.hypot(*(fixes[fix] - checks.place_xy[visit]).T)
    return _Around(visit, metres, line[fix] - np.repeat(moment, count))


def _line(person: Ints, seconds: Floats) -> Floats:
    """Put officers one after another on one line of time."""
    return np.asarray(person * 1e10 + seconds)


def _span(since: Floats, group: Ints, groups: int) -> Floats:
    """Give the seconds between the first and the last of each group, 0 where none is."""
    first, last = np.full(groups, np.inf), np.full(groups, -np.inf)
    np.minimum.at(first, group, since)
    np.maximum.at(last, group, since)
    return np.asarray(np.where(last >= first, last - first, 0.0))
