"""The geotag against the place: distance, source, coordinates seen before, another coordinate system."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coverage.evidence.checkins import CheckIns, Floats, Found
from coverage.evidence.runs import extent
from coverage.visits import Flags, Ints
from geodata.datum.shifts import wgs84_to_bd09, wgs84_to_gcj02

FAR_M = 200.0
"""Metres beyond tolerance and accuracy from which no noise of a street explains the distance."""
OWN_POINT_M = 0.5
"""Nearer than this to its place the position is the place's own point, put there by hand or by an app."""
LEAST_FITS, FITTING_SHARE = 3, 0.8
"""Of an officer's positions of a month, so many and such a share must fit the shift and not the place."""
DECIMALS = 7


def position_marks(checks: CheckIns) -> dict[str, Found]:
    """Find `mock`, `typed`, `no-position`, `same-spot`, `off`, `far`, `gcj02`, `bd09`."""
    shifted = _shifted(checks)
    beyond = np.where(checks.device, checks.distance - checks.limit, np.nan)
    beyond[np.any(list(shifted.values()), axis=0)] = np.nan
    outside = ~checks.verified & checks.device & (beyond > 0)
    marks = {
        "mock": _plain(checks.source == "mock"),
        "typed": _plain(checks.source == "typed"),
        "no-position": _plain(np.isnan(checks.distance) & (checks.source != "typed")),
        "far": _metres(outside & (beyond > FAR_M), checks),
        "off": _metres(outside & (beyond <= FAR_M), checks),
        "same-spot": _same_spot(checks),
    }
    return marks | {code: _plain(flags) for code, flags in shifted.items()}


def _plain(flags: Flags) -> Found:
    return Found(np.flatnonzero(flags), {})


def _metres(flags: Flags, checks: CheckIns) -> Found:
    rows = np.flatnonzero(flags)
    return Found(rows, {"metres": np.round(checks.distance[rows]).astype(np.int64)})


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
    wide = (count > 1) & (extent(checks.place_xy[rows], group) > checks.tolerance)
    kept = wide[group]
    return Found(rows[kept], {"count": count[group][kept]})


def _shifted(checks: CheckIns) -> dict[str, Flags]:
    """Say which positions fit their place in GCJ-02 or BD-09, for officers most of whose month does so."""
    asked = np.flatnonzero(checks.device & (checks.person >= 0) & ~np.isnan(checks.distance))
    month = checks.visits.day[asked].astype("datetime64[M]").astype(np.int64)
    group = pd.factorize(checks.person[asked] * 100_000 + month)[0]
    out = {}
    for code, shift in (("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)):
        fits = _fits(checks, asked, shift(*checks.place[asked].T))
        count, total = np.bincount(group, fits), np.bincount(group)
        usual = (count >= LEAST_FITS) & (count >= FITTING_SHARE * total)
        flags = np.zeros(len(checks.ids), dtype=bool)
        flags[asked] = fits & usual[group]
        out[code] = flags
    out["bd09"] &= ~out["gcj02"]
    return out


def _fits(checks: CheckIns, asked: Ints, spot: tuple[Floats, Floats]) -> Flags:
    """Say which positions lie within the limit of the shifted place and not of the place."""
    miss = checks.plane.metres(np.column_stack(spot)) - checks.tag_xy[asked]
    limit = checks.limit[asked]
    return np.asarray((np.hypot(*miss.T) <= limit) & (checks.distance[asked] > limit))
