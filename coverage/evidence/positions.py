"""The geotag against the place: distance, source, coordinates seen before, another coordinate system."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from coverage.evidence.checkins import CheckIns, Floats, Found
from coverage.evidence.runs import extent
from coverage.visits import Flags
from geodata.datum.shifts import wgs84_to_bd09, wgs84_to_gcj02

FAR_M = 200.0
"""Metres beyond tolerance and accuracy from which no noise of a street explains the distance."""
OWN_POINT_M = 0.5
"""Nearer than this to its place the position is the place's own point, put there by hand or by an app."""
LEAST_FITS, FITTING_SHARE = 3, 0.8
"""Of an officer's positions off their places, so many and such a share must fit the shift, in a month or in all."""
DECIMALS = 7
METRES_A_DEGREE = 111_320.0

Shift = Callable[[Floats, Floats], tuple[Floats, Floats]]
SHIFTS: tuple[tuple[str, Shift], ...] = (("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09))


def position_marks(checks: CheckIns) -> dict[str, Found]:
    """Find `mock`, `typed`, `no-position`, `same-spot`, `off`, `far`, `gcj02`, `bd09`."""
    metres = checks.distance.copy()
    shifted = {}
    for code, shift in SHIFTS:
        usual, apart = _shifted(checks, shift)
        shifted[code] = usual & (apart <= checks.limit) & (metres > checks.limit)
        metres[usual] = np.minimum(metres, apart)[usual]
    outside = ~checks.verified & checks.device
    beyond = metres - checks.limit
    marks = {
        "mock": _plain(checks.source == "mock"),
        "typed": _plain(checks.source == "typed"),
        "no-position": _plain(np.isnan(checks.distance) & (checks.source != "typed")),
        "far": _metres(outside & (beyond > FAR_M), metres),
        "off": _metres(outside & (beyond > 0) & (beyond <= FAR_M), metres),
        "same-spot": _same_spot(checks),
    }
    return marks | {code: _plain(flags) for code, flags in shifted.items()}


def _plain(flags: Flags) -> Found:
    return Found(np.flatnonzero(flags), {})


def _metres(flags: Flags, metres: Floats) -> Found:
    rows = np.flatnonzero(flags)
    return Found(rows, {"metres": np.round(metres[rows]).astype(np.int64)})


def _same_spot(checks: CheckIns) -> Found:
    """Find positions equal to the last digit at places that no one spot explains.

    Of one officer, from a device, and not the place's own point. A phone that repeats its last fix in one building is
    no matter: the places of a spot must lie farther apart than the tolerance.
    """
    rows = np.flatnonzero(checks.device & (checks.person >= 0) & ~(checks.distance < OWN_POINT_M))
    rows = rows[~np.isnan(checks.distance[rows])]
    digits = np.round(checks.tag[rows] * 10**DECIMALS).astype(np.int64)
    order = np.lexsort((digits[:, 1], digits[:, 0], checks.person[rows]))
    key = np.column_stack([checks.person[rows], digits])[order]
    group = np.cumsum(np.append(True, (key[1:] != key[:-1]).any(axis=1)))[: len(rows)] - 1
    rows = rows[order]
    if not len(rows):
        return Found(rows, {"count": rows})
    count = np.bincount(group)
    first = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    noise = 2 * np.maximum.reduceat(checks.accuracy[rows], first) + _digit(checks.tag[rows[first]])
    wide = (count > 1) & (extent(checks.place_xy[rows], group) > checks.tolerance + noise)
    kept = wide[group]
    return Found(rows[kept], {"count": count[group][kept]})


def _digit(tag: Floats) -> Floats:
    """Give the diagonal of the square of positions that are written with the same digits, metres."""
    size = np.full(len(tag), 1e-7)
    for decimals in (5, 4, 3, 2):
        size[(np.abs(tag - np.round(tag, decimals)) < 1e-9).all(axis=1)] = 10.0**-decimals
    return np.asarray(size * METRES_A_DEGREE * np.sqrt(2))


def _shifted(checks: CheckIns, shift: Shift) -> tuple[Flags, Floats]:
    """Say which positions are of an officer most of whose month, or of whose whole record, fits the shift.

    Returns
    -------
    n flags; metres from each position to where the shift puts the place.
    """
    spot = checks.plane.metres(np.column_stack(shift(*checks.place.T)))
    apart = np.hypot(*(checks.tag_xy - spot).T)
    asked = np.flatnonzero(checks.device & (checks.person >= 0) & ~np.isnan(checks.distance))
    fits = ((apart <= checks.limit) & (checks.distance > checks.limit))[asked]
    outside = (checks.distance > checks.limit)[asked]
    month = checks.visits.day[asked].astype("datetime64[M]").astype(np.int64)
    usual = np.zeros(len(checks.ids), dtype=bool)
    for group in (checks.person[asked], pd.factorize(checks.person[asked] * 100_000 + month)[0]):
        count, total = np.bincount(group, fits), np.bincount(group, outside)
        usual[asked] |= ((count >= LEAST_FITS) & (count >= FITTING_SHARE * total))[group]
    return usual, apart
